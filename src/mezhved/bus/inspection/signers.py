"""Whether the certificate of one who signed beside the caller can be relied on now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.reception.caller import fault_of_chain
from mezhved.bus.times import moment
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
    verdict = bus.chains.check(snapshot.trust, certificate, at, others)
    return None if verdict is None else fault_of_chain(verdict, signature)
