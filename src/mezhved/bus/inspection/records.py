"""Signatures inside a directive registry: the sender's over each record, officials' over its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.inspection.personal import judged_signature
from mezhved.bus.inspection.signers import signer_fault
from mezhved.bus.times import moment
from mezhved.smev3 import faults
from mezhved.smev3.signature import Place, fault_of, positions, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.caller import Caller
    from mezhved.gost import Certificate
    from mezhved.registry import Snapshot
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.signature import Position

PERSONAL_LIMIT = 10
"""Officials' signatures of one record (schema of the directive registry)."""


@dataclass(frozen=True, slots=True)
class RecordFault:
    """Why a record is not accepted; `element` is its RegistryRecord."""

    element: etree._Element
    fault: Fault


def record_faults(
    bus: Bus,
    snapshot: Snapshot,
    caller: Caller,
    root: etree._Element,
    now: int,
    *,
    officials: dict[etree._Element, list[Certificate]] | None = None,
) -> Iterator[RecordFault]:
    """Yield the fault of every record whose signatures do not hold, one for a record.

    `root` is the business data's. A record need not be signed by itself; what signatures it has must hold.
    `officials` learns, by RegistryRecord, the certificates of officials who signed rightly.
    """
    known: dict[etree._Element, list[Certificate]] = {} if officials is None else officials
    refused: set[etree._Element] = set()
    counts: dict[etree._Element, int] = {}
    for position in positions(root):
        record = _record_of(position)
        if position.holder is None or record is None or record in refused:
            continue
        if position.place is Place.PERSONAL:
            counts[record] = counts.get(record, 0) + 1
        too_many = counts.get(record, 0) > PERSONAL_LIMIT
        if too_many:
            fault: Fault | None = faults.invalid_envelope()
        elif position.place is Place.PERSONAL:
            verdict = judged_signature(bus, snapshot, position.holder, position.target, now)
            fault = verdict.fault
            if fault is None and verdict.certificate is not None:
                known.setdefault(record, []).append(verdict.certificate)
        else:
            fault = _judge(bus, snapshot, caller, position, now)
        if fault is not None:
            refused.add(record)
            yield RecordFault(record, fault)


def _judge(bus: Bus, snapshot: Snapshot, caller: Caller, position: Position, now: int) -> Fault | None:
    """Judge the signature of a record, which is the sender's own (annotation of RecordSignature: EP-OV)."""
    result = verify(position.holder, position.target, bus.verifier, position.place)
    fault = fault_of(result)
    if fault is not None or result.certificate is None:
        return fault
    if result.certificate.thumbprint == caller.certificate.thumbprint:
        return None  # judged as the caller's
    fault = signer_fault(bus, snapshot, result.certificate, now, signature=faults.CALLER)
    if fault is not None:
        return fault
    system = snapshot.system_of(result.certificate.thumbprint, moment(now))
    if system is None or system.id != caller.system.id:
        return faults.certificate_not_found(faults.CALLER)
    return None


def _record_of(position: Position) -> etree._Element | None:
    """Return the RegistryRecord that a place of a signature belongs to."""
    if position.place is Place.RECORD:
        return position.parent
    parent = position.parent.getparent()
    return parent if position.place is Place.PERSONAL and _is_record(parent) else None


def _is_record(element: etree._Element | None) -> bool:
    return element is not None and str(element.tag).endswith("}RegistryRecord")
