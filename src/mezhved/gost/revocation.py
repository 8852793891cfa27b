"""Judging by lists and OCSP answers whether a certificate was revoked (RFC 5280 6.3, RFC 6960)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from mezhved.gost.crl import Reason, Revocation
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gost.certificates import Certificate
    from mezhved.gost.evidence import Evidence, Statement


class RevocationPolicy(Enum):
    """What to do when there is no revocation data, or only such whose nextUpdate has passed."""

    REQUIRED = "required"
    """Both are refused."""

    WHEN_PRESENT = "when_present"
    """None is accepted where none must be, old data is refused: what there is must be kept fresh."""

    LENIENT = "lenient"
    """Both are accepted; what old data revokes is revoked."""


@dataclass(frozen=True, slots=True)
class RevocationRules:
    """The policy; how long data is still relied on after its nextUpdate; how long data without one is good.

    `without_term` None means for ever.
    """

    policy: RevocationPolicy = RevocationPolicy.WHEN_PRESENT
    grace: timedelta = timedelta()
    without_term: timedelta | None = None


class RevocationState(Enum):
    """What the data says."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RevocationFinding:
    """What the data says, why, when it was issued, and whether it is `stale` and still relied on."""

    state: RevocationState
    reason: Text
    issued: datetime | None = None
    stale: bool = False


_GOOD = Text(ru="не отозван", en="not revoked")
_ALL: Final = frozenset[str]()
_EVER: Final = datetime.max.replace(tzinfo=UTC)


def judge_revocation(
    certificate: Certificate, evidence: Evidence, at: datetime, rules: RevocationRules
) -> RevocationFinding:
    """Judge by what the certificate's issuer, or whom it appointed, says."""
    if not evidence.lists and not evidence.answers:
        if rules.policy is RevocationPolicy.LENIENT:
            return RevocationFinding(RevocationState.GOOD, _GOOD)
        return _without_data(certificate, evidence, at, rules)
    said = [each for each in evidence.statements if each.known]
    newest = max(said, key=_this_update, default=None)
    revocation = _revocation(said, at)
    if revocation is not None and newest is not None:
        reason = _revoked(certificate, revocation)
        return RevocationFinding(RevocationState.REVOKED, reason, newest.this_update)
    if rules.policy is RevocationPolicy.LENIENT:
        issued = None if newest is None else newest.this_update
        return RevocationFinding(RevocationState.GOOD, _GOOD, issued)
    relied = _relied(evidence, rules)
    if relied is not None:
        return _by_age(certificate, relied, at, rules)
    return RevocationFinding(RevocationState.UNKNOWN, _not_known(certificate))


def good_until(statement: Statement, rules: RevocationRules) -> datetime:
    """Return the moment until which data is fresh."""
    if statement.next_update is not None:
        return statement.next_update
    if rules.without_term is None:
        return _EVER
    return statement.this_update + rules.without_term


def _this_update(statement: Statement) -> datetime:
    return statement.this_update


def _relied(evidence: Evidence, rules: RevocationRules) -> Statement | None:
    """Choose whose age counts: the newest list or the newest answer, whichever is good for longer.

    Of lists for several distribution points those count that the certificate names, if it names any.
    """
    lists = [each for each in evidence.lists if each.own] or evidence.lists
    newest = [max(kind, key=_this_update) for kind in (lists, evidence.answers) if kind]
    known = [each for each in newest if each.known]
    return max(known, key=lambda each: good_until(each, rules), default=None)


def _by_age(
    certificate: Certificate, relied: Statement, at: datetime, rules: RevocationRules
) -> RevocationFinding:
    until = good_until(relied, rules)
    if at <= until:
        return RevocationFinding(RevocationState.GOOD, _GOOD, relied.this_update)
    moment = f"{until:%Y-%m-%d %H:%M:%S} UTC"
    reason = Text(
        ru=f"данные об отзыве издателя {certificate.issuer} устарели: действовали до {moment}",
        en=f"the revocation data of the issuer {certificate.issuer} is stale: good until {moment}",
    )
    if at - until <= rules.grace:
        return RevocationFinding(RevocationState.GOOD, reason, relied.this_update, stale=True)
    return RevocationFinding(RevocationState.UNKNOWN, reason, relied.this_update)


def _without_data(
    certificate: Certificate, evidence: Evidence, at: datetime, rules: RevocationRules
) -> RevocationFinding:
    """Judge where nothing is said: expected data may be awaited for as long as the grace."""
    watch = evidence.watch
    if watch is None and rules.policy is not RevocationPolicy.REQUIRED:
        return RevocationFinding(RevocationState.GOOD, _GOOD)
    reason = Text(
        ru=f"нет данных об отзыве издателя {certificate.issuer}",
        en=f"there is no revocation data of the issuer {certificate.issuer}",
    )
    if watch is None:
        return RevocationFinding(RevocationState.UNKNOWN, reason)
    since: datetime | None = watch.since
    if evidence.asked_since is not None:
        since = max(watch.since, evidence.asked_since)
    elif not watch.lists:
        # Nobody has met the certificate before: OCSP is asked about it from now on.
        since = None
    if since is None or at - since <= rules.grace:
        return RevocationFinding(RevocationState.GOOD, reason, stale=True)
    return RevocationFinding(RevocationState.UNKNOWN, reason)


def _revocation(said: list[Statement], at: datetime) -> Revocation | None:
    """Find what revokes at the moment: only a hold can have been lifted since, by the same source."""
    for each in said:
        entry = each.revocation
        if entry is None or entry.since > at or entry.reason is Reason.REMOVE_FROM_CRL:
            continue
        if entry.reason is not Reason.CERTIFICATE_HOLD or not _is_lifted(each, said):
            return entry
    return None


def _is_lifted(hold: Statement, said: list[Statement]) -> bool:
    """Tell whether something newer speaks of the same certificates and has no such entry."""
    return any(
        each.this_update > hold.this_update and each.revocation is None and each.points in (hold.points, _ALL)
        for each in said
    )


def _revoked(certificate: Certificate, revocation: Revocation) -> Text:
    moment = f"{revocation.at:%Y-%m-%d %H:%M:%S} UTC"
    return Text(
        ru=f"сертификат {certificate.subject} отозван {moment}: {revocation.reason.text.ru}",
        en=f"the certificate of {certificate.subject} was revoked {moment}: {revocation.reason.text.en}",
    )


def _not_known(certificate: Certificate) -> Text:
    return Text(
        ru=f"служба OCSP издателя {certificate.issuer} не знает сертификата {certificate.subject}",
        en=f"the OCSP responder of {certificate.issuer} does not know the certificate {certificate.subject}",
    )
