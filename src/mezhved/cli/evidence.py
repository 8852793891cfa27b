"""`mezhved evidence verify`: is a container of evidence what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from mezhved.texts import Text

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MARKS = {"right": "  ok  ", "unknown": "  ?   ", "wrong": " WRONG", "tampered": " FAIL "}
TAMPERED, WRONG = 1, 3


@click.group(help=str(Text(ru="Доказательства обмена.", en="Evidence of exchanges.")))
def evidence() -> None:
    """Hold the commands."""


@evidence.command(
    help=str(
        Text(
            ru="Проверить контейнер: каждый байт, подписи, цепочки, звенья журнала. Код 1 — подменён, "
            "3 — цел, но внутри есть неверная подпись.",
            en="Check a container: every octet, signatures, chains, links. Exit code 1: tampered with; "
            "3: intact, but a signature in it is wrong.",
        )
    )
)
@click.argument("file", type=FILE)
@click.option(
    "--authorities",
    type=FILE,
    multiple=True,
    help=str(Text(ru="сертификаты УЦ, которым верите (PEM)", en="authorities that you believe (PEM)")),
)
@click.option("--json", "as_json", is_flag=True, help=str(Text(ru="вывести JSON", en="print JSON")))
def verify(file: Path, *, authorities: tuple[Path, ...], as_json: bool) -> None:
    """Print a line per check; nothing but the file is needed."""
    from mezhved.gateway.evidence.verifying import verify_container  # noqa: PLC0415 - slow to import
    from mezhved.gost import load_provider  # noqa: PLC0415
    from mezhved.gost.bundles import read_bundle, trust_store  # noqa: PLC0415

    store = trust_store([read_bundle(each.read_bytes()) for each in authorities]) if authorities else None
    with file.open("rb") as opened:
        report = verify_container(opened, load_provider(), store)
    if as_json:
        checks = [
            {"subject": str(each.subject), "verdict": each.verdict.value, "detail": str(each.detail)}
            for each in report.checks
        ]
        said = {"intact": report.intact, "holds": report.holds, "exchange": report.exchange, "checks": checks}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        for each in report.checks:
            click.echo(f"{_MARKS[each.verdict.value]} {each.subject}: {each.detail}")
        click.echo(_outcome(intact=report.intact, holds=report.holds))
    if not report.holds:
        sys.exit(WRONG if report.intact else TAMPERED)


def _outcome(*, intact: bool, holds: bool) -> Text:
    if not intact:
        return Text(ru="Контейнер подменён или повреждён.", en="The container was tampered with or damaged.")
    if not holds:
        return Text(
            ru="Контейнер цел; внутри есть подпись, которой верить нельзя.",
            en="The container is intact; a signature in it cannot be relied on.",
        )
    return Text(ru="Контейнер цел, подписи верны.", en="The container is intact, the signatures are right.")
