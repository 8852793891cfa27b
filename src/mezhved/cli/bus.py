"""`mezhved bus ...`: running and watching the bus."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezhved.configuration import load_bus_settings
from mezhved.texts import Text

if TYPE_CHECKING:
    from uuid import UUID

    from mezhved.bus.storage import CheckReport, Store
    from mezhved.configuration import BusSettings


@click.group(help=str(Text(ru="Шина: запуск, база, проверка.", en="The bus: run, database, check.")))
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=str(
        Text(ru="файл настроек TOML (иначе MEZHVED_CONFIG)", en="TOML settings file (else MEZHVED_CONFIG)")
    ),
)
@click.pass_context
def bus(context: click.Context, config: Path | None) -> None:
    """Read the settings once for all commands."""
    if config is not None:
        os.environ["MEZHVED_CONFIG"] = str(config)
    context.obj = load_bus_settings(os.environ)


@bus.command(help=str(Text(ru="Принимать и отдавать сообщения.", en="Serve messages.")))
@click.option(
    "--migrate", "bring_up", is_flag=True, help=str(Text(ru="сначала обновить базу", en="migrate first"))
)
@click.pass_obj
def serve(settings: BusSettings, *, bring_up: bool) -> None:
    """Serve until SIGINT or SIGTERM."""
    from mezhved.bus.assembly import choose_provider, load_signer  # noqa: PLC0415 - slow to import
    from mezhved.bus.files.server import check_ftp_settings  # noqa: PLC0415
    from mezhved.bus.server import serve as run  # noqa: PLC0415
    from mezhved.bus.transactions.keys import load_transaction_key  # noqa: PLC0415

    check_ftp_settings(settings)
    _prepare(settings, bring_up=bring_up)
    load_signer(settings, choose_provider(settings))
    load_transaction_key(settings)
    _leave_no_connection()
    run(settings)


@bus.command(help=str(Text(ru="Создать или обновить таблицы базы.", en="Create or update the tables.")))
@click.pass_obj
def migrate(settings: BusSettings) -> None:
    """Bring the database to this version."""
    _prepare(settings, bring_up=True)
    click.echo(Text(ru="база готова", en="the database is ready"))


@bus.command(
    short_help=str(Text(ru="Доказать, что ничего не потеряно.", en="Prove that nothing is lost.")),
    help=str(
        Text(
            ru="Доказать: принято = доставлено + ждёт + выдано + отказано + истекло + в работе.",
            en="Prove: accepted = delivered + waiting + leased + refused + expired + received.",
        )
    ),
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.pass_obj
def check(settings: BusSettings, *, as_json: bool) -> None:
    """Print the balance and every difference; exit 1 when there is one."""
    store = _store(settings)
    try:
        report = store.check()
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        _print_check(report)
    sys.exit(0 if report.right else 1)


@bus.command(
    short_help=str(Text(ru="Всё об одном сообщении.", en="All about one message.")),
    help=str(
        Text(
            ru="Состояние, времена, получатели и события сообщения — без его содержимого; и из архива.",
            en="State, times, recipients and events of a message, without its content; from the archive too.",
        )
    ),
)
@click.argument("message_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.pass_obj
def message(settings: BusSettings, message_id: UUID, *, as_json: bool) -> None:
    """Print what the bus knows of a message; exit 1 when it knows nothing."""
    store = _store(settings)
    from mezhved.cli.bus_message import message_details, show_message  # noqa: PLC0415 - needs a started Django

    try:
        found = store.find(message_id)
        details = message_details(store, found) if found else None
    finally:
        store.close()
    if details is None:
        click.echo(Text(ru=f"сообщение {message_id} не найдено", en=f"no message {message_id}"), err=True)
        sys.exit(1)
    show_message(details, as_json=as_json)


_DAY = click.DateTime(["%Y-%m-%d"])


@bus.command(
    short_help=str(
        Text(ru="Статистика по системам, видам и дням.", en="Statistics by system, type and day.")
    ),
    help=str(
        Text(
            ru="Что системы отправили и получили по дням (московским); учёт отстаёт на пять-шесть минут.",
            en="What systems sent and took, by day (of Moscow); the counts are five or six minutes behind.",
        )
    ),
)
@click.option(
    "--from", "first", type=_DAY, help=str(Text(ru="первый день, иначе сегодня", en="first day, else today"))
)
@click.option(
    "--to", "last", type=_DAY, help=str(Text(ru="последний день, иначе сегодня", en="last day, else today"))
)
@click.option("--system", help=str(Text(ru="мнемоника системы", en="mnemonic of a system")))
@click.option("--type", "type_code", help=str(Text(ru="код вида сведений", en="code of an information type")))
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.pass_obj
def statistics(
    settings: BusSettings,
    first: datetime | None,
    last: datetime | None,
    system: str | None,
    type_code: str | None,
    *,
    as_json: bool,
) -> None:
    """Print the counts of each day, system and type."""
    store = _store(settings)
    from mezhved.bus.assembly import system_clock  # noqa: PLC0415 - slow to import
    from mezhved.bus.storage import day_of  # noqa: PLC0415
    from mezhved.cli.bus_statistics import show_statistics, system_id, type_id  # noqa: PLC0415

    today = day_of(system_clock())
    try:
        counts = store.archive.statistics(
            first.date() if first else today,
            last.date() if last else today,
            system_id(system) if system else None,
            type_id(type_code) if type_code else None,
        )
    finally:
        store.close()
    show_statistics(counts, settings.smev_mnemonic, as_json=as_json)


@bus.command(
    short_help=str(Text(ru="Регламентные работы.", en="Maintenance.")),
    help=str(
        Text(
            ru="on — за пять секунд все узлы начинают отвечать на любой вызов SMEV-60; off — работают снова; "
            "без слова — идут ли работы.",
            en="on: within five seconds every node answers every call with SMEV-60; off: they work again; "
            "without a word: how it stands.",
        )
    ),
)
@click.argument("switch", type=click.Choice(["on", "off"]), required=False)
@click.option("--reason", default="", help=str(Text(ru="зачем (в историю)", en="why (for the history)")))
@click.pass_obj
def maintenance(settings: BusSettings, switch: str | None, reason: str) -> None:
    """Begin or end the works, and tell how it stands."""
    _prepare(settings, bring_up=False)
    from mezhved.registry.acting import Actor, acting, system_user  # noqa: PLC0415 - needs a started Django
    from mezhved.registry.models import Maintenance  # noqa: PLC0415

    with acting(Actor(system_user(), "cli")):
        if switch == "on":
            Maintenance.begin(reason[:200], datetime.now(UTC))
        elif switch == "off":
            Maintenance.end()
    going = Maintenance.current()
    if going is None:
        click.echo(Text(ru="работ нет: шина принимает вызовы", en="no maintenance: the bus takes calls"))
        return
    since = going.since.isoformat(timespec="seconds")
    click.echo(Text(ru=f"работы идут с {since}", en=f"maintenance since {since}"))
    if going.reason:
        click.echo(f"  {going.reason}")


@bus.command(
    short_help=str(Text(ru="Цепочка сообщений дела.", en="The chain of messages of a case.")),
    help=str(
        Text(
            ru="Показать все сообщения цепочки: REFERENCE_ID — идентификатор первого (ReferenceMessageID) "
            "или любого другого её сообщения.",
            en="Show every message of a chain: REFERENCE_ID is the identifier of the first one "
            "(ReferenceMessageID), or of any other message of it.",
        )
    ),
)
@click.argument("reference_id", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.pass_obj
def chain(settings: BusSettings, reference_id: UUID, *, as_json: bool) -> None:
    """Print ids, kinds, states and times, without content; exit 1 when there is no such chain."""
    from mezhved.cli.bus_chain import show_chain  # noqa: PLC0415 - slow to import

    store = _store(settings)
    try:
        found = store.find(reference_id)
        messages = store.chain(found.reference_id or reference_id if found else reference_id)
    finally:
        store.close()
    if not messages:
        click.echo(Text(ru=f"цепочка {reference_id} не найдена", en=f"no chain {reference_id}"), err=True)
        sys.exit(1)
    show_chain(messages, as_json=as_json)


def _print_check(report: CheckReport) -> None:
    for each in report.totals:
        sign = "=" if each.balanced else "!="
        told = Text(
            ru=f"принято {each.accepted} {sign} доставлено {each.delivered} + ждёт {each.waiting}"
            f" + выдано {each.leased} + отказано {each.refused} + истекло {each.expired}"
            f" + в работе {each.received}",
            en=f"{each.accepted} accepted {sign} {each.delivered} delivered + {each.waiting} waiting"
            f" + {each.leased} leased + {each.refused} refused + {each.expired} expired"
            f" + {each.received} received",
        )
        click.echo(f"{each.kind.name:9} {told}")
    for found in report.differences:
        click.echo(f"! {found.text}: {found.count}; {', '.join(found.samples)}")
    if report.right:
        click.echo(Text(ru="расхождений нет", en="no differences"))


def _prepare(settings: BusSettings, *, bring_up: bool) -> None:
    from mezhved.site.setup import configure, migrate, require_migrated  # noqa: PLC0415 - starts Django

    configure(settings)
    if bring_up:
        migrate()
    require_migrated(settings)


def _leave_no_connection() -> None:
    from django.db import connections  # noqa: PLC0415 - a connection must not be carried over a fork

    connections.close_all()


def _store(settings: BusSettings) -> Store:
    from mezhved.bus.storage import DatabaseAddress, Store  # noqa: PLC0415 - slow to import

    _prepare(settings, bring_up=False)
    return Store.open(DatabaseAddress.of_url(settings.database))
