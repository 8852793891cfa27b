"""Telling of terms that are near or over: an event for the participant's systems, letters for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from mezhved.gateway.events import tell
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Exchange, Person, Reminder, ReminderKind
from mezhved.gateway.provider.letters import letter_of, put
from mezhved.gateway.provider.work import OWED

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Department

PERIOD_SECONDS: Final = 15.0
BATCH: Final = 200


def remind_due(gateway: Gateway) -> int:
    """Tell of every term whose moment has come, once whatever processes do it; return to how many."""
    due = Reminder.objects.filter(at__lte=gateway.clock(), done_at=None)
    running = due.filter(Q(exchange__paused_at=None) | ~Q(exchange__state__in=OWED))
    keys = list(running.order_by("at", "pk").values_list("pk", flat=True)[:BATCH])
    for key in keys:
        with transaction.atomic():
            _remind(gateway, key)
    return len(keys)


def addressees(reminder: Reminder, exchange: Exchange) -> set[str]:
    """Return who is written to: of a near term the executor; of one that is over, heads ever further up."""
    department = exchange.department
    if department is None:
        return set()
    own = Person.objects.filter(department=department, name=exchange.executor).exclude(email="")
    executor = {each.email for each in own}
    if reminder.kind == ReminderKind.NEAR:
        return executor or _mailbox(department)
    above = list(department.upwards())
    whose = above[min(reminder.level, len(above) - 1)]
    heads = {each.email for each in Person.objects.filter(department=whose, is_head=True).exclude(email="")}
    found = heads or _mailbox(whose)
    return found | executor | _mailbox(department) if reminder.level == 0 else found


def _remind(gateway: Gateway, key: int) -> None:
    now = gateway.clock()
    reminder = Reminder.objects.filter(pk=key).first()
    if reminder is None:
        return  # its term has changed meanwhile
    exchange = Exchange.objects.select_for_update().get(reminders=key)
    taken = Reminder.objects.filter(pk=key, done_at=None, at__lte=now).update(done_at=now)
    if not taken or exchange.state not in OWED or exchange.due_at is None:
        return
    tell(exchange, None, f"term_{reminder.kind}", now)
    if not gateway.settings.mail_host:
        return
    known = Exchange.objects.select_related("type", "department").defer("type__package").get(pk=exchange.pk)
    letter = letter_of(gateway.settings, known, ReminderKind(reminder.kind))
    for address in sorted(addressees(reminder, known)):
        about = f"{known.uid} {reminder.kind} {reminder.level} {exchange.due_at:%Y%m%d%H%M%S}"
        put(gateway, about, address, letter)


def _mailbox(department: Department) -> set[str]:
    return {department.email} if department.email else set()


class Reminders(Loop):
    """Reminds until stopped; many may do it at once."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "reminders")

    def tick(self) -> float:
        """Tell what is due."""
        told = remind_due(self._gateway)
        self.went_well()
        return 0.0 if told >= BATCH else PERIOD_SECONDS
