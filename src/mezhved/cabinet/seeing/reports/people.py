"""How many people were asked about: counted by keyed hashes, so that nobody's number is read.

A person is known by the SNILS of the request, else by the document or policy, else by the fullest name;
the same person in two requests is one. What was deleted at the end of its term is not counted any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, Max, OuterRef, Q

from mezhved.gateway.models import Subject
from mezhved.gateway.watching.summing import bounds_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mezhved.gateway.watching.reckoning import Scope

_BEST: Final = ("snils",)
_NEXT: Final = ("document", "policy")


def people(scope: Scope) -> tuple[dict[int | None, int], int]:
    """Return how many people the requests of each type are about, and how many all of them."""
    kinds: dict[int | None, int] = {}
    whole = 0
    for found in _known_by(scope):
        keyed: Any = found.order_by().values_list("exchange__type")
        for kind, number in keyed.annotate(people=Count("key", distinct=True)):
            kinds[kind] = kinds.get(kind, 0) + number
        whole += found.aggregate(people=Count("key", distinct=True))["people"]
    return kinds, whole


def _known_by(scope: Scope) -> tuple[QuerySet[Subject], ...]:
    found = Subject.objects.filter(_within(scope), is_asked=True)
    same = Subject.objects.filter(exchange=OuterRef("exchange"), is_asked=True)
    best, more = same.filter(kind__in=_BEST), same.filter(kind__in=(*_BEST, *_NEXT))
    # Names are kept from the family name to the fullest: the last one is the whole name.
    names = found.filter(~Exists(more), kind="name")
    last = names.order_by().values("exchange").annotate(last=Max("pk")).values("last")
    return (
        found.filter(kind__in=_BEST),
        found.filter(~Exists(best), kind__in=_NEXT),
        Subject.objects.filter(pk__in=last),
    )


def _within(scope: Scope) -> Q:
    since, before = bounds_of(scope.since, scope.until)
    found = Q(exchange__created_at__gte=since, exchange__created_at__lt=before, exchange__is_test=False)
    found &= ~Q(exchange__state="draft")
    if scope.departments is not None:
        found &= Q(exchange__department__in=list(scope.departments))
    if scope.direction:
        found &= Q(exchange__direction=scope.direction)
    return found
