"""Signatures inside a directive registry: the sender's over each record, officials' over its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.inspection.personal import judged_signature
from mezhved.bus.inspection.signers import signer_fault
from mezhved.smev3 import faults
from mezhved.smev3.signature import Place, fault_of, positions, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.caller import Caller
    from mezhved.registry import Snapshot
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.signature import Position

PERSONAL_LIMIT = 10
"""Officials' signatures of one record (schema of the directive registry)."""


@dataclass(frozen=True, slots=True)
class RecordFault:
    """Why a record is not accepted; `record_id` is its RecordId as it is written."""

    record_id: str
    fault: Fault


def record_faults(
    bus: Bus, snapshot: Snapshot, caller: Caller, root: etree._Element, now: int
) -> Iterator[RecordFault]:
    """Yield the fault of every record whose signatures do not hold, one for a record.

    `root` is the business data's. A record need not be signed by itself; what signatures it has must hold.
    """
    refused: set[etree._Element] = set()
    counts: dict[etree._Element, int] = {}
    for position in positions(root):
        record = _record_of(position)
        if position.holder is None or record is None or record in refused:
            continue
        if position.place is Place.PERSONAL:
            counts[record] = counts.get(record, 0) + 1
        too_many = counts.get(record, 0) > PERSONAL_LIMIT
        fault = faults.invalid_envelope() if too_many else _judge(bus, snapshot, caller, position, now)
        if fault is not None:
            refused.add(record)
            yield RecordFault(_record_id(record), fault)


def _judge(bus: Bus, snapshot: Snapshot, caller: Caller, position: Position, now: int) -> Fault | None:
    if position.holder is None:
        return None
    if position.place is Place.PERSONAL:
        return judged_signature(bus, snapshot, position.holder, position.target, now).fault
    result = verify(position.holder, position.target, bus.verifier, position.place)
    fault = fault_of(result)
    if fault is not None or result.certificate is None:
        return fault
    if result.certificate.thumbprint == caller.certificate.thumbprint:
        return None  # judged as the caller's
    return signer_fault(bus, snapshot, result.certificate, now, signature=faults.CALLER)


def _record_of(position: Position) -> etree._Element | None:
    """Return the RegistryRecord that a place of a signature belongs to."""
    if position.place is Place.RECORD:
        return position.parent
    parent = position.parent.getparent()
    return parent if position.place is Place.PERSONAL and _is_record(parent) else None


def _is_record(element: etree._Element | None) -> bool:
    return element is not None and str(element.tag).endswith("}RegistryRecord")


def _record_id(record: etree._Element) -> str:
    return str(record.findtext("{*}RecordId") or "").strip()
