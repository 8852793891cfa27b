"""xs:dateTime as SMEV writes it and as the world writes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3))
"""The offset the real server writes all its times in."""

_FORM = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d))?", re.ASCII
)
_MAX_OFFSET_HOURS = 14
_MINUTES = 60
_LAST_HOUR = 24


class BeyondCalendar(ValueError):  # noqa: N818 - named by what it is
    """A moment before the year 1 or after the year 9999, in UTC."""


def write_time(at: datetime, *, whole_seconds: bool = False) -> str:
    """Return an aware time as the real server writes it: `2018-08-27T11:20:30.123+03:00`.

    `whole_seconds` writes `.000`, as SendingTimestamp of real messages has it. The last hours of the
    calendar, for which there is no Moscow time, are written in UTC.
    """
    try:
        local = at.astimezone(MOSCOW)
    except OverflowError:
        local = at.astimezone(UTC)
    if whole_seconds:
        local = local.replace(microsecond=0)
    return local.isoformat(timespec="milliseconds")


def read_time(text: str) -> datetime:
    """Return the time of an xs:dateTime, in UTC, to the microsecond; `ValueError` when it is none.

    A time without a zone is taken as Moscow's, where the real server lives. Years outside 1-9999 are
    refused.
    """
    found = _FORM.fullmatch(text.strip(" \t\r\n"))
    if found is None:
        raise ValueError(f"not an xs:dateTime: {text[:80]!r}")
    year, month, day, hour, minute, second = (int(found.group(i)) for i in range(1, 7))
    fraction = int(((found.group(7) or "") + "000000")[:6])
    end_of_day = hour == _LAST_HOUR and minute == second == fraction == 0
    local = datetime(year, month, day, 0 if end_of_day else hour, minute, second, fraction, _zone(found))
    try:
        return (local + timedelta(days=1) if end_of_day else local).astimezone(UTC)
    except OverflowError:
        raise BeyondCalendar(f"beyond the calendar: {text[:80]!r}") from None


def _zone(found: re.Match[str]) -> timezone:
    if found.group(8):
        return UTC
    if not found.group(9):
        return MOSCOW
    hours, minutes = int(found.group(10)), int(found.group(11))
    if minutes >= _MINUTES or hours * _MINUTES + minutes > _MAX_OFFSET_HOURS * _MINUTES:
        raise ValueError(f"not a time zone: {found.group()[-6:]}")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if found.group(9) == "-" else offset)
