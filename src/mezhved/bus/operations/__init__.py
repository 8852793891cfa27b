"""The operations of the service, one function each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.operations.acknowledge import acknowledge
from mezhved.bus.operations.cancel import cancel_request
from mezhved.bus.operations.poll import get_request, get_response, get_status
from mezhved.bus.operations.sending import send_request, send_response
from mezhved.bus.operations.statistics import statistics
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply

_OPERATIONS: Mapping[str, Callable[[Bus, Call, CallRecord], Reply]] = {
    "SendRequest": send_request,
    "SendResponse": send_response,
    "GetRequest": get_request,
    "GetResponse": get_response,
    "GetStatus": get_status,
    "Ack": acknowledge,
    "GetIncomingQueueStatistics": statistics,
    "CancelRequest": cancel_request,
}


def perform(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Judge and carry out a call; during maintenance refuse it (SMEV-60).

    Raises `SmevFaultError`, `StorageError`.
    """
    if bus.registry.current().maintenance:
        record.reason = "maintenance"
        raise SmevFaultError(faults.smev_failure())
    return _OPERATIONS[call.name](bus, call, record)


__all__ = ["perform"]
