"""What SMEV answers: receipts, messages handed out, empty answers, statistics.

In every signed answer `smev_signature` is the ds:Signature over the part named in its class, and
`signed_octets` that part as it came (or as it was signed), written as it is in the version `version`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mezhved.smev3.messages import building, errors
from mezhved.smev3.messages.attachments import AttachmentContent, read_contents
from mezhved.smev3.messages.delivered import Cancel, Request, Response
from mezhved.smev3.messages.metadata import MessageMetadata
from mezhved.smev3.messages.reading import Reader, cut, int_of_text, path_of, signature_in, version_of
from mezhved.smev3.messages.statuses import AsyncProcessingStatusData
from mezhved.smev3.messages.writing import DECLARATIONS, Profile, WireElement, escape_attribute

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Fragment, Source
    from mezhved.smev3.versions import Version


@dataclass(frozen=True, slots=True)
class _Receipt(WireElement):
    metadata: MessageMetadata
    smev_signature: Fragment | None = None
    signed_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the receipt element, self-contained."""
        signed = _signed(self.metadata, self.signed_octets, self.version, version, profile)
        signature = _signature(self.smev_signature, self.version, version)
        return building.receipt(type(self).__name__, version, signed, signature)

    @classmethod
    def from_xml(cls, answer: etree._Element, source: Source | None = None) -> Self:
        """Read a receipt of any server."""
        version = version_of(answer)
        types = f"{{{version.types}}}"
        reader = Reader(answer)
        metadata = reader.required(types + "MessageMetadata")
        signature = signature_in(reader.optional(types + "SMEVSignature"), source)
        reader.end()
        return cls(MessageMetadata.from_xml(metadata), signature, cut(metadata, source), version)


@dataclass(frozen=True, slots=True)
class SendRequestResponse(_Receipt):
    """The request is accepted and queued; SMEV signs the metadata."""


@dataclass(frozen=True, slots=True)
class SendResponseResponse(_Receipt):
    """The response is accepted and queued; SMEV signs the metadata."""


@dataclass(frozen=True, slots=True)
class GetRequestResponse(WireElement):
    """A request (1.1 and 1.2: or a cancellation) handed out, or nothing; SMEV signs the Request."""

    request: Request | None = None
    attachments: tuple[AttachmentContent, ...] = ()
    smev_signature: Fragment | None = None
    cancel: Cancel | None = None
    signed_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetRequestResponse element, self-contained."""
        message = self.request if self.request is not None else self.cancel
        if message is None:
            return building.empty("GetRequestResponse", version)
        return building.get_request_response(
            version,
            _signed(message, self.signed_octets, self.version, version, profile),
            _signature(self.smev_signature, self.version, version),
            self.attachments,
        )

    @classmethod
    def from_xml(cls, answer: etree._Element, source: Source | None = None) -> Self:
        """Read a GetRequestResponse of any server."""
        version = version_of(answer)
        types = f"{{{version.types}}}"
        message = _message(answer, types + "RequestMessage")
        if message is None:
            return cls(version=version)
        reader = Reader(message)
        cancel = reader.optional(types + "Cancel")
        request = reader.required(types + "Request") if cancel is None else None
        attachments = () if request is None else read_contents(reader, f"{{{version.basic}}}")
        signature = signature_in(reader.optional(types + "SMEVSignature"), source)
        reader.end()
        if cancel is not None:
            read = Cancel.from_xml(cancel, source)
            return cls(None, (), signature, read, cut(cancel, source), version)
        if request is None:
            raise errors.missing("Request", path_of(message))
        return cls(
            Request.from_xml(request, source), attachments, signature, None, cut(request, source), version
        )


@dataclass(frozen=True, slots=True)
class GetResponseResponse(WireElement):
    """A response handed out, or nothing; SMEV signs the Response."""

    response: Response | None = None
    attachments: tuple[AttachmentContent, ...] = ()
    smev_signature: Fragment | None = None
    signed_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetResponseResponse element, self-contained."""
        if self.response is None:
            return building.empty("GetResponseResponse", version)
        return building.get_response_response(
            version,
            _signed(self.response, self.signed_octets, self.version, version, profile),
            _signature(self.smev_signature, self.version, version),
            self.attachments,
        )

    @classmethod
    def from_xml(cls, answer: etree._Element, source: Source | None = None) -> Self:
        """Read a GetResponseResponse of any server."""
        version = version_of(answer)
        types = f"{{{version.types}}}"
        message = _message(answer, types + "ResponseMessage")
        if message is None:
            return cls(version=version)
        reader = Reader(message)
        response = reader.required(types + "Response")
        attachments = read_contents(reader, f"{{{version.basic}}}")
        signature = signature_in(reader.optional(types + "SMEVSignature"), source)
        reader.end()
        return cls(
            Response.from_xml(response, source), attachments, signature, cut(response, source), version
        )


