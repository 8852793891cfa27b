"""`mezhved gateway token ...` and `mezhved gateway statistics`: who may call, and what happened."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.gateway_setup import ready
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.models import AccessToken

_DAYS = 30
_COLUMNS = ("day", "system", "type", "department", "direction", "kind", "state", "events", "mean_seconds")


@click.group(
    help=str(
        Text(
            ru="Токены REST: кому из своих систем что можно.",
            en="Tokens of REST: which of the own systems may do what.",
        )
    )
)
def token() -> None:
    """Gather the commands on tokens."""


@token.command(
    help=str(
        Text(
            ru="Выдать токен; он печатается один раз. Право — МНЕМОНИКА:КОД_ВИДА:ask,answer,read; "
            "вместо кода * — все виды.",
            en="Issue a token; it is printed once. A right is MNEMONIC:TYPE_CODE:ask,answer,read; "
            "* in place of the code is every type.",
        )
    )
)
@click.argument("name")
@click.option(
    "--right",
    "rights",
    multiple=True,
    required=True,
    help=str(
        Text(
            ru="право, можно несколько: ask — запрашивать, answer — отвечать, read — только смотреть",
            en="a right, repeatable: ask: send requests; answer: answer them; read: look only",
        )
    ),
)
@click.option(
    "--days",
    type=click.IntRange(1, 36500),
    default=365,
    show_default=True,
    help=str(Text(ru="срок действия, дней", en="for how many days it is in force")),
)
@click.pass_obj
def new(settings: GatewaySettings, name: str, rights: tuple[str, ...], days: int) -> None:
    """Make a token and print it."""
    ready(settings)
    from mezhved.gateway.access import issue, parse_right  # noqa: PLC0415 - needs a started Django

    now = datetime.now(UTC)
    made = issue(
        name,
        [parse_right(each) for each in rights],
        now=now,
        randomness=os.urandom,
        expires_at=now + timedelta(days=days),
    )
    click.echo(made)
    click.echo(
        Text(ru="запишите его: больше он не покажется", en="note it down: it is not shown again"), err=True
    )


@token.command(
    "list", help=str(Text(ru="Показать токены и их права.", en="Show the tokens and their rights."))
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.pass_obj
def list_(settings: GatewaySettings, *, as_json: bool) -> None:
    """Print every token with its rights."""
    ready(settings)
    from mezhved.gateway.models import AccessToken  # noqa: PLC0415 - needs a started Django

    rows = [_token(each) for each in AccessToken.objects.order_by("name")]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['name']}: {row['state']}, {row['expires_at'] or '-'}, {', '.join(row['rights'])}")


@token.command(
    help=str(Text(ru="Отозвать токен: он перестаёт действовать сразу.", en="Revoke a token, at once."))
)
@click.argument("name")
@click.pass_obj
def revoke(settings: GatewaySettings, name: str) -> None:
    """Take a token back."""
    ready(settings)
    from mezhved.gateway.access import revoke as take_back  # noqa: PLC0415 - needs a started Django

    take_back(name, datetime.now(UTC))
    click.echo(Text(ru="токен отозван", en="the token is revoked"))


@click.command(
    help=str(
        Text(
            ru="Сколько чего было: по дням, системам, видам сведений и подразделениям (время московское).",
            en="How much of what there was: by day, system, type and department (Moscow time).",
        )
    )
)
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help=str(Text(ru="первый день; иначе 30 дней назад", en="first day; else 30 days ago")),
)
@click.option(
    "--to",
    "until",
    type=click.DateTime(["%Y-%m-%d"]),
    help=str(Text(ru="последний день; иначе сегодня", en="last day; else today")),
)
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(["day", "system", "type", "department"]),
    help=str(
        Text(ru="что различать, можно несколько; иначе всё", en="what to tell apart, repeatable; else all")
    ),
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.pass_obj
def statistics(
    settings: GatewaySettings,
    since: datetime | None,
    until: datetime | None,
    by: tuple[Any, ...],
    *,
    as_json: bool,
) -> None:
    """Print the counts of a period."""
    ready(settings)
    from mezhved.gateway.watching.statistics import statistics as count  # noqa: PLC0415 - needs Django

    last = until.date() if until is not None else date.today()  # noqa: DTZ011 - the day of who asks
    first = since.date() if since is not None else last - timedelta(days=_DAYS)
    told = [
        dataclasses.asdict(each) for each in count(first, last, by or ("day", "system", "type", "department"))
    ]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    _print(told)


def _print(rows: Iterable[dict[str, Any]]) -> None:
    shown = [{name: str(row[name]) for name in _COLUMNS if row[name] is not None} for row in rows]
    widths = {
        name: max(len(row.get(name, "")) for row in [*shown, {name: name}])
        for name in (shown[0] if shown else ())
    }
    for row in [{name: name for name in widths}, *shown] if shown else []:
        click.echo("  ".join(row[name].ljust(width) for name, width in widths.items()).rstrip())


def _token(row: AccessToken) -> dict[str, Any]:
    now = datetime.now(UTC)
    expired = row.expires_at is not None and row.expires_at <= now
    from mezhved.gateway.models import AccessRight  # noqa: PLC0415 - needs a started Django

    rights = AccessRight.objects.filter(token=row).select_related("system__connection", "type").order_by("pk")
    return {
        "name": row.name,
        "state": "revoked" if row.revoked_at is not None else "expired" if expired else "in force",
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat() if row.expires_at is not None else None,
        "last_used_at": row.last_used_at.isoformat() if row.last_used_at is not None else None,
        "rights": [_right(each) for each in rights],
    }


def _right(row: Any) -> str:
    acts = [act for act in ("ask", "answer", "read") if getattr(row, f"may_{act}")]
    code = row.type.code if row.type is not None else "*"
    return f"{row.system.mnemonic}@{row.system.connection.name}:{code}:{','.join(acts)}"
