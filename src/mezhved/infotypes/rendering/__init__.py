"""Documents shown to people: HTML by the schema's own texts."""

from __future__ import annotations

from mezhved.infotypes.rendering.building import view
from mezhved.infotypes.rendering.html import HtmlOptions, page, stylesheet, to_html, to_page
from mezhved.infotypes.rendering.model import Branch, Column, Leaf, Part, Remark, Table, ValueKind

__all__ = [
    "Branch",
    "Column",
    "HtmlOptions",
    "Leaf",
    "Part",
    "Remark",
    "Table",
    "ValueKind",
    "page",
    "stylesheet",
    "to_html",
    "to_page",
    "view",
]
