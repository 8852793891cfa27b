"""What was found of the records of a directive registry, of which a message may carry a thousand.

A registry may lie in a message of any version. Where the block of 1.3 routes its records, a bad record is
told by its status and the others go on; elsewhere it refuses the message, for nobody could be told of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mezhved.bus.inspection.records import record_faults
from mezhved.bus.reception.attachments import has_registry
from mezhved.bus.routing.officials import demands_official, may_send
from mezhved.smev3 import faults
from mezhved.smev3.messages import InvalidEnvelope, RoutingStatusCode
from mezhved.smev3.messages.directive import RECORDS_LIMIT, record_heads, registries
from mezhved.smev3.messages.errors import too_many
from mezhved.smev3.messages.reading import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.gost import Certificate
    from mezhved.registry import TypeRoot
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.messages.directive import RecordHead

_SUCCESS = RoutingStatusCode.SUCCESS
# Lines of the table of faults that are about the signature itself; the others are about its certificate.
_OF_SIGNATURE = frozenset({"signature_invalid", "no_signature", "incorrect_signature_target"})


@dataclass(frozen=True, slots=True)
class RegistryVerdict:
    """What is to be said of each record by its RecordId, and the fault of a message routed as a whole.

    `broken` refuses the message however it is routed: its registry breaks the schema. `by_officials` tells
    that every record has the signature of an official.
    """

    codes: Mapping[int, RoutingStatusCode] = field(default_factory=dict)
    fault: Fault | None = None
    broken: Fault | None = None
    by_officials: bool = False


@dataclass(frozen=True, slots=True)
class Business:
    """The business data of a message: what is registered for its root, the root, and the MessageID."""

    found: TypeRoot
    root: etree._Element
    message_id: str


def enclosed_registry(
    bus: Bus, call: Call, entry: Entry, business: Business | None
) -> RegistryVerdict | None:
    """Judge the registry that the message of a call may carry; None where it can carry none."""
    if business is None or not has_registry(call):
        return None
    return judge_registry(bus, entry, business)


def judge_registry(bus: Bus, entry: Entry, business: Business) -> RegistryVerdict:
    """Judge the records inside business data: structure and bounds first, which is cheap, then signatures.

    Nothing is judged of business data without a registry.
    """
    try:
        heads = _heads(business.root)
    except InvalidEnvelope as error:
        return RegistryVerdict(broken=faults.invalid_business_data(business.message_id, [str(error)]))
    if not heads:
        return RegistryVerdict()
    verdicts = _Verdicts({}, None)
    _find_repeated(heads, business, verdicts)
    officials = _judge_signatures(bus, entry, business, heads, verdicts)
    if demands_official(business.found):
        _judge_officials(entry, business, heads, officials, verdicts)
    by_officials = all(head.personal_signatures for head in heads)
    return RegistryVerdict(verdicts.codes, verdicts.fault, by_officials=by_officials)


def _heads(root: etree._Element) -> list[RecordHead]:
    """Return the records of all registries, a thousand at most together. Raises `InvalidEnvelope`."""
    heads: list[RecordHead] = []
    for registry in registries(root):
        heads += record_heads(registry)
        if len(heads) > RECORDS_LIMIT:
            raise too_many("RegistryRecord", RECORDS_LIMIT, path_of(registry))
    return heads


@dataclass(slots=True)
class _Verdicts:
    codes: dict[int, RoutingStatusCode]
    fault: Fault | None

    def refuse(self, record_id: int, code: RoutingStatusCode, fault: Fault) -> None:
        """Note the first reason against a record, and the first of all."""
        self.fault = self.fault or fault
        if self.codes[record_id] == _SUCCESS:
            self.codes[record_id] = code


def _find_repeated(heads: Sequence[RecordHead], business: Business, verdicts: _Verdicts) -> None:
    """Refuse records that share a RecordId: nobody can tell which is meant."""
    counts = Counter(head.record_id for head in heads)
    verdicts.codes.update(dict.fromkeys(counts, _SUCCESS))
    for record_id, count in counts.items():
        if count > 1:
            fault = faults.invalid_business_data(business.message_id, [f"RecordId {record_id} × {count}"])
            verdicts.refuse(record_id, RoutingStatusCode.INVALID_REGISTRY_RECORD_ID, fault)


def _judge_signatures(
    bus: Bus, entry: Entry, business: Business, heads: Sequence[RecordHead], verdicts: _Verdicts
) -> dict[etree._Element, list[Certificate]]:
    """Judge what signatures the records have; return the officials who signed rightly, by record."""
    by_element = {head.element: head for head in heads}
    officials: dict[etree._Element, list[Certificate]] = {}
    refusals = record_faults(bus, entry.snapshot, entry.caller, business.root, entry.now, officials=officials)
    for refused in refusals:
        head = _head_of(refused.element, by_element)
        if head is not None:
            verdicts.refuse(head.record_id, code_of(refused.fault), refused.fault)
    return officials


def _judge_officials(
    entry: Entry,
    business: Business,
    heads: Sequence[RecordHead],
    officials: Mapping[etree._Element, list[Certificate]],
    verdicts: _Verdicts,
) -> None:
    """Refuse records that officials signed of whom none may ask; one without them is the message's matter."""
    for head in heads:
        signers = officials.get(head.element)
        if signers and not may_send(entry.snapshot, entry.caller.system, business.found, signers, entry.now):
            code = RoutingStatusCode.PERSONAL_ACCESS_DENIED
            verdicts.refuse(head.record_id, code, faults.personal_access_denied())


def code_of(fault: Fault) -> RoutingStatusCode:
    """Return the status of a record whose signature was refused so."""
    if fault.row in _OF_SIGNATURE:
        return RoutingStatusCode.SIGNATURE_INVALID
    return RoutingStatusCode.CERTIFICATE_INVALID


def _head_of(element: etree._Element, heads: Mapping[etree._Element, RecordHead]) -> RecordHead | None:
    """Return the record, or the one whose content holds a registry with this record."""
    for each in (element, *element.iterancestors()):
        if each in heads:
            return heads[each]
    return None
