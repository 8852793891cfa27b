"""A process of a gateway that asks, answers and exchanges until it is killed, and tells what it did.

Each line of its standard output is written by one system call: "asking <id>" before a request is taken,
"taken <id>" after it.
"""

# ruff: noqa: PLC0415 - models are there once `main` has started Django

from __future__ import annotations

import os
import sys
import threading
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from mezhved.bench.gateways import TYPE
from mezhved.bench.installation import CONSUMER, REQUEST, RESPONSE
from mezhved.bench.load import business_data
from mezhved.configuration import load_gateway_settings
from mezhved.service.logs import configure_logs
from mezhved.site.setup import configure

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.assembly import Gateway

PAUSE = 0.02
BACKLOG = 60
QUIET_SECONDS = 90.0


def say(*words: object) -> None:
    """Tell the harness; what was written survives the death of this process."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def ask(gateway: Gateway) -> None:
    """Take one request, as the participant's system would."""
    from mezhved.gateway.models import InformationSystem, InformationType, Message
    from mezhved.gateway.outbox import RequestDraft, take_request

    if Message.objects.filter(send_after__isnull=False).count() > BACKLOG:
        return
    system = InformationSystem.objects.select_related("connection").get(mnemonic=CONSUMER)
    kind = InformationType.objects.get(code=TYPE)
    client_id = str(uuid.uuid4())
    say("asking", client_id)
    take_request(gateway, RequestDraft(system, kind, business_data(REQUEST), client_id))
    say("taken", client_id)


def answer(gateway: Gateway) -> None:
    """Answer what came, by an id of its own, so that two who answer give one answer."""
    from mezhved.gateway.errors import Conflict
    from mezhved.gateway.models import Direction, Exchange, ExchangeState
    from mezhved.gateway.outbox import ResponseDraft, take_response

    new = Exchange.objects.select_related("system__connection", "type").filter(
        direction=Direction.IN, state=ExchangeState.NEW
    )
    for each in new.order_by("pk")[:10]:
        with suppress(Conflict):
            draft = ResponseDraft(each, business_data(RESPONSE), f"answer-{each.uid}")
            take_response(gateway, draft)


def guarded(act: Callable[[Gateway], None], gateway: Gateway) -> None:
    """Act, and tell what went wrong."""
    try:
        act(gateway)
    except Exception as error:  # noqa: BLE001 - told in the verdict
        say("wrong", type(error).__name__, str(error).replace("\n", " ")[:300])


def live(gateway: Gateway) -> None:
    """Work until killed."""
    end = threading.Event()

    def repeat(act: Callable[[Gateway], None]) -> None:
        while not end.is_set():
            guarded(act, gateway)
            time.sleep(PAUSE)

    for act in (ask, ask, answer):
        threading.Thread(target=repeat, args=(act,), daemon=True).start()
    say("ready")
    end.wait(600)


def finish(gateway: Gateway) -> None:
    """Answer what is left and wait until nothing is open, or nothing moves any more."""
    from mezhved.gateway.models import Exchange, Message
    from mezhved.gateway.models.exchanges import OPEN_STATES

    say("ready")
    before, moved = -1, time.monotonic()
    while time.monotonic() - moved < QUIET_SECONDS:
        guarded(answer, gateway)
        left = Exchange.objects.filter(state__in=OPEN_STATES).count()
        left += Message.objects.filter(send_after__isnull=False).count()
        if left == 0:
            return
        if left != before:
            before, moved = left, time.monotonic()
        time.sleep(0.1)


def main() -> None:
    """Work as the argument says: `live` or `finish`."""
    settings = load_gateway_settings(os.environ)
    configure_logs(settings.log_level, settings.log_format)  # to standard error: the other is for `say`
    configure(settings)
    from mezhved.gateway.assembly import build_gateway
    from mezhved.gateway.journal import seal
    from mezhved.gateway.loops import Loops

    gateway = build_gateway(settings)
    loops = Loops(gateway)
    loops.start()
    if sys.argv[1] == "live":
        live(gateway)
    finish(gateway)
    loops.end()
    while seal(gateway):
        pass


if __name__ == "__main__":
    main()
