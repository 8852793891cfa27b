"""Whether the official who signed has a right of their own: PersonalAccessDenied (1.3).

A type may demand, beside the right of the system, that the official be registered for that system. An
official is known by SNILS, OGRN or OGRNIP in the certificate of the personal signature (EP-SP).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.bus.times import moment
from mezhved.registry import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gost import Certificate
    from mezhved.registry import Snapshot, System, TypeRoot

_NUMBERS: Final = ("SNILS", "OGRN", "OGRNIP")


def demands_official(found: TypeRoot | None) -> bool:
    """Tell whether a message with this root needs an official who is registered."""
    return found is not None and found.type.personal_access and found.direction is not Direction.RESPONSE


def may_send(
    snapshot: Snapshot, system: System, found: TypeRoot, signers: Iterable[Certificate], now: int
) -> bool:
    """Tell whether one of the officials, whose signatures were found right, may request the type now."""
    numbers = {
        digits
        for certificate in signers
        for label in _NUMBERS
        if (digits := _digits(certificate.subject_name.get(label)))
    }
    return snapshot.official_may_send(system.id, found.type.id, numbers, moment(now))


def _digits(value: str | None) -> str:
    return "".join(each for each in value or "" if each.isdigit())
