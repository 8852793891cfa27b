"""Request, Response and Cancel: messages as SMEV hands them out, its metadata around the sender's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mezhved.smev3.messages import building, errors
from mezhved.smev3.messages.attachments import FSAttachment, read_fs_attachments
from mezhved.smev3.messages.content import SenderProvidedRequestData, SenderProvidedResponseData
from mezhved.smev3.messages.metadata import MessageMetadata
from mezhved.smev3.messages.reading import Reader, cut, signature_in, text_of, version_of
from mezhved.smev3.messages.writing import Profile, WireElement, element, escape, holder, id_attribute
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Fragment, Source


@dataclass(frozen=True, slots=True)
class Request(WireElement):
    """A request delivered to its recipient; SMEV signs this element (`id`).

    `data_octets` is SenderProvidedRequestData as it came, in the version `version`. In that version it is
    written octet by octet; in another one `data` is written anew and the sender's signature, which the
    change breaks, is left out, as the real server does. A broadcast has an empty `reply_to`.
    """

    data: SenderProvidedRequestData
    metadata: MessageMetadata
    reply_to: str = ""
    fs_attachments: tuple[FSAttachment, ...] = ()
    sender_signature: Fragment | None = None
    id: str | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the Request element."""
        signature = kept_signature(self.sender_signature, self.version, version)
        return building.request(
            version,
            data_written(self.data, self.data_octets, self.version, version, profile),
            self.metadata.write(version, profile),
            reply_to=self.reply_to,
            fs_attachments=self.fs_attachments,
            sender_signature=signature,
            identifier=self.id,
            profile=profile,
            declarations=declarations,
        )

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read a Request element, keeping the octets of the sender's data."""
        version = version_of(request)
        types = f"{{{version.types}}}"
        reader = Reader(request)
        data = reader.required(types + "SenderProvidedRequestData")
        metadata = reader.required(types + "MessageMetadata")
        fs_attachments = read_fs_attachments(reader, f"{{{version.basic}}}")
        reply_to = reader.optional_text(types + "ReplyTo")
        signature = signature_in(reader.optional(types + "SenderInformationSystemSignature"), source)
        reader.end()
        return cls(
            data=SenderProvidedRequestData.from_xml(data, source),
            metadata=MessageMetadata.from_xml(metadata),
            reply_to=reply_to or "",
            fs_attachments=fs_attachments,
            sender_signature=signature,
            id=request.get("Id"),
            data_octets=cut(data, source),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class Response(WireElement):
    """A response delivered to the sender of the request, or SMEV's own answer to it (system response).

    `data_octets`, `version` and `sender_signature` as in `Request`. The three original fields repeat what
    the request said; 1.2 demands them by schema, the real server leaves out what the request had not.
    """

    data: SenderProvidedResponseData
    metadata: MessageMetadata
    original_message_id: str | None = None
    original_transaction_code: str | None = None
    reference_message_id: str | None = None
    fs_attachments: tuple[FSAttachment, ...] = ()
    sender_signature: Fragment | None = None
    id: str | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the Response element."""
        signature = kept_signature(self.sender_signature, self.version, version)
        return building.response(
            version,
            data_written(self.data, self.data_octets, self.version, version, profile),
            self.metadata.write(version, profile),
            original_message_id=self.original_message_id,
            original_transaction_code=self.original_transaction_code,
            reference_message_id=self.reference_message_id,
            fs_attachments=self.fs_attachments,
            sender_signature=signature,
            identifier=self.id,
            profile=profile,
            declarations=declarations,
        )

    @classmethod
    def from_xml(cls, response: etree._Element, source: Source | None = None) -> Self:
        """Read a Response element, keeping the octets of the sender's data."""
        version = version_of(response)
        types = f"{{{version.types}}}"
        reader = Reader(response)
        original = reader.optional_text(types + "OriginalMessageId")
        code = reader.optional_text(types + "OriginalTransactionCode")
        reference = reader.optional_text(types + "ReferenceMessageID")
        data = reader.required(types + "SenderProvidedResponseData")
        metadata = reader.required(types + "MessageMetadata")
        fs_attachments = read_fs_attachments(reader, f"{{{version.basic}}}")
        signature = signature_in(reader.optional(types + "SenderInformationSystemSignature"), source)
        reader.end()
        return cls(
            data=SenderProvidedResponseData.from_xml(data, source),
            metadata=MessageMetadata.from_xml(metadata),
            original_message_id=original,
            original_transaction_code=code,
            reference_message_id=reference,
            fs_attachments=fs_attachments,
            sender_signature=signature,
            id=response.get("Id"),
            data_octets=cut(data, source),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class Cancel(WireElement):
    """Notice that a request is called off (1.1 and 1.2); `reference` is the MessageID of that request."""

    reference: str
    message_id: str
    metadata: MessageMetadata
    sender_signature: Fragment | None = None
    reference_id: str | None = None
    id: str | None = None

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the Cancel element; `InvalidEnvelope` in 1.3, which has none."""
        if version is Version.V1_3:
            raise errors.unexpected("Cancel", "RequestMessage")
        identifier = id_attribute(self.reference_id)
        head = (
            f"<ns2:Cancel{declarations}{id_attribute(self.id)}>"
            f"<MessageReference{identifier}>{escape(self.reference)}</MessageReference>"
        ) + element("ns2:MessageID", self.message_id)
        return b"%b%b%b</ns2:Cancel>" % (
            head.encode(),
            self.metadata.write(version, profile),
            holder("ns2:SenderInformationSystemSignature", self.sender_signature),
        )

    @classmethod
    def from_xml(cls, cancel: etree._Element, source: Source | None = None) -> Self:
        """Read a Cancel element."""
        version = version_of(cancel)
        types = f"{{{version.types}}}"
        reader = Reader(cancel)
        reference = reader.required(f"{{{version.basic}}}MessageReference")
        message_id = reader.text(types + "MessageID")
        metadata = reader.required(types + "MessageMetadata")
        signature = signature_in(reader.optional(types + "SenderInformationSystemSignature"), source)
        reader.end()
        return cls(
            reference=text_of(reference),
            message_id=message_id,
            metadata=MessageMetadata.from_xml(metadata),
            sender_signature=signature,
            reference_id=reference.get("Id"),
            id=cancel.get("Id"),
        )


def data_written(
    data: SenderProvidedRequestData | SenderProvidedResponseData,
    octets: Fragment | None,
    came_in: Version | None,
    version: Version,
    profile: Profile,
) -> bytes:
    """Return the sender's data: the very octets where the version is the same, else written anew."""
    if octets is not None and came_in is version:
        return octets.octets
    return data.write(version, profile)


def kept_signature(signature: Fragment | None, came_in: Version | None, version: Version) -> bytes | None:
    """Return the sender's signature unless the change of version breaks it."""
    if signature is None or (came_in is not None and came_in is not version):
        return None
    return signature.octets
