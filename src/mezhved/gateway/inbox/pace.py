"""How often an empty queue is looked at: soon after work, ever more seldom without it."""

from __future__ import annotations

from dataclasses import dataclass, field

GROWTH = 1.5
FIRST_TROUBLE = 1.0
LONGEST_TROUBLE = 60.0
LONGEST_REFUSAL = 300.0
"""A refusal that does not pass by itself (an unknown sender, say) is asked about once in five minutes."""


@dataclass(slots=True)
class Pace:
    """Pauses in seconds between polls of one queue."""

    shortest: float
    longest: float
    _pause: float = field(init=False)
    failures: int = field(init=False, default=0)
    """Failed polls in a row."""

    def __post_init__(self) -> None:
        self._pause = self.shortest

    def awaited(self) -> None:
        """Something is expected: begin with the shortest pause again."""
        self._pause = self.shortest

    def after(self, taken: int) -> float:
        """Return the pause after a poll that gave so many messages."""
        self.failures = 0
        if taken:
            self._pause = self.shortest
            return self.shortest
        pause, self._pause = self._pause, min(self._pause * GROWTH, self.longest)
        return pause

    def after_failure(self, *, passing: bool) -> float:
        """Return the pause after a failed poll, twice as long each time."""
        self.failures += 1
        bound = LONGEST_TROUBLE if passing else LONGEST_REFUSAL
        return max(min(bound, FIRST_TROUBLE * 2.0 ** min(self.failures - 1, 16)), self.shortest)