@dataclass(frozen=True, slots=True)
class AckResponse(WireElement):
    """The acknowledgement is taken; neither content nor signature."""

    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the AckResponse element, self-contained."""
        return building.empty("AckResponse", version)

    @classmethod
    def from_xml(cls, answer: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read an AckResponse."""
        Reader(answer).end()
        return cls(version_of(answer))


@dataclass(frozen=True, slots=True)
class GetStatusResponse(WireElement):
    """A notice of the status queue, or nothing; SMEV signs the AsyncProcessingStatusData."""

    data: AsyncProcessingStatusData | None = None
    smev_signature: Fragment | None = None
    signed_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetStatusResponse element, self-contained."""
        if self.data is None:
            return building.empty("GetStatusResponse", version)
        signed = _signed(self.data, self.signed_octets, self.version, version, profile)
        return building.get_status_response(
            version, signed, _signature(self.smev_signature, self.version, version)
        )

    @classmethod
    def from_xml(cls, answer: etree._Element, source: Source | None = None) -> Self:
        """Read a GetStatusResponse of any server."""
        version = version_of(answer)
        types = f"{{{version.types}}}"
        message = _message(answer, types + "SmevAsyncProcessingMessage")
        if message is None:
            return cls(version=version)
        reader = Reader(message)
        data = reader.required(types + "AsyncProcessingStatusData")
        signature = signature_in(reader.optional(types + "SMEVSignature"), source)
        reader.end()
        return cls(AsyncProcessingStatusData.from_xml(data, source), signature, cut(data, source), version)


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """How many messages wait in one queue; the schema demands neither attribute."""

    queue_name: str | None
    pending: int | None


@dataclass(frozen=True, slots=True)
class GetIncomingQueueStatisticsResponse(WireElement):
    """How many messages wait in each queue of the caller (1.1 and 1.2)."""

    queues: tuple[QueueStatistics, ...] = ()
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetIncomingQueueStatisticsResponse element, self-contained."""
        if not self.queues:
            return building.empty("GetIncomingQueueStatisticsResponse", version)
        inner = "".join(
            "<ns2:QueueStatistics"
            + ("" if queue.queue_name is None else f' queueName="{escape_attribute(queue.queue_name)}"')
            + ("" if queue.pending is None else f' pendingMessageNumber="{queue.pending}"')
            + "/>"
            for queue in self.queues
        )
        name = f"ns2:{type(self).__name__}"
        return f"<{name}{DECLARATIONS[version]}>{inner}</{name}>".encode()

    @classmethod
    def from_xml(cls, answer: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read the statistics."""
        version = version_of(answer)
        reader = Reader(answer)
        items = reader.repeated(f"{{{version.types}}}QueueStatistics")
        reader.end()
        return cls(tuple(_read_queue(item) for item in items), version)


def _read_queue(item: etree._Element) -> QueueStatistics:
    pending = item.get("pendingMessageNumber")
    return QueueStatistics(item.get("queueName"), None if pending is None else int_of_text(pending, item))


def _message(answer: etree._Element, tag: str) -> etree._Element | None:
    reader = Reader(answer)
    message = reader.optional(tag)
    reader.end()
    return message


def _signed(
    part: WireElement, octets: Fragment | None, came_in: Version | None, version: Version, profile: Profile
) -> bytes:
    if octets is not None and came_in is version:
        return octets.octets
    return part.write(version, profile, DECLARATIONS[version])


def _signature(signature: Fragment | None, came_in: Version | None, version: Version) -> bytes | None:
    if signature is None or (came_in is not None and came_in is not version):
        return None
    return signature.octets
