"""What ends the demonstration."""

from __future__ import annotations

from mezhved.texts import MezhvedError


class DemoError(MezhvedError):
    """Root of the demonstration's errors."""


class CannotStart(DemoError):  # noqa: N818 - what happened
    """A port is taken, another demonstration is running, the bus does not come up."""


class NotAsExpected(DemoError):  # noqa: N818 - what happened
    """A check of an exchange failed."""
