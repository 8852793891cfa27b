"""Routing of 1.3: where the sender wants a message of a directive type to go, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from mezhved.smev3.messages import errors
from mezhved.smev3.messages.reading import (
    Reader,
    boolean,
    cut,
    int_of,
    path_of,
    signature_in,
    text_of,
    token_of,
    version_of,
)
from mezhved.smev3.messages.writing import Profile, WireElement, element, holder, id_attribute

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Fragment, Source
    from mezhved.smev3.versions import Version

ITEMS_LIMIT: Final = 1000
"""Most values of one kind, and most records (the schema of 1.3)."""
VALUE_LIMIT: Final = 500
"""Greatest length of a value, characters (the schema of 1.3)."""
_INT: Final = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True)
class RecordRouting:
    """Where one record of a directive registry goes."""

    record_id: int
    use_general_routing: bool
    dynamic: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingInformation(WireElement):
    """The part of Routing that its sender signs; values have up to 500 characters, lists up to 1000.

    The client puts in the `message_id` of the message that goes out.
    """

    message_id: str = ""
    dynamic: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    records: tuple[RecordRouting, ...] = ()
    id: str | None = None

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the RoutingInformation element."""
        records = "".join(_record(record) for record in self.records)
        inner = (
            element("ns4:MessageID", self.message_id)
            + _values("Dynamic", self.dynamic)
            + _values("Identifier", self.identifiers)
            + (f"<ns4:RegistryRouting>{records}</ns4:RegistryRouting>" if records else "")
        )
        # Always with its own prefix: it is signed by itself.
        start = f'<ns4:RoutingInformation xmlns:ns4="{version.routing}"{id_attribute(self.id)}>'
        return f"{start}{inner}</ns4:RoutingInformation>".encode()

    @classmethod
    def from_xml(cls, information: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a RoutingInformation element; `InvalidEnvelope` also for more than the schema allows."""
        routing = f"{{{version_of(information).routing}}}"
        reader = Reader(information)
        message_id = reader.text(routing + "MessageID")
        dynamic = _read_values(reader, routing, "Dynamic")
        identifiers = _read_values(reader, routing, "Identifier")
        registry = reader.optional(routing + "RegistryRouting")
        reader.end()
        records: tuple[RecordRouting, ...] = ()
        if registry is not None:
            inner = Reader(registry)
            items = inner.repeated(routing + "RegistryRecordRouting")
            inner.end()
            if not items:
                raise errors.missing("RegistryRecordRouting", path_of(registry))
            if len(items) > ITEMS_LIMIT:
                raise errors.too_many("RegistryRecordRouting", ITEMS_LIMIT, path_of(registry))
            records = tuple(_read_record(item, routing) for item in items)
        return cls(message_id, dynamic, identifiers, records, information.get("Id"))


@dataclass(frozen=True, slots=True)
class Routing(WireElement):
    """RoutingInformation with the sender's signature over it.

    `octets` is the signed element as it came or as it was signed; when it is there it is what is written.
    """

    information: RoutingInformation
    signature: Fragment | None = None
    octets: Fragment | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the Routing element."""
        signed = self.octets.octets if self.octets is not None else self.information.write(version, profile)
        signature = holder("ns4:RoutingSignature", self.signature) or b"<ns4:RoutingSignature/>"
        start = f'<ns4:Routing xmlns:ns4="{version.routing}">'.encode()
        return b"%b%b%b</ns4:Routing>" % (start, signed, signature)

    @classmethod
    def from_xml(cls, routing: etree._Element, source: Source | None = None) -> Self:
        """Read a Routing element, keeping the octets of what is signed."""
        namespace = f"{{{version_of(routing).routing}}}"
        reader = Reader(routing)
        information = reader.required(namespace + "RoutingInformation")
        signature = signature_in(reader.optional(namespace + "RoutingSignature"), source)
        reader.end()
        return cls(RoutingInformation.from_xml(information, source), signature, cut(information, source))


@dataclass(frozen=True, slots=True)
class ValueStatus:
    """Outcome of one routing value."""

    value: str
    code: str


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """Outcome of the routing of one record."""

    record_id: int
    code: str
    dynamic: tuple[ValueStatus, ...] = ()
    identifiers: tuple[ValueStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingStatus(WireElement):
    """Outcome of the routing of a message of 1.3."""

    dynamic: tuple[ValueStatus, ...] = ()
    identifiers: tuple[ValueStatus, ...] = ()
    records: tuple[RecordStatus, ...] = ()

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the RoutingStatus element."""
        inner = (
            _value_statuses("Dynamic", self.dynamic)
            + _value_statuses("Identifier", self.identifiers)
            + "".join(_record_status(record) for record in self.records)
        )
        return f'<ns4:RoutingStatus xmlns:ns4="{version.routing}">{inner}</ns4:RoutingStatus>'.encode()

    @classmethod
    def from_xml(cls, status: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a RoutingStatus element."""
        routing = f"{{{version_of(status).routing}}}"
        reader = Reader(status)
        dynamic = _read_value_statuses(reader, routing, "Dynamic")
        identifiers = _read_value_statuses(reader, routing, "Identifier")
        records = tuple(
            _read_record_status(item, routing) for item in reader.repeated(routing + "RegistryRoutingStatus")
        )
        reader.end()
        return cls(dynamic, identifiers, records)


def _values(kind: str, values: tuple[str, ...]) -> str:
    if not values:
        return ""
    inner = "".join(element(f"ns4:{kind}Value", value) for value in values)
    return f"<ns4:{kind}Routing>{inner}</ns4:{kind}Routing>"


def _read_values(reader: Reader, routing: str, kind: str) -> tuple[str, ...]:
    holder_element = reader.optional(f"{routing}{kind}Routing")
    if holder_element is None:
        return ()
    inner = Reader(holder_element)
    items = inner.repeated(f"{routing}{kind}Value")
    inner.end()
    if len(items) > ITEMS_LIMIT:
        raise errors.too_many(f"{kind}Value", ITEMS_LIMIT, path_of(holder_element))
    values = tuple(text_of(item) for item in items)
    for value in values:
        if len(value) > VALUE_LIMIT:
            raise errors.bad_value(f"{kind}Value", value, "Value (500)", path_of(holder_element))
    return values


def _record(record: RecordRouting) -> str:
    general = "true" if record.use_general_routing else "false"
    return (
        f"<ns4:RegistryRecordRouting><ns4:RecordId>{record.record_id}</ns4:RecordId>"
        f"<ns4:UseGeneralRouting>{general}</ns4:UseGeneralRouting>"
        f"{_values('Dynamic', record.dynamic)}{_values('Identifier', record.identifiers)}"
        "</ns4:RegistryRecordRouting>"
    )


def _read_record(item: etree._Element, routing: str) -> RecordRouting:
    reader = Reader(item)
    holder_element = reader.required(routing + "RecordId")
    record_id = int_of(holder_element)
    if record_id not in _INT:
        raise errors.bad_value("RecordId", str(record_id), "xs:int", path_of(holder_element))
    general = reader.required(routing + "UseGeneralRouting")
    record = RecordRouting(
        record_id,
        boolean(text_of(general), general),
        _read_values(reader, routing, "Dynamic"),
        _read_values(reader, routing, "Identifier"),
    )
    reader.end()
    return record


def _value_statuses(kind: str, statuses: tuple[ValueStatus, ...]) -> str:
    return "".join(
        f"<ns4:{kind}RoutingStatus>{element(f'ns4:{kind}Value', status.value)}"
        f"{element('ns4:RoutingStatusCode', status.code)}</ns4:{kind}RoutingStatus>"
        for status in statuses
    )


def _read_value_statuses(reader: Reader, routing: str, kind: str) -> tuple[ValueStatus, ...]:
    statuses = []
    for item in reader.repeated(f"{routing}{kind}RoutingStatus"):
        inner = Reader(item)
        value = inner.text(f"{routing}{kind}Value")
        code = token_of(inner.required(routing + "RoutingStatusCode"))
        inner.end()
        statuses.append(ValueStatus(value, code))
    return tuple(statuses)


def _record_status(record: RecordStatus) -> str:
    return (
        f"<ns4:RegistryRoutingStatus><ns4:RecordId>{record.record_id}</ns4:RecordId>"
        f"{element('ns4:RoutingStatusCode', record.code)}"
        f"{_value_statuses('Dynamic', record.dynamic)}{_value_statuses('Identifier', record.identifiers)}"
        "</ns4:RegistryRoutingStatus>"
    )


def _read_record_status(item: etree._Element, routing: str) -> RecordStatus:
    reader = Reader(item)
    record = RecordStatus(
        int_of(reader.required(routing + "RecordId")),
        token_of(reader.required(routing + "RoutingStatusCode")),
        _read_value_statuses(reader, routing, "Dynamic"),
        _read_value_statuses(reader, routing, "Identifier"),
    )
    reader.end()
    return record
