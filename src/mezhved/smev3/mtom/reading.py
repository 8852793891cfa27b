"""Reading multipart/related (RFC 2387, RFC 2046 section 5.1) with XOP packages inside."""

from __future__ import annotations

import binascii
import io
import re
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from mezhved.smev3.mtom.base64_pieces import BadBase64, Base64Pieces
from mezhved.smev3.mtom.errors import MtomLimits, refuse
from mezhved.smev3.mtom.mime import parse_content_type, parse_headers
from mezhved.smev3.mtom.splitting import Splitter
from mezhved.smev3.mtom.spool import in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mezhved.smev3.mtom.spool import Part, Spool

_DEFAULT_LIMITS = MtomLimits()
_BOUNDARY_OCTETS = 200
_LINE_OCTETS = 1024 * 1024
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_PLAIN = frozenset({"binary", "8bit", "7bit", ""})


@dataclass(frozen=True, slots=True)
class Parts:
    """The root part's octets and the other parts by Content-ID (without angle brackets).

    `left_out` counts the octets of parts that nothing can name.
    """

    root: bytes
    parts: Mapping[str, Part]
    left_out: int = 0

    @property
    def size(self) -> int:
        """Return how many octets came in all, headers and boundaries apart."""
        return len(self.root) + sum(map(len, self.parts.values())) + self.left_out

    def resolve(self, href: str) -> Part | None:
        """Return the part that a `cid:` URL names; `None` where there is none (RFC 2392).

        The URL is percent-encoded relative to the Content-ID; servers that encode the Content-ID itself
        are understood too.
        """
        scheme, _, name = href.strip().partition(":")
        if scheme.lower() != "cid":
            return None
        plain = unquote(name)
        for candidate in (plain, name):
            found = self.parts.get(candidate)
            if found is not None:
                return found
        if "%" not in name and not any("%" in key for key in self.parts):
            return None
        return next((part for key, part in self.parts.items() if unquote(key) == plain), None)


NO_PARTS = Parts(b"", MappingProxyType({}))


def read(
    content_type: str, body: bytes, limits: MtomLimits = _DEFAULT_LIMITS, *, whole: bool = True
) -> Parts:
    """Take a multipart/related body apart; all of it stays in memory. As `receive`."""
    return receive(content_type, io.BytesIO(body).read, in_memory(), limits, whole=whole)


def receive(
    content_type: str,
    read_piece: Callable[[int], bytes],
    spool: Spool,
    limits: MtomLimits = _DEFAULT_LIMITS,
    *,
    whole: bool = True,
) -> Parts:
    """Take a multipart/related body apart while it arrives; the other parts go into the spool.

    The root is the part that `start` names, and where it names none the first one, as to CXF always; it
    stays in memory. Line feeds alone are accepted as line ends. `whole=False` takes a body without its
    closing delimiter (a dump that was cut).
    Raises `MalformedMultipart`, and whatever `read_piece` raises.
    """
    kind = parse_content_type(content_type)
    if kind.media_type != "multipart/related":
        refuse(
            f"ожидался multipart/related, а не {kind.media_type}",
            f"multipart/related expected, not {kind.media_type}",
        )
    boundary = kind.parameters.get("boundary", "").encode()
    if not 0 < len(boundary) <= _BOUNDARY_OCTETS:
        refuse(
            "нет параметра boundary или он слишком длинный",
            "the boundary parameter is missing or too long",
        )
    collected = _Collected(kind.parameters.get("start", "").strip().strip("<>"), spool, limits)
    for pieces in Splitter(read_piece, boundary, limits, whole=whole).parts():
        collected.take(pieces)
    return collected.parts()


class _First(NamedTuple):
    """The first part of those that `start` does not name."""

    content_id: str
    content_type: str
    part: Part


