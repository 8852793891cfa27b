"""The adapter's two faults: what the caller has to correct, and what it may just try again."""

from __future__ import annotations

from mezhved.gateway.errors import CannotSign, GatewayError, InvalidMessage
from mezhved.service.blobs import BlobStoreError
from mezhved.smev3.mtom import SpoolUnavailable
from mezhved.texts import MezhvedError, Text

CODE_LIMIT = 50
FLAWS_LIMIT = 10
"""Most things wrong that one fault tells."""


class AdapterFault(GatewayError):  # noqa: N818 - named as its kinds are
    """A refusal in the adapter's own words; `code` has up to 50 characters."""

    def __init__(self, code: str, what: Text, *, where: str = "", cure: Text | None = None) -> None:
        super().__init__(what, where=where, cure=cure)
        self.code = code[:CODE_LIMIT]


class ValidationFault(AdapterFault):
    """The call lacks something or contradicts itself: correct it."""


class SystemFault(AdapterFault):
    """The gateway cannot do it now: call again."""


class Unauthorised(AdapterFault):
    """No token, or not the right one; it is written as a ValidationFault with HTTP 401."""


def invalid(ru: str, en: str, where: str = "", cure: Text | None = None) -> ValidationFault:
    """Return a ValidationFault about the call's own form."""
    return ValidationFault("INVALID_MESSAGE", Text(ru=ru, en=en), where=where, cure=cure)


def fault_of(error: MezhvedError) -> AdapterFault:
    """Return the fault that an error of the gateway is told as.

    What can pass by itself is a SystemFault, all else has to be corrected by the caller.
    """
    if isinstance(error, AdapterFault):
        return error
    if isinstance(error, InvalidMessage):
        return ValidationFault(type(error).__name__, _with_flaws(error), where=error.where, cure=error.cure)
    passing = isinstance(error, CannotSign | BlobStoreError | SpoolUnavailable)
    kind = SystemFault if passing else ValidationFault
    return kind(type(error).__name__, error.what, where=error.where, cure=error.cure)


def _with_flaws(error: InvalidMessage) -> Text:
    """Return the error's words with what is wrong at each place: a fault has no list of its own."""
    flaws = [each for each in error.flaws if each.text != error.what]
    if not flaws:
        return error.what
    ru, en = (
        "; ".join(
            getattr(each.text, language)
            if each.path == error.where
            else f"{each.path}: {getattr(each.text, language)}"
            for each in flaws[:FLAWS_LIMIT]
        )
        for language in ("ru", "en")
    )
    return Text(ru=f"{error.what.ru}: {ru}", en=f"{error.what.en}: {en}")


def unforeseen() -> SystemFault:
    """Return the fault for what nobody foresaw: it is in the log, the caller may try again."""
    return SystemFault(
        "INTERNAL_ERROR",
        Text(ru="внутренняя ошибка шлюза, повторите вызов", en="internal error of the gateway, call again"),
    )


def description(fault: AdapterFault) -> str:
    """Return the fault's words: what, where and how to cure it."""
    told = str(fault.what) if not fault.where else f"{fault.where}: {fault.what}"
    return f"{told}. {fault.cure}" if fault.cure is not None else told
