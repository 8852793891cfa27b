"""Reading rows of the hot way: a query is put together once in a connection, then only given its values.

The ORM builds and compiles each SELECT anew, which costs more than to run it and to make the objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models.query import get_related_populators

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound="Model")
Value = int | str | UUID

_populators: Any = get_related_populators
"""What Django's own reading uses; the type stubs are of a later release."""
KEPT: Final = 500
"""Queries kept in one connection."""
_NUMBER: Final = 1 << 62
_UUID: Final = 0xFACE << 112


class Prepared(Generic[Row]):
    """One query of the program. Its values are numbers, texts and UUIDs, each used by the query as it is.

    What else tells two forms of the query apart (the caller's rights, how many rows are wanted) is said by
    `apart`. The objects are those that Django's own QuerySet would give.
    """

    def rows(self, make: Callable[..., QuerySet[Row]], *values: Value, apart: Hashable = None) -> list[Row]:
        """Return what the query that `make` puts together finds with the values."""
        own = connections[connection.alias]  # the thread's connection itself and not its stand-in
        kept: dict[Any, _Statement | None] = own.__dict__.setdefault("mezhved_prepared", {})
        key = id(self), tuple(map(type, values)), connection.in_atomic_block, apart
        if key not in kept:
            if len(kept) >= KEPT:
                kept.clear()
            kept[key] = _put_together(make, values)
        statement = kept[key]
        return [] if statement is None else statement.rows(values)

    def first(self, make: Callable[..., QuerySet[Row]], *values: Value, apart: Hashable = None) -> Row | None:
        """Return the first row found."""
        return next(iter(self.rows(make, *values, apart=apart)), None)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A query as the database takes it, and how its rows are read."""

    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    """Which parameter is which value."""
    converters: Any
    model: Any
    fields: list[str]
    begin: int
    end: int
    related: list[Any]

    def rows(self, values: tuple[Value, ...]) -> list[Any]:
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = _adapted(values[number])
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found: Any = cursor.fetchall()
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        return [self._object(each) for each in found]

    def _object(self, row: Any) -> Any:
        made = self.model.from_db(connection.alias, self.fields, row[self.begin : self.end])
        for each in self.related:
            each.populate(row, made)
        return made


def _put_together(make: Callable[..., QuerySet[Any]], values: tuple[Value, ...]) -> _Statement | None:
    """Compile the query with marks in place of the values; None where it can find nothing."""
    marks = [_mark(value, number) for number, value in enumerate(values)]
    compiler = make(*marks).query.get_compiler(using=connection.alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    numbers = {_adapted(mark): number for number, mark in enumerate(marks)}
    places = tuple((place, numbers[each]) for place, each in enumerate(parameters) if _is_mark(each, numbers))
    if {number for _, number in places} != set(range(len(values))):
        raise ValueError("a value of the query is not used as it is")
    fields = compiler.klass_info["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    return _Statement(
        compiler,
        sql,
        tuple(parameters),
        places,
        compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]]),
        compiler.klass_info["model"],
        [each[0].target.attname for each in compiler.select[begin:end]],
        begin,
        end,
        _populators(compiler.klass_info, compiler.select, connection.alias),
    )


def _mark(value: Value, number: int) -> Value:
    if isinstance(value, UUID):
        return UUID(int=_UUID + number)
    return f"\x1amark {number}\x1a" if isinstance(value, str) else _NUMBER + number


def _is_mark(parameter: object, numbers: dict[Any, int]) -> bool:
    return isinstance(parameter, int | str | UUID) and parameter in numbers


def _adapted(value: Value) -> Value:
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
