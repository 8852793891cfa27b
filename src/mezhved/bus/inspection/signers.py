"""Whether the certificate of one who signed beside the caller can be relied on now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mezhved.bus.times import moment
from mezhved.gost import ChainState
from mezhved.smev3 import faults

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.gost import Certificate
    from mezhved.registry import Snapshot
    from mezhved.smev3.faults import Fault


def signer_fault(
    bus: Bus,
    snapshot: Snapshot,
    certificate: Certificate,
    now: int,
    *,
    signature: str,
    others: tuple[Certificate, ...] = (),
) -> Fault | None:
    """Return why the certificate is not accepted now (microseconds), None when it is.

    `signature` is ЭП-ОВ or ЭП-СП, `others` are certificates that came along and may lead to a trusted
    authority. Without a registered root only the term counts.
    """
    at = moment(now)
    if at > certificate.not_after:
        return faults.certificate_expired(certificate.not_after, signature)
    if at < certificate.not_before:
        return faults.certificate_not_yet_valid(certificate.not_before, signature)
    checker = bus.chains.checker(snapshot.trust)
    if checker is None:
        return None
    verdict = checker.check(certificate, at)
    if verdict.state is ChainState.UNTRUSTED and len(others) > 1:
        wider = replace(snapshot.trust, intermediates=(*snapshot.trust.intermediates, *others))
        verdict = checker.renewed(wider).check(certificate, at)
    if verdict.state is ChainState.TRUSTED:
        return None
    if verdict.state is ChainState.REVOKED:
        return faults.certificate_revoked()
    return faults.certificate_not_found(signature)
