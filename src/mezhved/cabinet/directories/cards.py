"""Cards of persons and organisations: personal data, kept within a department and for a term."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.http import Http404

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission
from mezhved.cabinet.directories.card_fields import FIELDS, title_of
from mezhved.cabinet.directories.folding import folded, words
from mezhved.cabinet.models import Card

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Department

KEPT: Final = timedelta(days=365)
"""For how long a card is kept where nothing else is said."""
LONGEST_KEPT: Final = timedelta(days=5 * 366)
_BATCH: Final = 500

__all__ = [
    "FIELDS",
    "KEPT",
    "LONGEST_KEPT",
    "card_of",
    "cards_of",
    "find",
    "forget_due",
    "keep",
    "new_card",
    "remove",
]


def cards_of(visit: Visit) -> QuerySet[Card]:
    """Return the cards of the departments in which the account asks or answers, those in force."""
    held = [visit.access.departments(each) for each in (Permission.ASK, Permission.ANSWER)]
    mine = {pk for each in held for pk in each.values_list("pk", flat=True)}
    return Card.objects.filter(department__in=mine, keep_until__gte=visit.now.date()).order_by("title", "pk")


def find(visit: Visit, text: str, limit: int = 10, kind: str = "") -> list[Card]:
    """Return the cards that have every word of a text: of a name, of any number."""
    found = cards_of(visit).filter(**({"kind": kind} if kind else {}))
    told = words(text)
    if not told:
        return []
    # Numbers are kept without separators, and typed with them: 112-233-445 95.
    joined = "".join(each for each in told if each.isdigit())
    every = Q()
    for each in told:
        every &= Q(folded__contains=each)
    either = every | Q(folded__contains=joined) if len(joined) > 5 else every  # noqa: PLR2004 - a number, not a day
    return list(found.filter(either).select_related("department")[:limit])


def card_of(visit: Visit, uid: uuid.UUID) -> Card:
    """Return a card that the account may see, and keep that it was seen. Raises `Http404` for any other."""
    found = cards_of(visit).select_related("department").filter(uid=uid).first()
    if found is None:
        raise Http404
    audit.record(visit, "card_viewed", subject=str(found.uid))
    return found


def new_card(
    kind: str, department: Department, values: Mapping[str, str], now: datetime, keep_until: date
) -> Card:
    """Make a card that nobody in person added."""
    card = Card(kind=kind, added_at=now)
    _write(card, department, values, now, keep_until)
    return card


def keep(
    visit: Visit, card: Card, department: Department, values: Mapping[str, str], keep_until: date
) -> Card:
    """Write a card, new or known, with values that `card_fields.check` returned."""
    is_new = card.pk is None
    if is_new:
        card.added_at = visit.now
    card.changed_by = visit.account.user
    _write(card, department, values, visit.now, keep_until)
    audit.record(visit, "card_added" if is_new else "card_changed", subject=str(card.uid))
    return card


def _write(
    card: Card, department: Department, values: Mapping[str, str], now: datetime, keep_until: date
) -> None:
    card.department = department
    card.fields = dict(values)
    card.title = title_of(card.kind, values)
    searched = [each for kind, each in values.items() if kind not in {"gender", "address_guid"}]
    card.folded = folded("\n".join(searched))
    card.keep_until, card.changed_at = keep_until, now
    card.save()


def remove(visit: Visit, card: Card) -> None:
    """Delete a card."""
    audit.record(visit, "card_deleted", subject=str(card.uid))
    card.delete()


def forget_due(now: datetime, most: int = _BATCH) -> int:
    """Delete cards whose term is over; return how many."""
    due = list(Card.objects.filter(keep_until__lt=now.date()).values_list("pk", flat=True)[:most])
    return Card.objects.filter(pk__in=due).delete()[0] if due else 0
