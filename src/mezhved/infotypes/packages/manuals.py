"""Test scenarios that only the manual of a type tells of: rows of its tables with an XPath and namespaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.packages.archives import PackageLimits, read_zip
from mezhved.infotypes.packages.errors import UnreadablePackage
from mezhved.smev3.xml import FILE_LIMITS, MalformedXml, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml import etree

    from mezhved.infotypes.packages.model import PackageFile

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LIMITS: Final = PackageLimits(octets=64 * 2**20, file_octets=32 * 2**20, files=2000, nesting=1)
_XPATH: Final = re.compile(r"\s*(?:/|(?:boolean|count|not|string|normalize-space)\s*\(\s*/)")
BINDING: Final = re.compile(r"""(?:xmlns:)?([\w.\-]+)\s*=\s*["']?([^"'\s;,]+:[^"'\s;,]+)["']?""")
_SHEET: Final = re.compile(r"[\w.\-]+\.xslt?\b", re.IGNORECASE)


def told_cases(manual: PackageFile) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Give XPath, namespaces and the stylesheet's name (empty for none) of the scenarios in a .docx."""
    if not manual.path.lower().endswith(".docx"):
        return
    seen: set[str] = set()
    for cells in _rows(manual.octets):
        xpath = next((each.strip() for each in cells if _XPATH.match(each)), "")
        bound = next(
            (
                dict(BINDING.findall(each))
                for each in cells
                if not _XPATH.match(each) and BINDING.search(each)
            ),
            {},
        )
        if xpath and bound and xpath not in seen:
            seen.add(xpath)
            sheet = next((found[0] for each in cells if (found := _SHEET.search(each))), "")
            yield xpath, bound, sheet


def _rows(octets: bytes) -> Iterator[list[str]]:
    """Give the cells of all tables, row by row; nothing for what is no document of Word."""
    try:
        document = read_zip(octets, _LIMITS).files.get("word/document.xml", b"")
        root = parse(document, FILE_LIMITS)
    except (UnreadablePackage, MalformedXml):
        return
    for row in root.iter(f"{{{_WORD}}}tr"):
        yield [_text(cell) for cell in row.iterchildren(f"{{{_WORD}}}tc")]


def _text(cell: etree._Element) -> str:
    paragraphs = (
        "".join(str(each.text or "") for each in paragraph.iter(f"{{{_WORD}}}t"))
        for paragraph in cell.iter(f"{{{_WORD}}}p")
    )
    return " ".join(each for each in paragraphs if each.strip())
