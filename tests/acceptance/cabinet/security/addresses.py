"""Every address of the cabinet, read from Django's own table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mezhved.cabinet.access import Permission

URLS = "mezhved.cabinet.urls"
DOORLESS = {"set_language", "cabinet:sign_in", "cabinet:sign_in_code", "cabinet:sign_out"}
"""What is open to those who have not signed in: the door itself, and the language that it speaks."""


@dataclass(frozen=True)
class Address:
    """One address of the table: `name` as `reverse` takes it, its arguments, its view."""

    name: str
    route: str
    arguments: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def permission(self) -> Permission | None:
        found: Permission | None = self.view.permission  # type: ignore[attr-defined]
        return found

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it answers, GET or POST first."""
        methods: tuple[str, ...] = self.view.methods  # type: ignore[attr-defined]
        return tuple(each for each in methods if each != "HEAD")

    def path(self, values: Mapping[str, Any]) -> str:
        return reverse(self.name, URLS, kwargs={each: values[each] for each in self.arguments})


def addresses() -> list[Address]:
    """Every address below the root."""
    return list(_walk(get_resolver(URLS), "", ""))


def guarded() -> list[Address]:
    """Every address that has a door."""
    return [each for each in addresses() if each.name not in DOORLESS]


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for each in resolver.url_patterns:
        here = route + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each, here, inner)
        else:
            arguments = tuple(each.pattern.converters)
            yield Address(f"{namespace}{each.name}", here, arguments, each.callback)
