"""The `mezhved` command: groups are imported only when they are called."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "keys": "mezhved.cli.keys:keys",
    "cert": "mezhved.cli.cert:cert",
    "cms": "mezhved.cli.cms:cms",
    "smev3": "mezhved.cli.smev3:smev3",
    "explain": "mezhved.cli.explain:explain",
    "type": "mezhved.cli.types:types",
    "registry": "mezhved.cli.registry:registry",
    "trust": "mezhved.cli.trust_status:trust",
    "bus": "mezhved.cli.bus:bus",
    "gateway": "mezhved.cli.gateway:gateway",
    "evidence": "mezhved.cli.evidence:evidence",
    "bench": "mezhved.cli.bench:bench",
    "doctor": "mezhved.cli.doctor:doctor",
    "demo": "mezhved.cli.demo:demo",
}
# What `pip install 'mezhved[bus]'` brings beside the client's own packages.
BUS_PACKAGES = frozenset(
    ("django", "granian", "prometheus_client", "psycopg", "structlog", "whitenoise", "yaml")
)


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
        try:
            command: click.Command = getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as error:
            if not _of_the_bus(error):
                raise
            return _unavailable(cmd_name)
        return command


def _of_the_bus(error: ModuleNotFoundError) -> bool:
    return (error.name or "").partition(".")[0] in BUS_PACKAGES


def _needs_the_bus() -> MezhvedError:
    return MezhvedError(
        Text(
            ru="установлен только клиент, а эта команда относится к шине",
            en="only the client is installed, and this command belongs to the bus",
        ),
        cure=Text(ru="pip install 'mezhved[bus]'", en="pip install 'mezhved[bus]'"),
    )


def _unavailable(name: str) -> click.Command:
    """Stand in for a command whose packages are not installed."""

    def refuse() -> None:
        raise _needs_the_bus()

    text = Text(ru="Нужен пакет mezhved[bus].", en="Needs the package mezhved[bus].")
    command = click.Command(name, callback=refuse, help=str(text), add_help_option=False)
    command.ignore_unknown_options = command.allow_extra_args = True
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
        _refuse(error)
    except ModuleNotFoundError as error:
        if not _of_the_bus(error):
            raise
        _refuse(_needs_the_bus())


def _refuse(error: MezhvedError) -> NoReturn:
    click.echo(f"mezhved: {error}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
