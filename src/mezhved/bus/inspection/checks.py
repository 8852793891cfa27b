"""The checks whose failure SMEV tells after the receipt, in the order of the facts (MR 3.3 section 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.inspection.attachments import attachment_signatures
from mezhved.bus.inspection.personal import personal_signature
from mezhved.bus.inspection.records import record_faults
from mezhved.bus.reception.caller import distrust
from mezhved.bus.rooms import overflow
from mezhved.bus.times import moment
from mezhved.infotypes import InvalidSchemaSet
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.attachments import Enclosed
    from mezhved.bus.reception.caller import Caller
    from mezhved.bus.storage import Queue
    from mezhved.registry import Snapshot, TypeRoot
    from mezhved.smev3.faults import Fault


@dataclass(frozen=True, slots=True)
class Subject:
    """A message that passed the synchronous checks. `root` and `found` are None where it has no content.

    `data` is SenderProvided*Data; `enclosed` are the attachments inside the message. `queue` is None for a
    message to many, where each recipient's room is looked at by itself (`mezhved.bus.rooms`).
    """

    message_id: str
    caller: Caller
    found: TypeRoot | None
    root: etree._Element | None
    queue: Queue | None
    needs_right: bool
    data: etree._Element
    enclosed: tuple[Enclosed, ...] = ()
    has_registry: bool = False


def inspect(bus: Bus, snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    """Return the first reason to refuse.

    In order: the official's signature, revocation of the system's certificate, signatures of attachments
    and of registry records, business XSD, access right, overflow.
    """
    return (
        _personal(bus, snapshot, subject, now)
        or distrust(bus, subject.caller, snapshot, now)
        or attachment_signatures(bus, snapshot, subject.caller, subject.enclosed, now)
        or _records(bus, snapshot, subject, now)
        or _business_data(bus, snapshot, subject)
        or _access(snapshot, subject, now)
        or _overflow(bus, snapshot, subject, now)
    )


def _personal(bus: Bus, snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    demanded = subject.found is not None and subject.found.demands_personal_signature
    return personal_signature(bus, snapshot, subject.data, subject.root, now, demanded=demanded).fault


def _records(bus: Bus, snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    if not subject.has_registry or subject.root is None:
        return None
    refused = next(record_faults(bus, snapshot, subject.caller, subject.root, now), None)
    return None if refused is None else refused.fault


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
