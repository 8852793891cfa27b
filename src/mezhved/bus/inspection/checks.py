"""The checks whose failure SMEV tells after the receipt, in the order of the facts (MR 3.3 section 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.reception.caller import distrust
from mezhved.bus.times import moment
from mezhved.infotypes import InvalidSchemaSet
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.caller import Caller
    from mezhved.bus.storage import Queue
    from mezhved.registry import Snapshot, TypeRoot
    from mezhved.smev3.faults import Fault


@dataclass(frozen=True, slots=True)
class Subject:
    """A message that passed the synchronous checks. `root` and `found` are None where it has no content."""

    message_id: str
    caller: Caller
    found: TypeRoot | None
    root: etree._Element | None
    queue: Queue
    needs_right: bool


def inspect(bus: Bus, snapshot: Snapshot, subject: Subject, now: int) -> Fault | None:
    """Return the first reason to refuse: revocation, business XSD, access right, overflow."""
    return (
        distrust(bus, subject.caller, snapshot, now)
        or _business_data(bus, snapshot, subject)
        or _access(snapshot, subject, now)
        or _overflow(bus, snapshot, subject, now)
    )


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
    if bus.quota.has_room(subject.queue, now):
        return None
    owner = snapshot.system(subject.queue.owner)
    name = f"{owner.mnemonic if owner else subject.queue.owner}.{subject.queue.box.name.lower()}"
    return faults.destination_overflow(bus.settings.public_address or bus.settings.listen_host, name)
