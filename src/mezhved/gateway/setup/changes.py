"""Changing rows of the set-up one by one: what the command line and the YAML import share."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation

from mezhved.gateway.contours import demand_contours_apart
from mezhved.gateway.errors import GatewayError
from mezhved.service.lazytext import lazy_text
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

_PLAIN: Final = {
    "blank": lazy_text("заполните это поле", "fill this in"),
    "null": lazy_text("заполните это поле", "fill this in"),
    "unique": lazy_text("такое уже есть у другой записи", "another row has this already"),
    "unique_together": lazy_text("такая запись уже есть", "there is such a row already"),
    "invalid_choice": lazy_text("выберите из списка", "choose from the list"),
}


class BadSetup(GatewayError):  # noqa: N818 - named by what it is, as the other refusals are
    """The set-up cannot be so; `where` names the place in the document, and nothing was written.

    `fields` says it field by field, where it is known; the empty name is the row as a whole.
    """

    def __init__(
        self,
        what: Text,
        *,
        where: str = "",
        cure: Text | None = None,
        fields: Mapping[str, Text] = MappingProxyType({}),
    ) -> None:
        super().__init__(what, where=where, cure=cure)
        self.fields = fields


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


@dataclass(slots=True)
class Report:
    """What became of every row: its section of the document and its name."""

    rows: dict[Outcome, list[tuple[str, str]]] = field(default_factory=lambda: {each: [] for each in Outcome})

    def add(self, outcome: Outcome, section: str, name: str) -> None:
        """Note one row."""
        self.rows[outcome].append((section, name))

    def count(self, outcome: Outcome) -> int:
        """Count the rows with an outcome."""
        return len(self.rows[outcome])

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(self.count(each) for each in Outcome if each is not Outcome.UNCHANGED)


def write(row: Model, values: Mapping[str, Any], where: str) -> Outcome:
    """Give a row, new or stored, these values, and save it if that changes it.

    Raises `BadSetup` with `where` when a value is refused.
    """
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean(exclude=_absent(row))
        stored = None if row.pk is None else type(row)._base_manager.filter(pk=row.pk).first()  # noqa: SLF001
        if stored is not None and _state(stored) == _state(row):
            return Outcome.UNCHANGED
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise refusal(error, where) from error
    except IntegrityError as error:
        raise BadSetup(
            Text(ru=f"запись противоречит другой: {error}", en=f"the row contradicts another: {error}"),
            where=where,
        ) from error
    return Outcome.CREATED if stored is None else Outcome.CHANGED


def write_related(row: Model, name: str, wanted: list[Any], outcome: Outcome) -> Outcome:
    """Make a relation of many to many hold exactly these rows; return what became of the row in all."""
    manager = getattr(row, name)
    if set(manager.values_list("pk", flat=True)) == {each.pk for each in wanted}:
        return outcome
    manager.set(wanted)
    return Outcome.CHANGED if outcome is Outcome.UNCHANGED else outcome


def remove(row: Model, name: str) -> None:
    """Remove a row with what belongs to it. Raises `BadSetup` while others refer to it."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        users = ", ".join(sorted({str(each) for each in error.protected_objects})[:5])
        raise BadSetup(
            Text(ru=f"на запись ссылаются: {users}", en=f"the row is referred to by: {users}"),
            where=name,
            cure=Text(ru="выключите запись (is_active: false)", en="disable the row (is_active: false)"),
        ) from error


def put(
    row: Model,
    values: Mapping[str, Any],
    where: str = "",
    *,
    related: Mapping[str, list[Any]] = MappingProxyType({}),
) -> Outcome:
    """Write one row with its relations of many to many as an import would, or not at all.

    Raises `BadSetup`, or `WrongContour` where test and production would meet.
    """
    with transaction.atomic():
        outcome = write(row, values, where)
        for name, wanted in related.items():
            outcome = write_related(row, name, wanted, outcome)
        demand_contours_apart()
    return outcome


def refusal(error: ValidationError, where: str) -> BadSetup:
    """Tell what a row's check found, field by field."""
    said = {language: _said(error, language) for language in ("ru", "en")}
    parts = {
        language: " ".join(f"{name}: {text}" if name else text for name, text in found.items())
        for language, found in said.items()
    }
    fields = {name: Text(ru=said["ru"][name], en=said["en"][name]) for name in said["ru"]}
    return BadSetup(Text(ru=parts["ru"], en=parts["en"]), where=where, fields=fields)


def _said(error: ValidationError, language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "" if name == NON_FIELD_ERRORS else name: "; ".join(_one(each) for each in found)
            for name, found in error.update_error_dict({}).items()
        }


def _one(error: ValidationError) -> str:
    """Return one message; what Django says of columns in the words of people."""
    plain = _PLAIN.get(error.code or "")
    return "; ".join(error.messages) if plain is None else str(plain)


def _absent(row: Model) -> set[str]:
    """Return the fields that have no value and need none, whatever forms would say of them."""
    fields = row._meta.concrete_fields  # noqa: SLF001
    return {each.name for each in fields if each.null and getattr(row, each.attname) is None}


def _state(row: Model) -> dict[str, Any]:
    """Return the stored values of a row; octets come from PostgreSQL as a view of memory."""
    found = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}  # noqa: SLF001
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}
