"""`mezhved doctor`: is everything here that the bus needs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mezhved.texts import Text


@click.command(
    help=str(
        Text(
            ru="Проверить всё, что нужно шине, и сказать, что исправить.",
            en="Look at everything the bus needs and tell what to mend.",
        )
    )
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=str(Text(ru="файл настроек TOML", en="TOML settings file")),
)
def doctor(config: Path | None) -> None:
    """Print a line per finding; exit 1 when something stands in the way."""
    from mezhved.bus.doctor import Verdict, examine  # noqa: PLC0415 - slow to import
    from mezhved.configuration import load_bus_settings  # noqa: PLC0415

    marks = {Verdict.OK: "  ok  ", Verdict.WARNING: " !    ", Verdict.FAILURE: " FAIL "}
    failed = False
    for finding in examine(load_bus_settings(os.environ, config=config)):
        failed = failed or finding.verdict is Verdict.FAILURE
        click.echo(f"{marks[finding.verdict]} {finding.subject}: {finding.detail}")
        if finding.cure is not None:
            click.echo(f"        -> {finding.cure}")
    sys.exit(1 if failed else 0)
