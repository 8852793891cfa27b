"""One HTTP/1.1 connection, as far as a POST and its answer need it (RFC 9112), bounded everywhere.

A general library spends more on headers than the signatures of a call cost: it parses every answer's head
as an e-mail. Here a head is lines of `name: value`, of which a call needs four.
"""

from __future__ import annotations

import select
import socket
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

LINE_OCTETS = 65536
HEADERS = 200
_PIECE_OCTETS = 65536
_LARGE_OCTETS = 1 << 20
_LENGTH_DIGITS = 18
_TARGET_SIGNS = "/?&=;:@!$'()*+,~%[]-._"
_PORTS = {"http": 80, "https": 443}
_CONTINUE = range(100, 200)
_NO_CONTENT = frozenset({204, 304})
_CODED = {"gzip": 31, "x-gzip": 31, "deflate": 47}


class BadAnswer(OSError):  # noqa: N818
    """What came is no answer of HTTP/1.1, or more than was asked for."""


class TooLarge(BadAnswer):
    """The answer passes the bound."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a URL leads: the host to connect to, and the first lines of every call."""

    host: str
    port: int
    secure: bool
    head: bytes

    @classmethod
    def of(cls, url: str) -> Destination:
        """Read an http or https URL; `ValueError` for another."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"not an address of HTTP: {url}")
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
        port = parts.port or _PORTS[parts.scheme]
        target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_TARGET_SIGNS)
        named = f"[{host}]" if ":" in host else host
        if port != _PORTS[parts.scheme]:
            named = f"{named}:{port}"
        head = f"POST {target} HTTP/1.1\r\nHost: {named}\r\nAccept-Encoding: identity\r\n"
        return cls(host, port, parts.scheme == "https", head.encode("ascii"))


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, Content-Type and body of an answer; `reusable`: another call may follow."""

    status: int
    content_type: str
    body: bytes
    reusable: bool


class Connection:
    """A connection for one call at a time; after an exception it is good for nothing but `close`."""

    def __init__(
        self, destination: Destination, context: ssl.SSLContext | None, *, connecting: float, reading: float
    ) -> None:
        """Connect; `connecting` and `reading` are seconds, the latter between two pieces of an answer."""
        made = socket.create_connection((destination.host, destination.port), connecting)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                made = context.wrap_socket(made, server_hostname=destination.host)
            made.settimeout(reading)
        except BaseException:
            made.close()
            raise
        self._socket = made
        self._input = _Input(made)
        self._waiting = _waiting(made)

    def is_stale(self) -> bool:
        """Tell whether the server has closed the idle connection, or said something unasked."""
        return bool(self._waiting())

    def post(self, destination: Destination, body: bytes, headers: bytes, largest: int) -> Answer:
        """Send a call with the header lines given and read the answer, of at most `largest` octets.

        Raises `OSError`: `TooLarge`, `BadAnswer`, and what the socket raises.
        """
        call = b"%bContent-Length: %d\r\n%b\r\n%b" % (destination.head, len(body), headers, body)
        # A server may refuse a large body before all of it came, and say why.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(call)
        status, fields, closes = self._head()
        while status in _CONTINUE:
            status, fields, closes = self._head()
        octets, delimited = self._body(status, fields, largest)
        coding = fields.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
        if coding in _CODED:
            octets = _decoded(octets, _CODED[coding], largest)
        return Answer(
            status,
            fields.get(b"content-type", b"").decode("latin-1"),
            octets,
            reusable=delimited and not closes and self._input.is_empty(),
        )

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def __del__(self) -> None:
        """Close what a forgotten transport, or the parent's in a forked process, kept open."""
        if hasattr(self, "_socket"):
            self._socket.close()

    def _head(self) -> tuple[int, dict[bytes, bytes], bool]:
        """Read a status line and header fields, names in lower case, repeated ones joined by commas."""
        line = self._input.line()
        version, _, rest = line.partition(b" ")
        code = rest[:3]
        if not version.startswith(b"HTTP/1.") or len(code) != 3 or not code.isdigit() or rest[3:4].strip():  # noqa: PLR2004
            raise BadAnswer(
                f"no HTTP/1.1 answer: {line[:80]!r}" if line else "the server closed the connection"
            )
        fields: dict[bytes, bytes] = {}
        for _ in range(HEADERS):
            line = self._input.line()
            if not line:
                break
            name, colon, value = line.partition(b":")
            if not colon:
                continue  # a folded line (RFC 9112 5.2), or none of ours
            name, value = name.lower(), value.strip()
            fields[name] = b"%b, %b" % (fields[name], value) if name in fields else value
        else:
            raise BadAnswer("the answer has too many headers")
        said = fields.get(b"connection", b"").lower()
        return int(code), fields, b"close" in said or (version == b"HTTP/1.0" and b"keep-alive" not in said)

    def _body(self, status: int, fields: Mapping[bytes, bytes], largest: int) -> tuple[bytes, bool]:
        """Return the body and whether its end was marked; in the order of RFC 9112 section 6.3."""
        if status in _NO_CONTENT:
            return b"", True
        if b"transfer-encoding" in fields:
            if fields[b"transfer-encoding"].lower() != b"chunked":
                raise BadAnswer("an unknown Transfer-Encoding")
            return self._chunks(largest), b"content-length" not in fields
        if b"content-length" in fields:
            length = _length(fields[b"content-length"])
            if length > largest:
                raise TooLarge
            return self._input.take(length), True
        return self._input.rest(largest), False

    def _chunks(self, largest: int) -> bytes:
        pieces: list[bytes] = []
        room = largest
        while True:
            size = self._input.line().partition(b";")[0].strip()
            if not 0 < len(size) <= 8 or size.strip(b"0123456789abcdefABCDEF"):  # noqa: PLR2004
                raise BadAnswer("a malformed chunk")
            length = int(size, 16)
            if not length:
                break
            room -= length
            if room < 0:
                raise TooLarge
            pieces.append(self._input.take(length))
            if self._input.line():
                raise BadAnswer("a chunk is longer than it says")
        for _ in range(HEADERS):
            if not self._input.line():
                return b"".join(pieces)
        raise BadAnswer("the answer has too many trailers")


