"""Reading a call: envelope, operation, and the signed element by its place in the schema."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.smev3 import faults, messages, mtom, schemas, soap
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.fragments import Source
from mezhved.smev3.messages import EnvelopeProblem, InvalidEnvelope
from mezhved.smev3.versions import XOP
from mezhved.smev3.xml import MalformedXml

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.bus.records import CallRecord
    from mezhved.smev3.messages import Operation
    from mezhved.smev3.soap import SoapMessage
    from mezhved.smev3.versions import Version

_CALLER = "CallerInformationSystemSignature"
_REQUEST = "Request"
_INCLUDE = f"{{{XOP}}}Include"

# Which child of the operation the caller signs (MR 3.3 section 4.3); (namespace, local name).
SIGNED_CHILD = {
    "SendRequest": ("types", "SenderProvidedRequestData"),
    "SendResponse": ("types", "SenderProvidedResponseData"),
    "GetRequest": ("basic", "MessageTypeSelector"),
    "GetResponse": ("basic", "MessageTypeSelector"),
    "Ack": ("basic", "AckTargetMessage"),
    "GetStatus": ("basic", "Timestamp"),
    "GetIncomingQueueStatistics": ("basic", "Timestamp"),
    "CancelRequest": ("basic", "MessageReference"),  # of the schema of 2015, always refused
}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was read and not judged yet. `name` is the operation, e.g. SendRequest."""

    name: str
    version: Version
    operation: Operation
    message: SoapMessage
    signature: etree._Element | None
    signed: etree._Element


def read_call(parts: mtom.Parts, record: CallRecord, *, strict: bool) -> Call:
    """Return the call in a body; `record` learns version and operation as soon as they are known.

    Raises `SmevFaultError`: SMEV-60 for a broken structure, SMEV-403 for an envelope that breaks its
    schema (facts of the official list of typical errors).
    """
    try:
        message = soap.read_parts(parts)
    except soap.MisplacedParts as error:
        record.reason = str(error)
        raise SmevFaultError(faults.poor_envelope()) from None
    except (MalformedXml, soap.MalformedEnvelope, mtom.MalformedMultipart) as error:
        record.reason = str(error)
        raise SmevFaultError(faults.smev_failure()) from None
    known = soap.operation(message.body)
    if known is None:
        record.reason = "unknown operation"
        raise SmevFaultError(faults.smev_failure())
    version, local_name = known
    record.version = version
    name = local_name.removesuffix(_REQUEST)
    if name not in SIGNED_CHILD or not local_name.endswith(_REQUEST):
        record.reason = "unknown operation"
        raise SmevFaultError(faults.smev_failure())
    record.operation = name
    operation = _operation(message, record)
    if strict and not _conforms(version, message.body):
        raise SmevFaultError(faults.invalid_envelope())
    namespace, signed_name = SIGNED_CHILD[name]
    signed = _child(message.body, f"{{{getattr(version, namespace)}}}{signed_name}")
    if signed is None:
        raise SmevFaultError(faults.invalid_envelope())
    return Call(
        name=name,
        version=version,
        operation=operation,
        message=message,
        signature=_child(message.body, f"{{{version.types}}}{_CALLER}"),
        signed=signed,
    )


def _conforms(version: Version, body: etree._Element) -> bool:
    """Judge by the schema, to which a content in a MIME part is as good as one in its place."""
    if next(body.iter(_INCLUDE), None) is not None:
        body = copy.deepcopy(body)
        basic = f"{{{version.basic}}}"
        path = f"{basic}AttachmentContentList/{basic}AttachmentContent/{basic}Content"
        for content in body.iterfind(path):
            for include in content.findall(_INCLUDE):
                content.remove(include)
    return schemas.load(version).validate(body)


def _operation(message: SoapMessage, record: CallRecord) -> Operation:
    try:
        return messages.parse_operation(message.body, Source(message.octets, message.root))
    except InvalidEnvelope as error:
        # The error's text may quote what somebody wrote; its kind and place do not.
        record.reason = f"{error.problem.name} {error.where}"
        if error.problem is EnvelopeProblem.UNKNOWN_OPERATION:
            raise SmevFaultError(faults.smev_failure()) from None
        if error.problem is EnvelopeProblem.CONTENT:
            raise SmevFaultError(faults.block_missing()) from None
        raise SmevFaultError(faults.invalid_envelope()) from None


def _child(element: etree._Element, tag: str) -> etree._Element | None:
    return next(element.iterchildren(tag), None)
