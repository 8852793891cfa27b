"""What SMEV says of a system, by calls that change nothing: no message is taken, none is acknowledged."""

from __future__ import annotations

import functools
import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from mezhved.gateway.checking.findings import Finding, Verdict, guarded, ok
from mezhved.gateway.checking.reaching import judged_skew
from mezhved.gateway.models import (
    Direction,
    Exchange,
    ExchangeState,
    InformationType,
    Message,
    MessageKind,
    Step,
    StepKind,
)
from mezhved.smev3.faults import FaultKind, SmevFaultError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem
    from mezhved.smev3.client import Smev3Client

QUOTA_WARNED: Final = 800
"""Messages of one queue; SMEV keeps 1000 by default and then refuses the senders."""
_SENT: Final = re.compile(rb"<(?:\w+:)?SendingTimestamp>\s*([^<\s]+)\s*</")
_ENDED: Final = (ExchangeState.ANSWERED, ExchangeState.REJECTED, ExchangeState.FAULTED)


def ask(gateway: Gateway, system: InformationSystem) -> Iterator[Finding]:
    """Ask whether SMEV knows the system and the types, and what waits in its queues."""
    client = gateway.connections.client(system)
    where = system.mnemonic
    found = guarded("registration", where, lambda: _registration(gateway, client, where))
    yield found
    if found.verdict is Verdict.FAILURE:
        return
    for kind in InformationType.objects.filter(is_active=True).defer("package").order_by("code"):
        place = f"{where}, {kind.code}"
        look = functools.partial(_right, gateway, client, system, kind, place)
        yield guarded("right", place, look)
    yield guarded("receipts", where, lambda: _receipts(system))


def _registration(gateway: Gateway, client: Smev3Client, where: str) -> Finding:
    """Make a call that every registered system may make: of its queues, or of a message that is none."""
    began = time.monotonic()
    if client.version.has_statistics:
        queues = client.queue_statistics()
        waiting = max((each.pending or 0 for each in queues), default=0)
        took = f"{(time.monotonic() - began) * 1000:.0f}"
        told = Text(
            ru=f"зарегистрирована; очередей {len(queues)}, ждёт {waiting}; вызов {took} мс",
            en=f"registered; {len(queues)} queues, {waiting} waiting; the call took {took} ms",
        )
        if waiting >= QUOTA_WARNED:
            cure = Text(
                ru="очередь почти полна: запустите опрос (mezhved gateway serve)",
                en="the queue is nearly full: have it polled (mezhved gateway serve)",
            )
            return Finding("registration", where, Verdict.WARNING, told, cure)
        return Finding("registration", where, Verdict.OK, told)
    try:
        client.ack(gateway.message_ids.new())
    except SmevFaultError as error:
        if error.fault.kind is not FaultKind.TARGET_MESSAGE_IS_NOT_FOUND:
            raise
    took = f"{(time.monotonic() - began) * 1000:.0f}"
    return ok(
        "registration", where, f"зарегистрирована; вызов {took} мс", f"registered; the call took {took} ms"
    )


def _right(
    gateway: Gateway,
    client: Smev3Client,
    system: InformationSystem,
    kind: InformationType,
    place: str,
) -> Finding:
    """Poll a queue of a node that there is none of: it is empty, but SMEV looks the type up."""
    node = f"check-{UUID(bytes=gateway.randomness(16)).hex[:12]}"
    try:
        client.get_response((kind.namespace, kind.request_root), node_id=node)
    except SmevFaultError as error:
        if error.fault.kind is not FaultKind.UNKNOWN_MESSAGE_TYPE:
            raise
        return Finding(
            "right",
            place,
            Verdict.FAILURE,
            Text(ru="СМЭВ не знает этого вида сведений", en="SMEV does not know this information type"),
            Text(
                ru="проверьте пространство имён и корень; запросите доступ к виду сведений в этом контуре",
                en="check namespace and root; ask for access to the type in this contour",
            ),
        )
    refused = _refused(system, kind)
    if refused is not None:
        return Finding(
            "right",
            place,
            Verdict.FAILURE,
            Text(
                ru=f"в доступе отказано: запрос от {refused:%Y-%m-%d %H:%M} UTC",
                en=f"access was denied to the request of {refused:%Y-%m-%d %H:%M} UTC",
            ),
            Text(
                ru="подайте заявку оператору СМЭВ на доступ к виду сведений",
                en="apply to SMEV's operator for access to the type",
            ),
        )
    return ok("right", place, "вид сведений известен, отказов нет", "the type is known, nothing was refused")


def _refused(system: InformationSystem, kind: InformationType) -> datetime | None:
    """Return when the last ended request of the type was made, if SMEV denied it access."""
    last = (
        Exchange.objects.filter(system=system, type=kind, direction=Direction.OUT, state__in=_ENDED)
        .order_by("-created_at")
        .first()
    )
    if last is None or last.state != ExchangeState.FAULTED:
        return None
    notices = Message.objects.filter(exchange=last, kind=MessageKind.NOTICE).values_list("details", flat=True)
    denied = any("SMEV-504" in str(each.get("fault") or "") for each in notices)
    return last.created_at if denied else None


def _receipts(system: InformationSystem) -> Finding:
    """Compare the clock with the time in SMEV's last receipt."""
    row = (
        Step.objects.filter(kind=StepKind.RECEIPT, exchange__system=system, octets__isnull=False)
        .order_by("-pk")
        .first()
    )
    found = None if row is None else _SENT.search(bytes(row.octets or b""))
    if row is None or found is None:
        return ok("receipts", system.mnemonic, "квитанций ещё нет", "there is no receipt yet")
    theirs = datetime.fromisoformat(found[1].decode())
    if theirs.tzinfo is None:
        return ok("receipts", system.mnemonic, "время без пояса", "a time without a zone")
    return judged_skew("receipts", system.mnemonic, row.at - theirs)
