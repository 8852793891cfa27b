"""Commands that every table of the registry has: list, show, remove, enable, disable."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.registry_options import CLEAR, RegistryCommand
from mezhved.registry.changes import Outcome, remove, table, write
from mezhved.registry.errors import RegistryError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.registry.models.base import RegistryModel

SHORTEST_PREFIX = 8
OUTCOMES = {
    Outcome.CREATED: Text(ru="создано", en="created"),
    Outcome.CHANGED: Text(ru="изменено", en="changed"),
    Outcome.UNCHANGED: Text(ru="без изменений", en="unchanged"),
    Outcome.REMOVED: Text(ru="удалено", en="removed"),
}
as_json = click.option("--json", "as_json", is_flag=True, help="JSON")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the command line shows it: its model's name and the columns of `list`."""

    model: str
    columns: tuple[str, ...]
    related: tuple[str, ...] = ()
    by_prefix: bool = False
    switchable: bool = True

    def rows(self) -> Iterable[RegistryModel]:
        """Return all rows in their order."""
        from mezhved.registry import models  # noqa: PLC0415 - Django is started by the group

        model: Any = getattr(models, self.model)
        rows: Iterable[RegistryModel] = model.objects.select_related(*self.related)
        return rows

    def find(self, key: str) -> Any:
        """Return a row by its key (a thumbprint also by its beginning). Raises `RegistryError`."""
        found = [row for row in self.rows() if row.key == key]
        if not found and self.by_prefix and len(key) >= SHORTEST_PREFIX:
            found = [row for row in self.rows() if row.key.startswith(key.lower())]
        if len(found) == 1:
            return found[0]
        if found:
            what = Text(ru=f"под {key} подходит несколько записей", en=f"several rows begin with {key}")
            raise RegistryError(what, cure=Text(ru="дайте отпечаток целиком", en="give the whole thumbprint"))
        raise RegistryError(
            Text(ru=f"нет записи {key}", en=f"there is no row {key}"),
            cure=Text(ru="посмотрите list", en="see list"),
        )


def add_common(group: click.Group, rows: Table) -> None:
    """Give a group the commands that work alike for all tables."""

    @group.command("list", help=str(Text(ru="Перечислить записи.", en="List the rows.")))
    @as_json
    def list_rows(*, as_json: bool) -> None:
        found = [{"key": row.key, **row.state()} for row in rows.rows()]
        if as_json:
            _print_json(found)
            return
        _print_columns([[_shown(row[name]) for name in rows.columns] for row in found])

    @group.command(help=str(Text(ru="Показать запись.", en="Show a row.")))
    @click.argument("key")
    @as_json
    def show(key: str, *, as_json: bool) -> None:
        row = rows.find(key)
        state = {"key": row.key, **row.state()}
        if as_json:
            _print_json(state)
            return
        for name, value in state.items():
            click.echo(f"{name:18} {_shown(value)}")

    @group.command("remove", help=str(Text(ru="Удалить запись.", en="Remove a row.")))
    @click.argument("key")
    def remove_row(key: str) -> None:
        row = rows.find(key)
        remove(row)
        say(Outcome.REMOVED, row)

    if not rows.switchable:
        return
    for name, value, text in (
        ("enable", True, Text(ru="Включить запись.", en="Enable a row.")),
        ("disable", False, Text(ru="Выключить запись.", en="Disable a row.")),
    ):
        group.add_command(_switch(rows, name, text, value=value))


def _switch(rows: Table, name: str, text: Text, *, value: bool) -> click.Command:
    @click.command(name, cls=RegistryCommand, help=str(text))
    @click.argument("key")
    def switch(key: str) -> None:
        row = rows.find(key)
        say(write(row, {"enabled": value}, row.key), row)

    return switch


def put(row: RegistryModel, values: Mapping[str, Any]) -> None:
    """Save a row with the values that were given (None: not given), and say what became of it."""
    given = {name: None if value is CLEAR else value for name, value in values.items() if value is not None}
    say(write(row, given, f"{table(row)} {row.key}".strip()), row)


def say(outcome: Outcome, row: RegistryModel) -> None:
    """Print one line about a row."""
    click.echo(f"{OUTCOMES[outcome]}: {table(row)} {row.key}")


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "+" if value else "-"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_columns(lines: list[list[str]]) -> None:
    widths = [max(len(line[number]) for line in lines) for number in range(len(lines[0]))] if lines else []
    for line in lines:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
