"""The example messages of a package, cut out of the envelopes they came in."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.packages.model import Problem, QName, Sample
from mezhved.infotypes.wellknown import XS
from mezhved.smev3.xml import FILE_LIMITS, MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mezhved.infotypes.packages.model import Expected, PackageFile

XSLT: Final = "http://www.w3.org/1999/XSL/Transform"
_WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_NO_MESSAGES: Final = frozenset((XS, XSLT, _WSDL))
_WRONG: Final = re.compile(
    r"(?<![a-zа-яё])(?:invalid|not[-_ ]?valid|невалид\w*|не[-_ ]?валид\w*|некоррект\w*)", re.IGNORECASE
)
_GOOD: Final = re.compile(r"(?<![a-zа-яё])(?:valid|positive|валид\w*|позитив\w*|коррект\w*)", re.IGNORECASE)
_ETALONS: Final = re.compile(r"эталон|etalon", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"<\?xml\b[^>]*\?>\s*")
_BLANKS: Final = Text(
    ru="лишние знаки перед объявлением XML или в нём, прочитано без них",
    en="odd signs before the XML declaration or in it, read without them",
)
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
    """Return the document and its root, an encoding other than the declared one and a lead of blanks mended.

    Raises `MalformedXml`.
    """
    try:
        return file.octets, parse(file.octets, FILE_LIMITS)
    except MalformedXml:
        text, mended = read_text(file.octets)
        octets = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1).encode()
        root = parse(octets, FILE_LIMITS)
        problems.append(Problem(file.path, mended or _BLANKS, "note"))
        return octets, root


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
    if _GOOD.search(path):
        return "valid"
    folders = posixpath.dirname(path).split("/")
    return "valid" if folders[-1] == "1" or (folders[-1] and _ETALONS.search(folders[-1])) else "unknown"
