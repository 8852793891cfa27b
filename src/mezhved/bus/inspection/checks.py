"""The checks whose failure SMEV tells after the receipt, in the order of the facts (MR 3.3 section 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.inspection.attachments import attachment_signatures
from mezhved.bus.inspection.personal import personal_signature
from mezhved.bus.reception.caller import distrust
from mezhved.bus.rooms import overflow
from mezhved.bus.routing.officials import demands_official, may_send
from mezhved.bus.times import moment
from mezhved.infotypes import InvalidSchemaSet
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.attachments import Enclosed
    from mezhved.bus.reception.caller import Caller
    from mezhved.bus.routing.records import RegistryVerdict
    from mezhved.bus.storage import Queue
    from mezhved.registry import Snapshot, TypeRoot
    from mezhved.smev3.faults import Fault


@dataclass(frozen=True, slots=True)
class Subject:
    """A message that passed the synchronous checks. `root` and `found` are None where it has no content.

    `data` is SenderProvided*Data; `enclosed` are the attachments inside the message. `queue` is None for a
    message to many, where each recipient's room is looked at by itself (`mezhved.bus.rooms`). `registry` is
    what was found of the records inside; `by_records` tells that each was routed, or refused, by itself.
    """

    message_id: str
    caller: Caller
    found: TypeRoot | None
    root: etree._Element | None
    queue: Queue | None
    needs_right: bool
    data: etree._Element
    enclosed: tuple[Enclosed, ...] = ()
    registry: RegistryVerdict | None = None
    by_records: bool = False


def inspect(bus: Bus, snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    """Return the first reason to refuse.

    In order: the official's signature, revocation of the system's certificate, signatures of attachments
    and of registry records, business XSD, access right, overflow.
    """
    return (
        _personal(bus, snapshot, subject, now)
        or distrust(bus, subject.caller, snapshot, now)
        or attachment_signatures(bus, snapshot, subject.caller, subject.enclosed, now)
        or _records(subject)
        or _business_data(bus, snapshot, subject)
        or _access(snapshot, subject, now)
        or _overflow(bus, snapshot, subject, now)
    )


def _personal(bus: Bus, snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    """Judge EP-SP and the right of who signed; records may have signatures of their own instead."""
    found, registry = subject.found, subject.registry
    by_records = registry is not None and registry.by_officials
    demanded = found is not None and found.demands_personal_signature and not by_records
    verdict = personal_signature(bus, snapshot, subject.data, subject.root, now, demanded=demanded)
    if verdict.fault is not None or found is None or not demands_official(found):
        return verdict.fault
    if verdict.certificate is None and by_records:
        return None
    signers = () if verdict.certificate is None else (verdict.certificate,)
    if may_send(snapshot, subject.caller.system, found, signers, now):
        return None
    return faults.personal_access_denied()


def _records(subject: Subject) -> Fault | None:
    if subject.registry is None:
        return None
    return subject.registry.broken or (None if subject.by_records else subject.registry.fault)


def _business_data(bus: Bus, snapshot: Snapshot, subject: Subject) -> Fault | None:
    """Validate by the type's schemas; a set that does not compile is the operator's fault (SMEV-60)."""
    if subject.found is None or subject.root is None:
        return None
    schemas = snapshot.schemas(subject.found)
    if schemas is None:
        return None
    try:
        errors = schemas.validate(subject.root)
    except InvalidSchemaSet as error:
        bus.log.warning("schema_set_broken", type=subject.found.type.code, reason=str(error))
        raise SmevFaultError(faults.smev_failure()) from error
    return (
        faults.invalid_business_data(subject.message_id, [each.message for each in errors])
        if errors
        else None
    )


def _access(snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    if not subject.needs_right or subject.found is None:
        return None
    if snapshot.may_send(subject.caller.system.id, subject.found.type.id, moment(now)):
        return None
    return faults.access_denied()


def _overflow(bus: Bus, snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    if subject.queue is None or bus.quota.has_room(subject.queue, now):
        return None
    return overflow(bus, snapshot, subject.queue)
