"""Reading multipart/related (RFC 2387, RFC 2046 section 5.1) with XOP packages inside."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mezhved.smev3.mtom.errors import MtomLimits, refuse
from mezhved.smev3.mtom.mime import parse_content_type, parse_headers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEFAULT_LIMITS = MtomLimits()
_BOUNDARY_OCTETS = 200
_LINE_FEED = 0x0A
_LINE_END = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_ROOT_TYPES = frozenset({"", "application/xop+xml", "text/xml", "application/xml", "application/soap+xml"})
_BLANKS = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Parts:
    """The root part's octets and the other parts by Content-ID (without angle brackets)."""

    root: bytes
    parts: Mapping[str, bytes]

    def resolve(self, href: str) -> bytes | None:
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
        return next((part for key, part in self.parts.items() if unquote(key) == plain), None)


NO_PARTS = Parts(b"", MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Part:
    content_id: str
    media_type: str
    is_utf8: bool
    octets: bytes


def read(
    content_type: str, body: bytes, limits: MtomLimits = _DEFAULT_LIMITS, *, whole: bool = True
) -> Parts:
    """Take a multipart/related body apart.

    The root is the part that `start` names, else the first one. Line feeds alone are accepted as line
    ends. `whole=False` takes a body without its closing delimiter (a dump that was cut).
    Raises `MalformedMultipart`.
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
    if len(body) > limits.octets:
        refuse("тело больше допустимого", "the body is larger than allowed")
    found = [_part(body, start, end, limits) for start, end in _spans(body, boundary, limits, whole=whole)]
    if not found:
        refuse("нет ни одной части", "there is no part")
    root = _root(found, kind.parameters.get("start", ""))
    return Parts(root.octets, MappingProxyType(_by_id(found, root)))


def _root(found: list[_Part], start: str) -> _Part:
    wanted = start.strip().strip("<>")
    named = [part for part in found if wanted and part.content_id == wanted]
    if wanted and not named:
        refuse(f"нет части, названной в start: {wanted}", f"no part is named {wanted} as start says")
    root = named[0] if named else found[0]
    if root.media_type not in _ROOT_TYPES or not root.is_utf8:
        refuse(
            f"корневая часть — не XML в UTF-8: {root.media_type}",
            f"the root part is not XML in UTF-8: {root.media_type}",
        )
    return root


def _by_id(found: list[_Part], root: _Part) -> dict[str, bytes]:
    """Return the other parts; one without a Content-ID can be named by nothing and is left out."""
    parts: dict[str, bytes] = {}
    for part in found:
        if part is root or not part.content_id:
            continue
        if part.content_id in parts or part.content_id == root.content_id:
            refuse(
                f"Content-ID повторяется: {part.content_id}",
                f"the Content-ID occurs twice: {part.content_id}",
            )
        parts[part.content_id] = part.octets
    return parts


def _spans(body: bytes, boundary: bytes, limits: MtomLimits, *, whole: bool) -> Iterator[tuple[int, int]]:
    """Yield where each part's headers begin and its content ends."""
    mark = b"--" + boundary
    if body.count(mark) > limits.parts + 1:
        refuse(f"частей больше {limits.parts}", f"there are more than {limits.parts} parts")
    begin = -1
    for at, after, last in _delimiters(body, mark):
        if begin >= 0:
            yield begin, _without_line_end(body, begin, at)
        if last:
            return
        begin = after
    if whole:
        refuse("тело оборвано: нет завершающей границы", "the body is cut: no closing delimiter")
    if begin >= 0:
        yield begin, len(body)


def _delimiters(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield the delimiter lines: where each begins, where the next line begins, whether it is the last."""
    at = body.find(mark)
    while at >= 0:
        after = at + len(mark)
        if at == 0 or body[at - 1] == _LINE_FEED:
            last = body.startswith(b"--", after)
            line_end = _LINE_END.match(body, after + 2 if last else after)
            if line_end:
                yield at, line_end.end(), last
        at = body.find(mark, after)


def _without_line_end(body: bytes, begin: int, at: int) -> int:
    """Return the end of the content: the line end before a delimiter belongs to the delimiter."""
    end = at
    if end > begin and body[end - 1] == _LINE_FEED:
        end -= 1
        if end > begin and body[end - 1 : end] == b"\r":
            end -= 1
    return end


def _part(body: bytes, begin: int, end: int, limits: MtomLimits) -> _Part:
    no_headers = re.compile(rb"\r?\n").match(body, begin, end)
    if no_headers:
        return _Part("", "", is_utf8=True, octets=body[no_headers.end() : end])
    blank = _BLANK_LINE.search(body, begin, min(end, begin + limits.header_octets))
    if blank is None and end - begin > limits.header_octets:
        refuse("заголовки части слишком длинны", "the headers of a part are too long")
    head_end, content = (blank.start(), blank.end()) if blank else (end, end)
    headers = parse_headers(body[begin:head_end], limits)
    kind = parse_content_type(headers.get("content-type", ""))
    encoding = headers.get("content-transfer-encoding", "binary").strip().lower()
    return _Part(
        content_id=_content_id(headers.get("content-id", "")),
        media_type=kind.media_type,
        is_utf8=kind.is_utf8,
        octets=_decoded(body[content:end], encoding),
    )


def _content_id(value: str) -> str:
    value = value.strip()
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


def _decoded(octets: bytes, encoding: str) -> bytes:
    if encoding in {"binary", "8bit", "7bit", ""}:
        return octets
    if encoding == "base64":
        try:
            return binascii.a2b_base64(octets.translate(None, _BLANKS), strict_mode=True)
        except binascii.Error:
            refuse("часть не раскодируется из base64", "a part is not base64")
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets)
    return refuse(
        f"неизвестный Content-Transfer-Encoding: {encoding}",
        f"unknown Content-Transfer-Encoding: {encoding}",
    )
