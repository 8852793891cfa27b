"""Options and kinds of values that the registry's commands share."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezhved.configuration import load_bus_settings
from mezhved.texts import Text, language

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ANY_PATH = click.Path(exists=True, path_type=Path)
CLEAR = object()
"""What `-` means where a day or a moment stands: none."""


class RegistryCommand(click.Command):
    """A command on the registry: starts Django on the bus's database and notes who acts.

    It does so when it is run, not before: `--help` needs no database.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run in the name of the operating system's user."""
        from django.db import connections  # noqa: PLC0415 - slow to import
        from django.utils import translation  # noqa: PLC0415

        from mezhved.registry.acting import Actor, acting, system_user  # noqa: PLC0415
        from mezhved.site.setup import configure, require_migrated  # noqa: PLC0415

        settings = load_bus_settings(os.environ, config=ctx.find_object(Path))
        configure(settings)
        try:
            require_migrated(settings)
            with acting(Actor(name=system_user(), via="cli")), translation.override(language()):
                return super().invoke(ctx)
        finally:
            connections.close_all()


class RegistryGroup(click.Group):
    """A group of such commands."""

    command_class = RegistryCommand


class Day(click.ParamType[Any]):
    """A calendar day, as 2026-12-31; `-` for none."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read ISO 8601."""
        if value == "-" or not isinstance(value, str):
            return CLEAR if value == "-" else value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(str(Text(ru="нужна дата вида 2026-12-31", en="a date such as 2026-12-31")), param, ctx)


class Moment(click.ParamType[Any]):
    """A moment with its zone, as 2026-12-31T00:00+03:00; without a zone it is Moscow's; `-` for none."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read ISO 8601."""
        from mezhved.registry.periods import MOSCOW  # noqa: PLC0415

        if value == "-" or not isinstance(value, str):
            return CLEAR if value == "-" else value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            told = Text(ru="нужно время вида 2026-12-31T00:00+03:00", en="a time as 2026-12-31T00:00+03:00")
            self.fail(str(told), param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=MOSCOW)


def option(name: str, ru: str, en: str, **more: Any) -> Callable[[Any], Any]:
    """Return an option with its help in both languages."""
    return click.option(name, help=str(Text(ru=ru, en=en)), **more)


def options(*each: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a decorator that adds several options."""

    def decorate(function: Any) -> Any:
        for add in reversed(each):
            function = add(function)
        return function

    return decorate


days = options(
    option("--from", "действует с (день; - снимает)", "in force from (day; - for none)", type=Day()),
    option("--to", "действует по (день; - снимает)", "in force to (day; - for none)", type=Day()),
)
