"""Judging by revocation lists whether a certificate was revoked at a moment (RFC 5280 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from mezhved.gost.crl import Crl, Reason, Revocation
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost.certificates import Certificate


class RevocationPolicy(Enum):
    """What to do when there is no list, or only one whose nextUpdate has passed."""

    REQUIRED = "required"
    """Both are refused."""

    WHEN_PRESENT = "when_present"
    """No list is accepted, an old one is refused: where there are lists, they must be kept fresh."""

    LENIENT = "lenient"
    """Both are accepted; what an old list revokes is revoked."""


class RevocationState(Enum):
    """What the lists say."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RevocationFinding:
    """What the lists say, why, and when the list that was asked was issued."""

    state: RevocationState
    reason: Text
    issued: datetime | None = None


_GOOD = Text(ru="не отозван", en="not revoked")


def judge_revocation(
    certificate: Certificate, lists: tuple[Crl, ...], at: datetime, policy: RevocationPolicy
) -> RevocationFinding:
    """Judge by the lists that the certificate's issuer signed."""
    if not lists:
        if policy is RevocationPolicy.REQUIRED:
            return RevocationFinding(
                RevocationState.UNKNOWN,
                Text(
                    ru=f"нет списка отзыва издателя {certificate.issuer}",
                    en=f"there is no revocation list of the issuer {certificate.issuer}",
                ),
            )
        return RevocationFinding(RevocationState.GOOD, _GOOD)
    newest = max(lists, key=lambda crl: crl.this_update)
    revocation = _revocation(certificate.serial, newest, lists, at)
    if revocation is not None:
        return RevocationFinding(
            RevocationState.REVOKED, _revoked(certificate, revocation), newest.this_update
        )
    if newest.next_update is not None and at > newest.next_update and policy is not RevocationPolicy.LENIENT:
        until = f"{newest.next_update:%Y-%m-%d %H:%M:%S} UTC"
        return RevocationFinding(
            RevocationState.UNKNOWN,
            Text(
                ru=f"список отзыва издателя {certificate.issuer} устарел: действовал до {until}",
                en=f"the revocation list of the issuer {certificate.issuer} is stale: good until {until}",
            ),
            newest.this_update,
        )
    return RevocationFinding(RevocationState.GOOD, _GOOD, newest.this_update)


def _revocation(serial: int, newest: Crl, lists: tuple[Crl, ...], at: datetime) -> Revocation | None:
    """Find what revokes at the moment: only a hold of an older list can have been lifted since."""
    for crl in lists:
        entry = crl.revocation(serial)
        if entry is None or entry.since > at or entry.reason is Reason.REMOVE_FROM_CRL:
            continue
        if crl is newest or entry.reason is not Reason.CERTIFICATE_HOLD:
            return entry
    return None


def _revoked(certificate: Certificate, revocation: Revocation) -> Text:
    moment = f"{revocation.at:%Y-%m-%d %H:%M:%S} UTC"
    return Text(
        ru=f"сертификат {certificate.subject} отозван {moment}: {revocation.reason.text.ru}",
        en=f"the certificate of {certificate.subject} was revoked {moment}: {revocation.reason.text.en}",
    )
