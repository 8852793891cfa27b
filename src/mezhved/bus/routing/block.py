"""The Routing block of SendRequest (1.3): signed by the sender, for this very message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.inspection.signers import signer_fault
from mezhved.bus.times import moment
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.signature import Place, fault_of, verify

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.gost import Certificate
    from mezhved.smev3 import messages


def demand_right_block(
    bus: Bus, call: Call, operation: messages.SendRequestRequest, entry: Entry
) -> messages.RoutingInformation | None:
    """Return what the sender has signed in the Routing block, None where there is no block.

    RoutingSignature is the sender's EP-OV over RoutingInformation (annotation of the schema of 1.3), so it is
    judged at once: `SmevFaultError` SMEV-100. A block of another message is SMEV-403.
    """
    if operation.routing is None:
        return None
    namespace = f"{{{call.version.routing}}}"
    block = _child(call.message.body, f"{namespace}Routing")
    information = None if block is None else _child(block, f"{namespace}RoutingInformation")
    holder = None if block is None else _child(block, f"{namespace}{Place.ROUTING}")
    result = verify(holder, information, bus.verifier, Place.ROUTING)
    fault = fault_of(result)
    if fault is not None or result.certificate is None:
        raise SmevFaultError(fault or faults.signature_invalid())
    _demand_sender(bus, result.certificate, entry)
    if operation.routing.information.message_id.strip() != operation.data.message_id.strip():
        raise SmevFaultError(faults.invalid_envelope())
    return operation.routing.information


def _demand_sender(bus: Bus, certificate: Certificate, entry: Entry) -> None:
    """Refuse a block signed by anybody but the calling system; the caller's certificate is judged apart."""
    if certificate.thumbprint == entry.caller.certificate.thumbprint:
        return
    fault = signer_fault(bus, entry.snapshot, certificate, entry.now, signature=faults.CALLER)
    if fault is not None:
        raise SmevFaultError(fault)
    system = entry.snapshot.system_of(certificate.thumbprint, moment(entry.now))
    if system is None:
        raise SmevFaultError(faults.sender_not_registered())
    if system.id != entry.caller.system.id:
        raise SmevFaultError(faults.signature_invalid())


def _child(element: etree._Element, tag: str) -> etree._Element | None:
    return next(element.iterchildren(tag), None)
