"""The few shapes of SVG that charts are drawn of. Whatever comes from outside is escaped here."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Characters that XML cannot hold, and those that turn the direction of a text around.
_FORBIDDEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
PATTERNS: Final = 6
"""Fills that are told apart by their pattern too, not by colour alone."""


def said(text: str) -> str:
    """Escape a text for the inside of an element and of an attribute."""
    return escape(_FORBIDDEN.sub(" ", text))


def shortened(text: str, length: int) -> str:
    """Return a text of at most so many characters; what is left out is told by an ellipsis."""
    bare = " ".join(text.split())
    return bare if len(bare) <= length else f"{bare[: length - 1].rstrip()}…"


def number(value: float) -> str:
    """Write a coordinate."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def rect(place: tuple[float, float, float, float], look: str, hint: str = "") -> str:
    """Draw a box at x and y, so wide and high; `hint` is shown under a mouse."""
    x, y, width, height = place
    title = f"<title>{said(hint)}</title>" if hint else ""
    return (
        f'<rect class="{look}" x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" '
        f'height="{number(max(height, 0))}">{title}</rect>'
    )


def words(x: float, y: float, text: str, look: str = "word") -> str:
    """Write a text."""
    return f'<text class="{look}" x="{number(x)}" y="{number(y)}">{said(text)}</text>'


def rule(x1: float, y1: float, x2: float, y2: float, look: str = "grid") -> str:
    """Draw a straight line."""
    return f'<line class="{look}" x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"/>'


def path(points: Sequence[tuple[float, float]], look: str) -> str:
    """Draw a line through points."""
    places = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polyline class="{look}" points="{places}"/>'


def mark(x: float, y: float, shape: int, look: str, hint: str) -> str:
    """Draw a mark of one of `PATTERNS` shapes."""
    size = 4.0
    corners = {
        1: ((-size, -size), (size, -size), (size, size), (-size, size)),
        2: ((0, -size - 1), (size + 1, size), (-size - 1, size)),
        3: ((0, -size - 1), (size + 1, 0), (0, size + 1), (-size - 1, 0)),
        4: ((-size, -size), (size, -size), (0, size + 1)),
        5: ((-size - 1, -1.5), (size + 1, -1.5), (size + 1, 1.5), (-size - 1, 1.5)),
    }.get(shape)
    title = f"<title>{said(hint)}</title>"
    if corners is None:
        return f'<circle class="{look}" cx="{number(x)}" cy="{number(y)}" r="{number(size)}">{title}</circle>'
    places = " ".join(f"{number(x + dx)},{number(y + dy)}" for dx, dy in corners)
    return f'<polygon class="{look}" points="{places}">{title}</polygon>'


def patterns(name: str, count: int) -> str:
    """Define the fills of a chart; `name` keeps those of several charts of a page apart."""
    lines = {
        1: '<path class="hatch" d="M0,8 L8,0 M-2,2 L2,-2 M6,10 L10,6"/>',
        2: '<circle class="dot" cx="4" cy="4" r="1.8"/>',
        3: '<path class="hatch" d="M0,0 L8,8 M-2,6 L2,10 M6,-2 L10,2"/>',
        4: '<path class="hatch" d="M0,4 L8,4"/>',
        5: '<path class="hatch" d="M4,0 L4,8"/>',
    }
    made = (
        f'<pattern id="{name}-{each}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect class="ground-{each}" width="8" height="8"/>{lines.get(each, "")}</pattern>'
        for each in range(min(count, PATTERNS))
    )
    return f"<defs>{''.join(made)}</defs>"


def drawing(name: str, size: tuple[float, float], parts: Sequence[str], *, title: str, desc: str) -> str:
    """Put the parts of a chart together: as wide as its place, read out by its title and description."""
    width, height = size
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {number(width)} {number(height)}" '
        f'aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{said(title)}</title><desc id="{name}-desc">{said(desc)}</desc>'
        f"{''.join(parts)}</svg>"
    )
