"""How much memory processes take while something is done."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.bench.processes import resident_megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAMPLE_SECONDS: Final = 0.05


@dataclass(slots=True)
class Memory:
    """Resident memory of processes, MB: what they had in the beginning and the most they ever had."""

    first: dict[int, float] = field(default_factory=dict)
    most: dict[int, float] = field(default_factory=dict)

    def sample(self, pids: list[int]) -> None:
        """Look once."""
        for pid in pids:
            now = resident_megabytes(pid)
            self.first.setdefault(pid, now)
            self.most[pid] = max(self.most.get(pid, 0.0), now)

    @property
    def growth(self) -> float:
        """The most that one process grew by."""
        return max(self.growth_of([*self.first]))

    def growth_of(self, pids: list[int]) -> list[float]:
        """Return what each of these processes grew by."""
        return [round(self.most[pid] - self.first[pid], 1) for pid in pids]

    @contextlib.contextmanager
    def watched(self, pids: list[int]) -> Iterator[None]:
        """Look at these processes all the time."""
        stopped = threading.Event()

        def watch() -> None:
            while not stopped.wait(_SAMPLE_SECONDS):
                self.sample(pids)

        self.sample(pids)
        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()
