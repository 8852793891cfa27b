"""The dashboard: what stands how in a period, drawn and linked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.charts import Bar, Series, lines, stacked
from mezhved.cabinet.seeing.wording import MONTHS, NO_SIDE, department_names, duration, type_names
from mezhved.cabinet.wording import spoken
from mezhved.gateway.watching.reckoning import Figures, reckon, together
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from mezhved.cabinet.seeing.asked import Asked
    from mezhved.cabinet.seeing.links import Links

_SERIES: Final = (
    ("answered", Text(ru="Отвечено", en="Answered"), 3),
    ("rejected", Text(ru="Отказано", en="Refused"), 1),
    ("faults", Text(ru="Ошибки", en="Faults"), 4),
    ("open", Text(ru="Без ответа", en="Open"), 2),
    ("others", Text(ru="Отозваны и без ответа по виду", en="Called off or wanting no answer"), 5),
)
_OVER_TIME: Final = (
    ("requests", Text(ru="Запросов", en="Requests"), 0),
    ("answered", Text(ru="Отвечено", en="Answered"), 3),
    ("rejected", Text(ru="Отказано", en="Refused"), 1),
)
_BY_DAY: Final = Text(ru="По дням, когда пришёл или ушёл запрос", en="By the day of the request")
_BY_MONTH: Final = Text(ru="По месяцам", en="By month")
_BY_TYPE: Final = Text(ru="По видам сведений", en="By type")
_BY_DEPARTMENT: Final = Text(ru="По подразделениям", en="By department")
_BY_SIDE: Final = Text(ru="По ведомствам", en="By agency")
MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with what it is and where it leads."""

    name: Text
    value: str
    link: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Speed:
    """How soon requests of a type are answered."""

    name: str
    settled: int
    median: str
    slow: str
    mean: str
    late: int
    overdue: int
    overdue_link: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All of the page."""

    tiles: tuple[Tile, ...]
    charts: tuple[SafeString, ...]
    speeds: tuple[Speed, ...]


def value(figures: Figures, name: str) -> int:
    """Return a figure by the name that links know it by."""
    if name == "faults":
        return figures.faulted + figures.unsent
    if name == "others":
        return figures.cancelled + figures.untold
    return int(getattr(figures, name))


def dashboard(asked: Asked, links: Links) -> Dashboard:
    """Count and draw."""
    found = reckon(asked.scope, ["type"])
    types = _most(found)
    names = type_names([each.key[0] for each in types])
    return Dashboard(
        _tiles(together(found), links),
        (
            _over_time(asked, links),
            _by_type(types, names, links),
            _by_department(asked, links),
            _by_side(asked, links),
        ),
        tuple(_speed(each, *names[each.key[0]], links) for each in types if each.settled or each.overdue),
    )


def _tiles(whole: Figures, links: Links) -> tuple[Tile, ...]:
    def linked(name: Text, figure: str, *, is_bad: bool = False) -> Tile:
        number = value(whole, figure)
        return Tile(
            name,
            f"{number:,}".replace(",", "\u202f"),
            links.to(figure) if number else "",
            is_bad and number > 0,
        )

    return (
        linked(Text(ru="Запросов", en="Requests"), "requests"),
        linked(Text(ru="Отвечено", en="Answered"), "answered"),
        linked(Text(ru="Отказано", en="Refused"), "rejected"),
        linked(Text(ru="Ошибки СМЭВ и отправки", en="Faults of SMEV and of sending"), "faults", is_bad=True),
        linked(Text(ru="Без ответа", en="Open"), "open"),
        linked(Text(ru="Просрочено сейчас", en="Overdue now"), "overdue", is_bad=True),
        Tile(
            Text(ru="Половина ответов — не дольше", en="Half of the answers within"),
            duration(whole.quantile(0.5)),
        ),
        Tile(
            Text(ru="90 % ответов — не дольше", en="90 % of the answers within"),
            duration(whole.quantile(0.9)),
        ),
    )


def _over_time(asked: Asked, links: Links) -> SafeString:
    by_month = asked.period.by_month
    found = {each.key[0]: each for each in reckon(asked.scope, ["month" if by_month else "day"], brief=True)}
    series = [Series(spoken(name), look) for _, name, look in _OVER_TIME]
    rows = []
    for since, until, name in _steps(asked.period.since, asked.period.until, by_month=by_month):
        figures = found.get(since.replace(day=1) if by_month else since, Figures())
        said = [links.to(each, since=since, until=until) for each, _, _ in _OVER_TIME]
        rows.append(Bar(name, [value(figures, each) for each, _, _ in _OVER_TIME], links=said))
    return lines(spoken(_BY_MONTH if by_month else _BY_DAY), series, rows)


def _steps(since: date, until: date, *, by_month: bool) -> list[tuple[date, date, str]]:
    steps, at = [], since
    while at <= until:
        if by_month:
            end = min((at.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1), until)
            steps.append((at, end, f"{spoken(MONTHS[at.month - 1])} {at.year}"))
        else:
            end = at
            steps.append((at, at, f"{at:%d.%m}"))
        at = end + timedelta(days=1)
    return steps


def _by_type(rows: list[Figures], names: dict[int | None, tuple[str, str]], links: Links) -> SafeString:
    bars = []
    for each in rows:
        code, name = names[each.key[0]]
        said = [links.to(figure, types=[code]) for figure, _, _ in _SERIES] if code else []
        bars.append(_bar(name, each, links.to("requests", types=[code]) if code else "", said))
    return stacked(spoken(_BY_TYPE), _series(), bars)


def _by_department(asked: Asked, links: Links) -> SafeString:
    rows = _most(reckon(asked.scope, ["department"], brief=True))
    names = department_names([each.key[0] for each in rows])
    bars = []
    for each in rows:
        code, name = names[each.key[0]]
        said = [links.to(figure, department=code) for figure, _, _ in _SERIES] if code else []
        bars.append(_bar(name, each, links.to("requests", department=code) if code else "", said))
    return stacked(spoken(_BY_DEPARTMENT), _series(), bars)


def _by_side(asked: Asked, links: Links) -> SafeString:
    bars = []
    for each in _most(reckon(asked.scope, ["counterpart"], brief=True)):
        side = each.key[0]
        said = [links.to(figure, counterpart=side) for figure, _, _ in _SERIES] if side else []
        bars.append(
            _bar(side or spoken(NO_SIDE), each, links.to("requests", counterpart=side) if side else "", said)
        )
    return stacked(spoken(_BY_SIDE), _series(), bars)


def _bar(name: str, figures: Figures, address: str, said: list[str]) -> Bar:
    return Bar(name, [value(figures, each) for each, _, _ in _SERIES], address, said)


def _series() -> list[Series]:
    return [Series(spoken(name), look) for _, name, look in _SERIES]


def _most(rows: list[Figures]) -> list[Figures]:
    """Return the rows of the most requests first."""
    return sorted(rows, key=lambda each: -each.requests)[:MOST_ROWS]


def _speed(figures: Figures, code: str, name: str, links: Links) -> Speed:
    return Speed(
        name,
        figures.settled,
        duration(figures.quantile(0.5)),
        duration(figures.quantile(0.9)),
        duration(figures.mean_seconds),
        figures.late,
        figures.overdue,
        links.to("overdue", types=[code]) if code and figures.overdue else "",
    )
