"""What a call is answered with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP 200 body with its Content-Type."""

    content_type: str
    body: bytes
