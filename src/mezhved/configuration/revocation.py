"""Settings of revocation data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RevocationSettings:
    """Settings of revocation data. A part of `BusSettings`."""
