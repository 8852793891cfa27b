"""The example messages of a package, cut out of the envelopes they came in."""

from __future__ import annotations

import posixpath
import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Final

from lxml import etree

from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.packages.model import Problem, QName, Sample
from mezhved.infotypes.packages.wsdl import WSDL
from mezhved.infotypes.wellknown import XS
from mezhved.smev3.xml import FILE_LIMITS, MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mezhved.infotypes.packages.model import Expected, PackageFile

XSLT: Final = "http://www.w3.org/1999/XSL/Transform"
_NO_MESSAGES: Final = frozenset((XS, XSLT, WSDL))
# Whole words: «snils-validation» and «Корректировка» name types, and promise nothing.
_WRONG: Final = re.compile(
    r"(?<![a-zа-яё])(?:invalid(?![a-z])|not[-_ ]?valid(?![a-z])|(?:не[-_ ]?валидн|не[-_ ]?корректн)\w*)",
    re.IGNORECASE,
)
_GOOD: Final = re.compile(
    r"(?<![a-zа-яё])(?:(?:valid|positive)(?![a-z])|(?:валидн|позитивн|корректн)\w*)", re.IGNORECASE
)
_REFUSED: Final = re.compile(
    r"(?<![a-zа-яё])(?:negative|error|bad|fail(?:ed|ure)?|reject(?:ed)?|fault)(?![a-z])"
    r"|негатив|отрицательн|ошиб|отказ",
    re.IGNORECASE,
)
_ETALONS: Final = re.compile(r"эталон|etalon", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")
_DECLARATION: Final = re.compile(r"<\?xml\b[^>]*\?>\s*")
_BLANKS: Final = Text(
    ru="лишние знаки перед объявлением XML или в нём, прочитано без них",
    en="odd signs before the XML declaration or in it, read without them",
)
_DOCTYPE: Final = Text(
    ru="в образце DOCTYPE, СМЭВ его не допускает: прочитано без него",
    en="the sample has a DOCTYPE, which SMEV does not allow: read without it",
)
_PLAIN: Final = frozenset(("utf-8", "ascii", "us-ascii", "windows-1251"))
"""Encodings that every reader of samples knows."""
_OTHER_ENCODING: Final = re.compile(rb"""<\?xml\b[^>]*?\bencoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_MAX_OF_FILE: Final = 50


def samples_of(file: PackageFile, elements: Collection[QName], problems: list[Problem]) -> Iterator[Sample]:
    """Give the business elements of one file: its root, or, in an envelope, the outermost that are declared.

    A message of a type whose schema the package lacks is a sample too, by its root.
    """
    try:
        octets, root = _read(file, problems)
    except MalformedXml as error:
        text = Text(ru=f"не читается как XML: {error.what.ru}", en=f"does not read as XML: {error.what.en}")
        problems.append(Problem(file.path, text))
        return
    if _name(root).namespace in _NO_MESSAGES:
        return
    found = list(_outermost(root, elements)) or [root]
    for number, element in enumerate(found[:_MAX_OF_FILE], start=1):
        name = file.path if number == 1 else f"{file.path}#{number}"
        cut = octets if element is root else etree.tostring(element, encoding="utf-8", with_tail=False)
        yield Sample(name=name, octets=cut, root=_name(element), expected=_expected(file.path))


def _read(file: PackageFile, problems: list[Problem]) -> tuple[bytes, etree._Element]:
    """Return the document and its root, without a DOCTYPE, in an encoding that is the declared one.

    Raises `MalformedXml`.
    """
    try:
        root = parse(file.octets, FILE_LIMITS)
        about = root.getroottree().docinfo
        if about.internalDTD:
            problems.append(Problem(file.path, _DOCTYPE, "note"))
            return _anew(root)
        plain = (about.encoding or "utf-8").lower() in _PLAIN and not _contradicts(file.octets)
        return (file.octets, root) if plain else _anew(root)
    except MalformedXml:
        text, mended = read_text(file.octets)
        octets = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1).encode()
        root = parse(octets, FILE_LIMITS)
        problems.append(Problem(file.path, mended or _BLANKS, "note"))
        return octets, root


def _anew(root: etree._Element) -> tuple[bytes, etree._Element]:
    """Return the root alone, in UTF-8."""
    octets = etree.tostring(root, encoding="utf-8", with_tail=False)
    return octets, parse(octets, FILE_LIMITS)


def _contradicts(octets: bytes) -> bool:
    """Tell whether a declaration contradicts the byte order mark: readers differ in what they believe."""
    return octets.startswith(BOM_UTF8) and _OTHER_ENCODING.match(octets, len(BOM_UTF8)) is not None


def _name(element: etree._Element) -> QName:
    return QName.parse(str(element.tag))


def _outermost(root: etree._Element, elements: Collection[QName]) -> Iterator[etree._Element]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if _name(element) in elements:
            yield element
        else:
            waiting.extend(reversed([each for each in element if isinstance(each.tag, str)]))


def _expected(path: str) -> Expected:
    """Return what the place of a file says: `Эталоны/1` is a good exchange, `2` and on are refusals.

    A refusal may be made of a request that the schema does not allow, so nothing is promised of it.
    """
    if _WRONG.search(path):
        return "invalid"
    folder, name = posixpath.split(path)
    nearest = posixpath.basename(folder)
    if _REFUSED.search(nearest) or _REFUSED.search(name):
        return "unknown"
    if _GOOD.search(path):
        return "valid"
    numbered = _NUMBER.findall(nearest)
    etalon = bool(_ETALONS.search(nearest)) and (not numbered or int(numbered[-1]) == 1)
    return "valid" if nearest == "1" or etalon else "unknown"
