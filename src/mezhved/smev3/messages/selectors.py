"""The small signed parts of polling and acknowledging: MessageTypeSelector, Timestamp, AckTargetMessage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from mezhved.smev3.messages import errors
from mezhved.smev3.messages.content import time_text
from mezhved.smev3.messages.reading import Reader, boolean, path_of, text_of, version_of
from mezhved.smev3.messages.times import read_time
from mezhved.smev3.messages.writing import (
    Profile,
    WireElement,
    element,
    escape,
    id_attribute,
    optional,
)
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from datetime import datetime

    from lxml import etree

    from mezhved.smev3.fragments import Source


@dataclass(frozen=True, slots=True)
class Timestamp(WireElement):
    """A time that the caller signs; must lie within 30 minutes of the server's (text of an xs:dateTime)."""

    value: str
    id: str | None = None

    @property
    def at(self) -> datetime:
        """Return the time in UTC."""
        return read_time(self.value)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the Timestamp element."""
        start = f"<Timestamp{declarations}{id_attribute(self.id)}>"
        return f"{start}{escape(self.value)}</Timestamp>".encode()

    @classmethod
    def from_xml(cls, timestamp: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a Timestamp; `InvalidEnvelope` when it is no time."""
        return cls(time_text(timestamp), timestamp.get("Id"))


@dataclass(frozen=True, slots=True)
class MessageTypeSelector(WireElement):
    """What to hand out: any message, or the first of the type with this root element.

    `namespace_uri` and `root_local_name` come as a pair or not at all (`ValueError`).
    """

    timestamp: str
    namespace_uri: str | None = None
    root_local_name: str | None = None
    node_id: str | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        if (self.namespace_uri is None) != (self.root_local_name is None):
            raise ValueError("a selector names both the namespace and the root element, or neither")

    @property
    def at(self) -> datetime:
        """Return the timestamp in UTC."""
        return read_time(self.timestamp)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the MessageTypeSelector element."""
        inner = (
            optional("NamespaceURI", self.namespace_uri)
            + optional("RootElementLocalName", self.root_local_name)
            + element("Timestamp", self.timestamp)
            + optional("NodeID", self.node_id)
        )
        start = f"<MessageTypeSelector{declarations}{id_attribute(self.id)}>"
        return f"{start}{inner}</MessageTypeSelector>".encode()

    @classmethod
    def from_xml(cls, selector: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a MessageTypeSelector; `InvalidEnvelope` when half of the pair or the time is missing."""
        basic = f"{{{version_of(selector).basic}}}"
        reader = Reader(selector)
        namespace = reader.optional_token(basic + "NamespaceURI")
        root = None if namespace is None else reader.token(basic + "RootElementLocalName")
        timestamp = time_text(reader.required(basic + "Timestamp"))
        node = reader.optional_text(basic + "NodeID")
        reader.end()
        return cls(
            timestamp=timestamp,
            namespace_uri=namespace,
            root_local_name=root,
            node_id=node,
            id=selector.get("Id"),
        )


@dataclass(frozen=True, slots=True)
class AckTargetMessage(WireElement):
    """Which message is acknowledged. `accepted` may be absent in 1.3, which means true."""

    message_id: str
    accepted: bool | None = True
    id: str | None = None

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the AckTargetMessage element; `InvalidEnvelope` when strict and without Id."""
        accepted = self.accepted
        if profile is Profile.STRICT:
            if self.id is None:
                raise errors.missing("Id", "AckTargetMessage")
            if accepted is None and version is not Version.V1_3:
                accepted = True
        said = "" if accepted is None else f' accepted="{"true" if accepted else "false"}"'
        start = f"<AckTargetMessage{declarations}{id_attribute(self.id)}{said}>"
        return f"{start}{escape(self.message_id)}</AckTargetMessage>".encode()

    @classmethod
    def from_xml(cls, target: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read an AckTargetMessage; `InvalidEnvelope` without Id, or `accepted` before 1.3."""
        version = version_of(target)
        identifier, accepted = target.get("Id"), target.get("accepted")
        if identifier is None:
            raise errors.missing("Id", path_of(target))
        if accepted is None and version is not Version.V1_3:
            raise errors.missing("accepted", path_of(target))
        return cls(
            message_id=text_of(target),
            accepted=None if accepted is None else boolean(accepted, target),
            id=identifier,
        )
