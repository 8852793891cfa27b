"""`mezhved evidence verify`: is a container of evidence what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MARKS = {"right": "  ok  ", "unknown": "  ?   ", "wrong": " WRONG", "tampered": " FAIL "}
_Read = TypeVar("_Read")
TAMPERED, NOT_CHECKED, WRONG = 1, 2, 3


@click.group(help=str(Text(ru="Доказательства обмена.", en="Evidence of exchanges.")))
def evidence() -> None:
    """Hold the commands."""


@evidence.command(
    help=str(
        Text(
            ru="Проверить контейнер: каждый байт, подписи, цепочки, звенья журнала. Код 1 — подменён, "
            "2 — не проверен (файл или УЦ не читаются), 3 — цел, но внутри есть неверная подпись.",
            en="Check a container: every octet, signatures, chains, links. Exit code 1: tampered with; "
            "2: not checked (the file or the authorities do not read); 3: intact, but a signature in it is "
            "wrong.",
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

    bundles = [_read(each, lambda at: read_bundle(at.read_bytes())) for each in authorities]
    store = trust_store(bundles) if bundles else None
    with _read(file, lambda at: at.open("rb")) as opened:
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
            click.echo(f"{_MARKS[each.verdict.value]} {_plain(each.subject)}: {_plain(each.detail)}")
        click.echo(_outcome(intact=report.intact, holds=report.holds))
    if not report.holds:
        sys.exit(WRONG if report.intact else TAMPERED)


def _read(path: Path, reader: Callable[[Path], _Read]) -> _Read:
    """Return what a reader makes of a file; end the command where it cannot be read."""
    try:
        return reader(path)
    except (OSError, MezhvedError) as error:
        what = error.what if isinstance(error, MezhvedError) else error.strerror
        click.echo(f"mezhved: {path}: {what}", err=True)
        sys.exit(NOT_CHECKED)


def _plain(text: Text) -> str:
    """Return a text without what a terminal obeys: names and notes are the maker's words."""
    return "".join(each if each.isprintable() else " " for each in str(text))


def _outcome(*, intact: bool, holds: bool) -> Text:
    if not intact:
        return Text(ru="Контейнер подменён или повреждён.", en="The container was tampered with or damaged.")
    if not holds:
        return Text(
            ru="Контейнер цел; внутри есть подпись, которой верить нельзя.",
            en="The container is intact; a signature in it cannot be relied on.",
        )
    return Text(ru="Контейнер цел, подписи верны.", en="The container is intact, the signatures are right.")
