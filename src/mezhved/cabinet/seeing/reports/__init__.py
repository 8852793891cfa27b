"""Reports by period as offices send them upward: on the page, on paper, as files, by a schedule."""

from __future__ import annotations
