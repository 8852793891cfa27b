"""What a body with files holds, counted while it is read.

The framework takes a body that breaks off for one that ends, and passes over parts whose headers it cannot
read: a request would go out without its file.
"""

from __future__ import annotations

from typing import Any, Final

_END: Final = b"--"


class Watched:
    """A stream that counts the parts of `multipart/form-data` that pass."""

    def __init__(self, stream: Any, boundary: str, announced: int) -> None:
        self._stream = stream
        self._delimiter = b"--" + boundary.encode("utf-8", "replace")
        self._left = announced
        self._delimiters = 0
        self._tail = b""
        self._after = b""

    def read(self, size: int = -1) -> bytes:
        """Read a piece."""
        return self._seen(self._stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        """Read a line: so the framework reads what the parts left."""
        return self._seen(self._stream.readline(size))

    def _seen(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        *before, rest = (self._tail + piece).split(self._delimiter)
        if before:
            self._delimiters += len(before)
            self._after = rest[: len(_END)]
        else:
            self._after = (self._after + piece)[: len(_END)]
        self._tail = rest[1 - len(self._delimiter) :]
        return piece

    @property
    def is_whole(self) -> bool:
        """Whether all that was announced came, up to the last delimiter that ends it."""
        return self._left <= 0 and (self._after == _END or not self._delimiters)

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return max(0, self._delimiters - 1)
