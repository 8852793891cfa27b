"""Errors of the bus that are not faults of a message."""

from __future__ import annotations

from mezhved.texts import MezhvedError


class NotReady(MezhvedError):  # noqa: N818 - a state, not a failure of a call
    """The bus cannot start with these settings."""
