"""CancelRequest of the schema of 2015: no version in use has it, and repeating it would not help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.operations.entry import enter
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply


def cancel_request(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Refuse by RequestIsNotFound: SMEVFailure would make the client repeat for ever."""
    enter(bus, call, record)
    raise SmevFaultError(faults.request_not_found())
