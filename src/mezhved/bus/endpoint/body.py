"""Receiving a request's body within a bound: what is large of it goes to the disk while it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mezhved.smev3 import mtom, soap
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = 256 * 1024
"""Octets below which a plain document is read whole: its attachments inline are small then."""
# A client that is still sending would lose the fault with its connection, so a little excess is read away.
_DRAIN_FACTOR = 16
_DIGITS = 18


class Readable(Protocol):
    """What WSGI calls `wsgi.input`."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` octets, empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class BodyTooLarge(Exception):  # noqa: N818
    """The body exceeds the bound; `octets` is the size announced or read before giving up."""

    octets: int


@dataclass(frozen=True, slots=True)
class BodyEncoded(Exception):  # noqa: N818
    """The body is compressed: `coding` is its Content-Encoding."""

    coding: str


class BodyTruncated(Exception):  # noqa: N818
    """The connection ended before the announced length."""


def announced_length(value: str | None) -> int | None:
    """Return the Content-Length, None when absent or no plain number that a body could have."""
    if value and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        return int(value)
    return None


class Body:
    """A request's body of at most `limit` octets; it may announce how many they are.

    Reading raises `BodyTooLarge` after a bounded excess was read away, `BodyTruncated` when fewer octets
    came than announced.
    """

    def __init__(self, stream: Readable, announced: int | None, limit: int) -> None:
        self._stream = stream
        self._announced = announced
        self._limit = limit
        self._taken = 0
        if announced is not None and announced > limit:
            self._read_away(min(announced, limit * _DRAIN_FACTOR))
            raise BodyTooLarge(announced)

    def read(self, size: int) -> bytes:
        """Return so many octets, fewer only at the end."""
        if self._announced is not None:
            # With a known length the read that would only tell the end is spared: each waits for the server.
            size = min(size, self._announced - self._taken)
        piece = self._stream.read(size) if size else b""
        if len(piece) < size:
            piece = self._filled(bytearray(piece), size) if piece else b""
        self._taken += len(piece)
        if self._taken > self._limit:
            raise BodyTooLarge(self._taken + self._read_away(self._limit * _DRAIN_FACTOR))
        if len(piece) < size and self._announced is not None:
            raise BodyTruncated
        return piece

    def demand_plain(self, content_encoding: str | None) -> None:
        """Refuse a compressed body: nothing is known of the real server taking one. Raises `BodyEncoded`."""
        coding = (content_encoding or "").strip().lower()
        if coding not in {"", "identity"}:
            self.drain()
            raise BodyEncoded(coding[:40])

    def drain(self) -> None:
        """Read the rest away, within bounds, for a client that goes on sending what is refused already."""
        self._read_away(max(0, (self._announced or self._limit) - self._taken))

    def _filled(self, octets: bytearray, size: int) -> bytes:
        """Gather pieces: many tiny ones must not be kept each for itself."""
        while len(octets) < size and (piece := self._stream.read(size - len(octets))):
            octets += piece
        return bytes(octets)

    def _read_away(self, limit: int) -> int:
        total = 0
        while total < limit and (piece := self._stream.read(min(mtom.PIECE, limit - total))):
            total += len(piece)
        return total


def receive(body: Body, content_type: str, spool: mtom.Spool) -> mtom.Parts:
    """Take the body apart; large parts and inline attachments go into the spool.

    Raises as `Body.read`, `soap.UnsupportedContentType`, `mtom.MalformedMultipart`.
    """
    try:
        if soap.is_multipart(content_type):
            return mtom.receive(content_type, body.read, spool)
        head = body.read(SMALL)
        if len(head) < SMALL:
            return mtom.Parts(head, {})
        return mtom.divert(_after(head, body), spool)
    except MezhvedError:
        body.drain()
        raise


def _after(head: bytes, body: Body) -> Callable[[int], bytes]:
    """Return a reader of what was read already and then of the rest."""
    pieces = [head]
    return lambda size: pieces.pop() if pieces else body.read(size)
