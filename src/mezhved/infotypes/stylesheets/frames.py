"""What passes between the runner and its processes: a JSON head and a few runs of octets.

No pickle: the process has read hostile input, so what it says is only data.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LENGTHS: Final = struct.Struct(">II")
_LENGTH: Final = struct.Struct(">I")
HEAD_OCTETS: Final = 2**20
"""The longest head that is taken."""


class BrokenFrame(Exception):  # noqa: N818 - seen by the runner only
    """The other side ended or says what is no frame."""


def frame(head: dict[str, Any], parts: Sequence[bytes] = ()) -> bytes:
    """Return a head and its parts as octets."""
    text = json.dumps(head, ensure_ascii=False).encode()
    lengths = b"".join(_LENGTH.pack(len(part)) for part in parts)
    return b"".join((_LENGTHS.pack(len(text), len(parts)), lengths, text, *parts))


def read_frame(read: Callable[[int], bytes], limit: int) -> tuple[dict[str, Any], list[bytes]]:
    """Read one frame; `limit` bounds the octets of all its parts. Raises `BrokenFrame`."""
    head_length, count = _LENGTHS.unpack(_exactly(read, _LENGTHS.size))
    if head_length > HEAD_OCTETS or count > 2:  # noqa: PLR2004 - a stylesheet and a document
        raise BrokenFrame
    lengths = [_LENGTH.unpack(_exactly(read, _LENGTH.size))[0] for _ in range(count)]
    if sum(lengths) > limit:
        raise BrokenFrame
    try:
        head = json.loads(_exactly(read, head_length))
    except ValueError as error:
        raise BrokenFrame from error
    if not isinstance(head, dict):
        raise BrokenFrame
    return head, [_exactly(read, length) for length in lengths]


def _exactly(read: Callable[[int], bytes], length: int) -> bytes:
    pieces = []
    while length:
        piece = read(min(length, 2**20))
        if not piece:
            raise BrokenFrame
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
