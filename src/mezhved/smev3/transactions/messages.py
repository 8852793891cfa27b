"""generateMark and its answer as values; written by the schema, read leniently.

Nothing inside is qualified by the schema; a name with either namespace of the service counts too, since
frameworks err here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.smev3.messages import errors
from mezhved.smev3.messages.lenient import LenientReader, is_nil
from mezhved.smev3.messages.reading import path_of, text_of
from mezhved.smev3.messages.writing import element, optional

if TYPE_CHECKING:
    from lxml import etree

ENDPOINTS = "http://endpoints.transactionmarker.voskhod.ru/"
"""Namespace of the operation's elements."""

MARKER = "http://voskhod.ru/transaction-marker"
"""Namespace of the types."""

CODE_LENGTH = 20
DESCRIPTION_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class FrguInformation:
    """For what a code is asked, by the federal register of services (FRGU).

    `participant_code` is the organisation's (1-20 characters), `service_code` that of the service or
    function (1-20); the descriptions have 1-1000 characters.
    """

    participant_code: str
    service_code: str
    service_description: str | None = None
    recipient_description: str | None = None


@dataclass(frozen=True, slots=True)
class Marker:
    """What the service answers: the transaction's UUID and the code to put into TransactionCode."""

    uuid: str
    code: str


def write_generate_mark(information: FrguInformation) -> bytes:
    """Return the generateMark element."""
    inner = (
        element("FRGUInteractionPartisipantCode", information.participant_code)
        + element("FRGUServiceCode", information.service_code)
        + optional("FRGUServiceDescription", information.service_description)
        + optional("FRGUServiceRecipientDescription", information.recipient_description)
    )
    return (
        f'<svc:generateMark xmlns:svc="{ENDPOINTS}"><FRGUInformation>{inner}</FRGUInformation>'
        "</svc:generateMark>"
    ).encode()


def read_generate_mark(call: etree._Element) -> FrguInformation:
    """Read a generateMark; `InvalidEnvelope` tells what is missing, wrong or too long."""
    if call.tag != f"{{{ENDPOINTS}}}generateMark":
        raise errors.unknown_operation(str(call.tag))
    outer = LenientReader(call, MARKER, ENDPOINTS)
    inner = LenientReader(outer.required("FRGUInformation"), MARKER, ENDPOINTS)
    outer.end()
    found = FrguInformation(
        _bounded(inner.required("FRGUInteractionPartisipantCode"), CODE_LENGTH),
        _bounded(inner.required("FRGUServiceCode"), CODE_LENGTH),
        _described(inner.optional("FRGUServiceDescription")),
        _described(inner.optional("FRGUServiceRecipientDescription")),
    )
    inner.end()
    return found


def write_marker(marker: Marker) -> bytes:
    """Return the generateMarkResponse element."""
    inner = element("TransactionUUID", marker.uuid) + element("TransactionCode", marker.code)
    return (
        f'<svc:generateMarkResponse xmlns:svc="{ENDPOINTS}"><return>{inner}</return>'
        "</svc:generateMarkResponse>"
    ).encode()


def read_marker(answer: etree._Element) -> Marker | None:
    """Read a generateMarkResponse, `None` for one without a marker; else `InvalidEnvelope`."""
    if answer.tag != f"{{{ENDPOINTS}}}generateMarkResponse":
        raise errors.unknown_operation(str(answer.tag))
    outer = LenientReader(answer, MARKER, ENDPOINTS)
    held = outer.optional("return")
    outer.end()
    if held is None:
        return None
    inner = LenientReader(held, MARKER, ENDPOINTS)
    marker = Marker(text_of(inner.required("TransactionUUID")), text_of(inner.required("TransactionCode")))
    inner.end()
    return marker


def _bounded(holder: etree._Element, length: int) -> str:
    text = text_of(holder)
    if not 1 <= len(text) <= length:
        name = str(holder.tag).rpartition("}")[2]
        raise errors.bad_value(name, text, f"xs:string {{1,{length}}}", path_of(holder))
    return text


def _described(holder: etree._Element | None) -> str | None:
    if holder is None or is_nil(holder):
        return None
    return _bounded(holder, DESCRIPTION_LENGTH)
