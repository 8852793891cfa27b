"""What the metrics tell of the database at the moment of asking: queues, counts, terms of certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Min, Sum

from mezhved.gateway.models import DayCount, Delivery, Message, SigningKey, Step
from mezhved.gost import Certificate
from mezhved.service.metrics import Figure
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_DAY_SECONDS: Final = 86400.0


def figures(now: datetime) -> Iterator[Figure]:
    """Ask the database."""
    yield _events()
    yield from _outbox(now)
    yield from _webhooks(now)
    yield Figure(
        "mezhved_gateway_unsealed_steps",
        "Steps that have no place in the journal's hash chain yet",
        (),
        {(): float(Step.objects.filter(position=None).count())},
    )
    yield _certificates(now)


def _events() -> Figure:
    labels = ("system", "type", "kind", "state")
    columns = ("system__mnemonic", "type__code", "kind", "state")
    rows: Any = DayCount.objects.order_by().values_list(*columns).annotate(total=Sum("events"))
    return Figure(
        "mezhved_gateway_events",
        "What happened to exchanges, by kind of event and state after it; the same on every node",
        labels,
        {tuple(each or "" for each in row[:4]): float(row[4]) for row in rows},
        is_counter=True,
    )


def _outbox(now: datetime) -> Iterator[Figure]:
    waiting: Any = Message.objects.filter(send_after__isnull=False).order_by().values_list("system__mnemonic")
    rows = list(waiting.annotate(waiting=Count("pk"), oldest=Min("created_at")))
    yield Figure(
        "mezhved_gateway_outbox_messages",
        "Messages taken and not sent yet",
        ("system",),
        {(name,): float(count) for name, count, _ in rows},
    )
    yield Figure(
        "mezhved_gateway_outbox_oldest_seconds",
        "Age of the oldest message not sent yet, seconds",
        ("system",),
        {(name,): max(0.0, (now - oldest).total_seconds()) for name, _, oldest in rows},
    )


def _webhooks(now: datetime) -> Iterator[Figure]:
    row: dict[str, Any] = Delivery.objects.filter(next_at__isnull=False).aggregate(
        waiting=Count("pk"), oldest=Min("created_at")
    )
    oldest = row["oldest"]
    yield Figure(
        "mezhved_gateway_webhook_waiting",
        "Notices that are still to be delivered",
        (),
        {(): float(row["waiting"])},
    )
    yield Figure(
        "mezhved_gateway_webhook_oldest_seconds",
        "Age of the oldest notice that is still to be delivered, seconds",
        (),
        {(): 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())},
    )


def _certificates(now: datetime) -> Figure:
    left: dict[tuple[str, ...], float] = {}
    for key in SigningKey.objects.select_related("system").filter(is_active=True, system__is_active=True):
        try:
            certificate = Certificate.parse(key.certificate.encode())
        except MezhvedError:
            continue
        left[key.system.mnemonic, key.name, key.purpose] = (
            certificate.not_after - now
        ).total_seconds() / _DAY_SECONDS
    return Figure(
        "mezhved_gateway_certificate_days_left",
        "Days until a signing certificate ends; below zero: it has ended",
        ("system", "key", "purpose"),
        left,
    )
