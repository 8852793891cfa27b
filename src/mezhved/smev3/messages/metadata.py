"""MessageMetadata: what SMEV says about a message; in receipts it is the part that SMEV signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from mezhved.smev3.messages import errors
from mezhved.smev3.messages.reading import Reader, version_of
from mezhved.smev3.messages.times import write_time
from mezhved.smev3.messages.values import NOT_DETECTED, InteractionStatus, status_in
from mezhved.smev3.messages.writing import Profile, WireElement, element, id_attribute, optional
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from datetime import datetime

    from lxml import etree

    from mezhved.smev3.fragments import Source

SIGNED_BY_SMEV = "SIGNED_BY_SMEV"

_UNKNOWN = "unknown"
_NOT_DETECTED_TYPE = "not detected"


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or recipient: mnemonic of the information system and the name people call it."""

    mnemonic: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SupplementaryData:
    """Type of the message as SMEV detected it (1.1 and 1.2)."""

    interaction_type: str = NOT_DETECTED
    content_type_name: str | None = None


@dataclass(frozen=True, slots=True)
class MessageMetadata(WireElement):
    """Identity, route and times of a message; `message_id` equals the one its sender gave it.

    Times are texts of xs:dateTime as they came (`times.read_time` reads them). `destination_name` and
    `supplementary` exist in 1.1 and 1.2, `message_broker` in 1.1; other versions do not write them, all
    versions read them.
    """

    message_id: str | None
    message_type: str
    sending_timestamp: str
    sender: Party | None = None
    recipient: Party | None = None
    destination_name: str | None = None
    supplementary: SupplementaryData | None = None
    delivery_timestamp: str | None = None
    status: str | None = None
    message_broker: str | None = None
    id: str | None = None

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the MessageMetadata element; `InvalidEnvelope` when strict 1.2 lacks the MessageId."""
        strict = profile is Profile.STRICT
        early = version is not Version.V1_3
        if strict and version is Version.V1_2 and self.message_id is None:
            raise errors.missing("MessageId", "MessageMetadata")
        status = self.status
        if strict and status is not None:
            status = status_in(status, version)
        sender = Party() if strict and early and self.sender is None else self.sender
        inner = (
            optional("ns2:MessageId", self.message_id)
            + element("ns2:MessageType", self.message_type)
            + ("" if sender is None else _party("ns2:Sender", sender, strict=strict, early=early))
            + element("ns2:SendingTimestamp", self.sending_timestamp)
            + (optional("ns2:MessageBroker", self.message_broker) if version is Version.V1_1 else "")
            + (_or_else("ns2:DestinationName", self.destination_name, strict=strict) if early else "")
            + ("" if self.recipient is None else
               _party("ns2:Recipient", self.recipient, strict=strict, early=early))
            + (_supplementary(self.supplementary, strict=strict) if early else "")
            + optional("ns2:DeliveryTimestamp", self.delivery_timestamp)
            + optional("ns2:Status", status)
        )  # fmt: skip
        start = f"<ns2:MessageMetadata{declarations}{id_attribute(self.id)}>"
        return f"{start}{inner}</ns2:MessageMetadata>".encode()

    @classmethod
    def from_xml(cls, metadata: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a MessageMetadata of any server: what a version lacks or has too much is forgiven."""
        types = f"{{{version_of(metadata).types}}}"
        reader = Reader(metadata)
        message_id = reader.optional_text(types + "MessageId")
        message_type = reader.token(types + "MessageType")
        sender = _read_party(reader.optional(types + "Sender"), types)
        sent = reader.token(types + "SendingTimestamp")
        broker = reader.optional_text(types + "MessageBroker")
        destination = reader.optional_text(types + "DestinationName")
        recipient = _read_party(reader.optional(types + "Recipient"), types)
        supplementary = _read_supplementary(reader.optional(types + "SupplementaryData"), types)
        delivered = reader.optional_token(types + "DeliveryTimestamp")
        status = reader.optional_token(types + "Status")
        reader.end()
        return cls(
            message_id=message_id,
            message_type=message_type,
            sending_timestamp=sent,
            sender=sender,
            recipient=recipient,
            destination_name=destination,
            supplementary=supplementary,
            delivery_timestamp=delivered,
            status=status,
            message_broker=broker,
            id=metadata.get("Id"),
        )


