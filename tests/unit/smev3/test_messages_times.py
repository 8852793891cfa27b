"""Times as SMEV writes them and as the world does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.smev3.messages import read_time, write_time

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04T12:00:00Z",
        "2026-05-04T15:00:00+03:00",
        "2026-05-04T15:00:00.000+03:00",
        "2026-05-04T15:00:00.0000000009+03:00",
        " 2026-05-04T15:00:00 ",
        "2026-05-04T22:00:00+10:00",
        "2026-05-03T24:00:00-12:00",
        "2026-05-04T12:00:00-00:00",
    ],
)
def test_one_time_has_many_forms(text: str) -> None:
    assert read_time(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-05-04",
        "2026-05-04 12:00:00",
        "2026-05-04T12:00",
        "2026-5-4T12:00:00Z",
        "2026-13-04T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-05-04T24:00:01Z",
        "2026-05-04T25:00:00Z",
        "2026-05-04T12:60:00Z",
        "2026-05-04T12:00:60Z",
        "2026-05-04T12:00:00+14:01",
        "2026-05-04T12:00:00+03:60",
        "2026-05-04T12:00:00.Z",
        "0000-05-04T12:00:00Z",
        "-2026-05-04T12:00:00Z",
        "12026-05-04T12:00:00Z",
        "9999-12-31T24:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "２026-05-04T12:00:00Z",
        "2026-05-04T12:00:00Zx",
    ],
)
def test_other_texts_are_no_times(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the calendar words some of them itself
        read_time(text)


def test_times_are_written_in_moscow_to_the_millisecond() -> None:
    at = datetime(2021, 4, 1, 3, 36, 55, 191999, tzinfo=UTC)
    assert write_time(at) == "2021-04-01T06:36:55.191+03:00"
    assert write_time(at, whole_seconds=True) == "2021-04-01T06:36:55.000+03:00"
    assert write_time(at.astimezone(timezone(timedelta(hours=10)))) == "2021-04-01T06:36:55.191+03:00"


@given(st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_written_time_is_read_back(at: datetime) -> None:
    assert read_time(write_time(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_the_last_hours_of_the_calendar_are_written_in_utc() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert write_time(last) == "9999-12-31T23:59:59.000+00:00"
    assert read_time(write_time(last)) == last
