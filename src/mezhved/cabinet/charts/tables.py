"""The table under a chart: the same figures, for those who read or print instead of look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.charts.scales import figure
from mezhved.cabinet.charts.shapes import said

if TYPE_CHECKING:
    from collections.abc import Sequence


def table(title: str, heads: Sequence[str], rows: Sequence[tuple[str, str, Sequence[float]]]) -> str:
    """Write a table; a row is its name, its address (may be empty) and its figures."""
    head = "".join(f'<th scope="col"{_number(column)}>{said(each)}</th>' for column, each in enumerate(heads))
    body = "".join(_row(*each) for each in rows)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{said(title)}"><table class="figures">'
        f'<caption class="visually-hidden">{said(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(name: str, address: str, figures: Sequence[float]) -> str:
    cells = "".join(f'<td class="number">{figure(each)}</td>' for each in figures)
    shown = said(name) if not address else f'<a href="{said(address)}">{said(name)}</a>'
    return f'<tr><th scope="row">{shown}</th>{cells}</tr>'


def _number(column: int) -> str:
    return ' class="number"' if column else ""
