"""Settings of the archive and of retention."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RetentionSettings:
    """Settings of the archive and of retention. A part of `BusSettings`."""
