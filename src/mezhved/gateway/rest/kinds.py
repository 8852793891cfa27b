"""Kinds of values of calls, checked alike everywhere."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_FULL_LINE: Final = r"^[^\x00-\x1f\x7f]+$"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999


def _moment(value: object) -> object:
    """Take ISO 8601 alone: the library would take numbers for seconds since 1970."""
    if isinstance(value, str):
        return datetime.fromisoformat(value.strip())
    return value


def _day(value: object) -> object:
    """Take YYYY-MM-DD alone, for the same reason."""
    if isinstance(value, str):
        if _DAY.fullmatch(value) is None:
            raise ValueError("no date")
        return date.fromisoformat(value)
    return value


def _zoned(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("no zone")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("no moment that anything could have happened at")
    return value


Line = Annotated[str, StringConstraints(max_length=500, pattern=_LINE)]
"""One line of text."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_FULL_LINE)]
"""A line that is not empty."""
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
