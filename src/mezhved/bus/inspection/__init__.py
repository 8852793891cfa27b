"""The checks whose failure SMEV tells after the receipt (MR 3.3 section 2.4)."""

from mezhved.bus.inspection.checks import Subject, inspect

__all__ = ["Subject", "inspect"]
