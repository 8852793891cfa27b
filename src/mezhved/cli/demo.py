"""`mezhved demo`: a bus, a consumer and a provider at work on this machine."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path

import click

from mezhved.texts import Text

SAME_REQUEST_SECONDS = 1.0


@click.command(
    short_help=str(Text(ru="Показать обмен на этой машине.", en="Show the exchange on this machine.")),
    help=str(
        Text(
            ru="Показать обмен: тестовые ключи, реестр, шина, потребитель и поставщики на этой машине.",
            en="Show the exchange: test keys, a registry, the bus, a consumer and providers on this machine.",
        )
    ),
)
@click.option(
    "--once",
    is_flag=True,
    help=str(
        Text(
            ru="по одному обмену каждого рода; код 0, только если всё верно",
            en="one exchange of every kind; code 0 only if all of it was right",
        )
    ),
)
@click.option(
    "--bus-only",
    is_flag=True,
    help=str(
        Text(
            ru="после показа оставить одну шину: очереди поставщиков никто не разбирает",
            en="after the show leave the bus alone: nobody empties the providers' queues",
        )
    ),
)
@click.option(
    "--port",
    envvar="MEZHVED_DEMO_PORT",
    show_envvar=True,
    default=7500,
    show_default=True,
    type=click.IntRange(1, 65535),
    help=str(Text(ru="порт шины на 127.0.0.1", en="port of the bus on 127.0.0.1")),
)
@click.option(
    "--dir",
    "folder",
    envvar="MEZHVED_DEMO_DIR",
    show_envvar=True,
    default="var/demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=str(Text(ru="каталог состояния", en="folder of the state")),
)
def demo(*, once: bool, bus_only: bool, port: int, folder: Path) -> None:
    """Run until done or Ctrl-C."""
    from mezhved.demo.run import DemoOptions, run_demo  # noqa: PLC0415 - slow to import

    stop = threading.Event()
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    asked: list[float] = []

    def finish(number: int, _frame: object) -> None:
        # The exchange in hand is finished; who asks again does not want to wait. A terminal and `make`
        # may both pass on one and the same request.
        stop.set()
        asked.append(time.monotonic())
        if asked[-1] - asked[0] > SAME_REQUEST_SECONDS:
            signal.signal(number, usual[signal.Signals(number)])
            signal.raise_signal(number)

    for number in usual:
        signal.signal(number, finish)
    right = run_demo(DemoOptions(folder, port, once, bus_only), click.echo, stop)
    sys.exit(0 if right else 1)