class _Collected:
    """The parts of one body as they come."""

    def __init__(self, start: str, spool: Spool, limits: MtomLimits) -> None:
        self._start = start
        self._spool = spool
        self._limits = limits
        self._root: bytes | None = None
        self._root_id = ""
        self._first: _First | None = None
        self._parts: dict[str, Part] = {}
        self._left_out = 0

    def take(self, pieces: Iterator[bytes]) -> None:
        headers, rest = _headers(pieces, self._limits)
        content = _decoded(rest, headers.get("content-transfer-encoding", "binary").strip().lower())
        content_id = _content_id(headers.get("content-id", ""))
        if self._root is None and (not self._start or content_id == self._start):
            _demand_utf8(headers.get("content-type", ""))
            self._demand_new(content_id)
            self._root, self._root_id = b"".join(content), content_id
            return
        if not content_id and self._first is not None:
            self._left_out += sum(map(len, content))
            return
        self._demand_new(content_id)
        part = self._spool.store(content)
        if self._first is None:
            self._first = _First(content_id, headers.get("content-type", ""), part)
        if content_id:
            self._parts[content_id] = part

    def parts(self) -> Parts:
        if self._root is None:
            self._take_first()
        elif self._first is not None and not self._first.content_id:
            self._left_out += len(self._first.part)
        return Parts(self._root or b"", MappingProxyType(self._parts), self._left_out)

    def _take_first(self) -> None:
        if self._first is None:
            refuse("нет ни одной части", "there is no part")
        _demand_utf8(self._first.content_type)
        self._parts.pop(self._first.content_id, None)
        self._root = bytes(self._first.part)

    def _demand_new(self, content_id: str) -> None:
        known = content_id in self._parts or (self._root is not None and content_id == self._root_id)
        if content_id and known:
            refuse(f"Content-ID повторяется: {content_id}", f"the Content-ID occurs twice: {content_id}")


def _demand_utf8(content_type: str) -> None:
    """Refuse a root in another charset; whether it is XML is told by who parses it."""
    kind = parse_content_type(content_type)
    if not kind.is_utf8:
        refuse(f"корневая часть не в UTF-8: {kind.charset}", f"the root part is not in UTF-8: {kind.charset}")


def _headers(pieces: Iterator[bytes], limits: MtomLimits) -> tuple[dict[str, str], Iterator[bytes]]:
    """Return the headers of a part and the pieces of its content; without a blank line all is headers."""
    head = bytearray()
    searched = 0
    for piece in pieces:
        head += piece
        if head[:2] == b"\r\n" or head[:1] == b"\n":
            return {}, chain((bytes(head[1 if head[:1] == b"\n" else 2 :]),), pieces)
        blank = _BLANK_LINE.search(head, searched, limits.header_octets)
        if blank is not None:
            block, content = bytes(head[: blank.start()]), bytes(head[blank.end() :])
            return parse_headers(block, limits), chain((content,), pieces)
        if len(head) > limits.header_octets:
            refuse("заголовки части слишком длинны", "the headers of a part are too long")
        # A blank line may begin at the last line end that was seen.
        searched = max(0, head.rfind(b"\n") - 1)
    return parse_headers(bytes(head), limits), iter(())


def _content_id(value: str) -> str:
    value = value.strip()
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


def _decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in _PLAIN:
        return pieces
    if encoding == "base64":
        return _from_base64(pieces)
    if encoding == "quoted-printable":
        return _from_quoted_printable(pieces)
    return refuse(
        f"неизвестный Content-Transfer-Encoding: {encoding}",
        f"unknown Content-Transfer-Encoding: {encoding}",
    )


def _from_base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    decoder = Base64Pieces()
    try:
        for piece in pieces:
            yield decoder.feed(piece)
        decoder.end()
    except BadBase64:
        refuse("часть не раскодируется из base64", "a part is not base64")


def _from_quoted_printable(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decode line by line: an escape, and the blanks before a line end, never pass a line feed."""
    rest = b""
    for piece in pieces:
        lines, feed, rest = (rest + piece).rpartition(b"\n")
        if len(rest) > _LINE_OCTETS:
            refuse("строка quoted-printable слишком длинна", "a line of quoted-printable is too long")
        if feed:
            yield binascii.a2b_qp(lines + feed)
    yield binascii.a2b_qp(rest)
