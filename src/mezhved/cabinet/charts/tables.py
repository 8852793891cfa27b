"""The table under a chart: the same figures, for those who read or print instead of look."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from mezhved.cabinet.charts.scales import figure
from mezhved.cabinet.charts.shapes import said

if TYPE_CHECKING:
    from collections.abc import Sequence


class Row(NamedTuple):
    """A row's name, figures, and where they lead to; an empty address leads nowhere."""

    name: str
    address: str
    figures: Sequence[float]
    links: Sequence[str] = ()


def table(title: str, heads: Sequence[str], rows: Sequence[Row]) -> str:
    """Write a table."""
    head = "".join(f'<th scope="col"{_number(column)}>{said(each)}</th>' for column, each in enumerate(heads))
    body = "".join(_row(each) for each in rows)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{said(title)}"><table class="figures">'
        f'<caption class="visually-hidden">{said(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Row) -> str:
    pairs = zip_longest(map(float, row.figures), row.links[: len(row.figures)], fillvalue="")
    cells = "".join(
        f'<td class="number">{_linked(figure(float(each)), str(link) if each else "")}</td>'
        for each, link in pairs
    )
    return f'<tr><th scope="row">{_linked(row.name, row.address)}</th>{cells}</tr>'


def _linked(text: str, address: str) -> str:
    return f'<a href="{said(address)}">{said(text)}</a>' if address else said(text)


def _number(column: int) -> str:
    return ' class="number"' if column else ""
