"""Types to ask for: found by words, those at hand, and what is to be known of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404

from mezhved.cabinet.access import Permission
from mezhved.cabinet.directories.folding import folded
from mezhved.cabinet.models import FavouriteType
from mezhved.gateway.models import (
    Direction,
    Environment,
    Exchange,
    InformationSystem,
    InformationType,
    KeyPurpose,
    SigningKey,
)
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from mezhved.cabinet.access import Visit

MOST_SHOWN: Final = 100
_RECENT: Final = 8
_LOOKED_BACK: Final = 300
_AGENCY: Final = re.compile(r"-([A-Z]{2,})[0-9]*(?:_|$)")
_AGENCIES: Final = {
    "FNS": Text(ru="ФНС", en="Federal Tax Service"),
    "PFR": Text(ru="Социальный фонд (ПФР)", en="Social Fund"),
    "SFR": Text(ru="Социальный фонд", en="Social Fund"),
    "MVD": Text(ru="МВД", en="Ministry of Internal Affairs"),
    "MVDR": Text(ru="МВД", en="Ministry of Internal Affairs"),
    "FSSP": Text(ru="ФССП", en="Bailiffs Service"),
    "ROSREESTR": Text(ru="Росреестр", en="Rosreestr"),
    "RRTR": Text(ru="Росреестр", en="Rosreestr"),
    "RKZN": Text(ru="Казначейство", en="Treasury"),
    "ROSKAZNA": Text(ru="Казначейство", en="Treasury"),
    "ZAGS": Text(ru="ЗАГС", en="Civil registry"),
    "FFOMS": Text(ru="ФФОМС", en="Health Insurance Fund"),
    "MNSV": Text(ru="Минцифры", en="Ministry of Digital Development"),
}
_ENDING: Final = re.compile(r"(?<=[а-я]{3})(?:[ое]го|[ое]му|[ыи]ми|[аеийоуыьэюя]{1,2}[вмхй]?)$")
"""What of a Russian word changes with its case and number."""
_OTHERS: Final = Text(ru="Другие", en="Others")


@dataclass(frozen=True, slots=True)
class Group:
    """Types of one agency."""

    name: Text
    kinds: tuple[InformationType, ...]


def kinds_to_ask() -> QuerySet[InformationType]:
    """Return the types that may be asked for, without their packages."""
    return InformationType.objects.filter(is_active=True).defer("package").order_by("code")


def kind_of_code(code: str) -> InformationType:
    """Return a type by its code; raise `Http404`."""
    found = kinds_to_ask().filter(code=code).first()
    if found is None:
        raise Http404
    return found


def find_kinds(text: str) -> list[InformationType]:
    """Return the types whose name, code or namespace has every word of a text, whatever its ending."""
    words = [_ENDING.sub("", each) for each in folded(text).split()[:10]]
    found = []
    for each in kinds_to_ask():
        known = folded(f"{each.code} {each.title} {each.namespace}")
        if all(word in known for word in words):
            found.append(each)
            if len(found) >= MOST_SHOWN:
                break
    return found


def favourites(visit: Visit) -> list[InformationType]:
    """Return the types that the account keeps at hand."""
    kept = FavouriteType.objects.filter(account=visit.account).values("kind")
    return list(kinds_to_ask().filter(pk__in=kept))


def recent(visit: Visit) -> list[InformationType]:
    """Return the types that the account asked for last."""
    rows = Exchange.objects.filter(direction=Direction.OUT, account=visit.account.user, type__isnull=False)
    latest = list(dict.fromkeys(rows.order_by("-created_at").values_list("type", flat=True)[:_LOOKED_BACK]))
    known = {each.pk: each for each in kinds_to_ask().filter(pk__in=latest[:_RECENT])}
    return [known[pk] for pk in latest[:_RECENT] if pk in known]


def groups(kinds: Iterable[InformationType]) -> list[Group]:
    """Return types by the agency that their codes name."""
    found: dict[str, list[InformationType]] = {}
    for each in kinds:
        told = _AGENCY.search(each.code)
        found.setdefault(told[1] if told else "", []).append(each)
    made = [Group(_name(code), tuple(kinds)) for code, kinds in found.items()]
    return sorted(made, key=lambda each: (each.name is _OTHERS, each.name.ru))


def _name(code: str) -> Text:
    return _AGENCIES.get(code, Text(ru=code, en=code) if code else _OTHERS)


def systems_for(kind: InformationType) -> list[InformationSystem]:
    """Return the systems that may ask for a type: those of its contour."""
    rows = InformationSystem.objects.select_related("connection")
    rows = rows.filter(is_active=True, connection__is_active=True)
    if kind.environment:
        rows = rows.filter(connection__environment=kind.environment)
    return list(rows.order_by("-connection__environment", "mnemonic"))


def contour(environment: str) -> Text:
    """Return what a contour is called."""
    if environment == Environment.PRODUCTION:
        return Text(ru="промышленный контур", en="production")
    if environment == Environment.TEST:
        return Text(ru="тестовый контур", en="test contour")
    return Text(ru="оба контура", en="both contours")


@dataclass(frozen=True, slots=True)
class Passport:
    """What is to be known of a type before it is asked for."""

    kind: InformationType
    purpose: Text
    contours: Text
    has_test_contour: bool
    has_scenarios: bool
    signed_by_key: bool
    """Whether the gateway holds an official's key: else the official signs elsewhere."""


def passport_of(visit: Visit, kind: InformationType, systems: Sequence[InformationSystem]) -> Passport:
    """Return the passport of a type. Raises what reading its package does."""
    loaded = visit.gateway.catalogue.loaded(kind)
    model = visit.gateway.catalogue.request_model(kind)
    keys = SigningKey.objects.filter(system__in=systems, purpose=KeyPurpose.OFFICIAL, is_active=True)
    return Passport(
        kind,
        model.root.hint if model.root.hint.ru else model.root.label,
        contour(kind.environment),
        kind.environment != Environment.PRODUCTION,
        bool(loaded.scenarios),
        keys.exists(),
    )


def departments_of(visit: Visit) -> list[tuple[int, str]]:
    """Return keys and names of the departments in whose name the account asks."""
    return list(visit.access.departments(Permission.ASK).values_list("pk", "name"))
