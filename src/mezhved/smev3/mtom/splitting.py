"""Finding the delimiter lines of a multipart body while it arrives (RFC 2046 section 5.1)."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from mezhved.smev3.mtom.errors import refuse
from mezhved.smev3.mtom.spool import PIECE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved.smev3.mtom.errors import MtomLimits

_LINE_FEED = 0x0A
_CARRIAGE_RETURN = 0x0D
_LINE_END_OCTETS = 2
_PADDING = re.compile(rb"[ \t]*")


class _Met(Enum):
    """What ended a stretch of the body."""

    DELIMITER = auto()
    CLOSING = auto()
    END = auto()


class Splitter:
    """Takes a body apart at its delimiter lines; no more of it is held than a piece and a boundary.

    `read` returns at most so many octets as asked, none at the end. `whole=False` takes a body without
    its closing delimiter.
    """

    def __init__(
        self, read: Callable[[int], bytes], boundary: bytes, limits: MtomLimits, *, whole: bool = True
    ) -> None:
        self._read = read
        self._mark = b"--" + boundary
        self._limits = limits
        self._whole = whole
        self._buffer = bytearray()
        self._ended = False
        self._taken = 0
        self._met = _Met.DELIMITER

    def parts(self) -> Iterator[Iterator[bytes]]:
        """Yield each part's headers and content in pieces; each has to be read to its end.

        Raises `MalformedMultipart` for too many parts and a body cut short.
        """
        for _ in self._stretch():
            pass
        count = 0
        while self._met is _Met.DELIMITER:
            count += 1
            if count > self._limits.parts:
                refuse(
                    f"частей больше {self._limits.parts}", f"there are more than {self._limits.parts} parts"
                )
            yield self._stretch()
        if self._met is _Met.END and self._whole:
            refuse("тело оборвано: нет завершающей границы", "the body is cut: no closing delimiter")
        self._buffer.clear()
        while self._more():
            self._buffer.clear()

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._read(PIECE)
        if not piece:
            self._ended = True
            return False
        self._taken += len(piece)
        if self._taken > self._limits.octets:
            refuse("тело больше допустимого", "the body is larger than allowed")
        self._buffer += piece
        return True

    def _stretch(self) -> Iterator[bytes]:
        """Yield what comes before the next delimiter line; its line end belongs to the delimiter."""
        buffer, mark = self._buffer, self._mark
        at_line = True
        search = 0
        while True:
            at = buffer.find(mark, search)
            if at < 0:
                if self._ended:
                    if buffer:
                        yield bytes(buffer)
                        buffer.clear()
                    self._met = _Met.END
                    return
                search = max(search, len(buffer) - len(mark) + 1)
                # The delimiter's own line end stays until it is known whose it is.
                spare = len(buffer) - len(mark) - _LINE_END_OCTETS
                if spare > 0:
                    yield bytes(buffer[:spare])
                    del buffer[:spare]
                    search -= spare
                    at_line = False
                self._more()
                continue
            starts_line = at_line if at == 0 else buffer[at - 1] == _LINE_FEED
            after = self._delimiter_end(at) if starts_line else None
            if after is None:
                search = at + len(mark)
                continue
            end = _without_line_end(buffer, at)
            if end:
                yield bytes(buffer[:end])
            del buffer[:after]
            return

    def _delimiter_end(self, at: int) -> int | None:
        """Return where the line after the delimiter begins; None where the line is content."""
        buffer = self._buffer
        after = at + len(self._mark)
        while len(buffer) < after + _LINE_END_OCTETS and self._more():
            pass
        closing = buffer.startswith(b"--", after)
        place = after + 2 if closing else after
        while True:
            padding = _PADDING.match(buffer, place)
            end = padding.end() if padding else place
            del padding  # a match holds the buffer, which then could not grow
            tail = bytes(buffer[end : end + _LINE_END_OCTETS])
            if tail[:1] == b"\n" or tail == b"\r\n":
                self._met = _Met.CLOSING if closing else _Met.DELIMITER
                return end + (1 if tail[:1] == b"\n" else _LINE_END_OCTETS)
            if tail not in {b"", b"\r"} or end - place > self._limits.header_octets:
                return None
            if not self._more():
                self._met = _Met.CLOSING if closing else _Met.DELIMITER
                return None if tail else end


def _without_line_end(buffer: bytearray, at: int) -> int:
    end = at
    if end and buffer[end - 1] == _LINE_FEED:
        end -= 1
        if end and buffer[end - 1] == _CARRIAGE_RETURN:
            end -= 1
    return end
