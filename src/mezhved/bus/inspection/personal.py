"""The official's signature over the business data, EP-SP (MR 3.3 section 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.inspection.signers import signer_fault
from mezhved.smev3 import faults
from mezhved.smev3.signature import Place, fault_of, verify
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.gost import Certificate
    from mezhved.registry import Snapshot
    from mezhved.smev3.faults import Fault


@dataclass(frozen=True, slots=True)
class PersonalVerdict:
    """What was found: nothing, the certificate of an official who signed rightly, or a fault."""

    fault: Fault | None = None
    certificate: Certificate | None = None


def personal_signature(
    bus: Bus,
    snapshot: Snapshot,
    data: etree._Element,
    root: etree._Element | None,
    now: int,
    *,
    demanded: bool,
) -> PersonalVerdict:
    """Judge PersonalSignature of SenderProvided*Data over the root of the business data, by its Id.

    One that is there is judged whether the type demands it or not; one that is missing is a fault only
    where it is demanded.
    """
    holder = _holder(data)
    if holder is None or not len(holder):
        return PersonalVerdict(faults.no_signature(faults.PERSONAL) if demanded else None)
    return judged_signature(bus, snapshot, holder, root, now)


def judged_signature(
    bus: Bus, snapshot: Snapshot, holder: etree._Element, target: etree._Element | None, now: int
) -> PersonalVerdict:
    """Judge an official's signature over the element that its place demands, then the certificate."""
    result = verify(holder, target, bus.verifier, Place.PERSONAL)
    fault = fault_of(result)
    if fault is None and result.certificate is not None:
        fault = signer_fault(bus, snapshot, result.certificate, now, signature=faults.PERSONAL)
    return PersonalVerdict(fault, result.certificate)


def _holder(data: etree._Element) -> etree._Element | None:
    for version in Version:
        for child in data.iterchildren(f"{{{version.types}}}{Place.PERSONAL}"):
            return child
    return None
