"""Kinds of values of calls, checked alike everywhere."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

# What no XML may hold, and what a decoder leaves of a text that is not UTF-8: texts unlike would be alike.
_UNFIT: Final = "\N{REPLACEMENT CHARACTER}\ufffe\uffff"
_LINE: Final = rf"^[^\x00-\x1f\x7f{_UNFIT}]*$"
_FULL_LINE: Final = rf"^[^\x00-\x1f\x7f{_UNFIT}]+$"
_WORDS: Final = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f{_UNFIT}]*$"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999
_YEARS: Final = {"first": _FIRST_YEAR, "last": _LAST_YEAR}


def _moment(value: object) -> object:
    """Take ISO 8601 alone: the library would take numbers for seconds since 1970."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            raise _no_moment() from None
    return value


def _day(value: object) -> object:
    """Take YYYY-MM-DD alone, for the same reason."""
    if isinstance(value, str):
        if _DAY.fullmatch(value) is None:
            raise _no_day()
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _no_day() from None
    return value


def _zoned(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise _no_moment()
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise PydanticCustomError("year", "a year from {first} to {last}", _YEARS)
    return value


def _no_day() -> PydanticCustomError:
    return PydanticCustomError("date_parsing", "no date YYYY-MM-DD")


def _no_moment() -> PydanticCustomError:
    return PydanticCustomError("datetime_parsing", "no moment with its zone")


Line = Annotated[str, StringConstraints(max_length=500, pattern=_LINE)]
"""One line of text."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_FULL_LINE)]
"""A line that is not empty."""
Node = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=_FULL_LINE)]
"""NodeID."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=_WORDS)]
"""What people are told, lines and all."""
CaseNumber = Annotated[str, StringConstraints(max_length=100, pattern=_LINE)]
"""The office's own number of a case."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_FULL_LINE)]
"""Code of an information type."""
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_zoned)]
"""A moment with its zone, ISO 8601."""
Day = Annotated[date, BeforeValidator(_day)]
"""A date, YYYY-MM-DD."""
Row = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""Number of a row or of a file."""
