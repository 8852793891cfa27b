"""When to strike: by the work that was done, not by the clock: a slow machine is struck at work too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable


def until_more(done: Callable[[], int], by: int) -> None:
    """Wait until `done()` is `by` more than it was; `TimeoutError` when in a minute it is not."""
    goal = done() + by
    if not eventually(lambda: done() >= goal):
        raise TimeoutError(f"{done()} done of {goal}")
