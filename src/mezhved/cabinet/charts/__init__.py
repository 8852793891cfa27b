"""Charts drawn on the server: SVG of shapes and texts, with the same figures in a table under each."""

from __future__ import annotations

from mezhved.cabinet.charts.drawing import Bar, Series, bars, lines, stacked

__all__ = ["Bar", "Series", "bars", "lines", "stacked"]
