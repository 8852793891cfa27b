"""Finding and counting: search keys of persons, the journal's filters, daily counts, metrics."""

from __future__ import annotations
