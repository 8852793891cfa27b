"""The PKCS#7 of every attachment that carries one (MR 3.3 section 4.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.inspection.signers import signer_fault
from mezhved.gost import MalformedCms, verify_cms
from mezhved.smev3 import faults
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.mtom import opened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.attachments import Enclosed
    from mezhved.bus.reception.caller import Caller
    from mezhved.gost import Certificate, CmsVerdict
    from mezhved.registry import Snapshot
    from mezhved.smev3.faults import Fault

_NAME_LENGTH = 200


def attachment_signatures(
    bus: Bus, snapshot: Snapshot, caller: Caller, enclosed: Iterable[Enclosed], now: int
) -> Fault | None:
    """Return the first fault of an attachment's signature or of its signer's certificate (SMEV-100, SPS:7).

    The file is read in pieces. A signature may hold its content too, which must then be the file's.
    """
    for each in enclosed:
        if each.pkcs7 is not None:
            fault = _judge(bus, snapshot, caller, each, now)
            if fault is not None:
                return fault
    return None


def _judge(bus: Bus, snapshot: Snapshot, caller: Caller, attachment: Enclosed, now: int) -> Fault | None:
    name = attachment.content_id[:_NAME_LENGTH]
    known = (caller.certificate,)
    try:
        with opened(attachment.part) as file:
            verdict = verify_cms(
                attachment.pkcs7 or b"", file, bus.provider, certificates=known, verifier=bus.verifier
            )
    except MalformedCms:
        return faults.attachment_signature_invalid(name)
    return FileSigners(bus, snapshot, caller.certificate, now).fault(verdict, name)


@dataclass(frozen=True, slots=True)
class FileSigners:
    """Judges who signed files now (microseconds); `own` is the certificate of the system that sends them."""

    bus: Bus
    snapshot: Snapshot
    own: Certificate | None
    now: int

    def fault(self, verdict: CmsVerdict, name: str) -> Fault | None:
        """Return the fault of a signature of the file `name`, or of its signer's certificate.

        What is the bus's own failure, such as stale revocation data, is told as that.
        """
        if not verdict.valid:
            return faults.attachment_signature_invalid(name)
        for each in (verdict, *verdict.co_signers):
            reason = self._reason(each)
            if reason is not None and reason.kind is not FaultKind.SIGNATURE_VERIFICATION:
                return reason
            if reason is not None:
                return faults.attachment_signer_refused(name, reason)
        return None

    def _reason(self, verdict: CmsVerdict) -> Fault | None:
        """Judge who signed: an official or the system itself (MR 3.3 section 4.5.4)."""
        if verdict.certificate is None:
            return faults.certificate_not_found(faults.PERSONAL)
        own = self.own is not None and verdict.certificate.thumbprint == self.own.thumbprint
        return signer_fault(
            self.bus,
            self.snapshot,
            verdict.certificate,
            self.now,
            signature=faults.CALLER if own else faults.PERSONAL,
            others=verdict.certificates,
        )
