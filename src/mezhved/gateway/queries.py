"""Reading rows of the hot way: a query is put together once in a connection, then only given its values.

The ORM builds and compiles each SELECT anew, which costs more than to run it, and makes each object by some
hundred calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet

from mezhved.gateway.rows import read
from mezhved.gateway.statements import own_connection, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound="Model")
Value = int | str | UUID

KEPT: Final = 500
"""Queries kept in one connection."""
_NUMBER: Final = 1 << 62
_UUID: Final = 0xFACE << 112


class Prepared(Generic[Row]):
    """One query of the program. Its values are numbers, texts and UUIDs, each used by the query as it is.

    What else tells two forms of the query apart (the caller's rights, how many rows are wanted) is said by
    `apart`. The objects are those that Django's own QuerySet would give, the tuples those of `values_list`.
    """

    def rows(self, make: Callable[..., QuerySet[Row]], *values: Value, apart: Hashable = None) -> list[Row]:
        """Return what the query that `make` puts together finds with the values."""
        statement, found = self._found(make, values, apart)
        return [] if statement is None else [statement.object(each) for each in found]

    def tuples(
        self, make: Callable[..., QuerySet[Row, Any]], *values: Value, apart: Hashable = None
    ) -> list[tuple[Any, ...]]:
        """Return the columns that `make` asks for by `values_list`; no objects are made."""
        return self._found(make, values, apart)[1]

    def first(self, make: Callable[..., QuerySet[Row]], *values: Value, apart: Hashable = None) -> Row | None:
        """Return the first row found."""
        return next(iter(self.rows(make, *values, apart=apart)), None)

    def _found(
        self, make: Callable[..., QuerySet[Any, Any]], values: tuple[Value, ...], apart: Hashable
    ) -> tuple[_Statement | None, list[Any]]:
        own = own_connection()
        kept: dict[Any, _Statement | None] = own.__dict__.setdefault("mezhved_prepared", {})
        key = id(self), tuple(map(type, values)), own.in_atomic_block, apart
        if key not in kept:
            if len(kept) >= KEPT:
                kept.clear()
            kept[key] = _put_together(own, make, values)
        statement = kept[key]
        return statement, [] if statement is None else statement.run(own, values)


@dataclass(frozen=True, slots=True)
class _Part:
    """The columns of a row that make one object, and the objects that its foreign keys name."""

    model: Any
    fields: list[str]
    begin: int
    end: int
    key: int
    """Which column tells whether there is such an object."""
    related: list[tuple[_Part, Callable[[Any, Any], None], Callable[[Any, Any], None]]]

    def object(self, row: Any, alias: str) -> Any:
        if row[self.key] is None:
            return None
        made = read(self.model, dict(zip(self.fields, row[self.begin : self.end], strict=True)), alias)
        for part, to_local, to_remote in self.related:
            other = part.object(row, alias)
            to_local(made, other)
            if other is not None:
                to_remote(other, made)
        return made


@dataclass(frozen=True, slots=True)
class _Statement:
    """A query as the database takes it, and how its rows are read."""

    alias: str
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    """Which parameter is which value."""
    converters: list[tuple[int, list[Any], Any]]
    part: _Part | None

    def run(self, own: Any, values: tuple[Value, ...]) -> list[Any]:
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = _adapted(own, values[number])
        found = rows_of(own, self.sql, parameters)
        return [self._converted(own, list(each)) for each in found] if self.converters else found

    def object(self, row: Any) -> Any:
        return None if self.part is None else self.part.object(row, self.alias)

    def _converted(self, own: Any, row: list[Any]) -> list[Any]:
        for place, convert, expression in self.converters:
            value = row[place]
            for each in convert:
                value = each(value, expression, own)
            row[place] = value
        return row


def _put_together(
    own: Any, make: Callable[..., QuerySet[Any, Any]], values: tuple[Value, ...]
) -> _Statement | None:
    """Compile the query with marks in place of the values; None where it can find nothing."""
    marks = [_mark(value, number) for number, value in enumerate(values)]
    query: Any = make(*marks)
    compiler = query.query.get_compiler(using=own.alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    numbers = {_adapted(own, mark): number for number, mark in enumerate(marks)}
    places = tuple((place, numbers[each]) for place, each in enumerate(parameters) if _is_mark(each, numbers))
    if {number for _, number in places} != set(range(len(values))):
        raise ValueError("a value of the query is not used as it is")
    converters = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])
    listed = [(place, list(convert), expression) for place, (convert, expression) in converters.items()]
    part = _part(compiler.klass_info, compiler.select) if query._fields is None else None
    return _Statement(own.alias, sql, tuple(parameters), places, listed, part)


def _part(info: Any, select: Any) -> _Part:
    """Return how an object is made of a row, as the compiler has laid the row out."""
    places = info["select_fields"]
    begin, end = places[0], places[-1] + 1
    fields = [each[0].target.attname for each in select[begin:end]]
    model = info["model"]
    related = [
        (_part(each, select), each["local_setter"], each["remote_setter"])
        for each in info.get("related_klass_infos", ())
    ]
    return _Part(model, fields, begin, end, begin + fields.index(model._meta.pk.attname), related)  # noqa: SLF001


def _mark(value: Value, number: int) -> Value:
    if isinstance(value, UUID):
        return UUID(int=_UUID + number)
    return f"\x1amark {number}\x1a" if isinstance(value, str) else _NUMBER + number


def _is_mark(parameter: object, numbers: dict[Any, int]) -> bool:
    return isinstance(parameter, int | str | UUID) and parameter in numbers


def _adapted(own: Any, value: Value) -> Value:
    if isinstance(value, UUID) and not own.features.has_native_uuid_field:
        return value.hex
    return value
