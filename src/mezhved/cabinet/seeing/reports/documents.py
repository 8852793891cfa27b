"""A report as a table for Excel and as a printed document."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.seeing.asked import DIRECTIONS
from mezhved.cabinet.seeing.wording import duration
from mezhved.cabinet.wording import is_english, spoken
from mezhved.gateway.watching.summing import MOSCOW
from mezhved.infotypes.rendering.pdf import PdfOptions, print_html
from mezhved.infotypes.rendering.sheets import Grid
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.cabinet.seeing.asked import Asked
    from mezhved.cabinet.seeing.reports.counting import Counted, Row
    from mezhved.infotypes.rendering.sheets import Cell
    from mezhved.texts import Language

TITLE: Final = Text(ru="Отчёт о межведомственных запросах", en="Report on interagency requests")
TOTAL: Final = Text(ru="Итого", en="Total")
HEADS: Final = (
    Text(ru="Вид сведений", en="Type"),
    Text(ru="Запросов", en="Requests"),
    Text(ru="Людей", en="People"),
    Text(ru="Отвечено", en="Answered"),
    Text(ru="Отказано", en="Refused"),
    Text(ru="Ошибок", en="Errors"),
    Text(ru="Без ответа", en="Without an answer"),
    Text(ru="Отозвано", en="Called off"),
    Text(ru="С нарушением срока", en="Late"),
    Text(ru="Средний срок", en="Mean term"),
)
_HOURS: Final = Text(ru="Средний срок, ч", en="Mean term, h")
_MADE: Final = Text(ru="Составлен", en="Made")
_PERIOD: Final = Text(ru="За период с {since} по {until}", en="For {since} to {until}")
_SIGN: Final = Text(
    ru="Руководитель ____________________ / ____________________ /",
    en="Head ____________________ / ____________________ /",
)
_STYLE: Final = """
@page { size: A4 landscape; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; }
th, td { border: .5pt solid #555; padding: 3pt 4pt; vertical-align: top; }
td.n { text-align: right; } tr.total > * { font-weight: bold; }
.sign { margin-top: 30pt; }
"""


def grid(counted: Counted) -> Grid:
    """Return the report for Excel and CSV: the mean term in hours."""
    heads = [*(spoken(each) for each in HEADS[:-1]), spoken(_HOURS)]
    rows: list[list[Cell]] = [
        [name, *_numbers(each), None if each.mean_seconds is None else round(each.mean_seconds / 3600, 2)]
        for each, name in _named(counted)
    ]
    return Grid(spoken(TITLE), tuple(heads), rows)


def pdf(asked: Asked, counted: Counted, now: datetime) -> bytes:
    """Return the report on paper. Raises `PdfUnavailable`."""
    heads = "".join(f"<th>{escape(spoken(each))}</th>" for each in HEADS)
    rows = "".join(
        f"<tr{' class=total' if each is counted.total else ''}><td>{escape(name)}</td>"
        + "".join(f'<td class="n">{number}</td>' for number in _numbers(each))
        + f'<td class="n">{escape(duration(each.mean_seconds))}</td></tr>'
        for each, name in _named(counted)
    )
    made = f"{spoken(_MADE)} {now.astimezone(MOSCOW):%d.%m.%Y %H:%M}"
    body = (
        f"<h1>{escape(spoken(TITLE))}</h1><p>{escape(subtitle(asked))}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p>{escape(made)}</p><p class="sign">{escape(spoken(_SIGN))}</p>'
    )
    language: Language = "en" if is_english() else "ru"
    return print_html(body, PdfOptions(spoken(TITLE), now, language), style=_STYLE)


def subtitle(asked: Asked) -> str:
    """Return what the report is of: which requests, whose, when."""
    when = spoken(_PERIOD).format(
        since=f"{asked.period.since:%d.%m.%Y}", until=f"{asked.period.until:%d.%m.%Y}"
    )
    parts = [spoken(DIRECTIONS[asked.direction]), when]
    if asked.department is not None:
        parts.insert(1, asked.department.name)
    return ". ".join(parts)


def _named(counted: Counted) -> list[tuple[Row, str]]:
    return [*((each, each.name) for each in counted.rows), (counted.total, spoken(TOTAL))]


def _numbers(row: Row) -> list[int]:
    return [
        row.requests, row.people, row.answered, row.rejected, row.errors, row.open, row.others, row.late
    ]  # fmt: skip
