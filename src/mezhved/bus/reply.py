"""What a call is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Streamed:
    """A body that is read while it is sent; `length` is its octets in all."""

    length: int
    pieces: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP 200 body with its Content-Type."""

    content_type: str
    body: bytes | Streamed
