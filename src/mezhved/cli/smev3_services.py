"""`mezhved smev3 transaction-code|listen-push`: the services beside the exchange."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

import click

from mezhved.cli.smev3_connection import help_text
from mezhved.smev3.client import HttpTransport
from mezhved.smev3.push import PushListener
from mezhved.smev3.transactions import FrguInformation, TransactionCodeClient
from mezhved.smev3.transactions.messages import CODE_LENGTH, DESCRIPTION_LENGTH

if TYPE_CHECKING:
    from mezhved.smev3.push import PushNotification

DEFAULT_ADDRESS = "http://127.0.0.1:7500/tm/Marker"


def _bounded(length: int) -> click.ParamType[str]:
    class Bounded(click.ParamType[str]):
        name = "text"

        def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
            text = str(value)
            if not 1 <= len(text) <= length:
                self.fail(help_text(f"нужно 1-{length} знаков", f"1-{length} characters"), param, ctx)
            return text

    return Bounded()


@click.command(
    "transaction-code",
    help=help_text(
        "Получить код транзакции в сервисе кодов (generateMark) и напечатать его.",
        "Ask the transaction-code service (generateMark) for a code and print it.",
    ),
)
@click.option(
    "--url",
    default=DEFAULT_ADDRESS,
    show_default=True,
    help=help_text("адрес сервиса", "address of the service"),
)
@click.option(
    "--frgu",
    required=True,
    type=_bounded(CODE_LENGTH),
    metavar="CODE",
    help=help_text("код услуги или функции в ФРГУ", "FRGU code of the service or function"),
)
@click.option(
    "--participant",
    required=True,
    type=_bounded(CODE_LENGTH),
    metavar="CODE",
    help=help_text("код участника взаимодействия в ФРГУ", "FRGU code of the participant"),
)
@click.option(
    "--service",
    type=_bounded(DESCRIPTION_LENGTH),
    metavar="TEXT",
    help=help_text("сведения об услуге", "what the service is"),
)
@click.option(
    "--recipient",
    type=_bounded(DESCRIPTION_LENGTH),
    metavar="TEXT",
    help=help_text("сведения о получателе услуги", "who receives it"),
)
@click.option(
    "--timeout", default=60.0, show_default=True, help=help_text("секунд ждать ответа", "seconds to wait")
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
def transaction_code(
    *,
    url: str,
    frgu: str,
    participant: str,
    service: str | None,
    recipient: str | None,
    timeout: float,
    as_json: bool,
) -> None:
    """Print the code, ready for `mezhved smev3 send --transaction-code`."""
    client = TransactionCodeClient(url, HttpTransport(read_timeout=timeout))
    marker = client.generate(FrguInformation(participant, frgu, service, recipient))
    if as_json:
        told = {"transaction_uuid": marker.uuid, "transaction_code": marker.code}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(marker.code)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: every notice is printed already."""


@click.command(
    "listen-push",
    help=help_text(
        "Принимать уведомления СМЭВ о новых сообщениях и печатать каждое строкой JSON. Адрес "
        "регистрирует оператор: mezhved registry push add.",
        "Take SMEV's notices of new messages and print each as a line of JSON. The operator registers "
        "the address: mezhved registry push add.",
    ),
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help=help_text("где слушать", "where to listen")
)
@click.option("--port", default=7600, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--count",
    type=click.IntRange(1),
    help=help_text("закончить после стольких уведомлений", "end after so many notices"),
)
def listen_push(host: str, port: int, count: int | None) -> None:
    """Serve one notice after another; the address goes to standard error."""
    taken = 0

    def take(notice: PushNotification) -> None:
        nonlocal taken
        queues = {each.name: each.size for each in notice.queues}
        click.echo(json.dumps({"at": notice.at.isoformat(), "queues": queues}, ensure_ascii=False))
        sys.stdout.flush()
        taken += 1

    with make_server(host, port, PushListener(take), handler_class=_Quiet) as server:
        click.echo(f"http://{host}:{server.server_port}/", err=True)
        while count is None or taken < count:
            server.handle_request()
