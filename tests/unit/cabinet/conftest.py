"""Models are read here without a database: Django starts, and points nowhere."""

from __future__ import annotations

from tests.support import databases

__all__ = ["databases"]
