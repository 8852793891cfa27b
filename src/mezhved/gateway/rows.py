"""Writing rows of the hot way: the statement of a table is made once, not for every row.

The ORM builds and compiles each INSERT and UPDATE anew, which costs more than the signature of the message.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, CharField, ForeignKey, IntegerField, TextField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Field, Model

_PLAIN = (CharField, TextField, IntegerField, BooleanField, ForeignKey)
_AS_IT_IS = frozenset({str, int, bool})
Row = TypeVar("Row", bound="Model")


def insert(row: Row) -> Row:
    """Insert a new row and return it with its id."""
    insert_all([row])
    return row


def insert_all(rows: Iterable[Row]) -> list[Row]:
    """Insert new rows of one table by one statement and return them with their ids."""
    new = list(rows)
    if not new:
        return new
    fields, head, place = _statement(type(new[0]))
    values = [_value(row, each, add=True) for row in new for each in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {', '.join([place] * len(new))} RETURNING id", values)
        # Ids grow in the order of the rows; the order in which they are told is nobody's promise.
        ids = sorted(each[0] for each in cursor.fetchall())
    for row, pk in zip(new, ids, strict=True):
        row.pk = pk
        row._state.adding = False  # noqa: SLF001 - what Django's own save does
        row._state.db = connection.alias  # noqa: SLF001
    return new


def _value(row: Model, field: Field[Any, Any], *, add: bool) -> Any:
    """Return what the database gets for a field; numbers and texts go there as they are."""
    if isinstance(field, _PLAIN):
        value = row.__dict__[field.attname]
        if value is None or type(value) in _AS_IT_IS:
            return value
    return field.get_db_prep_save(field.pre_save(row, add=add), connection)


def update(row: Model, *names: str) -> None:
    """Write these fields of a row that is there."""
    fields, statement = _change(type(row), names)
    values = [_value(row, each, add=False) for each in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])


@functools.cache
def _change(model: type[Model], names: tuple[str, ...]) -> tuple[list[Field[Any, Any]], str]:
    fields: list[Any] = [model._meta.get_field(each) for each in names]  # noqa: SLF001
    said = ", ".join(f'"{each.column}" = %s' for each in fields)
    return fields, f'UPDATE "{model._meta.db_table}" SET {said} WHERE id = %s'  # noqa: S608, SLF001


@functools.cache
def _statement(model: type[Model]) -> tuple[tuple[Field[Any, Any], ...], str, str]:
    fields = tuple(each for each in model._meta.concrete_fields if not each.primary_key)  # noqa: SLF001
    columns = ", ".join(f'"{each.column}"' for each in fields)
    place = f"({', '.join(['%s'] * len(fields))})"
    return fields, f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES', place  # noqa: SLF001
