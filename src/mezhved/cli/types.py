"""`mezhved type ...`: information types from the packages that agencies publish."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.smev3_connection import help_text
from mezhved.cli.types_documents import add_to
from mezhved.cli.types_report import examination_text, form_lines, type_record
from mezhved.infotypes.catalogue import Catalogue
from mezhved.infotypes.examining import examine_package
from mezhved.infotypes.forms import form_model
from mezhved.infotypes.packages import QName, load_package
from mezhved.infotypes.reporting import examination_record
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.infotypes.packages import Package


@click.group(
    "type",
    help=help_text(
        "Виды сведений: пакеты схем ведомств, их проверка и каталог.",
        "Information types: agencies' packages of schemas, checking them, the catalogue.",
    ),
)
def types() -> None:
    """Hold the commands of information types."""


def _catalogue(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--catalogue",
        envvar="MEZHVED_TYPE_CATALOGUE",
        show_envvar=True,
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("var/types"),
        show_default=True,
        help=help_text("папка каталога видов сведений", "folder of the catalogue of types"),
    )(command)


def _json(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--json", "as_json", is_flag=True, help="JSON")(command)


def _show(record: Any) -> None:
    click.echo(json.dumps(record, ensure_ascii=False, indent=2))


@types.command(
    "add",
    help=help_text(
        "Добавить вид сведений в каталог: PATH — ZIP, папка или файл XSD.",
        "Add an information type to the catalogue: PATH is a ZIP, a folder or an XSD file.",
    ),
)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--name", help=help_text("имя в каталоге; иначе из пространства имён", "name; else made of the namespace")
)
@click.option(
    "--replace", is_flag=True, help=help_text("заменить вид с этим именем", "replace the type of this name")
)
@_catalogue
def add(path: Path, name: str | None, catalogue: Path, *, replace: bool) -> None:
    """Take the package in and print the name it has got."""
    known = Catalogue(catalogue).add(path, now=datetime.now(UTC), name=name, replace=replace)
    click.echo(f"{known.name}  {known.title}")


@types.command(
    "list", help=help_text("Показать виды сведений каталога.", "Show the information types of the catalogue.")
)
@_catalogue
@_json
def list_types(catalogue: Path, *, as_json: bool) -> None:
    """Print a line per type."""
    known = Catalogue(catalogue).types()
    if as_json:
        _show([each.to_json() for each in known])
        return
    for each in known:
        click.echo(f"{each.name}  {each.title}")


@types.command(
    "show",
    help=help_text(
        "Показать вид сведений: корни, поля, эталоны, сценарии. TYPE — имя в каталоге или путь.",
        "Show a type: roots, fields, samples, scenarios. TYPE is a name of the catalogue or a path.",
    ),
)
@click.argument("type_", metavar="TYPE")
@click.option("--root", help=help_text("только этот корневой элемент", "this root element only"))
@click.option(
    "--depth",
    type=click.IntRange(1, 20),
    default=3,
    show_default=True,
    help=help_text("сколько уровней полей показать", "levels of fields to show"),
)
@_catalogue
@_json
def show(type_: str, root: str | None, depth: int, catalogue: Path, *, as_json: bool) -> None:
    """Print what the type consists of."""
    package = _found(type_, catalogue)
    if as_json:
        _show(type_record(package, root, depth))
        return
    for bundle, name in package.roots:
        if root in (None, name.local, name.clark):
            _show_root(bundle.xmlschema(), name, depth)
    told = help_text("эталонов: {}, сценариев: {}", "samples: {}, scenarios: {}")
    click.echo(told.format(len(package.samples), len(package.scenarios)))
    for problem in package.problems:
        click.echo(f"[{problem.severity}] {problem.file}: {problem.text}")


def _show_root(schema: Any, name: QName, depth: int) -> None:
    click.echo(name.clark)
    for line in form_lines(form_model(schema, name).root, depth):
        click.echo(f"  {line}")


@types.command(
    "check",
    help=help_text(
        "Проверить пакет: схемы, формы всех корней, эталоны туда и обратно. TYPE — путь к папке, "
        "ZIP или XSD либо имя в каталоге. Код выхода 0, если всё, чего можно ждать от пакета, есть.",
        "Check a package: schemas, forms of all roots, samples there and back. TYPE is a path of a "
        "folder, ZIP or XSD, or a name of the catalogue. Exit code 0 when all that could be expected "
        "of the package holds.",
    ),
)
@click.argument("type_", metavar="TYPE")
@_catalogue
@_json
def check(type_: str, catalogue: Path, *, as_json: bool) -> None:
    """Print the report; exit 1 when something does not hold."""
    examined = examine_package(_found(type_, catalogue), today=datetime.now().astimezone().date())
    if as_json:
        _show(examination_record(examined))
    else:
        click.echo("\n".join(examination_text(examined)))
    sys.exit(0 if examined.holds else 1)


@types.command(
    "remove", help=help_text("Убрать вид сведений из каталога.", "Take a type out of the catalogue.")
)
@click.argument("name")
@_catalogue
def remove(name: str, catalogue: Path) -> None:
    """Remove the folder of the type."""
    Catalogue(catalogue).remove(name)


def _found(wanted: str, catalogue: Path) -> Package:
    """Load a path, or a type of the catalogue."""
    path = Path(wanted)
    if path.exists():
        return load_package(path)
    if path.suffix or "/" in wanted or "\\" in wanted:
        known = {each.name for each in Catalogue(catalogue).types()}
        if wanted not in known:
            raise MezhvedError(
                Text(ru="нет такого файла или папки", en="no such file or folder"), where=wanted
            )
    return Catalogue(catalogue).package(wanted)


add_to(types, _found, _catalogue)
