"""Reading a request's body within a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

_CHUNK = 64 * 1024
# A client that is still sending would lose the fault with its connection, so a little excess is read away.
_DRAIN_FACTOR = 16


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
    """Return the Content-Length, None when absent or not a plain number."""
    if value and value.isascii() and value.isdigit():
        return int(value)
    return None


def demand_plain(content_encoding: str | None) -> None:
    """Refuse a compressed body: nothing is known of the real server taking one. Raises `BodyEncoded`."""
    coding = (content_encoding or "").strip().lower()
    if coding not in {"", "identity"}:
        raise BodyEncoded(coding[:40])


def read_body(stream: Readable, announced: int | None, limit: int) -> bytes:
    """Return the whole body of at most `limit` octets.

    Raises `BodyTooLarge` after reading away a bounded excess, `BodyTruncated` when fewer octets came
    than announced.
    """
    if announced is not None and announced > limit:
        _drain(stream, min(announced, limit * _DRAIN_FACTOR))
        raise BodyTooLarge(announced)
    chunks: list[bytes] = []
    total = 0
    # With a known length the read that would only tell the end is spared: each one waits for the server.
    while (announced is None or total < announced) and (chunk := stream.read(announced or _CHUNK)):
        total += len(chunk)
        if total > limit:
            raise BodyTooLarge(total + _drain(stream, limit * _DRAIN_FACTOR))
        chunks.append(chunk)
    if announced is not None and total < announced:
        raise BodyTruncated
    return b"".join(chunks)


def _drain(stream: Readable, limit: int) -> int:
    total = 0
    while total < limit and (chunk := stream.read(_CHUNK)):
        total += len(chunk)
    return total
