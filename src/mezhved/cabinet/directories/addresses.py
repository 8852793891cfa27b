"""Addresses of the state register, found as one types."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.directories.folding import begins, words
from mezhved.cabinet.directories.gar.kinds import FLAT, PLOT
from mezhved.cabinet.directories.gar.placing import NOISE
from mezhved.cabinet.models import AddressObject, AddressWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

_CANDIDATES: Final = 300
_MOST_WORDS: Final = 10
_DEEPEST: Final = 4
"""A room lies in a flat, the flat in a house, the house in a street."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is put into a form.

    `level`: of the register, 8 a street, 9 a plot, 10 a house, 11 a flat, 12 a room of one.
    """

    guid: str
    text: str
    oktmo: str
    postcode: str
    region: str
    level: int


def find_addresses(text: str, limit: int = 10) -> list[Address]:
    """Return the addresses that a text means: `ленина 5 байк`; each word begins a word of the address.

    Words that begin with a digit are a house and maybe a flat of it, or belong to a name (`8 Марта`): all are
    tried.
    """
    told = [each for each in words(text) if each not in NOISE] or words(text)
    told = told[:_MOST_WORDS]
    if not any(len(each) > 1 for each in told):
        return []
    found: dict[int, AddressObject] = {}
    for names, numbers in _readings(told):
        if numbers:
            places = list(_places(names)[:_CANDIDATES])
            _gather(found, _houses(places, numbers, limit))
            _gather(found, _flats(places, numbers, limit))
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


def _flats(places: Iterable[AddressObject], numbers: Sequence[str], limit: int) -> list[AddressObject]:
    """Return the flats whose number begins as the last one, in the houses of just the numbers before it."""
    if len(numbers) < 2:  # noqa: PLR2004 - a house and a flat
        return []
    houses = AddressObject.objects.filter(
        number=" ".join(numbers[:-1]),
        parent__in=[each.pk for each in places],
        level__gte=PLOT,
        level__lt=FLAT,
    )
    keys = list(houses.values_list("pk", flat=True)[:_CANDIDATES])
    found = AddressObject.objects.filter(begins("number", numbers[-1]), parent__in=keys, level=FLAT)
    rows = list(found.order_by("number")[: max(limit * 20, _CANDIDATES)])
    return sorted(rows, key=lambda each: (each.number != numbers[-1], len(each.number), each.number))


def _gather(found: dict[int, AddressObject], more: Iterable[AddressObject]) -> None:
    for each in more:
        found.setdefault(each.pk, each)


def _addresses(rows: Iterable[AddressObject]) -> list[Address]:
    """Make addresses; what an object lies in comes before, with the index and OKTMO that it lacks."""
    rows = list(rows)
    above = _above(rows)
    made = []
    for each in rows:
        lineage = [each]
        while (not lineage[-1].whole or len(lineage) == 1) and lineage[-1].parent in above:
            lineage.append(above[lineage[-1].parent or 0])
        names: list[str] = []
        for one in lineage:
            names.append(one.whole or one.name)
            if one.whole:
                break
        made.append(
            Address(
                str(each.guid or ""),
                ", ".join(name for name in reversed(names) if name),
                next((one.oktmo for one in lineage if one.oktmo), ""),
                next((one.postcode for one in lineage if one.postcode), ""),
                f"{each.region:02}",
                each.level,
            )
        )
    return made


def _above(rows: Iterable[AddressObject]) -> dict[int, AddressObject]:
    """Return what the objects lie in: of flats and houses up to the place that has a full address."""
    above: dict[int, AddressObject] = {}
    wanted = {each.parent for each in rows if each.parent is not None}
    for _ in range(_DEEPEST):
        fetched = AddressObject.objects.in_bulk(list(wanted))
        above |= fetched
        wanted = {each.parent for each in fetched.values() if each.parent is not None and not each.whole}
        wanted -= above.keys()
        if not wanted:
            break
    return above
