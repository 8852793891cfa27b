"""What the command line reads from the environment does not stop the bus that runs beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mezhved.cli.main import cli
from mezhved.configuration import environment_name, load_bus_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = frozenset(environment_name(name) for name in load_bus_settings({}).__dataclass_fields__)


def test_no_variable_of_a_command_is_taken_for_a_setting() -> None:
    read = set(variables(cli))
    assert {"MEZHVED_URL", "MEZHVED_KEY", "MEZHVED_KEY_PASSWORD_FILE", "MEZHVED_TRUST"} <= read
    assert not read & SETTINGS
    load_bus_settings(dict.fromkeys(read, "anything"))


def test_no_command_takes_a_password_where_others_see_it() -> None:
    options = {option for command in commands(cli) for each in command.params for option in each.opts}
    assert "--password-file" in options
    assert not [each for each in options if "password" in each and not each.endswith("-file")]


def variables(command: click.Command) -> Iterator[str]:
    for each in commands(command):
        for parameter in each.params:
            named = parameter.envvar
            yield from [named] if isinstance(named, str) else named or ()


def commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner)
