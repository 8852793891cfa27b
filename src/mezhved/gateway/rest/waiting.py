"""How many calls may wait for events at once: threads are few, and other calls need them too."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Waiting:
    """Places to wait in one process: half of its threads."""

    def __init__(self, threads: int) -> None:
        self._places = threading.Semaphore(threads // 2)

    @contextlib.contextmanager
    def place(self) -> Iterator[bool]:
        """Take a place; false when none is free: the call is then answered at once."""
        taken = self._places.acquire(blocking=False)
        try:
            yield taken
        finally:
            if taken:
                self._places.release()
