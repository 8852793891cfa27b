"""What the gateway refuses, in the words of those who asked."""

from __future__ import annotations

from dataclasses import dataclass

from mezhved.texts import MezhvedError, Text


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with what was given.

    `path` is a JSON pointer into JSON, a path of elements in XML, a name of a parameter.
    """

    path: str
    text: Text
    cure: Text | None = None


class GatewayError(MezhvedError):
    """Anything that the gateway refuses."""


class InvalidMessage(GatewayError):  # noqa: N818 - named by what it is, as the other refusals are
    """What was given to be sent breaks a rule: the type's schema, the size, the state it needs."""

    def __init__(
        self, what: Text, *, where: str = "", cure: Text | None = None, flaws: tuple[Flaw, ...] = ()
    ) -> None:
        super().__init__(what, where=where, cure=cure)
        self.flaws = flaws or (Flaw(where, what, cure),)


class NotFound(GatewayError):  # noqa: N818
    """There is nothing of that name for this caller."""


class Conflict(GatewayError):  # noqa: N818
    """The caller's id was used for something else, or the state no longer allows it."""


class NotAllowed(GatewayError):  # noqa: N818
    """The caller has no right to it."""


class CannotSign(GatewayError):  # noqa: N818
    """No key of the needed kind is in force, or its keeper cannot be reached."""


class WrongContour(GatewayError):  # noqa: N818
    """Test and production would meet: nothing passes between the two."""


class TooLate(GatewayError):  # noqa: N818
    """It could not be sent before its term was over."""


class Uncertain(GatewayError):  # noqa: N818
    """SMEV may have the message, and it cannot be found out any more."""


class NotSmev(GatewayError):  # noqa: N818
    """Somebody answers and signs, but not with the certificate that SMEV is known by."""


class LeaseLost(GatewayError):  # noqa: N818
    """Another process has taken up what this one had in hand for too long; it goes on with it."""

    def __init__(self) -> None:
        super().__init__(
            Text(ru="сообщением занялся другой процесс", en="another process has taken the message up")
        )
