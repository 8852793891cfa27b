"""What the gateway refuses, in the words of those who asked."""

from __future__ import annotations

from mezhved.texts import MezhvedError


class GatewayError(MezhvedError):
    """Anything that the gateway refuses."""


class InvalidMessage(GatewayError):  # noqa: N818 - named by what it is, as the other refusals are
    """What was given to be sent breaks a rule: the type's schema, the size, the state it needs."""


class NotFound(GatewayError):  # noqa: N818
    """There is nothing of that name for this caller."""


class Conflict(GatewayError):  # noqa: N818
    """The caller's id was used for something else, or the state no longer allows it."""


class NotAllowed(GatewayError):  # noqa: N818
    """The caller has no right to it."""


class CannotSign(GatewayError):  # noqa: N818
    """No key of the needed kind is in force, or its keeper cannot be reached."""
