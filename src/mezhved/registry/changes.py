"""Changing rows one by one: what the command line and the YAML import share."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from mezhved.registry.errors import RegistryError, refusal, still_used
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.registry.models.base import RegistryModel


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


@dataclass(slots=True)
class Report:
    """What became of every row: tables and keys."""

    rows: dict[Outcome, list[tuple[str, str]]] = field(default_factory=lambda: {each: [] for each in Outcome})

    def add(self, outcome: Outcome, row: RegistryModel) -> None:
        """Note one row."""
        self.rows[outcome].append((table(row), row.key))

    def count(self, outcome: Outcome) -> int:
        """Count the rows with an outcome."""
        return len(self.rows[outcome])

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(self.count(each) for each in Outcome if each is not Outcome.UNCHANGED)


def table(row: RegistryModel) -> str:
    """Return the name of a row's table, as the history keeps it."""
    return row._meta.model_name or ""  # noqa: SLF001 - Django's public way to a model's name


def write(row: RegistryModel, values: Mapping[str, Any], where: str) -> Outcome:
    """Give a row, new or stored, these values, and save it if that changes it.

    Raises `RegistryError` with `where` when a value is refused.
    """
    for name, value in values.items():
        setattr(row, name, value)
    try:
        if row.pk is None:
            row.save()
            return Outcome.CREATED
        row.full_clean()
        stored = row.stored()
        if stored is not None and stored.state() == row.state():
            return Outcome.UNCHANGED
        row.save()
    except ValidationError as error:
        raise refusal(error, where) from error
    except IntegrityError as error:
        raise RegistryError(
            Text(ru=f"запись противоречит другой: {error}", en=f"the row contradicts another: {error}"),
            where=where,
        ) from error
    return Outcome.CHANGED


def remove(row: RegistryModel) -> None:
    """Remove a row with what belongs to it. Raises `RegistryError` while others refer to it."""
    try:
        row.delete()
    except ProtectedError as error:
        raise still_used(row.key, error.protected_objects) from error
