"""Telling in plain words what happens, from several threads, line by line."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mezhved.texts import Text

INDENT = " " * 13


class Narrator:
    """Writes lines with the local time; `write` takes one line without its end."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], datetime]) -> None:
        self._write = write
        self._clock = clock
        self._lock = threading.Lock()

    def title(self, text: Text) -> None:
        """Begin a new part."""
        with self._lock:
            self._write("")
            self._write(f"[{self._time()}] {text}")

    def say(self, text: Text | str) -> None:
        """Tell one thing."""
        with self._lock:
            for line in str(text).splitlines():
                self._write(f"{INDENT}{line}")

    def _time(self) -> str:
        return self._clock().astimezone().strftime("%H:%M:%S")
