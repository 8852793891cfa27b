"""The sections of the document, in the order in which they are brought in: the used before the users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mezhved.gateway.models import (
    AnswerService,
    CalendarDay,
    Connection,
    Department,
    InformationSystem,
    InformationType,
    Person,
    Rule,
    SigningKey,
    Term,
)
from mezhved.gateway.setup import provider, smev

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model

    from mezhved.gateway.setup.bringing import Bringing
    from mezhved.gateway.setup.telling import Telling
    from mezhved.service.documents import Entry


@dataclass(frozen=True, slots=True)
class Section:
    """A list of the document: `bring` writes its entry (numbered from 1), `tell` writes a row's entry."""

    name: str
    model: type[Model]
    by: str
    """The field that rows are written in the order of."""
    bring: Callable[[Bringing, Entry, int], None]
    tell: Callable[[Telling, Any], dict[str, Any]]
    inside: tuple[tuple[str, type[Model]], ...] = ()
    """Lists within its entries, and their rows."""
    order: Callable[[Iterable[Any]], Iterable[Any]] = iter

    def rows(self) -> Iterable[Any]:
        """Return the rows in the order in which they can be brought in."""
        return self.order(self.model._base_manager.order_by(*self.by.split()))  # noqa: SLF001


SECTIONS: tuple[Section, ...] = (
    Section("connections", Connection, "name", smev.bring_connection, smev.tell_connection),
    Section("types", InformationType, "code", smev.bring_type, smev.tell_type),
    Section(
        "systems",
        InformationSystem,
        "mnemonic",
        smev.bring_system,
        smev.tell_system,
        inside=(("keys", SigningKey),),
    ),
    Section(
        "departments",
        Department,
        "code",
        provider.bring_department,
        provider.tell_department,
        inside=(("people", Person),),
        order=provider.parents_first,
    ),
    Section("services", AnswerService, "code", provider.bring_service, provider.tell_service),
    Section("rules", Rule, "position pk", provider.bring_rule, provider.tell_rule),
    Section("terms", Term, "pk", provider.bring_term, provider.tell_term),
    Section("calendar", CalendarDay, "day", provider.bring_day, provider.tell_day),
)
