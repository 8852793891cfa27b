"""Who calls: the signature of the system, its certificate, its registration."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.times import moment
from mezhved.gost import ChainState
from mezhved.smev3 import faults
from mezhved.smev3.faults import Fault, SmevFaultError
from mezhved.smev3.signature import Place, fault_of, verify

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.gost import Certificate, ChainVerdict
    from mezhved.registry import Snapshot, System


@dataclass(frozen=True, slots=True)
class Caller:
    """A registered system that signed the call with this certificate."""

    system: System
    certificate: Certificate


def identify(bus: Bus, call: Call, snapshot: Snapshot, now: int) -> Caller:
    """Return the system that signed the call.

    Checks in order: a signature over the element that the schema demands, the certificate's term, its
    binding to a system. Raises `SmevFaultError` (SMEV-100, SMEV-503). Whether the certificate is
    revoked is asked apart (`distrust`): for messages SMEV tells it asynchronously.
    """
    started = time.perf_counter()
    certificate = _verified_certificate(bus, call)
    bus.metrics.time_signature("verify", time.perf_counter() - started)
    at = moment(now)
    if at > certificate.not_after:
        raise SmevFaultError(faults.certificate_expired(certificate.not_after))
    if at < certificate.not_before:
        raise SmevFaultError(faults.certificate_not_yet_valid(certificate.not_before))
    system = snapshot.system_of(certificate.thumbprint, at)
    if system is None:
        raise SmevFaultError(faults.sender_not_registered())
    return Caller(system, certificate)


def _verified_certificate(bus: Bus, call: Call) -> Certificate:
    result = verify(call.signature, call.signed, bus.verifier, Place.CALLER)
    fault = fault_of(result)
    if fault is not None or result.certificate is None:
        raise SmevFaultError(fault or faults.signature_invalid())
    return result.certificate


def distrust(bus: Bus, caller: Caller, snapshot: Snapshot, now: int) -> Fault | None:
    """Return why the caller's certificate is not trusted now, None when it is.

    Without a registered root only the binding of the certificate counts. Revocation data that is stale
    beyond the grace is our own failure, not the caller's: SMEV-60, after which clients repeat.
    """
    verdict = bus.chains.check(snapshot.trust, caller.certificate, moment(now))
    return None if verdict is None else fault_of_chain(verdict)


def fault_of_chain(verdict: ChainVerdict, signature: str = "ЭП-ОВ") -> Fault | None:
    """Return the refusal that a judged certificate deserves; `signature` is ЭП-ОВ or ЭП-СП."""
    if verdict.state is ChainState.TRUSTED:
        return None
    if verdict.state is ChainState.REVOKED:
        return faults.certificate_revoked()
    if verdict.state is ChainState.REVOCATION_UNKNOWN:
        return faults.revocation_data_stale()
    return faults.certificate_not_found(signature)


def demand_trust(bus: Bus, caller: Caller, snapshot: Snapshot, now: int) -> None:
    """Refuse a poll or an acknowledgement signed by a certificate that is not trusted."""
    fault = distrust(bus, caller, snapshot, now)
    if fault is not None:
        raise SmevFaultError(fault)
