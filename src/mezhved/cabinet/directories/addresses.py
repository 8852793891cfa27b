"""Addresses of the state register, found as one types."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.directories.folding import begins, words
from mezhved.cabinet.directories.gar.kinds import PLOT
from mezhved.cabinet.directories.gar.placing import NOISE
from mezhved.cabinet.models import AddressObject, AddressWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

_CANDIDATES: Final = 300
_MOST_WORDS: Final = 10


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is put into a form. `level`: of the register, 8 a street, 9 a plot, 10 a house."""

    guid: str
    text: str
    oktmo: str
    postcode: str
    region: str
    level: int


def find_addresses(text: str, limit: int = 10) -> list[Address]:
    """Return the addresses that a text means: `ленина 5 байк`; each word begins a word of the address.

    Words that begin with a digit are a house, or belong to a name (`8 Марта`): both are tried.
    """
    told = [each for each in words(text) if each not in NOISE] or words(text)
    told = told[:_MOST_WORDS]
    if not any(len(each) > 1 for each in told):
        return []
    found: dict[int, AddressObject] = {}
    for names, numbers in _readings(told):
        if numbers:
            _gather(found, _houses(_places(names)[:_CANDIDATES], numbers, limit))
        else:
            _gather(found, _ranked(_places(names)[:_CANDIDATES], names))
        if len(found) >= limit:
            break
    return _addresses(list(found.values())[:limit])


def address(guid: str) -> Address | None:
    """Return the address of a GUID of the register, or None."""
    try:
        wanted = uuid.UUID(guid)
    except ValueError:
        return None
    found = _addresses(AddressObject.objects.filter(guid=wanted, level__gt=0)[:1])
    return found[0] if found else None


def _readings(told: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Give the ways to divide words into those of a place and those of a house, the likeliest first."""
    numeric = [at for at, each in enumerate(told) if each[0].isdigit()]
    ways = [numeric[-1:], numeric, []] if numeric else [[]]
    if numeric[:1] == [0]:
        ways = [[], *ways]
    seen: list[list[int]] = []
    for way in ways:
        names = [each for at, each in enumerate(told) if at not in way]
        if way not in seen and names:
            seen.append(way)
            yield names, [told[at] for at in way]


def _places(names: Iterable[str]) -> QuerySet[AddressObject]:
    places = AddressObject.objects.filter(level__gt=0, level__lt=PLOT).exclude(whole="")
    for each in names:
        places = places.filter(pk__in=AddressWord.objects.filter(begins("word", each)).values("place"))
    return places


def _ranked(places: Iterable[AddressObject], names: Sequence[str]) -> list[AddressObject]:
    """Put first what is itself called so, then the larger, then the shorter."""

    def order(place: AddressObject) -> tuple[int, int, int, str]:
        own = words(place.name)
        called = sum(any(word.startswith(each) for word in own) for each in names)
        exact = sum(each in own for each in names)
        return (-called - exact, place.level, len(place.whole), place.whole)

    return sorted(places, key=order)


def _houses(places: Iterable[AddressObject], numbers: Sequence[str], limit: int) -> list[AddressObject]:
    """Return the houses of places whose number begins so, those of exactly this number first."""
    number = " ".join(numbers)
    above = {each.pk: each for each in places}
    found = AddressObject.objects.filter(
        begins("number", number), parent__in=list(above), level__gte=PLOT
    ).order_by("number")[: max(limit * 20, _CANDIDATES)]
    return sorted(
        found,
        key=lambda each: (
            each.number != number,
            len(each.number),
            each.number,
            above[each.parent or 0].whole,
        ),
    )


def _gather(found: dict[int, AddressObject], more: Iterable[AddressObject]) -> None:
    for each in more:
        found.setdefault(each.pk, each)


def _addresses(rows: Iterable[AddressObject]) -> list[Address]:
    """Make addresses; of a house what it lies in comes before, with the index and OKTMO it lacks."""
    rows = list(rows)
    keys = {each.parent for each in rows if each.parent is not None}
    above = {each.pk: each for each in AddressObject.objects.filter(pk__in=keys)}
    made = []
    for each in rows:
        parent = above.get(each.parent or 0)
        whole = each.whole or ", ".join(part for part in (parent.whole if parent else "", each.name) if part)
        made.append(
            Address(
                str(each.guid or ""),
                whole,
                each.oktmo or (parent.oktmo if parent else ""),
                each.postcode or (parent.postcode if parent else ""),
                f"{each.region:02}",
                each.level,
            )
        )
    return made
