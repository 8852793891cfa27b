"""When to try again, and after what pause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FULL_SCALE = 1 << 32


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Pauses that double from `first_pause` to `longest_pause` seconds, each shortened by chance.

    The chance part (down to half of the pause) keeps many clients from coming back at one moment.
    `attempts` counts the first call too; `None` tries for ever, as the WSDL's annotations ask after
    SMEVFailure and DestinationOverflow.
    """

    attempts: int | None = 6
    first_pause: float = 0.25
    longest_pause: float = 30.0

    def again(self, made: int) -> bool:
        """Tell whether another attempt is allowed after `made` ones."""
        return self.attempts is None or made < self.attempts

    def pause(self, made: int, randomness: Callable[[int], bytes]) -> float:
        """Return the seconds to wait after `made` attempts; `randomness` gives that many random octets."""
        whole = min(self.longest_pause, self.first_pause * 2.0 ** min(made - 1, 32))
        chance = int.from_bytes(randomness(4), "big") / FULL_SCALE
        return whole * (0.5 + chance / 2)


NO_RETRY = RetryPolicy(attempts=1)
