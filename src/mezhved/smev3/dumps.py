"""Reading what people keep of an exchange: messages, operations, HTTP and MIME dumps, cut or padded.

Lenient in finding the XML, never in judging it: the octets of the document are not repaired.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.smev3 import mtom
from mezhved.smev3.xml import MalformedXml, XmlLimits, parse
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

FILE_LIMITS = XmlLimits(octets=256 * 2**20, markup=10_000_000, utf8_only=False)
"""For files that people give: larger than the wire allows, and of any encoding."""

_MTOM_LIMITS = mtom.MtomLimits(octets=512 * 2**20, inlined=64 * 2**20, elements=5_000_000)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# the next message may follow the last one's final octet without a line end
_HTTP = re.compile(rb"(?:HTTP/\d(?:\.\d)? \d{3}|(?:POST|GET) \S+ HTTP/\d)[^\n]{0,200}\n(?=[A-Za-z-]+:)")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]*\S")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_CHUNK = re.compile(rb"\s{0,4}([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_BOUNDARY_LINE = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\nContent-", re.MULTILINE | re.IGNORECASE)
_ENVELOPE = re.compile(rb"<(?P<prefix>[\w.-]+:)?Envelope(?=[\s>])")
_UNENDED = 100
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class UnreadableDump(MezhvedError):  # noqa: N818
    """Nothing in the file is an XML document."""


@dataclass(frozen=True, slots=True)
class Document:
    """One XML document of a dump: its octets (xop:Include of signed parts made base64) and its tree."""

    octets: bytes
    root: etree._Element


def read_dump(data: bytes) -> list[Document]:
    """Return the XML documents in a file: a bare document, a MIME or HTTP dump, several exchanges.

    Raises `MezhvedError` telling why the first candidate cannot be read when none can.
    """
    data = _as_utf8(data)
    found: list[Document] = []
    first: MezhvedError | None = None
    for candidate in _candidates(data):
        try:
            found.append(_document(candidate))
        except MezhvedError as error:
            first = first or error
    if not found:
        found = [document for piece in _envelopes(data) for document in _perhaps(piece)]
    if not found:
        raise first or UnreadableDump(Text(ru="в файле нет XML", en="the file holds no XML"))
    return found


def _envelopes(data: bytes) -> Iterator[bytes]:
    """Yield what lies between the tags of an envelope; a prefix without an end is looked for once."""
    unended: set[bytes] = set()
    at = 0
    while (start := _ENVELOPE.search(data, at)) is not None and len(unended) < _UNENDED:
        at, prefix = start.end(), start["prefix"] or b""
        if prefix in unended:
            continue
        end = re.compile(rb"</%bEnvelope\s*>" % re.escape(prefix)).search(data, at)
        if end is None:
            unended.add(prefix)
            continue
        at = end.end()
        yield data[start.start() : at]


def _perhaps(octets: bytes) -> Iterator[Document]:
    try:
        yield _document(octets)
    except MalformedXml:
        return


def _document(octets: bytes) -> Document:
    return Document(octets, parse(octets, FILE_LIMITS))


def _as_utf8(data: bytes) -> bytes:
    """Take the byte order mark away; UTF-16 becomes UTF-8 and loses its XML declaration."""
    if data.startswith(codecs.BOM_UTF8):
        return data[len(codecs.BOM_UTF8) :]
    if data.startswith(_BOMS[1:]):
        return _DECLARATION.sub("", data.decode("utf-16", "replace"), count=1).encode()
    return data


def _candidates(data: bytes) -> Iterator[bytes]:
    """Yield the octets that should be XML documents."""
    trimmed = data.strip(b" \t\r\n\0")
    if trimmed.startswith(b"<"):
        yield trimmed
        return
    starts = [match.start() for match in _HTTP.finditer(trimmed)]
    if not starts:
        yield from _message(trimmed)
        return
    for start, end in zip(starts, [*starts[1:], len(trimmed)], strict=True):
        yield from _message(trimmed[trimmed.index(b"\n", start) + 1 : end])


def _message(octets: bytes) -> Iterator[bytes]:
    """Yield the document of one message that may begin with headers."""
    content_type, body = "", octets
    blank = _BLANK_LINE.search(octets)
    if _HEADER.match(octets) and blank is not None:
        headers = mtom.parse_headers(octets[: blank.start()], mtom.MtomLimits(headers=200))
        content_type, body = headers.get("content-type", ""), octets[blank.end() :]
    body = body.strip(b" \t\r\n")
    if _CHUNK.match(body):
        body = _without_chunks(body).strip(b" \t\r\n")
    if body.startswith(b"<") and b">" in body:
        yield body[: body.rindex(b">") + 1]
    elif body:
        yield from _multipart(content_type, body)


def _multipart(content_type: str, body: bytes) -> Iterator[bytes]:
    """Yield the root part; the boundary is the header's or, failing that, the body's own first one."""
    boundary = _BOUNDARY_LINE.search(body)
    if "boundary" not in content_type.lower():
        if boundary is None:
            return
        content_type = f'multipart/related; boundary="{boundary[1].decode("utf-8", "replace")}"'
    try:
        parts = mtom.read(content_type, body, _MTOM_LIMITS, whole=False)
    except mtom.MalformedMultipart:
        if boundary is None:
            raise
        own = f'multipart/related; boundary="{boundary[1].decode("utf-8", "replace")}"'
        parts = mtom.read(own, body, _MTOM_LIMITS, whole=False)
    yield mtom.inline(parts, _MTOM_LIMITS).strip(b" \t\r\n")


def _without_chunks(body: bytes) -> bytes:
    """Undo the chunked transfer coding (RFC 9112 section 7.1) as far as the sizes are right."""
    pieces: list[bytes] = []
    at = 0
    while (size := _CHUNK.match(body, at)) is not None:
        length = int(size[1], 16)
        if length == 0 or size.end() + length > len(body):
            break
        pieces.append(body[size.end() : size.end() + length])
        at = size.end() + length
    rest = body[at:]
    line = _CHUNK.match(body)
    if not pieces and line is not None:  # sizes no longer fit: only the first size line is dropped
        return body[line.end() :]
    return b"".join(pieces) if not rest.strip(b" \t\r\n0") else b"".join((*pieces, rest))
