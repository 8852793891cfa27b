"""What callers send: the operations' requests, each with the part that the caller signs.

In every class `data_octets` is the signed child as it came (or as it was signed), in the version
`version`, and `caller_signature` the ds:Signature over it. Written in that version, the octets go out as
they are; written in another one, the child is written anew and the signature left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mezhved.smev3.messages import building
from mezhved.smev3.messages.attachments import AttachmentContent, read_contents
from mezhved.smev3.messages.content import SenderProvidedRequestData, SenderProvidedResponseData
from mezhved.smev3.messages.delivered import data_written, kept_signature
from mezhved.smev3.messages.reading import Reader, cut, signature_in, version_of
from mezhved.smev3.messages.routing import Routing
from mezhved.smev3.messages.selectors import AckTargetMessage, MessageTypeSelector, Timestamp
from mezhved.smev3.messages.writing import DECLARATIONS, Profile, WireElement, optional

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Fragment, Source
    from mezhved.smev3.versions import Version

_SIGNATURE = "CallerInformationSystemSignature"


@dataclass(frozen=True, slots=True)
class SendRequestRequest(WireElement):
    """SendRequest: a request with its attachments; `routing` in 1.3 only."""

    data: SenderProvidedRequestData
    attachments: tuple[AttachmentContent, ...] = ()
    caller_signature: Fragment | None = None
    routing: Routing | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the SendRequestRequest element, self-contained."""
        routed = self.routing is not None and version.has_routing
        return building.call(
            "SendRequestRequest",
            version,
            data_written(self.data, self.data_octets, self.version, version, profile),
            kept_signature(self.caller_signature, self.version, version),
            attachments=self.attachments,
            after=self.routing.write(version, profile) if routed and self.routing is not None else b"",
        )

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read a SendRequestRequest; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(request)
        types = f"{{{version.types}}}"
        reader = Reader(request)
        data = reader.required(types + "SenderProvidedRequestData")
        attachments = read_contents(reader, f"{{{version.basic}}}")
        signature = signature_in(reader.optional(types + _SIGNATURE), source)
        routing = reader.optional(f"{{{version.routing}}}Routing")
        reader.end()
        return cls(
            data=SenderProvidedRequestData.from_xml(data, source),
            attachments=attachments,
            caller_signature=signature,
            routing=None if routing is None else Routing.from_xml(routing, source),
            data_octets=cut(data, source),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class SendResponseRequest(WireElement):
    """SendResponse: a response with its attachments."""

    data: SenderProvidedResponseData
    attachments: tuple[AttachmentContent, ...] = ()
    caller_signature: Fragment | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the SendResponseRequest element, self-contained."""
        return building.call(
            "SendResponseRequest",
            version,
            data_written(self.data, self.data_octets, self.version, version, profile),
            kept_signature(self.caller_signature, self.version, version),
            attachments=self.attachments,
        )

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read a SendResponseRequest; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(request)
        types = f"{{{version.types}}}"
        reader = Reader(request)
        data = reader.required(types + "SenderProvidedResponseData")
        attachments = read_contents(reader, f"{{{version.basic}}}")
        signature = signature_in(reader.optional(types + _SIGNATURE), source)
        reader.end()
        return cls(
            data=SenderProvidedResponseData.from_xml(data, source),
            attachments=attachments,
            caller_signature=signature,
            data_octets=cut(data, source),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class GetRequestRequest(WireElement):
    """GetRequest: hand out the first request of my queue."""

    selector: MessageTypeSelector
    caller_signature: Fragment | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetRequestRequest element, self-contained."""
        signed = _signed(self.selector, self.data_octets, self.version, version, profile)
        signature = kept_signature(self.caller_signature, self.version, version)
        return building.call("GetRequestRequest", version, signed, signature)

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read a GetRequestRequest; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(request)
        selector, signature, octets = _read_selector(request, version, source)
        return cls(selector, signature, octets, version)


@dataclass(frozen=True, slots=True)
class GetResponseRequest(WireElement):
    """GetResponse: hand out the first response of my queue."""

    selector: MessageTypeSelector
    caller_signature: Fragment | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetResponseRequest element, self-contained."""
        signed = _signed(self.selector, self.data_octets, self.version, version, profile)
        signature = kept_signature(self.caller_signature, self.version, version)
        return building.call("GetResponseRequest", version, signed, signature)

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read a GetResponseRequest; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(request)
        selector, signature, octets = _read_selector(request, version, source)
        return cls(selector, signature, octets, version)


@dataclass(frozen=True, slots=True)
class AckRequest(WireElement):
    """Ack: the message is mine, or (`accepted` false) SMEV's signature was wrong and I threw it away."""

    target: AckTargetMessage
    caller_signature: Fragment | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the AckRequest element, self-contained."""
        signed = _signed(self.target, self.data_octets, self.version, version, profile)
        signature = kept_signature(self.caller_signature, self.version, version)
        return building.call("AckRequest", version, signed, signature)

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read an AckRequest; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(request)
        reader = Reader(request)
        target = reader.required(f"{{{version.basic}}}AckTargetMessage")
        signature = signature_in(reader.optional(f"{{{version.types}}}{_SIGNATURE}"), source)
        reader.end()
        return cls(AckTargetMessage.from_xml(target), signature, cut(target, source), version)


@dataclass(frozen=True, slots=True)
class GetStatusRequest(WireElement):
    """GetStatus: hand out the first notice of my status queue. The schema demands the signature."""

    timestamp: Timestamp
    caller_signature: Fragment | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetStatusRequest element, self-contained."""
        signed = _signed(self.timestamp, self.data_octets, self.version, version, profile)
        signature = kept_signature(self.caller_signature, self.version, version)
        return building.call("GetStatusRequest", version, signed, signature)

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read a GetStatusRequest; a missing signature is left to the check of signatures."""
        version = version_of(request)
        reader = Reader(request)
        timestamp = reader.required(f"{{{version.basic}}}Timestamp")
        signature = signature_in(reader.optional(f"{{{version.types}}}{_SIGNATURE}"), source)
        reader.end()
        return cls(Timestamp.from_xml(timestamp), signature, cut(timestamp, source), version)


@dataclass(frozen=True, slots=True)
class GetIncomingQueueStatisticsRequest(WireElement):
    """GetIncomingQueueStatistics (1.1 and 1.2): how many messages wait in my queues."""

    timestamp: Timestamp
    node_id: str | None = None
    caller_signature: Fragment | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the GetIncomingQueueStatisticsRequest element, self-contained."""
        signed = _signed(self.timestamp, self.data_octets, self.version, version, profile)
        signature = kept_signature(self.caller_signature, self.version, version)
        node = optional("ns2:NodeID", self.node_id).encode()
        return building.call("GetIncomingQueueStatisticsRequest", version, signed, signature, before=node)

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read the request; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(request)
        reader = Reader(request)
        node = reader.optional_text(f"{{{version.types}}}NodeID")
        timestamp = reader.required(f"{{{version.basic}}}Timestamp")
        signature = signature_in(reader.optional(f"{{{version.types}}}{_SIGNATURE}"), source)
        reader.end()
        return cls(Timestamp.from_xml(timestamp), node, signature, cut(timestamp, source), version)


def _signed(
    part: WireElement, octets: Fragment | None, came_in: Version | None, version: Version, profile: Profile
) -> bytes:
    if octets is not None and came_in is version:
        return octets.octets
    return part.write(version, profile, DECLARATIONS[version])


def _read_selector(
    request: etree._Element, version: Version, source: Source | None
) -> tuple[MessageTypeSelector, Fragment | None, Fragment]:
    reader = Reader(request)
    selector = reader.required(f"{{{version.basic}}}MessageTypeSelector")
    signature = signature_in(reader.optional(f"{{{version.types}}}{_SIGNATURE}"), source)
    reader.end()
    return MessageTypeSelector.from_xml(selector), signature, cut(selector, source)
