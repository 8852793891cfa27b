"""Inserting rows of the hot way: the statement of a table is made once, not for every row.

The ORM builds and compiles each INSERT anew, which costs more than the signature of the message.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Field, Model

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
    values = [
        each.get_db_prep_save(each.pre_save(row, add=True), connection) for row in new for each in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {', '.join([place] * len(new))} RETURNING id", values)
        # Ids grow in the order of the rows; the order in which they are told is nobody's promise.
        ids = sorted(each[0] for each in cursor.fetchall())
    for row, pk in zip(new, ids, strict=True):
        row.pk = pk
        row._state.adding = False  # noqa: SLF001 - what Django's own save does
        row._state.db = connection.alias  # noqa: SLF001
    return new


@functools.cache
def _statement(model: type[Model]) -> tuple[tuple[Field[Any, Any], ...], str, str]:
    fields = tuple(each for each in model._meta.concrete_fields if not each.primary_key)  # noqa: SLF001
    columns = ", ".join(f'"{each.column}"' for each in fields)
    place = f"({', '.join(['%s'] * len(fields))})"
    return fields, f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES', place  # noqa: SLF001
