"""Duties: work of which one process at a time does a part, whatever happens to the others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from mezhved.gateway.models import Duty
from mezhved.gateway.statements import moment, rows

if TYPE_CHECKING:
    from datetime import datetime


def take_duty(name: str, owner: str, now: datetime, seconds: float) -> bool:
    """Take a duty, or keep it, for so many seconds; false while another process holds it.

    A duty held for more than half of its time still is not written anew.
    """
    if _held(name, owner, now + timedelta(seconds=seconds / 2)):
        return True
    until = now + timedelta(seconds=seconds)
    taken = Duty.objects.filter(Q(owner=owner) | Q(until__lt=now), name=name).update(owner=owner, until=until)
    if taken:
        return True
    if Duty.objects.filter(name=name).exists():
        return False
    try:
        with transaction.atomic():
            Duty.objects.create(name=name, owner=owner, until=until)
    except IntegrityError:
        return False
    return True


def _held(name: str, owner: str, until: datetime) -> bool:
    """Tell whether the duty is the owner's for longer than until then; asked all the time."""
    said = [name, owner, moment(until)]
    return bool(rows("SELECT 1 FROM gateway_duty WHERE name = %s AND owner = %s AND until > %s", said))


def leave(name: str, owner: str) -> None:
    """Let another process take the duty at once."""
    Duty.objects.filter(name=name, owner=owner).delete()
