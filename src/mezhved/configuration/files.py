"""Settings of the file store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FileStoreSettings:
    """Settings of the file store. A part of `BusSettings`."""
