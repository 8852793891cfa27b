"""Round steps of an axis, and how figures are written."""

from __future__ import annotations

import math
from typing import Final

_STEPS: Final = (1, 2, 5, 10)


def ticks(greatest: float, wanted: int = 4) -> tuple[float, ...]:
    """Return the round values of an axis from 0 up to the first one that is not below `greatest`."""
    greatest = max(greatest, 1.0)
    rough = max(greatest / wanted, 1.0)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in _STEPS if each * power >= rough * (1 - 1e-9))
    return tuple(step * number for number in range(math.ceil(greatest / step - 1e-9) + 1))


def figure(value: float) -> str:
    """Write a figure as people read it: thousands apart by a narrow space, one decimal where it matters."""
    whole = round(value)
    text = f"{whole:,}" if abs(value - whole) < 0.05 else f"{value:,.1f}"  # noqa: PLR2004 - half of what is shown
    return text.replace(",", "\u202f").replace(".", ",")
