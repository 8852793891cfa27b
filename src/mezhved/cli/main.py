"""The `mezhved` command: groups are imported only when they are called."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import click

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "keys": "mezhved.cli.keys:keys",
    "cert": "mezhved.cli.cert:cert",
    "cms": "mezhved.cli.cms:cms",
    "smev3": "mezhved.cli.smev3:smev3",
    "registry": "mezhved.cli.registry:registry",
    "bus": "mezhved.cli.bus:bus",
    "bench": "mezhved.cli.bench:bench",
    "doctor": "mezhved.cli.doctor:doctor",
    "demo": "mezhved.cli.demo:demo",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when named, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the groups' names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the named group."""
        path = COMMANDS.get(cmd_name)
        if path is None:
            return None
        module, name = path.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(
    cls=LazyGroup,
    help=str(
        Text(
            ru="Межвед: обмен СМЭВ 3 — шина, клиент, подписи ГОСТ.",
            en="Mezhved: the SMEV 3 exchange - the bus, the client, GOST signatures.",
        )
    ),
)
@click.version_option(package_name="mezhved")
def cli() -> None:
    """Hold the command groups."""


def main() -> None:
    """Run the command line; a refusal goes to standard error with exit code 1."""
    try:
        cli(prog_name="mezhved")
    except MezhvedError as error:
        click.echo(f"mezhved: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
