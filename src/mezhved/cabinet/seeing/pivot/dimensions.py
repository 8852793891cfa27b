"""What a pivot table may have as rows, columns and measures: fixed lists, so no SQL comes from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.lists.words import state_words
from mezhved.cabinet.seeing.asked import DIRECTIONS
from mezhved.cabinet.seeing.wording import MONTHS, NO_SIDE, duration
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Dimension:
    """What requests are told apart by: `sql` is an expression over the extract."""

    text: Text
    sql: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted of a cell; `form` is number, time or share. `figure` is what links know it by."""

    text: Text
    sql: str
    form: str = "number"
    figure: str = ""


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "type": Dimension(Text(ru="Вид сведений", en="Type"), "type"),
    "department": Dimension(Text(ru="Подразделение", en="Department"), "department"),
    "counterpart": Dimension(Text(ru="Ведомство", en="Agency"), "counterpart"),
    "state": Dimension(Text(ru="Состояние", en="State"), "state"),
    "direction": Dimension(Text(ru="Направление", en="Direction"), "direction"),
    "system": Dimension(Text(ru="Наша система", en="Our system"), "system"),
    "day": Dimension(Text(ru="День", en="Day"), "day"),
    "week": Dimension(Text(ru="Неделя", en="Week"), "CAST(date_trunc('week', day) AS DATE)"),
    "month": Dimension(Text(ru="Месяц", en="Month"), "CAST(date_trunc('month', day) AS DATE)"),
    "year": Dimension(Text(ru="Год", en="Year"), "CAST(date_trunc('year', day) AS DATE)"),
    "weekday": Dimension(Text(ru="День недели", en="Day of the week"), "isodow(day)"),
    "hour": Dimension(Text(ru="Час", en="Hour"), "hour"),
    "term": Dimension(Text(ru="Срок", en="Term"), "term"),
}
MEASURES: Final[Mapping[str, Measure]] = {
    "requests": Measure(Text(ru="Запросов", en="Requests"), "count(*)", figure="requests"),
    "answered": Measure(
        Text(ru="Отвечено", en="Answered"), "count(*) FILTER (state = 'answered')", figure="answered"
    ),
    "rejected": Measure(
        Text(ru="Отказано", en="Refused"), "count(*) FILTER (state = 'rejected')", figure="rejected"
    ),
    "faults": Measure(
        Text(ru="Ошибок", en="Faults"), "count(*) FILTER (state IN ('faulted', 'unsent'))", figure="faults"
    ),
    "open": Measure(Text(ru="Без ответа", en="Open"), "count(*) FILTER (is_open)", figure="open"),
    "late": Measure(
        Text(ru="С нарушением срока", en="Late"), "count(*) FILTER (term IN ('late', 'overdue'))"
    ),
    "overdue": Measure(
        Text(ru="Просрочено сейчас", en="Overdue now"), "count(*) FILTER (term = 'overdue')", figure="overdue"
    ),
    "late_share": Measure(
        Text(ru="Доля нарушений срока", en="Share of late ones"),
        "count(*) FILTER (term IN ('late', 'overdue')) / count(*)",
        "share",
    ),
    "mean": Measure(Text(ru="Среднее время ответа", en="Mean time to answer"), "avg(seconds)", "time"),
    "median": Measure(
        Text(ru="Половина ответов — до", en="Half of the answers within"), "median(seconds)", "time"
    ),
    "slow": Measure(
        Text(ru="90 % ответов — до", en="90 % of the answers within"), "quantile_cont(seconds, 0.9)", "time"
    ),
    "longest": Measure(Text(ru="Самый долгий ответ", en="Longest answer"), "max(seconds)", "time"),
}
_WEEKDAYS: Final = (
    Text(ru="понедельник", en="Monday"), Text(ru="вторник", en="Tuesday"), Text(ru="среда", en="Wednesday"),
    Text(ru="четверг", en="Thursday"), Text(ru="пятница", en="Friday"), Text(ru="суббота", en="Saturday"),
    Text(ru="воскресенье", en="Sunday"),
)  # fmt: skip
_TERMS: Final = {
    "timely": Text(ru="В срок", en="In time"),
    "late": Text(ru="Отвечено с опозданием", en="Answered late"),
    "overdue": Text(ru="Просрочено", en="Overdue"),
    "running": Text(ru="Срок идёт", en="Running"),
    "none": Text(ru="Без срока", en="No term"),
}


def shown(dimension: str, value: Any, names: Mapping[str, Mapping[int | None, tuple[str, str]]]) -> str:
    """Return a value of a dimension as people read it; `names` has types, departments and systems."""
    if dimension in names:
        return names[dimension].get(value, ("", "—"))[1]
    if value is None or value == "":
        return spoken(NO_SIDE) if dimension == "counterpart" else "—"
    said = {
        "state": lambda: spoken(state_words("", value).text),
        "direction": lambda: spoken(DIRECTIONS[value]) if value in DIRECTIONS else str(value),
        "term": lambda: spoken(_TERMS[value]) if value in _TERMS else str(value),
        "weekday": lambda: spoken(_WEEKDAYS[int(value) - 1]),
        "hour": lambda: f"{int(value):02}:00",
        "day": lambda: f"{_day(value):%d.%m.%Y}",
        "week": lambda: f"{_day(value):%d.%m.%Y} – {_day(value) + timedelta(days=6):%d.%m.%Y}",
        "month": lambda: f"{spoken(MONTHS[_day(value).month - 1])} {_day(value).year}",
        "year": lambda: str(_day(value).year),
    }.get(dimension)
    return str(value) if said is None else said()


def written(measure: Measure, value: float | None) -> str:
    """Return a figure as people read it."""
    if value is None:
        return "—"
    if measure.form == "time":
        return duration(value)
    if measure.form == "share":
        return f"{value * 100:.0f} %"
    return f"{round(value):,}".replace(",", "\u202f")


def span_of(dimension: str, value: Any) -> tuple[date, date] | None:
    """Return the days that a value of a dimension of time stands for; None for others."""
    if dimension not in {"day", "week", "month", "year"} or value is None:
        return None
    since = _day(value)
    after = {
        "day": since + timedelta(days=1),
        "week": since + timedelta(days=7),
        "month": (since + timedelta(days=31)).replace(day=1),
        "year": date(since.year + 1, 1, 1),
    }[dimension]
    return since, after - timedelta(days=1)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
