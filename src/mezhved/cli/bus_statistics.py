"""How `mezhved bus statistics` shows what systems did in a term of days."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mezhved.registry.models import InformationSystem, InformationType
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.bus.storage import DayCount

_COLUMNS = ("sent", "octets", "delivered", "refused", "expired", "taken")
_HEADS = {
    "sent": Text(ru="отправ", en="sent"),
    "octets": Text(ru="октетов", en="octets"),
    "delivered": Text(ru="доставл", en="deliv"),
    "refused": Text(ru="отказано", en="refused"),
    "expired": Text(ru="истекло", en="expired"),
    "taken": Text(ru="получ", en="taken"),
}


def system_id(mnemonic: str) -> int:
    """Return the system of a mnemonic. Raises `MezhvedError`."""
    found = InformationSystem.objects.filter(mnemonic=mnemonic).values_list("pk", flat=True).first()
    if found is None:
        raise MezhvedError(
            Text(ru=f"нет системы {mnemonic}", en=f"no system {mnemonic}"),
            cure=Text(ru="список: mezhved registry system list", en="see mezhved registry system list"),
        )
    return int(found)


def type_id(code: str) -> int:
    """Return the information type of a code. Raises `MezhvedError`."""
    found = InformationType.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise MezhvedError(
            Text(ru=f"нет вида сведений {code}", en=f"no information type {code}"),
            cure=Text(ru="список: mezhved registry type list", en="see mezhved registry type list"),
        )
    return int(found)


def show_statistics(counts: Iterable[DayCount], smev: str, *, as_json: bool) -> None:
    """Print a line for each day, system and type, or all of them as JSON; `smev` names the bus itself."""
    systems = {0: smev, **dict(InformationSystem.objects.values_list("pk", "mnemonic"))}
    types = {0: "-", **dict(InformationType.objects.values_list("pk", "code"))}
    rows = [_row(each, systems, types) for each in counts]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    heads = " ".join(f"{_HEADS[name]!s:>9}" for name in _COLUMNS)
    seconds = Text(ru="средн. и наиб., с", en="mean, longest, s")
    click.echo(f"{'':10} {'':20} {'':16} {'':9} {heads}  {seconds}")
    for row in rows:
        counted = " ".join(f"{row[name]:>9}" for name in _COLUMNS)
        times = f"{row['delivery_seconds']:.1f} {row['longest_seconds']:.1f}" if row["delivered"] else ""
        click.echo(
            f"{row['day']} {row['system']:20} {row['type']:16} {row['kind']:9} {counted}  {times}".rstrip()
        )


def _row(count: DayCount, systems: Mapping[int, str], types: Mapping[int, str]) -> dict[str, Any]:
    mean = count.delivery_time / count.delivered if count.delivered else 0
    return {
        "day": count.day.isoformat(),
        "system": systems.get(count.system, str(count.system)),
        "type": types.get(count.type_id, str(count.type_id)),
        "kind": count.kind.name.lower(),
        **{name: getattr(count, name) for name in _COLUMNS},
        "delivery_seconds": round(mean / 1_000_000, 3),
        "longest_seconds": round(count.longest / 1_000_000, 3),
    }
