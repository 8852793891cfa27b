"""From events to what each address is to be told: in the order of events, nothing left out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from mezhved.gateway.access.callers import caller_of
from mezhved.gateway.events import last_position
from mezhved.gateway.models import KEY_RUNS_OUT, Delivery, DeliveryState, Event, Webhook

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.models import KeyWarning

BATCH: Final = 500
TRIED_FOR: Final = timedelta(days=1)


def in_force(now: datetime) -> Q:
    """Return the condition of addresses whose token is in force."""
    expires = Q(token__expires_at=None) | Q(token__expires_at__gt=now)
    return expires & Q(is_active=True, token__revoked_at=None)


def plan(now: datetime) -> int:
    """Look at new events for every address; return how many deliveries were made.

    Only the holder of the duty calls it.
    """
    last = last_position()
    behind = Webhook.objects.filter(in_force(now), position__lt=last)
    return sum(_plan_one(each, last, now) for each in behind.select_related("token"))


def _plan_one(webhook: Webhook, last: int, now: datetime) -> int:
    visible = caller_of(webhook.token).visible("exchange__")
    events = Event.objects.filter(visible, position__gt=webhook.position, position__lte=last)
    if webhook.kinds:
        events = events.filter(kind__in=webhook.kinds)
    found = list(events.order_by("position").only("pk", "position")[:BATCH])
    reached = (found[-1].position or last) if len(found) == BATCH else last
    with transaction.atomic():
        Delivery.objects.bulk_create(
            [
                Delivery(
                    webhook=webhook,
                    event=each,
                    state=DeliveryState.WAITING,
                    next_at=now,
                    give_up_at=now + TRIED_FOR,
                    created_at=now,
                )
                for each in found
            ],
            ignore_conflicts=True,
        )
        Webhook.objects.filter(pk=webhook.pk).update(position=reached)
    return len(found)


def of_keys(warning: KeyWarning) -> None:
    """Have the addresses told of a key's end whose tokens have any right in the key's system."""
    for webhook in Webhook.objects.filter(in_force(warning.at)).select_related("token"):
        seen = any(each.system == warning.key.system.pk for each in caller_of(webhook.token).rights)
        if seen and (not webhook.kinds or KEY_RUNS_OUT in webhook.kinds):
            Delivery.objects.get_or_create(
                webhook=webhook,
                key_warning=warning,
                defaults={
                    "state": DeliveryState.WAITING,
                    "next_at": warning.at,
                    "give_up_at": warning.at + TRIED_FOR,
                    "created_at": warning.at,
                },
            )


def tell_again(delivery: Delivery, now: datetime) -> None:
    """Have a delivery tried again at once, and for a day."""
    with transaction.atomic():
        delivery.state, delivery.attempts, delivery.next_at = DeliveryState.WAITING, 0, now
        delivery.give_up_at, delivery.settled_at = now + TRIED_FOR, None
        delivery.save(update_fields=["state", "attempts", "next_at", "give_up_at", "settled_at"])
        Webhook.objects.filter(pk=delivery.webhook_id).update(quiet_until=None)
