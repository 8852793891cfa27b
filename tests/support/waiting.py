"""Waiting for other threads and processes, by looking again and again: as long as a slow machine may take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.02


def eventually(holds: Callable[[], bool]) -> bool:
    """Wait until it holds; `False` when it did not within a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(_PAUSE_SECONDS)
    return holds()
