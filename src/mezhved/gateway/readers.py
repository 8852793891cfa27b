"""How far those who follow the order of events have come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import Reader
from mezhved.gateway.queries import Prepared
from mezhved.gateway.rows import update

if TYPE_CHECKING:
    from django.db.models import QuerySet

_READER: Final = Prepared[Reader]()


def reader_of(name: str, begin: int = 0) -> Reader:
    """Return a reader; one that is new begins after the position given."""
    known = _READER.first(_named, name)
    if known is not None:
        return known
    return Reader.objects.get_or_create(name=name, defaults={"position": begin})[0]


def has_come(reader: Reader, position: int) -> None:
    """Note how far a reader has come, inside the transaction of what it did."""
    if position != reader.position:
        reader.position = position
        update(reader, "position")


def _named(name: str) -> QuerySet[Reader]:
    return Reader.objects.filter(name=name)
