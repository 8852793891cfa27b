"""Parse XML from outside: no DTD, no entities, no network, everything bounded."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from lxml import etree

from mezhved.smev3.tree import exceeds, glance
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOM = b"\xef\xbb\xbf"
_DECLARED_ENCODING = re.compile(
    rb"""<\?xml\s+version\s*=\s*(?:"[^"<]*"|'[^'<]*')\s+encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']"""
)
_BEFORE_ROOT = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_INTERNAL: Any = "internal"  # lxml's stubs know booleans only
_UTF8_NAMES = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})  # lxml declares its subset
_NAMESPACE_NAME_ERRORS = frozenset({etree.ErrorTypes.WAR_NS_URI, etree.ErrorTypes.WAR_NS_URI_RELATIVE})
_LIMIT_ERRORS = frozenset({etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_ENTITY_LOOP})
_REPORTED_ERRORS = 100  # libxml2 reports no more errors of one document


class MalformedXml(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """The octets are not XML that may be read; `where` tells line and column."""


class XmlLimitExceeded(MalformedXml):
    """The document is larger, deeper or denser than the limits allow."""


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """What a document may be; the defaults fit an envelope with attachments inline."""

    octets: int = 16 * 2**20
    """Length of the document: 5 MiB of attachments (MR 3.3 section 5) take 7 MiB as base64."""
    depth: int = 256
    """Elements inside one another, the root included."""
    attributes: int = 256
    """Attributes and namespace declarations of one element."""
    markup: int = 1_000_000
    """Signs `<`: about twice the number of elements; each costs a node in memory."""
    utf8_only: bool = True
    """Refuse any other encoding (MR 3.3 section 3.1); off for files that people give."""
    doctype: bool = False
    """Allow a DOCTYPE; external entities are not read even then."""


WIRE_LIMITS = XmlLimits()
"""What comes from the network."""

FILE_LIMITS = XmlLimits(
    octets=2**30, depth=2048, attributes=65536, markup=2**27, utf8_only=False, doctype=True
)
"""What people give as files: any encoding that libxml2 knows, internal entities in moderation."""


def parse(octets: bytes, limits: XmlLimits = WIRE_LIMITS) -> etree._Element:
    """Return the root element.

    Comments, processing instructions and blanks are kept. Namespace names that are no URI
    (`http://пф.рф/...`) are accepted: real messages use them.
    Errors: `MalformedXml`, `XmlLimitExceeded`.
    """
    markup, odd = glance(octets)
    _check_size(octets, markup, limits)
    root = _parse_odd(octets, limits) if odd else _parse(octets, _PLAIN)
    _check_shape(root, octets, limits)
    return root


def _parse_odd(octets: bytes, limits: XmlLimits) -> etree._Element:
    """Parse what begins otherwise than by a tag, or holds what may be a DOCTYPE or another encoding."""
    foreign = _foreign_encoding(octets)
    if foreign and limits.utf8_only:
        raise MalformedXml(
            Text(ru=f"кодировка не UTF-8: {foreign}", en=f"the encoding is not UTF-8: {foreign}"),
            cure=Text(ru="СМЭВ принимает только UTF-8", en="SMEV accepts UTF-8 only"),
        )
    doctype = b"<!DOCTYPE" in octets and _has_doctype(octets)
    if doctype and not limits.doctype:
        raise _doctype()
    # in another encoding a DOCTYPE is not seen before it is parsed
    kind = _Kind(utf8=not foreign, recover=False, doctype=doctype or bool(foreign))
    root = _parse(octets, kind)
    if foreign and not limits.doctype and root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    return root


def _check_size(octets: bytes, markup: int, limits: XmlLimits) -> None:
    """Refuse by what is seen without parsing."""
    if len(octets) > limits.octets:
        raise XmlLimitExceeded(
            Text(
                ru=f"документ длиннее {limits.octets} байт: {len(octets)}",
                en=f"the document is longer than {limits.octets} octets: {len(octets)}",
            )
        )
    if markup > limits.markup:
        raise XmlLimitExceeded(
            Text(
                ru=f"в документе больше {limits.markup} знаков разметки «<»",
                en=f"the document has more than {limits.markup} markup signs '<'",
            )
        )


def _foreign_encoding(octets: bytes) -> str:
    """Return the encoding if it is another than UTF-8, else an empty text."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in octets:
        return "UTF-16 / UTF-32 / NUL"
    declared = _DECLARED_ENCODING.match(octets.removeprefix(_BOM) if octets.startswith(_BOM) else octets)
    return declared[1].decode() if declared and declared[1].lower() not in _UTF8_NAMES else ""


def _doctype() -> MalformedXml:
    return MalformedXml(
        Text(ru="DOCTYPE не допускается", en="DOCTYPE is not allowed"),
        cure=Text(ru="уберите объявление DOCTYPE", en="remove the DOCTYPE declaration"),
    )


def _has_doctype(octets: bytes) -> bool:
    """Tell whether the prolog holds a DOCTYPE; in comments and CDATA the word is harmless."""
    start = len(_BOM) if octets.startswith(_BOM) else 0
    end = _BEFORE_ROOT.match(octets, start)
    return end is not None and octets.startswith(b"<!DOCTYPE", end.end())


class _NothingOutside(etree.Resolver):
    """Give an empty text for whatever a DOCTYPE names outside the document."""

    def resolve(self, system_url: str, public_id: str, context: Any = None) -> Any:  # noqa: ARG002
        # libxml2 goes on to the file itself after `resolve_empty`, not after a blank
        return self.resolve_string(" ", context, base_url=None)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How to parse: as UTF-8 whatever is declared; on over errors; with a DOCTYPE, so with entities."""

    utf8: bool
    recover: bool
    doctype: bool


_PLAIN = _Kind(utf8=True, recover=False, doctype=False)


class _Parsers(threading.local):
    """Parsers of one thread: lxml parses in parallel only with a parser per thread."""

    def __init__(self) -> None:
        self._made: dict[_Kind, etree.XMLParser] = {}
        self._plain = _parser(_PLAIN)

    def get(self, kind: _Kind) -> etree.XMLParser:
        if kind is _PLAIN:
            return self._plain
        if kind not in self._made:
            self._made[kind] = _parser(kind)
        return self._made[kind]


def _parser(kind: _Kind) -> etree.XMLParser:
    parser = etree.XMLParser(
        encoding="utf-8" if kind.utf8 else None,
        recover=kind.recover,
        huge_tree=not kind.doctype,  # the size is bounded before; entities keep libxml2's own bound
        resolve_entities=_INTERNAL if kind.doctype else False,
        attribute_defaults=kind.doctype,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=False,
        remove_pis=False,
        remove_blank_text=False,
        collect_ids=False,
    )
    parser.resolvers.add(_NothingOutside())
    return parser


_PARSERS = _Parsers()


def _parse(octets: bytes, kind: _Kind) -> etree._Element:
    parser = _PARSERS.get(kind)
    try:
        root = etree.fromstring(octets, parser)
    except etree.XMLSyntaxError as error:
        log = list(parser.error_log)
        _raise_first_fault(log)
        if not log:
            raise _malformed(error.msg or "", *error.position) from error
    else:
        # lxml looks at the last thing libxml2 said: a warning hides the namespace errors before it
        _demand_silence(parser, octets, kind)
        return root
    return _parse_any_namespace(octets, replace(kind, recover=True))


def _demand_silence(parser: etree.XMLParser, octets: bytes, kind: _Kind) -> None:
    """Raise what the parser has told of, unless it is about a namespace name being no URI."""
    log = parser.error_log
    if len(log):
        _raise_first_fault(log)
        if len(log) >= _REPORTED_ERRORS or any(each.level >= etree.ErrorLevels.ERROR for each in log):
            _judge(octets, utf8=kind.utf8)


def _raise_first_fault(log: Iterable[etree._LogEntry]) -> None:
    """Raise the first error that is not about a namespace name being no URI."""
    for entry in log:
        if entry.level >= etree.ErrorLevels.ERROR and entry.type not in _NAMESPACE_NAME_ERRORS:
            limit = entry.type in _LIMIT_ERRORS
            raise _malformed(
                entry.message, entry.line, entry.column, XmlLimitExceeded if limit else MalformedXml
            )


def _parse_any_namespace(octets: bytes, kind: _Kind) -> etree._Element:
    """Parse on over namespace names that libxml2 takes for errors, and over nothing else."""
    parser = _PARSERS.get(kind)
    root = etree.fromstring(octets, parser)
    _raise_first_fault(parser.error_log)
    _judge(octets, utf8=kind.utf8)
    return root


def _judge(octets: bytes, *, utf8: bool) -> None:
    """Let a second parser prove that nothing else is wrong.

    libxml2 stops reporting after many errors, and after any error says nothing of what follows the root.
    """
    # the separator is no character of XML, so no namespace name can hold it
    judge = expat.ParserCreate(encoding="utf-8" if utf8 else None, namespace_separator="\f")
    try:
        judge.Parse(octets, True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise _malformed(expat.errors.messages[error.code], error.lineno, error.offset) from error


def _malformed(reason: str, line: int, column: int, kind: type[MalformedXml] = MalformedXml) -> MalformedXml:
    reason = reason.strip()
    return kind(
        Text(ru=f"XML составлен неверно: {reason}", en=f"XML is not well formed: {reason}"),
        where=str(Text(ru=f"строка {line}, знак {column}", en=f"line {line}, column {column}")),
    )


def _check_shape(root: etree._Element, octets: bytes, limits: XmlLimits) -> None:
    """Refuse what is too deep or has too many attributes."""
    bound = exceeds(root, octets, limits.depth, limits.attributes)
    if bound == "depth":
        raise XmlLimitExceeded(
            Text(
                ru=f"вложенность элементов больше {limits.depth}",
                en=f"elements are nested deeper than {limits.depth}",
            )
        )
    if bound == "attributes":
        raise XmlLimitExceeded(
            Text(
                ru=f"у элемента больше {limits.attributes} атрибутов",
                en=f"an element has more than {limits.attributes} attributes",
            )
        )
