"""Writing rows of the hot way: the statement of a table is made once, not for every row.

The ORM builds and compiles each INSERT and UPDATE anew, which costs more than the signature of the message,
and makes an object by some hundred calls. Names of columns here are those of attributes (`exchange_id`).
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from django.db.models import (
    BinaryField,
    CharField,
    DateTimeField,
    JSONField,
    TextField,
    UUIDField,
)
from django.db.models.base import ModelState

from mezhved.gateway.statements import change, own_connection, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.models import Field, Model

_AS_IT_IS: Final = frozenset({str, int, bool, bytes})
Row = TypeVar("Row", bound="Model")


def new(model: type[Row], **values: Any) -> Row:
    """Make a row to be inserted; what is not said gets its default. Raises `TypeError` for unknown columns.

    Objects of other tables are given by their keys; what is set afterwards is set as on any object.
    """
    made: Any = model.__new__(model)
    made.__dict__ = {"id": None, **_shape(model).completed(values)}
    made._state = ModelState()  # noqa: SLF001 - what Django's own constructor does
    return cast("Row", made)


def give(row: Model, **objects: Model | None) -> None:
    """Give a row the objects that its foreign keys name, which are at hand."""
    row._state.fields_cache.update(objects)  # noqa: SLF001


def read(model: type[Row], values: dict[str, Any], alias: str) -> Row:
    """Make the object of a row as it was read; columns left out are read when they are asked for."""
    made: Any = model.__new__(model)
    made.__dict__ = values
    state = made._state = ModelState()  # noqa: SLF001
    state.adding, state.db = False, alias
    return cast("Row", made)


def insert(row: Row) -> Row:
    """Insert a new row and return it with its id."""
    made: Any = row
    values = made.__dict__
    (values["id"],) = _insert(_shape(type(row)), [values])
    state = made._state  # noqa: SLF001
    state.adding, state.db = False, own_connection().alias
    return row


def add(model: type[Model], **values: Any) -> int:
    """Insert a row of which no object is needed; return its id. What is not said gets its default."""
    return add_all(model, [values])[0]


def add_all(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """Insert rows of one table by one statement; return their ids, in order."""
    shape = _shape(model)
    whole = [shape.completed(each) for each in rows]
    return _insert(shape, whole) if whole else []


def update(row: Model, *names: str) -> None:
    """Write these columns of a row that is there."""
    shape = _shape(type(row))
    values = shape.adapted(own_connection(), row.__dict__, names)
    change(_change(shape.table, tuple(shape.columns[each] for each in names)), [*values, row.pk])


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of a table once and for all."""

    model: type[Model]
    table: str
    fields: Mapping[str, Field[Any, Any]]
    """By the names of attributes, the key apart."""
    columns: Mapping[str, str]
    constants: Mapping[str, Any]
    """Defaults that are always the same."""
    made: Mapping[str, Callable[[], Any]]
    """Defaults that are made for each row."""
    names: tuple[str, ...]
    structured: frozenset[str]
    """Columns of JSON, where a text is not written as it is."""
    head: str
    place: str

    def completed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return all columns of a row."""
        unknown = values.keys() - self.fields.keys()
        if unknown:
            raise TypeError(f"{self.table} has no {', '.join(sorted(unknown))}")
        whole = {**self.constants, **values}
        for name, make in self.made.items():
            if name not in whole:
                whole[name] = make()
        return whole

    def adapted(self, own: Any, row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
        """Return values as the database takes them: texts, numbers and octets go there as they are."""
        adapters = _adapters(self.model, own.vendor)
        values = []
        for name in names:
            value = row[name]
            if value is None or (type(value) in _AS_IT_IS and name not in self.structured):
                values.append(value)
            else:
                values.append(adapters[name](value))
        return values


def _insert(shape: _Shape, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    own = own_connection()
    values = [value for each in rows for value in shape.adapted(own, each, shape.names)]
    places = ", ".join([shape.place] * len(rows))
    # Ids grow in the order of the rows; the order in which they are told is nobody's promise.
    return sorted(each[0] for each in rows_of(own, f"{shape.head} {places} RETURNING id", values))


@functools.cache
def _shape(model: type[Model]) -> _Shape:
    meta = model._meta  # noqa: SLF001
    fields = {each.attname: each for each in meta.concrete_fields if not each.primary_key}
    columns = {name: str(each.column) for name, each in fields.items()}
    made = {
        name: each.default for name, each in fields.items() if each.has_default() and callable(each.default)
    }
    constants = {name: each.get_default() for name, each in fields.items() if name not in made}
    listed = ", ".join(f'"{each}"' for each in columns.values())
    head = f'INSERT INTO "{meta.db_table}" ({listed}) VALUES'
    place = f"({', '.join(['%s'] * len(columns))})"
    structured = frozenset(name for name, each in fields.items() if isinstance(each, JSONField))
    names = tuple(fields)
    return _Shape(model, meta.db_table, fields, columns, constants, made, names, structured, head, place)


@functools.cache
def _adapters(model: type[Model], vendor: str) -> Mapping[str, Callable[[Any], Any]]:
    """Return how values of a table's columns become the engine's."""
    return {name: _adapter(vendor, field) for name, field in _shape(model).fields.items()}


def _adapter(vendor: str, field: Field[Any, Any]) -> Callable[[Any], Any]:
    """Return what makes of a value that is no plain text, number or octets what the database takes."""
    sqlite = vendor == "sqlite"
    if isinstance(field, DateTimeField):
        return _written_moment if sqlite else _moment
    if isinstance(field, JSONField):
        return _written_json if sqlite else _json_of(field.encoder)
    if isinstance(field, UUIDField):
        return (lambda value: value.hex) if sqlite else (lambda value: value)
    if isinstance(field, BinaryField):
        return bytes
    if isinstance(field, CharField | TextField):
        return str  # a member of TextChoices
    return lambda value: field.get_db_prep_save(value, own_connection())


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return value


def _written_moment(value: datetime) -> str:
    """Return a moment as Django writes it into SQLite: in UTC, without the zone."""
    if value.tzinfo is not UTC:
        value = _moment(value).astimezone(UTC)
    return str(value.replace(tzinfo=None))


def _json_of(encoder: Any) -> Callable[[Any], Any]:
    return lambda value: own_connection().ops.adapt_json_value(value, encoder)


def _written_json(value: Any) -> str:
    return "{}" if value == {} else json.dumps(value)


@functools.cache
def _change(table: str, columns: tuple[str, ...]) -> str:
    said = ", ".join(f'"{each}" = %s' for each in columns)
    return f'UPDATE "{table}" SET {said} WHERE id = %s'  # noqa: S608
