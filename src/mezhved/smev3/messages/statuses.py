"""AsyncProcessingStatus and the SmevFault inside it: how SMEV tells of a refusal after acceptance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from mezhved.smev3.messages.reading import Reader, local_name, text_of, token_of, version_of
from mezhved.smev3.messages.routing import RoutingStatus
from mezhved.smev3.messages.values import status_in
from mezhved.smev3.messages.writing import (
    Profile,
    WireElement,
    element,
    escape,
    escape_attribute,
    id_attribute,
    optional,
)
from mezhved.smev3.versions import XSI, Version

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Source

DETAILS_LENGTH = 500
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_INT = re.compile(r"\s*-?[0-9]{1,10}\s*")

_TYPED_FAULTS = {
    "BusinessDataTypeIsNotSupported": ("RootElementLocalName", "RootElementNamespaceURI"),
    "AttachmentSizeLimitExceeded": ("PermittedTotalAttachmentSize", "RealTotalAttachmentSize"),
    "QuoteLimitExceeded": ("RemainedTotalQuoteSize", "RealTotalAttachmentSize"),
    "SignatureVerificationFault": ("SignatureVerificationFault",),
    "DestinationOverflow": ("MessageBrokerAddress", "DestinationName"),
}


@dataclass(frozen=True, slots=True)
class FaultDetail:
    """One child of a typed fault, such as ValidationError; `position` is its attribute errorPosition."""

    name: str
    text: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SmevFault(WireElement):
    """Why SMEV refused: `code` and `description` (`SMEV-nnn:...`).

    `fault_type` is the local name of a complex type of the faults namespace, told by xsi:type; `None` for
    faults without content of their own. `details` are the children that type adds.
    """

    code: str | None = None
    description: str | None = None
    fault_type: str | None = None
    details: tuple[FaultDetail, ...] = ()

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the SmevFault element; strictly, a type is named only with the children it demands."""
        code, fault_type, details = self.code, self.fault_type, self.details
        if profile is Profile.STRICT:
            code = None if code is None else code[: 100 if version is Version.V1_3 else 50]
            if not _complete(fault_type, details):
                fault_type, details = None, ()
        xsi = (
            "" if fault_type is None else f' xmlns:xsi="{XSI}" xsi:type="ns3:{escape_attribute(fault_type)}"'
        )
        inner = optional("Code", code) + optional("Description", self.description)
        children = "".join(_detail(detail) for detail in details)
        return f"<ns2:SmevFault{declarations}{xsi}>{inner}{children}</ns2:SmevFault>".encode()

    @classmethod
    def from_xml(cls, fault: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a SmevFault with or without xsi:type."""
        version = version_of(fault)
        reader = Reader(fault)
        code = reader.optional_text(f"{{{version.basic}}}Code")
        description = reader.optional_text(f"{{{version.basic}}}Description")
        details = tuple(_read_detail(child) for child in reader.rest())
        return cls(code, description, _read_type(fault, version), details)


@dataclass(frozen=True, slots=True)
class AsyncProcessingStatus(WireElement):
    """What became of a message after its synchronous acceptance; only SMEV itself may send it."""

    original_message_id: str
    status_category: str
    status_details: str | None = None
    fault: SmevFault | None = None
    routing_status: RoutingStatus | None = None

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the AsyncProcessingStatus element."""
        category, details = self.status_category, self.status_details
        if profile is Profile.STRICT:
            category = status_in(category, version)
            details = None if details is None else details[:DETAILS_LENGTH]
        head = (
            element("ns2:OriginalMessageId", self.original_message_id)
            + element("ns2:StatusCategory", category)
            + optional("ns2:StatusDetails", details)
        )
        routing = b""
        if self.routing_status is not None and version.has_routing:
            routing = self.routing_status.write(version, profile)
        fault = b"" if self.fault is None else self.fault.write(version, profile)
        start = f"<ns2:AsyncProcessingStatus{declarations}>{head}"
        return b"%b%b%b</ns2:AsyncProcessingStatus>" % (start.encode(), routing, fault)

    @classmethod
    def from_xml(cls, status: etree._Element, source: Source | None = None) -> Self:
        """Read an AsyncProcessingStatus; details of any length are kept."""
        version = version_of(status)
        types = f"{{{version.types}}}"
        reader = Reader(status)
        original = reader.text(types + "OriginalMessageId")
        category = token_of(reader.required(types + "StatusCategory"))
        details = reader.optional_text(types + "StatusDetails")
        routing = reader.optional(f"{{{version.routing}}}RoutingStatus")
        fault = reader.optional(types + "SmevFault")
        reader.end()
        return cls(
            original,
            category,
            details,
            None if fault is None else SmevFault.from_xml(fault, source),
            None if routing is None else RoutingStatus.from_xml(routing, source),
        )


@dataclass(frozen=True, slots=True)
class AsyncProcessingStatusData(WireElement):
    """An AsyncProcessingStatus with the Id that SMEV's signature in a GetStatusResponse refers to."""

    status: AsyncProcessingStatus
    id: str | None = None

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the AsyncProcessingStatusData element."""
        start = f"<ns2:AsyncProcessingStatusData{declarations}{id_attribute(self.id)}>".encode()
        return b"%b%b</ns2:AsyncProcessingStatusData>" % (start, self.status.write(version, profile))

    @classmethod
    def from_xml(cls, data: etree._Element, source: Source | None = None) -> Self:
        """Read an AsyncProcessingStatusData element."""
        reader = Reader(data)
        status = reader.required(f"{{{version_of(data).types}}}AsyncProcessingStatus")
        reader.end()
        return cls(AsyncProcessingStatus.from_xml(status, source), data.get("Id"))


def _complete(fault_type: str | None, details: tuple[FaultDetail, ...]) -> bool:
    names = tuple(detail.name for detail in details)
    if fault_type == "InvalidContent":
        return bool(names) and set(names) == {"ValidationError"}
    return fault_type is not None and _TYPED_FAULTS.get(fault_type) == names


def _detail(detail: FaultDetail) -> str:
    position = "" if detail.position is None else f' errorPosition="{detail.position}"'
    return f"<ns3:{detail.name}{position}>{escape(detail.text)}</ns3:{detail.name}>"


def _read_detail(child: etree._Element) -> FaultDetail:
    position = child.get("errorPosition", "")
    number = int(position) if _INT.fullmatch(position) else None
    return FaultDetail(local_name(str(child.tag)), text_of(child), number)


def _read_type(fault: etree._Element, version: Version) -> str | None:
    value = fault.get(f"{{{XSI}}}type", "").strip()
    prefix, _, name = value.rpartition(":")
    namespace = fault.nsmap.get(prefix or None)
    # What is no name is no type: written anew it would not be read.
    return name if _NAME.fullmatch(name) and namespace != version.basic else None
