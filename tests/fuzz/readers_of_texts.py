"""Small texts from outside: return addresses, times, identifiers, codes."""

from __future__ import annotations

from contextlib import suppress

from mezhved.smev3 import faults
from mezhved.smev3.ids import InvalidMessageId, message_time, parse_message_id
from mezhved.smev3.messages import MalformedReplyTo, ReplyTo
from mezhved.smev3.messages.times import read_time
from mezhved.smev3.transactions import MalformedTransactionCode, TransactionCode


def reply_to(data: bytes) -> None:
    """Read a return address; what was read can be written and is the same."""
    try:
        address = ReplyTo.decode(data.decode("utf-8", "surrogateescape"))
    except MalformedReplyTo:
        return
    assert ReplyTo.decode(address.encode()) == address


def texts(data: bytes) -> None:
    """Read a time, an identifier, a transaction code, somebody's words about a fault."""
    text = data.decode("utf-8", "replace")
    with suppress(ValueError):
        assert read_time(text).tzinfo is not None
    with suppress(InvalidMessageId):
        message_time(parse_message_id(text))
    with suppress(MalformedTransactionCode):
        assert TransactionCode.parse(str(TransactionCode.parse(text))) == TransactionCode.parse(text)
    faults.find(text)
    faults.explain(faults.status_fault(text, text, text))
