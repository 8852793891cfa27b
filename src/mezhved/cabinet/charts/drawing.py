"""Bars, stacked bars and lines over days: `SafeString`s of a figure with its legend and table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.safestring import SafeString, mark_safe

from mezhved.cabinet.charts.scales import figure, ticks
from mezhved.cabinet.charts.shapes import (
    PATTERNS,
    drawing,
    mark,
    path,
    patterns,
    rect,
    rule,
    said,
    shortened,
    words,
)
from mezhved.cabinet.charts.tables import Row, table
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 720.0
BAR_HEIGHT: Final = 30.0
NAMES: Final = 215.0
NAME_LENGTH: Final = 25
LINES_HEIGHT: Final = 260.0
MOST_BARS: Final = 30
MOST_LABELS: Final = 10
_NOTHING: Final = Text(ru="За этот период ничего нет.", en="Nothing in this period.")
_GREATEST: Final = Text(ru="больше всего", en="the most")
_MORE: Final = Text(
    ru="на рисунке первые {drawn}, в таблице все {all}",
    en="the first {drawn} are drawn, the table has all {all}",
)
_TABLE: Final = Text(ru="Те же числа таблицей", en="The same figures as a table")
_NAME: Final = Text(ru="Что", en="What")


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour and pattern means; `look` picks them, 0 to 5."""

    name: str
    look: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: its name, a figure for each series, the addresses that they lead to."""

    name: str
    values: Sequence[float]
    address: str = ""
    """Of the name."""
    links: Sequence[str] = ()
    """Of each figure."""


def bars(title: str, rows: Sequence[Bar], *, of: str = "", unit: str = "", look: int = 0) -> SafeString:
    """Draw one figure of each row (its first) as a lying bar."""
    return stacked(title, [Series(of or title, look)], rows, unit=unit)


def stacked(title: str, series: Sequence[Series], rows: Sequence[Bar], *, unit: str = "") -> SafeString:
    """Draw rows as lying bars of several parts one after another."""
    if not rows:
        return _empty(title)
    name, drawn = _name(title, [each.name for each in rows]), rows[:MOST_BARS]
    sums = [sum(each.values) for each in drawn]
    axis = ticks(max(sums))
    scale = (WIDTH - NAMES - 70.0) / axis[-1]
    height = len(drawn) * BAR_HEIGHT + 26.0
    parts = [patterns(name, PATTERNS)]
    for value in axis:
        x = NAMES + value * scale
        parts += [rule(x, 4, x, height - 20), words(x, height - 5, figure(value), "tick middle")]
    for row, (each, total) in enumerate(zip(drawn, sums, strict=True)):
        parts += _bar(name, series, each, total, y=row * BAR_HEIGHT + 6, scale=scale)
    best = drawn[sums.index(max(sums))]
    desc = f"{spoken(_GREATEST)}: {best.name} ({figure(max(sums))}{_unit(unit)})"
    if len(rows) > len(drawn):
        desc += "; " + spoken(_MORE).format(drawn=len(drawn), all=len(rows))
    svg = drawing(name, (WIDTH, height), parts, title=title, desc=desc)
    return _figure(title, series, svg, _rows(rows), fills=name)


def lines(title: str, series: Sequence[Series], days: Sequence[Bar], *, unit: str = "") -> SafeString:
    """Draw figures over days (or months), a line for each series."""
    if not days:
        return _empty(title)
    name = _name(title, [each.name for each in days])
    axis = ticks(max((max(each.values) for each in days), default=0))
    left, top, bottom = 56.0, 10.0, LINES_HEIGHT - 26.0
    scale, step = (bottom - top) / axis[-1], (WIDTH - left - 16.0) / max(len(days) - 1, 1)
    parts = []
    for value in axis:
        y = bottom - value * scale
        parts += [rule(left, y, WIDTH - 16, y), words(left - 8, y + 4, figure(value), "tick end")]
    every = -(-len(days) // MOST_LABELS)
    parts += [
        words(left + at * step, LINES_HEIGHT - 6, each.name, "tick middle")
        for at, each in enumerate(days)
        if at % every == 0
    ]
    for column, each in enumerate(series):
        points = [(left + at * step, bottom - day.values[column] * scale) for at, day in enumerate(days)]
        parts.append(path(points, f"line line-{each.look}"))
        parts += [
            mark(
                x,
                y,
                each.look,
                f"mark mark-{each.look}",
                f"{each.name}, {day.name}: {figure(day.values[column])}",
            )
            for (x, y), day in zip(points, days, strict=True)
            if day.values[column] or len(days) <= MOST_LABELS
        ]
    desc = "; ".join(
        _span(each.name, [day.values[column] for day in days], unit) for column, each in enumerate(series)
    )
    svg = drawing(name, (WIDTH, LINES_HEIGHT), parts, title=title, desc=desc)
    return _figure(title, series, svg, _rows(days))


def _bar(name: str, series: Sequence[Series], row: Bar, total: float, *, y: float, scale: float) -> list[str]:
    parts = [words(NAMES - 10, y + 15, shortened(row.name, NAME_LENGTH), "word end")]
    x = NAMES
    for each, value in zip(series, row.values, strict=False):
        if value > 0:
            parts.append(
                rect(
                    (x, y, value * scale, BAR_HEIGHT - 10),
                    f"fill-{each.look}",
                    f"{row.name}, {each.name}: {figure(value)}",
                )
                if each.look == 0
                else _patterned(
                    name, each, (x, y, value * scale), f"{row.name}, {each.name}: {figure(value)}"
                )
            )
            x += value * scale
    parts.append(words(x + 8, y + 15, figure(total), "word"))
    return parts


def _patterned(name: str, series: Series, place: tuple[float, float, float], hint: str) -> str:
    x, y, width = place
    box = rect((x, y, width, BAR_HEIGHT - 10), f"edge edge-{series.look}", hint)
    return box.replace("<rect ", f'<rect fill="url(#{name}-{series.look % PATTERNS})" ', 1)


def _figure(
    title: str, series: Sequence[Series], svg: str, rows: Sequence[Row], *, fills: str = ""
) -> SafeString:
    """Put a drawing, its legend and its table together; `fills` names the chart whose patterns are meant."""
    legend = ""
    if len(series) > 1:
        items = "".join(f"<li>{_key(each, fills)}{said(each.name)}</li>" for each in series)
        legend = f'<ul class="legend">{items}</ul>'
    heads = [spoken(_NAME), *(each.name for each in series)]
    # Every text that came from outside went through `said`; numbers and names of classes are our own.
    return mark_safe(  # noqa: S308
        f'<figure class="charted"><figcaption>{said(title)}</figcaption>{legend}{svg}'
        f"<details><summary>{said(spoken(_TABLE))}</summary>{table(title, heads, rows)}</details></figure>"
    )


def _key(series: Series, fills: str) -> str:
    """Draw what tells a series in the legend: its mark, or its pattern."""
    shape = mark(8, 8, series.look, f"mark mark-{series.look}", series.name)
    if fills:
        box = rect((1, 1, 14, 14), f"edge edge-{series.look}")
        shape = box.replace("<rect ", f'<rect fill="url(#{fills}-{series.look % PATTERNS})" ', 1)
    return (
        f'<svg class="key chart-key" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{shape}</svg>'
    )


def _empty(title: str) -> SafeString:
    return mark_safe(  # noqa: S308 - escaped
        f'<figure class="charted"><figcaption>{said(title)}</figcaption>'
        f'<p class="hint">{said(spoken(_NOTHING))}</p></figure>'
    )


def _rows(rows: Sequence[Bar]) -> list[Row]:
    return [Row(each.name, each.address, each.values, each.links) for each in rows]


def _span(name: str, values: Sequence[float], unit: str) -> str:
    return f"{name}: {figure(min(values))}–{figure(max(values))}{_unit(unit)}, Σ {figure(sum(values))}"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _name(title: str, names: Sequence[str]) -> str:
    """Return a name for ids that is the same for the same chart and another for another of the page."""
    said_together = "\n".join([title, *names]).encode("utf-8", "surrogatepass")
    return f"c{hashlib.sha256(said_together).hexdigest()[:10]}"
