"""The checks that are answered at once, each a rule with its fault (MR 3.3 sections 2-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.times import SECOND, microseconds
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.ids import InvalidMessageId, message_time, parse_message_id
from mezhved.smev3.messages.times import read_time

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from lxml import etree

    from mezhved.configuration import BusSettings
    from mezhved.registry import Direction, Snapshot, TypeRoot

_TRANSACTION_CODE = 1500
_NODE_ID = 50


def fresh_message_id(settings: BusSettings, text: str, now: int) -> UUID:
    """Return the MessageID when it is a UUID version 1 of the last 24 hours (MR 3.3 section 3.2.1).

    A time ahead of ours is told as StaleMessageId too: its cure, setting the clock, is the right one.
    """
    try:
        identifier = parse_message_id(text)
    except InvalidMessageId:
        raise SmevFaultError(faults.invalid_message_id()) from None
    age = now - microseconds(message_time(identifier))
    oldest = settings.message_id_age_seconds * SECOND
    newest = -settings.future_tolerance_seconds * SECOND
    if not newest <= age <= oldest:
        raise SmevFaultError(faults.stale_message_id())
    return identifier


def end_of_life(eol: str | None, now: int) -> int:
    """Return EOL in microseconds, 0 for none; SMEV-500 when it has passed."""
    if eol is None:
        return 0
    at = microseconds(read_time(eol))
    if at <= now:
        raise SmevFaultError(faults.end_of_life())
    return at


def texts_within_schema(*, transaction_code: str | None = None, node_id: str | None = None) -> None:
    """Refuse texts longer than the schema of all versions allows (SMEV-403): queues are named by NodeID."""
    if len(transaction_code or "") > _TRANSACTION_CODE or len(node_id or "") > _NODE_ID:
        raise SmevFaultError(faults.invalid_envelope())


def timestamp_within_window(settings: BusSettings, text: str, now: int) -> None:
    """Refuse a poll whose Timestamp is more than 30 minutes off either way (SMEV-403)."""
    if abs(microseconds(read_time(text)) - now) > settings.timestamp_window_seconds * SECOND:
        raise SmevFaultError(faults.invalid_timestamp(text))


def registered_root(
    snapshot: Snapshot, root: etree._Element, directions: tuple[Direction, ...], method: str, now_at: datetime
) -> TypeRoot:
    """Return the registered type of the business data; SMEV-401 when unknown or of the other direction."""
    namespace, local_name = split_name(root)
    found = snapshot.type_of(namespace, local_name, now_at)
    if found is None:
        raise SmevFaultError(faults.unknown_business_type(namespace, local_name))
    if found.direction not in directions:
        raise SmevFaultError(faults.wrong_direction(namespace, local_name, method, found.direction.value))
    return found


def business_root(signed: etree._Element, basic: str) -> etree._Element:
    """Return the one element inside MessagePrimaryContent (reading has made sure that it is there)."""
    content = next(signed.iterchildren(f"{{{basic}}}MessagePrimaryContent"))
    return next(content.iterchildren("*"))


def split_name(element: etree._Element) -> tuple[str, str]:
    """Return namespace and local name."""
    namespace, _, local_name = str(element.tag)[1:].rpartition("}")
    return namespace, local_name
