"""`mezhved gateway forget`: deleting personal data whose term is over, now instead of by and by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from mezhved.cli.gateway_keys import prepared
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings

BATCH = 100


@click.command(
    help=str(
        Text(
            ru="Удалить персональные данные обменов, срок хранения которых вышел; след об этом остаётся.",
            en="Delete the personal data of exchanges whose term is over; a trace of it stays.",
        )
    )
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=str(
        Text(ru="только показать, сколько обменов по какому правилу", en="only tell how many by which rule")
    ),
)
@click.option("--json", "as_json", is_flag=True, help=str(Text(ru="ответить в JSON", en="answer in JSON")))
@click.pass_obj
def forget(settings: GatewaySettings, *, dry_run: bool, as_json: bool) -> None:
    """Tell what is due, then forget it in batches unless it is a dry run."""
    made = prepared(settings)
    from mezhved.gateway.retention import due, forget_due, rules  # noqa: PLC0415 - needs a started Django

    now = made.clock()
    counts = [
        {"rule": each.code, "days": each.days, "due": due(each, now).count()} for each in rules(settings)
    ]
    forgotten = 0
    while not dry_run and (done := forget_due(made, BATCH)):
        forgotten += done
    if as_json:
        click.echo(json.dumps({"rules": counts, "forgotten": forgotten}, ensure_ascii=False))
        return
    for each in counts:
        click.echo(
            Text(
                ru=f"{each['rule']}: хранить {each['days']} дн., срок вышел у {each['due']}",
                en=f"{each['rule']}: kept for {each['days']} days, {each['due']} due",
            )
        )
    click.echo(Text(ru=f"обезличено обменов: {forgotten}", en=f"exchanges forgotten: {forgotten}"))
