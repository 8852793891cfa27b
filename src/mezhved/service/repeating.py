"""Work that is done again and again in a thread of its own."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod


class Repeating(threading.Thread, ABC):
    """Calls `tick` until stopped, whatever goes wrong in it.

    A subclass says in `tick` what is due and when to come back, and in `troubled` what it writes into the
    log and when it tries again. `first` is the pause before the first time, in seconds.
    """

    def __init__(self, name: str, first: float = 0.0) -> None:
        super().__init__(name=f"mezhved-{name}", daemon=True)
        self._first = first
        self._signal = threading.Event()
        self._stopping = False

    @abstractmethod
    def tick(self) -> float:
        """Do what is due; return the seconds until the next time."""

    @abstractmethod
    def troubled(self, error: Exception) -> float:
        """Tell of an error that ended a `tick`; return the seconds until the next time."""

    def run(self) -> None:
        """Work until stopped."""
        pause = self._first
        while True:
            self._signal.wait(pause)
            self._signal.clear()
            if self._stopping:
                break
            try:
                pause = self.tick()
            except Exception as error:  # noqa: BLE001 - the thread must outlive one bad message
                pause = self.troubled(error)
        self.ended()

    def ended(self) -> None:
        """Let go of what the thread held; called once, at its end."""

    def wake(self) -> None:
        """Let the next time be now."""
        self._signal.set()

    def stop(self) -> None:
        """End after what is in hand."""
        self._stopping = True
        self._signal.set()

    def rest(self, seconds: float) -> None:
        """Pause within a `tick`, no longer than until a stop."""
        self._signal.wait(seconds)

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called: long work looks here between its parts."""
        return self._stopping
