"""Work counted in steps, which are as many on a slow machine as on a quick one.

A step is a line of Python or a call of a function written in C. What C does inside one call is not seen:
of that a test can only tell that it ends.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any


def steps(act: Callable[[], object]) -> int:
    """Count the steps of `act` in this thread; what it raises is raised."""
    taken = 0

    def lines(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal taken
        taken += event == "line"
        return lines

    def calls(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal taken
        taken += event == "c_call"

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(lines)
    sys.setprofile(calls)
    try:
        act()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return taken


def growth(small: Callable[[], object], large: Callable[[], object]) -> float:
    """Tell how many times the steps of `small` those of `large` are."""
    return steps(large) / steps(small)
