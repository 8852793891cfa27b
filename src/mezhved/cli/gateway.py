"""`mezhved gateway ...`: running the participant's gateway."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezhved.cli.gateway_accounts import account
from mezhved.cli.gateway_check import check
from mezhved.cli.gateway_directories import addresses, directory
from mezhved.cli.gateway_evidence import evidence
from mezhved.cli.gateway_forget import forget
from mezhved.cli.gateway_keys import keys, signer
from mezhved.cli.gateway_provider import PROVIDER_GROUPS
from mezhved.cli.gateway_setup import export, import_
from mezhved.cli.gateway_watching import statistics, token
from mezhved.configuration import load_gateway_settings
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings


@click.group(help=str(Text(ru="Шлюз участника: запуск, база, проверка.", en="The participant's gateway.")))
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=str(
        Text(ru="файл настроек TOML (иначе MEZHVED_CONFIG)", en="TOML settings file (else MEZHVED_CONFIG)")
    ),
)
@click.pass_context
def gateway(context: click.Context, config: Path | None) -> None:
    """Read the settings once for all commands."""
    if config is not None:
        os.environ["MEZHVED_CONFIG"] = str(config)
    context.obj = load_gateway_settings(os.environ)


@gateway.command(
    help=str(Text(ru="Отправлять и получать, отвечать на вызовы.", en="Send and receive, serve calls."))
)
@click.option(
    "--migrate", "bring_up", is_flag=True, help=str(Text(ru="сначала обновить базу", en="migrate first"))
)
@click.pass_obj
def serve(settings: GatewaySettings, *, bring_up: bool) -> None:
    """Serve until SIGINT or SIGTERM."""
    from mezhved.cabinet.server import serve as run  # noqa: PLC0415 - slow to import

    _prepare(settings, bring_up=bring_up)
    _leave_no_connection()
    run(settings)


@gateway.command(help=str(Text(ru="Создать или обновить таблицы базы.", en="Create or update the tables.")))
@click.pass_obj
def migrate(settings: GatewaySettings) -> None:
    """Bring the database to this version."""
    _prepare(settings, bring_up=True)
    click.echo(Text(ru="база готова", en="the database is ready"))


gateway.add_command(import_)
gateway.add_command(export)
for _group in PROVIDER_GROUPS:
    gateway.add_command(_group)
gateway.add_command(keys)
gateway.add_command(signer)
gateway.add_command(evidence)
gateway.add_command(check)
gateway.add_command(forget)
gateway.add_command(token)
gateway.add_command(account)
gateway.add_command(statistics)
gateway.add_command(directory)
gateway.add_command(addresses)


def _prepare(settings: GatewaySettings, *, bring_up: bool) -> None:
    from mezhved.site.setup import configure, migrate, require_migrated  # noqa: PLC0415 - starts Django

    configure(settings)
    if bring_up:
        migrate()
    require_migrated(settings)


def _leave_no_connection() -> None:
    from django.db import connections  # noqa: PLC0415 - a connection must not be carried over a fork

    connections.close_all()
