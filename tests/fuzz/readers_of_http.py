"""What the client reads off the wire: an HTTP answer, whole and in pieces, is the same answer."""

from __future__ import annotations

import io
from typing import Any

from mezhved.smev3.client.http1 import Answer, BadAnswer, Connection, Destination, _Input

_LARGEST = 2**16
_SOMEWHERE = Destination.of("http://127.0.0.1:7500/ws")


class _Wire:
    """A socket whose other side has said everything already."""

    def __init__(self, octets: bytes, size: int) -> None:
        self._stream = io.BytesIO(octets)
        self._size = size

    def recv(self, count: int) -> bytes:
        return self._stream.read(min(count, self._size))

    def sendall(self, _octets: bytes) -> None:
        return

    def close(self) -> None:
        return


class _Fed(Connection):
    """A connection over such a socket."""

    def __init__(self, octets: bytes, size: int) -> None:
        wire: Any = _Wire(octets, size)
        self._socket = wire
        self._input = _Input(wire)


def answer(data: bytes) -> None:
    """Read an answer at once and in small pieces."""
    whole, pieces = _read(data, len(data) or 1), _read(data, max(1 + len(data) % 11, len(data) // 300))
    assert whole is None or pieces is None or whole.body == pieces.body
    assert (whole is None) == (pieces is None)


def _read(data: bytes, size: int) -> Answer | None:
    try:
        return _Fed(data, size).post(_SOMEWHERE, b"<a/>", b"", _LARGEST)
    except BadAnswer:
        return None