def receipt(
    version: Version,
    profile: Profile,
    *,
    message_id: str,
    message_type: str,
    sender: Party,
    recipient: Party | None,
    sent: datetime,
) -> MessageMetadata:
    """Return the metadata of a Send*Response: the message is queued.

    The real server of 1.1 adds a destination `unknown` and a type `not detected`; that of 1.2 names the
    parties by mnemonic only, against its own schema.
    """
    return _shaped(
        version,
        profile,
        MessageMetadata(
            message_id=message_id,
            message_type=message_type,
            sending_timestamp=write_time(sent, whole_seconds=True),
            sender=sender,
            recipient=recipient,
            status=InteractionStatus.REQUEST_IS_QUEUED,
            id=SIGNED_BY_SMEV,
        ),
    )


def delivery(
    version: Version,
    profile: Profile,
    *,
    message_id: str,
    message_type: str,
    sender: Party,
    recipient: Party | None,
    sent: datetime,
    delivered: datetime,
) -> MessageMetadata:
    """Return the metadata of a message in a Get*Response; without Id, for what is signed is around it."""
    early = version is Version.V1_1
    status = InteractionStatus.RESPONSE_IS_DELIVERED if early else InteractionStatus.MESSAGE_IS_DELIVERED
    return _shaped(
        version,
        profile,
        MessageMetadata(
            message_id=message_id,
            message_type=message_type,
            sending_timestamp=write_time(sent, whole_seconds=True),
            sender=sender,
            recipient=recipient,
            delivery_timestamp=write_time(delivered),
            status=status,
        ),
    )


def _shaped(version: Version, profile: Profile, metadata: MessageMetadata) -> MessageMetadata:
    """Return the metadata with what the real server of the version adds or leaves out."""
    sender, recipient = metadata.sender, metadata.recipient
    destination, supplementary = None, None
    if version is Version.V1_1:
        destination, supplementary = _UNKNOWN, SupplementaryData(NOT_DETECTED, _NOT_DETECTED_TYPE)
    elif version is Version.V1_2 and profile is Profile.REAL:
        sender = None if sender is None else Party(sender.mnemonic)
        recipient = None if recipient is None else Party(recipient.mnemonic)
    return MessageMetadata(
        metadata.message_id,
        metadata.message_type,
        metadata.sending_timestamp,
        sender,
        recipient,
        destination,
        supplementary,
        metadata.delivery_timestamp,
        metadata.status,
        metadata.message_broker,
        metadata.id,
    )


def _party(name: str, party: Party, *, strict: bool, early: bool) -> str:
    mnemonic, title = party.mnemonic, party.name
    if strict:
        title = (title if title is not None else mnemonic or "")[:500]
        mnemonic = (mnemonic or "") if early else mnemonic
    inner = optional("ns2:Mnemonic", mnemonic) + optional("ns2:HumanReadableName", title)
    return f"<{name}>{inner}</{name}>"


def _or_else(name: str, text: str | None, *, strict: bool) -> str:
    return element(name, _UNKNOWN) if strict and text is None else optional(name, text)


def _supplementary(data: SupplementaryData | None, *, strict: bool) -> str:
    if data is None:
        if not strict:
            return ""
        data = SupplementaryData()
    detected = optional("ns2:DetectedContentTypeName", data.content_type_name)
    interaction = element("ns2:InteractionType", data.interaction_type)
    return f"<ns2:SupplementaryData>{detected}{interaction}</ns2:SupplementaryData>"


def _read_party(party: etree._Element | None, types: str) -> Party | None:
    if party is None:
        return None
    reader = Reader(party)
    read = Party(reader.optional_text(types + "Mnemonic"), reader.optional_text(types + "HumanReadableName"))
    reader.end()
    return read


def _read_supplementary(data: etree._Element | None, types: str) -> SupplementaryData | None:
    if data is None:
        return None
    reader = Reader(data)
    detected = reader.optional_text(types + "DetectedContentTypeName")
    interaction = reader.token(types + "InteractionType")
    reader.end()
    return SupplementaryData(interaction, detected)
