"""Terms of days and moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from mezhved.registry import Period

MOSCOW = timezone(timedelta(hours=3))


def test_days_are_whole_moscow_days() -> None:
    period = Period.of_days(date(2026, 1, 1), date(2026, 1, 31))

    assert not period.covers(datetime(2025, 12, 31, 20, 59, 59, tzinfo=UTC))
    assert period.covers(datetime(2025, 12, 31, 21, 0, tzinfo=UTC))
    assert period.covers(datetime(2026, 1, 31, 23, 59, 59, tzinfo=MOSCOW))
    assert not period.covers(datetime(2026, 2, 1, tzinfo=MOSCOW))


def test_an_open_end_covers_everything_on_its_side() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)

    assert Period().covers(at)
    assert Period(start=at).covers(at)
    assert not Period(end=at).covers(at)


def test_the_common_part_of_two_terms_is_the_narrower_one() -> None:
    day = [datetime(2026, 1, number, tzinfo=UTC) for number in range(1, 5)]

    assert Period(day[0], day[2]).within(Period(day[1], day[3])) == Period(day[1], day[2])
    assert Period(day[0], None).within(Period()) == Period(day[0], None)
