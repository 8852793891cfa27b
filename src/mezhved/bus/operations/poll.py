"""GetRequest, GetResponse, GetStatus: the first message of the caller's queue, leased to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mezhved.bus.delivery.expiry import expire
from mezhved.bus.delivery.handing import Recipient, request_reply, response_reply, status_reply
from mezhved.bus.delivery.packing import packed
from mezhved.bus.operations.entry import enter
from mezhved.bus.reception.checks import texts_within_schema, timestamp_within_window
from mezhved.bus.storage import Box, Queue
from mezhved.bus.times import SECOND
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.messages import GetRequestRequest, GetResponseRequest, GetStatusRequest, building

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply
    from mezhved.bus.storage import Delivery
    from mezhved.smev3.messages import MessageTypeSelector


def get_request(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Hand out a request. A type that is unknown or not provided by the caller: SMEV-402."""
    entry = enter(bus, call, record)
    selector = cast("GetRequestRequest", call.operation).selector
    timestamp_within_window(bus.settings, selector.timestamp, entry.now)
    texts_within_schema(node_id=selector.node_id)
    type_id = _wanted_type(entry, selector)
    if type_id is not None and not entry.snapshot.may_answer(entry.caller.system.id, type_id):
        raise SmevFaultError(faults.unknown_type_for_queue(entry.caller.certificate.subject))
    delivery = _take(bus, Queue(entry.caller.system.id, Box.REQUESTS), type_id)
    if delivery is None:
        return packed(bus, building.empty("GetRequestResponse", call.version), call.version)
    record.message_id = str(delivery.message.message_id)
    return request_reply(bus, delivery, _recipient(bus, call, entry))


def get_response(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Hand out a response from the common queue or that of a node (MR 3.3 section 2.3.5)."""
    entry = enter(bus, call, record)
    selector = cast("GetResponseRequest", call.operation).selector
    timestamp_within_window(bus.settings, selector.timestamp, entry.now)
    texts_within_schema(node_id=selector.node_id)
    queue = Queue(entry.caller.system.id, Box.RESPONSES, selector.node_id or "")
    delivery = _take(bus, queue, _wanted_type(entry, selector))
    if delivery is None:
        return packed(bus, building.empty("GetResponseResponse", call.version), call.version)
    record.message_id = str(delivery.message.message_id)
    return response_reply(bus, delivery, _recipient(bus, call, entry))


def get_status(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Hand out an auxiliary notice (MR 3.3 section 2.6.3)."""
    entry = enter(bus, call, record)
    timestamp_within_window(bus.settings, cast("GetStatusRequest", call.operation).timestamp.value, entry.now)
    delivery = _take(bus, Queue(entry.caller.system.id, Box.STATUS), None)
    if delivery is None:
        return packed(bus, building.empty("GetStatusResponse", call.version), call.version)
    record.message_id = str(delivery.message.message_id)
    return status_reply(bus, delivery, call.version)


def _recipient(bus: Bus, call: Call, entry: Entry) -> Recipient:
    return Recipient(entry.caller.system, call.version, entry.snapshot, bus.clock())


def _wanted_type(entry: Entry, selector: MessageTypeSelector) -> int | None:
    """Return the type that the filter names by any root of any version; None for no filter."""
    if selector.namespace_uri is None or selector.root_local_name is None:
        return None
    found = entry.snapshot.type_of(selector.namespace_uri, selector.root_local_name)
    if found is None:
        raise SmevFaultError(faults.unknown_type_for_queue(entry.caller.certificate.subject))
    return found.type.id


def _take(bus: Bus, queue: Queue, type_id: int | None) -> Delivery | None:
    """Lease the first message; those past their end of life are ended on the way."""
    while True:
        now = bus.clock()
        delivery = bus.store.lease(queue, type_id, now, now + bus.settings.lease_seconds * SECOND)
        if delivery is None or not 0 < delivery.message.eol <= now:
            return delivery
        expire(bus, delivery)
