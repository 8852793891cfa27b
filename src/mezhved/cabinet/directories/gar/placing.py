"""Full addresses of places and the words they are found by, from the top of a region downwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F

from mezhved.cabinet.directories.folding import words
from mezhved.cabinet.directories.gar.kinds import PLOT, titled
from mezhved.cabinet.models import AddressObject, AddressWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STEP: Final = 500
_DEEPEST: Final = 20
NOISE: Final = frozenset(
    [
        "ул",
        "улица",
        "г",
        "гор",
        "город",
        "обл",
        "область",
        "р",
        "н",
        "район",
        "пер",
        "переулок",
        "проезд",
        "пр",
        "кт",
        "проспект",
        "д",
        "дом",
        "кв",
        "квартира",
        "к",
        "корп",
        "корпус",
        "стр",
        "строение",
        "п",
        "пос",
        "поселок",
        "пгт",
        "с",
        "село",
        "дер",
        "деревня",
        "ш",
        "шоссе",
        "б",
        "бульвар",
        "пл",
        "площадь",
        "наб",
        "набережная",
        "мкр",
        "микрорайон",
        "тер",
        "территория",
        "снт",
        "респ",
        "республика",
        "край",
        "ао",
        "м",
        "о",
        "городской",
        "округ",
        "зд",
        "здание",
        "влд",
        "владение",
        "уч",
        "участок",
        "им",
        "имени",
        "з",
        "у",
    ]
)
"""Words that say what a thing is, not how it is called: nobody finds a place by them alone."""


def place_region(region: int) -> tuple[int, int]:
    """Write the full addresses of a region's places; return how many places, houses and plots it has."""
    there = AddressObject.objects.filter(region=region)
    there.filter(parent__isnull=True, municipal_parent__isnull=False).update(parent=F("municipal_parent"))
    reached = {
        each.pk: titled(each.kind, each.name)
        for each in there.filter(parent__isnull=True, level__gt=0, level__lt=PLOT)
    }
    _write(reached)
    for _ in range(_DEEPEST):
        below: list[int] = []
        for parents in _batches(sorted(reached)):
            children = there.filter(parent__in=parents, level__gt=0, level__lt=PLOT)
            wholes = dict(AddressObject.objects.filter(pk__in=parents).values_list("pk", "whole"))
            found = {
                each.pk: f"{wholes[each.parent]}, {titled(each.kind, each.name)}"
                for each in children
                if each.parent is not None
            }
            _write(found)
            below += found
        if not below:
            break
        reached = dict.fromkeys(below, "")
    places = there.filter(level__gt=0, level__lt=PLOT).count()
    return places, there.filter(level__gte=PLOT).count()


def _batches(keys: Iterable[int]) -> Iterator[tuple[int, ...]]:
    pending: list[int] = []
    for each in keys:
        pending.append(each)
        if len(pending) == _STEP:
            yield tuple(pending)
            pending.clear()
    if pending:
        yield tuple(pending)


def _write(wholes: Mapping[int, str]) -> None:
    """Keep full addresses that are new, with their words."""
    for keys in _batches(wholes):
        changed = [
            each for each in AddressObject.objects.filter(pk__in=keys) if each.whole != wholes[each.pk]
        ]
        for each in changed:
            each.whole = wholes[each.pk]
        with transaction.atomic():
            AddressObject.objects.bulk_update(changed, ["whole"])
            AddressWord.objects.filter(place__in=[each.pk for each in changed]).delete()
            AddressWord.objects.bulk_create(
                AddressWord(word=word[:100], place=each.pk)
                for each in changed
                for word in sorted(set(words(each.whole)) - NOISE)
            )
