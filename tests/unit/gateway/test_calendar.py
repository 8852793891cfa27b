"""The production calendar is that of Russia, and terms are counted on it as the law counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gateway.provider.calendar import Hours, TermCounter, WorkCalendar
from mezhved.gateway.provider.holidays import DayKind, is_known
from mezhved.gateway.provider.spans import BadSpan, Span, Unit
from tests.support.examples import examples
from tests.support.work import steps

SHIPPED = WorkCalendar()
MOSCOW = ZoneInfo("Europe/Moscow")
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
MOMENTS = st.integers(0, 6 * 365 * 86400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
CHANGED = st.dictionaries(DAYS, st.sampled_from(DayKind), max_size=30).map(WorkCalendar)


def days_of(year: int) -> list[date]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def counter(calendar: WorkCalendar = SHIPPED, zone: str = "Europe/Moscow") -> TermCounter:
    return TermCounter(calendar, Hours(ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("year", "working", "hours"), [(2024, 248, 1979), (2025, 247, 1972), (2026, 247, 1972), (2027, 247, 1972)]
)
def test_a_year_has_the_days_and_hours_of_the_published_calendar(year: int, working: int, hours: int) -> None:
    kinds = [SHIPPED.kind(each) for each in days_of(year)]
    assert sum(each is not DayKind.OFF for each in kinds) == working
    assert 8 * working - sum(each is DayKind.SHORTENED for each in kinds) == hours


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-01-09", DayKind.OFF),
        ("2026-03-09", DayKind.OFF),
        ("2026-04-30", DayKind.SHORTENED),
        ("2026-05-08", DayKind.SHORTENED),
        ("2026-05-11", DayKind.OFF),
        ("2026-11-03", DayKind.SHORTENED),
        ("2026-12-31", DayKind.OFF),
        ("2027-02-20", DayKind.SHORTENED),
        ("2027-02-22", DayKind.OFF),
        ("2027-11-05", DayKind.OFF),
        ("2027-06-14", DayKind.OFF),
        ("2029-12-31", DayKind.SHORTENED),
    ],
)
def test_days_are_moved_and_shortened(day: str, kind: DayKind) -> None:
    assert SHIPPED.kind(date.fromisoformat(day)) is kind


def test_it_is_known_which_years_the_government_has_decided() -> None:
    assert is_known(2026)
    assert is_known(2027)
    assert not is_known(2028)


def test_a_day_of_ones_own_comes_before_the_shipped_one() -> None:
    own = WorkCalendar({date(2026, 5, 8): DayKind.OFF, date(2026, 5, 9): DayKind.WORKING})
    assert own.add_working_days(date(2026, 5, 7), 1) == date(2026, 5, 9)


@pytest.mark.parametrize(
    ("came", "term", "due"),
    [
        ("2026-11-23T10:00", "5wd", "2026-11-30T23:59:59"),
        ("2026-11-28T23:30", "5wd", "2026-12-04T23:59:59"),
        ("2026-12-29T10:00", "5wd", "2027-01-14T23:59:59"),
        ("2026-04-29T10:00", "1wd", "2026-04-30T23:59:59"),
        ("2026-10-31T10:00", "4d", "2026-11-05T23:59:59"),
        ("2026-11-20T22:15", "48h", "2026-11-22T22:15"),
        ("2026-11-20T17:00", "2wh", "2026-11-23T10:00"),
        ("2026-04-30T16:00", "2wh", "2026-05-04T10:00"),
        ("2026-11-21T12:00", "16wh", "2026-11-24T16:00"),
        ("2026-11-23T10:00", "0wd", "2026-11-23T23:59:59"),
    ],
)
def test_a_term_ends_where_the_law_says(came: str, term: str, due: str) -> None:
    assert counter().due(moscow(came), Span.parse(term)) == moscow(due)


def test_a_term_is_counted_in_the_time_zone_of_those_who_work() -> None:
    came = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # the next day in Vladivostok already
    east = counter(zone="Asia/Vladivostok").due(came, Span.parse("1wd"))
    assert east == datetime(2026, 11, 25, 23, 59, 59, tzinfo=ZoneInfo("Asia/Vladivostok"))
    assert counter().due(came, Span.parse("1wd")) == moscow("2026-11-24T23:59:59")


def test_reminders_come_when_work_begins() -> None:
    due = moscow("2026-11-30T23:59:59")
    assert counter().before(due, Span.parse("1wd")) == moscow("2026-11-27T09:00")
    assert counter().before(due, Span.parse("2d")) == moscow("2026-11-28T09:00")
    assert counter().before(due, Span.parse("10h")) == moscow("2026-11-30T13:59:59")
    assert counter().before(due, Span.parse("3wh")) == moscow("2026-11-30T15:00")
    assert counter().after(due, Span.parse("0wd")) == due
    assert counter().after(due, Span.parse("2wd")) == moscow("2026-12-02T09:00")


def test_time_that_the_asker_takes_is_not_counted() -> None:
    due, paused, now = (
        moscow(each) for each in ("2026-11-30T23:59:59", "2026-11-24T12:00", "2026-11-27T09:00")
    )
    assert counter().resumed(due, Span.parse("5wd"), paused, now) == moscow("2026-12-03T23:59:59")
    assert counter().resumed(due, Span.parse("7d"), paused, now) == moscow("2026-12-03T23:59:59")
    assert counter().resumed(due, Span.parse("48h"), paused, now) == due + (now - paused)
    hours = counter().resumed(moscow("2026-11-30T10:00"), Span.parse("16wh"), paused, now)
    assert hours == moscow("2026-12-02T16:00")


@examples(50)
@given(CHANGED, DAYS, st.integers(0, 60))
def test_adding_working_days_and_counting_them_agree(calendar: WorkCalendar, day: date, amount: int) -> None:
    end = calendar.add_working_days(day, amount)
    assert calendar.working_days(day, end) == amount
    assert amount == 0 or calendar.is_working(end)


@examples(50)
@given(CHANGED, DAYS, st.integers(-20, 1500))
def test_working_days_of_years_are_counted_by_weeks(calendar: WorkCalendar, day: date, length: int) -> None:
    until = day + timedelta(days=length)
    plain = [day + timedelta(days=each) for each in range(1, length + 1)]
    assert calendar.working_days(day, until) == sum(map(calendar.is_working, plain))
    assert steps(lambda: calendar.working_days(day, until)) < 1000


@examples(50)
@given(CHANGED, DAYS, st.integers(0, 60))
def test_going_back_undoes_going_on(calendar: WorkCalendar, day: date, amount: int) -> None:
    start = calendar.first_working(day)
    assert calendar.add_working_days(calendar.add_working_days(start, amount), -amount) == start


@examples(50)
@given(
    CHANGED,
    MOMENTS,
    st.integers(0, 90),
    st.sampled_from(Unit),
    st.sampled_from(["Europe/Moscow", "Asia/Kamchatka"]),
)
def test_a_longer_term_never_ends_sooner(
    calendar: WorkCalendar, came: datetime, amount: int, unit: Unit, zone: str
) -> None:
    counts = counter(calendar, zone)
    shorter, longer = (counts.due(came, Span(each, unit)) for each in (amount, amount + 1))
    assert came <= shorter + timedelta(days=1)
    assert shorter <= longer
    if unit in {Unit.DAYS, Unit.WORKING_DAYS} and amount:
        assert calendar.is_working(counts.hours.local(shorter).date())
    reminded = counts.before(longer, Span(min(amount, 20), unit))
    assert reminded <= longer


@examples(50)
@given(CHANGED, MOMENTS, st.integers(1, 100))
def test_working_hours_back_undo_working_hours_on(
    calendar: WorkCalendar, came: datetime, amount: int
) -> None:
    counts = counter(calendar)
    due = counts.due(came, Span(amount, Unit.WORKING_HOURS))
    back = counts.before(due, Span(amount, Unit.WORKING_HOURS))
    assert counts.due(back, Span(amount, Unit.WORKING_HOURS)) == due


@pytest.mark.parametrize("text", ["5", "wd", "-1wd", "5 weeks", "1.5d", "99999d", "٣d", ""])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(BadSpan):
        Span.parse(text)


def test_terms_are_written_and_said() -> None:
    assert str(Span.parse("5 working days")) == "5wd"
    assert Span.parse("21wd").words().ru == "21 рабочий день"
    assert Span.parse("12h").words().ru == "12 часов"
    assert Span.parse("3d").words().ru == "3 календарных дня"
    assert Span.parse("1 hour").words().en == "1 hour"
