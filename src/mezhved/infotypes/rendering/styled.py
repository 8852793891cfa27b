"""A document shown by a stylesheet of its own type."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from lxml import etree

from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.rendering.sanitising import CleanHtml, sanitise
from mezhved.smev3.xml import MalformedXml, XmlLimits, parse

if TYPE_CHECKING:
    from mezhved.infotypes.stylesheets import StylesheetRunner

_LIMITS: Final = XmlLimits(octets=64 * 2**20, depth=512, attributes=512, doctype=True)
_TEXT_METHOD: Final = re.compile(r"""<[\w.-]*:?output\b[^>]*\bmethod\s*=\s*["']text["']""")


def by_stylesheet(octets: bytes, stylesheet: bytes, runner: StylesheetRunner) -> CleanHtml:
    """Show a document as its type's stylesheet does: XSLT 1.0, 2.0 or 3.0 that writes HTML or text.

    The stylesheet runs in a process that reaches nothing; of what it writes only markup that shows is left.
    Put the result into `page` or `print_html`. Raises `StylesheetError`.
    """
    made = runner.transform(stylesheet, octets).decode()
    if _TEXT_METHOD.search(read_text(stylesheet)[0]):
        return CleanHtml(f"<pre>{escape(made)}</pre>")
    return sanitise(_as_html(made))


def _as_html(text: str) -> str:
    """Write XML as HTML: `<td/>` would be read as the beginning of a cell."""
    try:
        root = parse(text.encode(), _LIMITS)
    except MalformedXml:
        return text
    return etree.tostring(root, method="html", encoding="unicode")
