"""`mezhved gateway import` and `mezhved gateway export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezhved.cli.durable import writing
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.setup import Report

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTCOMES = {
    "created": Text(ru="создано", en="created"),
    "changed": Text(ru="изменено", en="changed"),
    "removed": Text(ru="удалено", en="removed"),
    "unchanged": Text(ru="без изменений", en="unchanged"),
}


def ready(settings: GatewaySettings) -> None:
    """Start Django over a database that is of this version."""
    from mezhved.site.setup import configure, require_migrated  # noqa: PLC0415 - starts Django

    configure(settings)
    require_migrated(settings)


def text_of(path: Path) -> str:
    """Read a file in UTF-8; raise `MezhvedError`."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MezhvedError(
            Text(ru=f"файл не читается: {error}", en=f"the file does not read: {error}"), where=str(path)
        ) from error


def tell(report: Report, *, as_json: bool = False) -> None:
    """Print what became of the rows."""
    rows = {each.value: found for each, found in report.rows.items()}
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for outcome, word in _OUTCOMES.items():
        for section, name in rows[outcome] if outcome != "unchanged" else []:
            click.echo(f"{word}: {section} {name}")
    click.echo("; ".join(f"{word} {len(rows[outcome])}" for outcome, word in _OUTCOMES.items()))


@click.command(
    "import",
    help=str(
        Text(
            ru="Внести из YAML адреса СМЭВ, системы, ключи, виды сведений, подразделения, правила, сроки.",
            en="Bring in addresses of SMEV, systems, keys, types, departments, rules and terms from YAML.",
        )
    ),
)
@click.argument("document", type=FILE)
@click.option(
    "--prune",
    is_flag=True,
    help=str(Text(ru="удалить то, чего в файле нет", en="remove what the file does not mention")),
)
@click.option("--dry-run", is_flag=True, help=str(Text(ru="только показать", en="only tell")))
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.pass_obj
def import_(settings: GatewaySettings, document: Path, *, prune: bool, dry_run: bool, as_json: bool) -> None:
    """Bring the gateway to what the file says, all or nothing."""
    ready(settings)
    from mezhved.gateway.setup import import_setup  # noqa: PLC0415 - needs a started Django

    report = import_setup(text_of(document), document.parent, prune=prune, rehearse=dry_run)
    tell(report, as_json=as_json)


@click.command(help=str(Text(ru="Выгрузить всю настройку шлюза в YAML.", en="Write the set-up as YAML.")))
@click.argument("document", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option(
    "--files",
    is_flag=True,
    help=str(Text(ru="пакеты — файлами рядом с YAML", en="packages as files beside the YAML file")),
)
@click.option("--secrets", is_flag=True, help=str(Text(ru="вместе с паролями", en="with the passwords")))
@click.pass_obj
def export(settings: GatewaySettings, document: Path | None, *, files: bool, secrets: bool) -> None:
    """Write the set-up to a file, or to standard output."""
    if document is None and files:
        raise click.UsageError(str(Text(ru="--files требует файла", en="--files needs a file")))
    ready(settings)
    from mezhved.gateway.setup import export_setup  # noqa: PLC0415 - needs a started Django

    if document is None:
        click.echo(export_setup(secrets=secrets), nl=False)
        return
    with writing(document, "файл"):
        text = export_setup(document.parent if files else None, secrets=secrets)
        document.touch(mode=0o600)
        document.write_text(text, encoding="utf-8")
