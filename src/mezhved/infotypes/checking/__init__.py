"""Checking documents: by XSD, by the Schematron inside it, by what is known of numbers."""

from __future__ import annotations

from mezhved.infotypes.checking.checker import MOST_ERRORS, Checker
from mezhved.infotypes.checking.model import CheckReport, Finding

__all__ = ["MOST_ERRORS", "CheckReport", "Checker", "Finding"]
