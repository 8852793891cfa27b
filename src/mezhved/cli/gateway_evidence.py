"""`mezhved gateway evidence`: everything of an exchange as one signed container."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezhved.cli.durable import writing
from mezhved.cli.gateway_keys import prepared
from mezhved.texts import Text

if TYPE_CHECKING:
    from uuid import UUID

    from mezhved.configuration import GatewaySettings


@click.command(
    help=str(
        Text(
            ru="Выгрузить обмен одним подписанным контейнером; проверка — mezhved evidence verify.",
            en="Write an exchange as one signed container; check it by mezhved evidence verify.",
        )
    )
)
@click.argument("exchange", type=click.UUID)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help=str(Text(ru="куда записать (.zip)", en="where to write it (.zip)")),
)
@click.pass_obj
def evidence(settings: GatewaySettings, *, exchange: UUID, output: Path) -> None:
    """Export one exchange by its uid."""
    gateway = prepared(settings)
    from mezhved.gateway.errors import NotFound  # noqa: PLC0415
    from mezhved.gateway.evidence.exporting import export  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.models import Exchange  # noqa: PLC0415

    found = Exchange.objects.select_related("system__connection", "type").filter(uid=exchange).first()
    if found is None:
        raise NotFound(Text(ru="нет такого обмена", en="there is no such exchange"), where=str(exchange))
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with writing(output, "контейнер"):
            with unfinished.open("wb") as target:
                export(gateway, found, target)
            unfinished.replace(output)
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    click.echo(f"{output}: {output.stat().st_size}")
