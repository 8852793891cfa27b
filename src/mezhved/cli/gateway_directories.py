"""`mezhved gateway directory ...` and `mezhved gateway addresses ...`: what fills forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezhved.cli.gateway_keys import prepared
from mezhved.cli.gateway_setup import FILE, ready
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings

as_json = click.option("--json", "as_json", is_flag=True, help="JSON")


@click.group(help=str(Text(ru="Справочники, на которые ссылаются формы.", en="Dictionaries of forms.")))
def directory() -> None:
    """Dictionaries."""


@directory.command(
    "load",
    help=str(
        Text(
            ru="Загрузить справочник из CSV, XLSX или XML (в том числе выгрузки ЕСНСИ); прежний заменяется.",
            en="Load a dictionary from CSV, XLSX or XML (exports of ESNSI too); an earlier one is replaced.",
        )
    ),
)
@click.argument("name")
@click.argument("file", type=FILE)
@click.option("--code-column", default="", help=str(Text(ru="столбец с кодом", en="column of the code")))
@click.option("--name-column", default="", help=str(Text(ru="столбец с названием", en="column of the name")))
@click.pass_obj
def load_directory(
    settings: GatewaySettings, name: str, file: Path, code_column: str, name_column: str
) -> None:
    """Read a file and keep its rows under the name that schemas give the dictionary."""
    made = prepared(settings)
    from mezhved.cabinet.directories.dictionaries import load  # noqa: PLC0415 - needs a started Django
    from mezhved.cabinet.directories.tables import read_table  # noqa: PLC0415

    try:
        with file.open("rb") as opened:
            table = read_table(opened, file.name)
            kept = load(
                name,
                table,
                made.clock(),
                source=file.name,
                code_column=code_column,
                name_column=name_column,
            )
    except OSError as error:
        raise MezhvedError(
            Text(ru=f"файл не читается: {error}", en=f"the file does not read: {error}"), where=str(file)
        ) from error
    columns = f"{kept.code_column}, {kept.name_column}"
    click.echo(
        Text(
            ru=f"{kept.name}: записей {kept.size}; код и название: {columns}",
            en=f"{kept.name}: {kept.size} entries; code and name: {columns}",
        )
    )


@directory.command(
    "list", help=str(Text(ru="Показать загруженные справочники.", en="List the dictionaries."))
)
@as_json
@click.pass_obj
def list_directories(settings: GatewaySettings, *, as_json: bool) -> None:
    """Print every dictionary with its size."""
    ready(settings)
    from mezhved.cabinet.models import Directory  # noqa: PLC0415 - needs a started Django

    rows = [
        {
            "name": each.name,
            "entries": each.size,
            "loaded_at": each.loaded_at.isoformat(),
            "file": each.source,
        }
        for each in Directory.objects.filter(generation__gt=0).order_by("name")
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("\t".join(str(each) for each in row.values()))


@click.group(help=str(Text(ru="Государственный адресный реестр.", en="The state register of addresses.")))
def addresses() -> None:
    """Addresses."""


@addresses.command(
    "load",
    help=str(
        Text(
            ru="Загрузить выгрузку ГАР (ФИАС): полную или изменения, архив или папку. Прерванная загрузка "
            "продолжается с того же места, загруженные файлы пропускаются.",
            en="Load an export of GAR (FIAS): whole or a delta, a ZIP or a folder. A load that was "
            "broken off goes on where it stopped, files that were loaded are passed over.",
        )
    ),
)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=click.IntRange(1, 99),
    help=str(Text(ru="регион, можно несколько; иначе все", en="a region, may be repeated; else all")),
)
@click.option(
    "--flats",
    is_flag=True,
    help=str(
        Text(
            ru="и квартиры с комнатами: их во много раз больше, чем домов",
            en="flats and rooms as well: they are many times as many as houses",
        )
    ),
)
@as_json
@click.pass_obj
def load_register(
    settings: GatewaySettings, path: Path, regions: tuple[int, ...], *, flats: bool, as_json: bool
) -> None:
    """Load regions of an export one after another."""
    made = prepared(settings)
    from mezhved.cabinet.directories.gar import load_addresses, open_export  # noqa: PLC0415 - needs Django

    def told(name: str, records: int) -> None:
        click.echo(f"{name}: {records}", err=True)

    with open_export(path) as export:
        for each in load_addresses(export, regions, made.clock, told, inner=flats):
            if as_json:
                row = {"region": each.region, "files": each.files, "passed_over": each.passed}
                row |= {"records": each.records, "places": each.streets, "houses": each.houses}
                click.echo(json.dumps(row))
                continue
            click.echo(
                Text(
                    ru=f"регион {each.region:02}: файлов {each.files} (пропущено {each.passed}), записей "
                    f"{each.records}; мест и улиц {each.streets}, домов и участков {each.houses}",
                    en=f"region {each.region:02}: {each.files} files ({each.passed} passed over), "
                    f"{each.records} records; {each.streets} places, {each.houses} houses and plots",
                )
            )


@addresses.command("find", help=str(Text(ru="Найти адрес.", en="Find an address.")))
@click.argument("text")
@as_json
@click.pass_obj
def find_register(settings: GatewaySettings, text: str, *, as_json: bool) -> None:
    """Print the addresses that a text means."""
    ready(settings)
    from mezhved.cabinet.directories.addresses import find_addresses  # noqa: PLC0415 - needs a started Django

    for each in find_addresses(text):
        row = {"text": each.text, "postcode": each.postcode, "oktmo": each.oktmo, "guid": each.guid}
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(row.values()))
