"""Documents shown to people: HTML by the schema's own texts, PDF/A with the stamp of the signature."""

from __future__ import annotations

from mezhved.infotypes.rendering.archives import (
    ARCHIVE_LIMITS,
    Inner,
    InnerKind,
    archive_html,
    is_archive,
    open_archive,
)
from mezhved.infotypes.rendering.building import view
from mezhved.infotypes.rendering.errors import (
    ArchiveError,
    PdfUnavailable,
    RenderingError,
    TooLarge,
)
from mezhved.infotypes.rendering.html import HtmlOptions, page, stylesheet, to_html, to_page
from mezhved.infotypes.rendering.model import Branch, Column, Leaf, Part, Remark, Table, ValueKind
from mezhved.infotypes.rendering.pdf import PdfFile, PdfOptions, pdf_problem, print_html, to_pdf
from mezhved.infotypes.rendering.sanitising import CleanHtml, sanitise
from mezhved.infotypes.rendering.sheets import Grid, disarmed, grids, to_csv, to_xlsx
from mezhved.infotypes.rendering.stamp import SignatureStamp, stamps_html
from mezhved.infotypes.rendering.styled import by_stylesheet

__all__ = [
    "ARCHIVE_LIMITS",
    "ArchiveError",
    "Branch",
    "CleanHtml",
    "Column",
    "Grid",
    "HtmlOptions",
    "Inner",
    "InnerKind",
    "Leaf",
    "Part",
    "PdfFile",
    "PdfOptions",
    "PdfUnavailable",
    "Remark",
    "RenderingError",
    "SignatureStamp",
    "Table",
    "TooLarge",
    "ValueKind",
    "archive_html",
    "by_stylesheet",
    "disarmed",
    "grids",
    "is_archive",
    "open_archive",
    "page",
    "pdf_problem",
    "print_html",
    "sanitise",
    "stamps_html",
    "stylesheet",
    "to_csv",
    "to_html",
    "to_page",
    "to_pdf",
    "to_xlsx",
    "view",
]
