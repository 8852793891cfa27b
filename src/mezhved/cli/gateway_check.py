"""`mezhved gateway check`: is everything here, and does SMEV know it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from mezhved.gateway.checking import CHECKS
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings

_MARKS = {"ok": "  ok  ", "warning": " !    ", "failure": " FAIL "}


@click.command(
    help=str(
        Text(
            ru="Проверить связь, часы, ключи, регистрацию и права; СМЭВ ничего не меняется. "
            "Код 1 — есть препятствия.",
            en="Check the way, clock, keys, registration and rights; nothing changes in SMEV. "
            "Exit code 1: something stands in the way.",
        )
    )
)
@click.option("--json", "as_json", is_flag=True, help=str(Text(ru="вывести JSON", en="print JSON")))
@click.pass_obj
def check(settings: GatewaySettings, *, as_json: bool) -> None:
    """Print a line per finding, each with its cure."""
    from mezhved.gateway.checking.examining import examine  # noqa: PLC0415 - slow to import

    failed, rows = False, []
    for each in examine(settings):
        failed = failed or each.verdict.value == "failure"
        if as_json:
            rows.append(
                {
                    "check": each.check,
                    "where": each.where,
                    "verdict": each.verdict.value,
                    "detail": str(each.detail),
                    "cure": None if each.cure is None else str(each.cure),
                }
            )
            continue
        where = f" {each.where}" if each.where else ""
        click.echo(f"{_MARKS[each.verdict.value]} {CHECKS[each.check]}{where}: {each.detail}")
        if each.cure is not None:
            click.echo(f"        -> {each.cure}")
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    sys.exit(1 if failed else 0)
