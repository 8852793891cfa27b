"""Stylesheets and XPath expressions that come from outside, run where they can reach nothing."""

from __future__ import annotations

from mezhved.infotypes.stylesheets.errors import (
    StylesheetError,
    StylesheetFailed,
    StylesheetOverflow,
    StylesheetTimeout,
)
from mezhved.infotypes.stylesheets.runner import Choice, Pattern, RunnerLimits, StylesheetRunner

__all__ = [
    "Choice",
    "Pattern",
    "RunnerLimits",
    "StylesheetError",
    "StylesheetFailed",
    "StylesheetOverflow",
    "StylesheetRunner",
    "StylesheetTimeout",
]