class _Input:
    """What the server sends, by lines and by lengths; unlike a buffered file it tells what is left over."""

    def __init__(self, readable: socket.socket) -> None:
        self._receive = readable.recv
        self._octets = b""
        self._at = 0

    def is_empty(self) -> bool:
        """Tell whether all that came was taken."""
        return self._at == len(self._octets)

    def line(self) -> bytes:
        """Take a line, without its end."""
        while (end := self._octets.find(b"\n", self._at)) < 0 and len(self._octets) - self._at <= LINE_OCTETS:
            self._more()
        if end < 0 or end - self._at > LINE_OCTETS:
            raise BadAnswer("a line of the answer is too long")
        line = self._octets[self._at : end]
        self._at = end + 1
        return line.removesuffix(b"\r")

    def take(self, length: int) -> bytes:
        """Take that many octets."""
        octets = self._octets[self._at : self._at + length]
        self._at += len(octets)
        if len(octets) == length:
            return octets
        pieces, missing = [octets], length - len(octets)
        while missing:
            piece = self._receive(min(missing, _LARGE_OCTETS))
            if not piece:
                raise BadAnswer(f"the answer is cut: {missing} octets of {length} are missing")
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def rest(self, largest: int) -> bytes:
        """Take all up to the end of the connection."""
        pieces = [self._octets[self._at :]]
        self._at, length = len(self._octets), len(pieces[0])
        while length <= largest and (piece := self._receive(_PIECE_OCTETS)):
            pieces.append(piece)
            length += len(piece)
        if length > largest:
            raise TooLarge
        return b"".join(pieces)

    def _more(self) -> None:
        piece = self._receive(_PIECE_OCTETS)
        if not piece:
            raise BadAnswer("the server closed the connection")
        self._octets = self._octets[self._at :] + piece
        self._at = 0


def header_lines(headers: Mapping[str, str]) -> bytes:
    """Return header fields as they go over the wire; `ValueError` for what would not stay one line."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if lines.count("\n") != len(headers) or lines.count("\r") != len(headers) or "\0" in lines:
        raise ValueError("a header must be one line")
    return lines.encode("latin-1")


def _waiting(readable: socket.socket) -> Callable[[], object]:
    """Return what tells whether something came, without waiting for it."""
    if not hasattr(select, "poll"):  # Windows
        return lambda: select.select([readable], (), (), 0)[0]
    poll = select.poll()
    poll.register(readable, select.POLLIN)
    return lambda: poll.poll(0)


def _length(value: bytes) -> int:
    """Read Content-Length, which may be repeated with one value (RFC 9110 section 8.6)."""
    values = {each.strip() for each in value.split(b",")}
    text = values.pop()
    if values or not text.isdigit() or len(text) > _LENGTH_DIGITS:
        raise BadAnswer(f"a malformed Content-Length: {value[:40]!r}")
    return int(text)


def _decoded(octets: bytes, window: int, largest: int) -> bytes:
    """Unpack a body that was packed without being asked for."""
    unpacker = zlib.decompressobj(window)
    try:
        plain = unpacker.decompress(octets, largest + 1)
    except zlib.error as error:
        raise BadAnswer(f"a malformed Content-Encoding: {error}") from error
    if len(plain) > largest:
        raise TooLarge
    return plain
