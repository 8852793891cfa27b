"""Terms of answers and the days on which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from mezhved.gateway.models.departments import Department
from mezhved.gateway.models.fields import json_value, text
from mezhved.gateway.models.types import InformationType
from mezhved.gateway.provider.holidays import DayKind
from mezhved.gateway.provider.spans import BadSpan, Span
from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MOST_REMINDERS = 10


def check_span(value: str) -> None:
    """Refuse what is no term such as 5wd, 10d, 48h, 16wh."""
    try:
        Span.parse(value)
    except BadSpan as error:
        cure = error.cure or error.what
        raise ValidationError(
            lazy_text(f"{error.what.ru} ({cure.ru})", f"{error.what.en} ({cure.en})")
        ) from error


def check_spans(value: Any) -> None:
    """Refuse what is no short list of terms."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValidationError(lazy_text(ru="нужен список сроков", en="a list of terms is expected"))
    if len(value) > MOST_REMINDERS:
        raise ValidationError(
            lazy_text(ru=f"напоминаний больше {MOST_REMINDERS}", en=f"more than {MOST_REMINDERS} reminders")
        )
    for each in value:
        check_span(each)


def _absent(*names: str) -> models.Q:
    return models.Q(**{f"{each}__isnull": True for each in names})


def _present(*names: str) -> models.Q:
    return models.Q(**{f"{each}__isnull": False for each in names})


class Term(models.Model):
    """In what time requests of a type are answered, in a department or in all, and who hears of it when."""

    if TYPE_CHECKING:
        type_id: int | None
        department_id: int | None

    type: models.ForeignKey[InformationType | None, InformationType | None] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, null=True, blank=True, related_name="terms"
    )
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="terms"
    )
    term = text(16, default="5wd", validators=[check_span])
    remind_before = json_value(default=list, blank=True, validators=[check_spans])
    """How long before the end the executor hears of it."""
    escalate_after = json_value(default=list, blank=True, validators=[check_spans])
    """How long after the end heads hear of it: the first the department's, each next one further up."""

    class Meta:
        """Table: one term for a type, a department, both or neither."""

        db_table = "gateway_term"
        constraints: ClassVar[Sequence[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["type", "department"],
                condition=_present("type", "department"),
                name="gateway_term_once",
            ),
            models.UniqueConstraint(
                fields=["type"],
                condition=_absent("department") & _present("type"),
                name="gateway_term_type_once",
            ),
            models.UniqueConstraint(
                fields=["department"],
                condition=_absent("type") & _present("department"),
                name="gateway_term_department_once",
            ),
        ]

    def __str__(self) -> str:
        return self.term


class CalendarDay(models.Model):
    """A day that is other than the calendar shipped says."""

    day: models.DateField[date, date] = models.DateField(unique=True)
    kind = text(16, choices=[(each.value, each.value) for each in DayKind])
    note = text(200, blank=True, default="")

    class Meta:
        """Table."""

        db_table = "gateway_calendar_day"

    def __str__(self) -> str:
        return self.day.isoformat()
