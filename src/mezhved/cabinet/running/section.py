"""A section of the set-up: a list of rows, each with its form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.urls import reverse

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model, QuerySet

    from mezhved.cabinet.running.setting import SetupForm

YES: Final = Text(ru="да", en="yes")
NO: Final = Text(ru="нет", en="no")
NONE: Final = Text(ru="—", en="—")
NAME: Final = Text(ru="Название", en="Name")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: its name, and what stands in it for a row (a text or a `Text`)."""

    name: Text
    told: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the set-up."""

    slug: str
    title: Text
    new: Text
    """Name of the button that adds one."""
    about: Text
    model: type[Model]
    form: type[SetupForm]
    columns: tuple[Column, ...]
    """After the first one, which is the row's name and link."""
    rows: Callable[[], QuerySet[Any]]
    called: Text = NAME
    """What the first column is."""
    search: tuple[str, ...] = ()
    """Fields that the search looks into."""
    named: Callable[[Any], str] = str
    more: Callable[[Any], Sequence[tuple[Text, str]]] = field(default=lambda _row: ())
    """Links of a row's page."""
    arranged: Callable[[QuerySet[Any]], Sequence[Any]] | None = None
    """Puts the rows in another order than the database does, and gives each its `level`."""
    adding: str = ""
    """Name of the address where one is added, where a plain form does not do."""
    by_hand: bool = False
    """Whether rows are put in order by buttons."""

    def found(self, wanted: str) -> QuerySet[Any]:
        """Return the rows that a search finds."""
        condition = Q()
        for each in self.search if wanted else ():
            condition |= Q(**{f"{each}__icontains": wanted})
        return self.rows().filter(condition)

    def listed(self, wanted: str) -> Any:
        """Return the rows as the list shows them."""
        rows = self.found(wanted)
        return rows if self.arranged is None else self.arranged(rows)

    @property
    def address(self) -> str:
        """The list's page."""
        return reverse("cabinet:setup_list", args=[self.slug])

    @property
    def add_address(self) -> str:
        """The page of a new row."""
        if self.adding:
            return reverse(f"cabinet:{self.adding}")
        return reverse("cabinet:setup_add", args=[self.slug])

    def row_address(self, row: Model) -> str:
        """Return the page of a row."""
        return reverse("cabinet:setup_row", args=[self.slug, row.pk])

    @property
    def switches(self) -> bool:
        """Whether rows can be switched off."""
        return any(each.name == "is_active" for each in self.model._meta.concrete_fields)  # noqa: SLF001


def flagged(value: bool) -> Text:  # noqa: FBT001 - a column's value
    """Return yes or no."""
    return YES if value else NO
