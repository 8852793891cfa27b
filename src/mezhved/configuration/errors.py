"""The one error of this room."""

from __future__ import annotations

from mezhved.texts import MezhvedError


class SettingError(MezhvedError):
    """A setting is unknown, of a wrong type, out of range, or contradicts another."""
