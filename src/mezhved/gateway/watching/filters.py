"""The journal's filters: one way of narrowing it, whoever asks."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from mezhved.gateway.models import Direction, Exchange, InformationSystem, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from mezhved.gateway.watching.subjects import Subjects

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of the journal is wanted; what is empty narrows nothing. Moments are aware."""

    direction: str = ""
    states: Sequence[str] = ()
    types: Sequence[str] = ()
    """Codes."""
    system: str = ""
    """`MNEMONIC` or `MNEMONIC@connection`."""
    department: str = ""
    executor: str = ""
    """Code."""
    counterpart: str = ""
    case_number: str = ""
    person: str = ""
    """A number or name in any writing."""
    message_id: str = ""
    client_id: str = ""
    is_test: bool | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the journal, which is read from its end: what comes after is older."""

    at: datetime
    key: int

    @classmethod
    def parse(cls, cursor: str) -> Place:
        """Read a cursor; raise ValueError."""
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
            micros, _, key = text.partition(".")
            return cls(_EPOCH + int(micros) * _MICROSECOND, int(key))
        except (binascii.Error, UnicodeDecodeError, OverflowError) as error:
            raise ValueError(cursor) from error

    @classmethod
    def of(cls, exchange: Exchange) -> Place:
        """Return the place of an exchange."""
        return cls(exchange.created_at, exchange.pk)

    @property
    def cursor(self) -> str:
        """The place as callers hand it back."""
        text = f"{(self.at - _EPOCH) // _MICROSECOND}.{self.key}"
        return base64.urlsafe_b64encode(text.encode("ascii")).rstrip(b"=").decode("ascii")


def journal(filters: Filters, subjects: Subjects, after: Place | None = None) -> QuerySet[Exchange]:
    """Return the exchanges wanted, the youngest first, from behind `after` on."""
    found = Exchange.objects.filter(_condition(filters))
    if filters.person:
        found = found.filter(subjects.condition(filters.person))
    if after is not None:
        # The first condition is what the index is entered by.
        beyond = Q(created_at__lt=after.at) | Q(created_at=after.at, pk__lt=after.key)
        found = found.filter(Q(created_at__lte=after.at), beyond)
    return found.order_by("-created_at", "-pk")


def _condition(filters: Filters) -> Q:
    condition = Q()
    mnemonic, _, connection = filters.system.partition("@")
    plain = {
        "direction": filters.direction,
        "state__in": filters.states,
        "type__code__in": filters.types,
        "system__mnemonic": mnemonic,
        "system__connection__name": connection,
        "department__code": filters.department,
        "executor": filters.executor,
        "counterpart": filters.counterpart,
        "created_at__gte": filters.since,
        "created_at__lt": filters.before,
    }
    for name, value in plain.items():
        if value:
            condition &= Q(**{name: value})
    if filters.case_number:
        # SQLite takes the index of numbers that are not empty only where the query says it in so many words.
        condition &= Q(case_number=filters.case_number) & ~Q(case_number="")
    if filters.is_test is not None:
        condition &= Q(is_test=filters.is_test)
    for name in ("message_id", "client_id"):
        value = getattr(filters, name)
        if value:
            # By system and direction too, which the unique indexes of both begin with.
            rows = Message.objects.filter(
                system__in=InformationSystem.objects.values("pk"), direction__in=Direction.values
            )
            condition &= Q(pk__in=rows.filter(**{name: value}).values("exchange_id"))
    return condition
