"""A table of any two sides of the journal, counted by DuckDB over an extract without personal data."""

from __future__ import annotations
