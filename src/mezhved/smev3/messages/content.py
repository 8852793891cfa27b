"""SenderProvidedRequestData and SenderProvidedResponseData: what the sender writes and signs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Self

from lxml import etree

from mezhved.smev3.messages import errors
from mezhved.smev3.messages.attachments import (
    AttachmentHeader,
    RefAttachmentHeader,
    read_headers,
    read_ref_headers,
    write_list,
)
from mezhved.smev3.messages.reading import (
    Reader,
    cut,
    element_children,
    int_of,
    path_of,
    signature_in,
    text_of,
    token_of,
    version_of,
)
from mezhved.smev3.messages.statuses import AsyncProcessingStatus
from mezhved.smev3.messages.times import read_time
from mezhved.smev3.messages.writing import Profile, WireElement, element, holder, id_attribute, optional
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.smev3.fragments import Fragment, Source


@dataclass(frozen=True, slots=True)
class SenderProvidedRequestData(WireElement):
    """A request as its sender states it. Business data and the personal signature stay octets.

    `primary_content` is the one element inside MessagePrimaryContent; `personal_signature` the ds:Signature
    over it. `eol` is the text of an xs:dateTime, absolute (`eol_at` reads it). In 1.2 the schema demands
    `reference_message_id` and `transaction_code`, the real server does not. Strict 1.2 fills them: the first
    message of a chain refers to itself.
    """

    message_id: str
    primary_content: Fragment
    reference_message_id: str | None = None
    transaction_code: str | None = None
    node_id: str | None = None
    eol: str | None = None
    personal_signature: Fragment | None = None
    attachment_headers: tuple[AttachmentHeader, ...] = ()
    ref_attachment_headers: tuple[RefAttachmentHeader, ...] = ()
    business_process: tuple[Fragment, ...] = ()
    test_message: bool = False
    id: str | None = None

    @property
    def eol_at(self) -> datetime | None:
        """Return the end of life in UTC."""
        return None if self.eol is None else read_time(self.eol)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the SenderProvidedRequestData element."""
        reference, code = self.reference_message_id, self.transaction_code
        if profile is Profile.STRICT and version is Version.V1_2:
            reference = self.message_id if reference is None else reference
            code = "" if code is None else code
        head = (
            f"<ns2:SenderProvidedRequestData{declarations}{id_attribute(self.id)}>"
            + element("ns2:MessageID", self.message_id)
            + optional("ns2:ReferenceMessageID", reference)
            + optional("ns2:TransactionCode", code)
            + optional("ns2:NodeID", self.node_id)
            + optional("ns2:EOL", self.eol)
        )
        process = b"".join(fragment.octets for fragment in self.business_process)
        return b"".join(
            (
                head.encode(),
                _content(self.primary_content, self.personal_signature),
                write_list("AttachmentHeaderList", self.attachment_headers, version, profile),
                write_list("RefAttachmentHeaderList", self.ref_attachment_headers, version, profile),
                b"<ns2:BusinessProcessMetadata>%b</ns2:BusinessProcessMetadata>" % process
                if process
                else b"",
                b"<ns2:TestMessage/>" if self.test_message else b"",
                b"</ns2:SenderProvidedRequestData>",
            )
        )

    @classmethod
    def from_xml(cls, data: etree._Element, source: Source | None = None) -> Self:
        """Read a SenderProvidedRequestData; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(data)
        types, basic = f"{{{version.types}}}", f"{{{version.basic}}}"
        reader = Reader(data)
        message_id = reader.text(types + "MessageID")
        reference = reader.optional_text(types + "ReferenceMessageID")
        code = reader.optional_text(types + "TransactionCode")
        node = reader.optional_text(types + "NodeID")
        eol = reader.optional(types + "EOL")
        content = reader.optional(basic + "MessagePrimaryContent")
        if content is None:
            reader.end()
            raise errors.no_content(path_of(data))
        signature = signature_in(reader.optional(types + "PersonalSignature"), source)
        headers = read_headers(reader, basic)
        ref_headers = read_ref_headers(reader, basic)
        process = reader.optional(types + "BusinessProcessMetadata")
        test = reader.optional(types + "TestMessage")
        reader.end()
        if test is not None:
            Reader(test).end()
        return cls(
            message_id=message_id,
            primary_content=_read_content(content, version, source),
            reference_message_id=reference,
            transaction_code=code,
            node_id=node,
            eol=None if eol is None else time_text(eol),
            personal_signature=signature,
            attachment_headers=headers,
            ref_attachment_headers=ref_headers,
            business_process=()
            if process is None
            else tuple(cut(child, source) for child in element_children(process)),
            test_message=test is not None,
            id=data.get("Id"),
        )


@dataclass(frozen=True, slots=True)
class RequestRejected(WireElement):
    """One reason of a final refusal (`values.RejectionReason`) and its text, up to 4000 characters."""

    code: str
    description: str

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the RequestRejected element."""
        inner = element("ns2:RejectionReasonCode", self.code) + element(
            "ns2:RejectionReasonDescription", self.description
        )
        return f"<ns2:RequestRejected{declarations}>{inner}</ns2:RequestRejected>".encode()

    @classmethod
    def from_xml(cls, rejected: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a RequestRejected element."""
        types = f"{{{version_of(rejected).types}}}"
        reader = Reader(rejected)
        code = text_of(reader.required(types + "RejectionReasonCode"))
        description = reader.text(types + "RejectionReasonDescription")
        reader.end()
        return cls(code, description)


@dataclass(frozen=True, slots=True)
class RequestStatus(WireElement):
    """An interim status of a request; codes and parameters are defined by the type's passport."""

    code: int
    description: str
    parameters: tuple[tuple[str, str], ...] = ()

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the RequestStatus element."""
        parameters = "".join(
            f"<ns2:StatusParameter>{element('ns2:Key', key)}"
            f"{element('ns2:Value', value)}</ns2:StatusParameter>"
            for key, value in self.parameters
        )
        inner = f"<ns2:StatusCode>{self.code}</ns2:StatusCode>{parameters}"
        inner += element("ns2:StatusDescription", self.description)
        return f"<ns2:RequestStatus{declarations}>{inner}</ns2:RequestStatus>".encode()

    @classmethod
    def from_xml(cls, status: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a RequestStatus element."""
        types = f"{{{version_of(status).types}}}"
        reader = Reader(status)
        code = int_of(reader.required(types + "StatusCode"))
        parameters = []
        for item in reader.repeated(types + "StatusParameter"):
            inner = Reader(item)
            parameters.append((inner.text(types + "Key"), inner.text(types + "Value")))
            inner.end()
        description = reader.text(types + "StatusDescription")
        reader.end()
        return cls(code, description, tuple(parameters))


class ResponseKind(Enum):
    """What a response says."""

    CONTENT = auto()
    REJECTED = auto()
    STATUS = auto()
    ASYNC_STATUS = auto()


@dataclass(frozen=True, slots=True)
class SenderProvidedResponseData(WireElement):
    """A response as its sender states it: content, refusals, an interim status or SMEV's own status.

    `to` is the ReplyTo of the request, copied. Exactly one of `primary_content`, `rejections`, `status` and
    `async_status` is given, else `ValueError`; signature and attachments go with content only.
    """

    message_id: str
    to: str
    primary_content: Fragment | None = None
    personal_signature: Fragment | None = None
    attachment_headers: tuple[AttachmentHeader, ...] = ()
    ref_attachment_headers: tuple[RefAttachmentHeader, ...] = ()
    rejections: tuple[RequestRejected, ...] = ()
    status: RequestStatus | None = None
    async_status: AsyncProcessingStatus | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        given = (
            (self.primary_content is not None)
            + bool(self.rejections)
            + (self.status is not None)
            + (self.async_status is not None)
        )
        if given != 1:
            raise ValueError(f"a response says one thing, not {given}")

    @property
    def kind(self) -> ResponseKind:
        """Return which of the four things the response says."""
        if self.primary_content is not None:
            return ResponseKind.CONTENT
        if self.rejections:
            return ResponseKind.REJECTED
        return ResponseKind.STATUS if self.status is not None else ResponseKind.ASYNC_STATUS

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the SenderProvidedResponseData element."""
        head = (
            f"<ns2:SenderProvidedResponseData{declarations}{id_attribute(self.id)}>"
            + element("ns2:MessageID", self.message_id)
            + element("ns2:To", self.to)
        )
        return b"%b%b</ns2:SenderProvidedResponseData>" % (head.encode(), self._said(version, profile))

    def _said(self, version: Version, profile: Profile) -> bytes:
        if self.primary_content is not None:
            return b"".join(
                (
                    _content(self.primary_content, self.personal_signature),
                    write_list("AttachmentHeaderList", self.attachment_headers, version, profile),
                    write_list("RefAttachmentHeaderList", self.ref_attachment_headers, version, profile),
                )
            )
        if self.status is not None:
            return self.status.write(version, profile)
        if self.async_status is not None:
            return self.async_status.write(version, profile)
        return b"".join(rejected.write(version, profile) for rejected in self.rejections)

    @classmethod
    def from_xml(cls, data: etree._Element, source: Source | None = None) -> Self:
        """Read a SenderProvidedResponseData; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(data)
        types, basic = f"{{{version.types}}}", f"{{{version.basic}}}"
        reader = Reader(data)
        message_id = reader.text(types + "MessageID")
        to = reader.text(types + "To")
        identifier = data.get("Id")
        content = reader.optional(basic + "MessagePrimaryContent")
        if content is not None:
            signature = signature_in(reader.optional(types + "PersonalSignature"), source)
            headers = read_headers(reader, basic)
            ref_headers = read_ref_headers(reader, basic)
            reader.end()
            primary = _read_content(content, version, source)
            return cls(message_id, to, primary, signature, headers, ref_headers, id=identifier)
        rejected = reader.repeated(types + "RequestRejected")
        status = reader.optional(types + "RequestStatus") if not rejected else None
        said = rejected or status is not None
        async_status = None if said else reader.optional(types + "AsyncProcessingStatus")
        reader.end()
        if not said and async_status is None:
            raise errors.no_content(path_of(data))
        return cls(
            message_id,
            to,
            rejections=tuple(RequestRejected.from_xml(item) for item in rejected),
            status=None if status is None else RequestStatus.from_xml(status),
            async_status=None
            if async_status is None
            else AsyncProcessingStatus.from_xml(async_status, source),
            id=identifier,
        )


def time_text(holder_element: etree._Element) -> str:
    """Return the text of an xs:dateTime that others rely on; `InvalidEnvelope` when it is none."""
    text = token_of(holder_element)
    try:
        read_time(text)
    except ValueError:
        name = str(etree.QName(holder_element).localname)
        raise errors.bad_value(name, text, "xs:dateTime", path_of(holder_element)) from None
    return text


def _content(primary: Fragment, signature: Fragment | None) -> bytes:
    return b"<MessagePrimaryContent>%b</MessagePrimaryContent>%b" % (
        primary.octets,
        holder("ns2:PersonalSignature", signature),
    )


def _read_content(content: etree._Element, version: Version, source: Source | None) -> Fragment:
    roots = [child for child in content if isinstance(child.tag, str)]
    if len(roots) != 1:
        raise errors.no_content(path_of(content))
    element_children(content)
    namespace = etree.QName(roots[0]).namespace
    if not namespace or namespace == version.basic:
        raise errors.unexpected(str(roots[0].tag), path_of(content))
    return cut(roots[0], source)
