"""Settings of push notifications."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PushSettings:
    """Settings of push notifications. A part of `BusSettings`."""
