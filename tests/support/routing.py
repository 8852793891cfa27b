"""A type whose recipients its sender names: its place in the registry, its messages, signed blocks of 1.3."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mezhved.registry import Direction, InformationTypeInfo, Period, RoutingKind, TypeRoot
from mezhved.smev3 import messages
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.signature import sign
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support.exchange import CONSUMER, OTHER, PROVIDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.gost import Signer
    from mezhved.smev3.messages import RecordRouting
    from tests.support.exchange import BusUnderTest, HttpReply, Participant

BATCH = "urn://mezhved.example/test/batch/1.0.0"
BATCH_TYPE = 30
BLOCK = frozenset({RoutingKind.DYNAMIC, RoutingKind.IDENTIFIER, RoutingKind.REGISTRY})
CODES = {"45000000": (PROVIDER,), "46000000": (OTHER,), "47000000": (PROVIDER, OTHER)}
OGRN = {PROVIDER: "1027700000052", OTHER: "1027700000063"}


def register_batches(
    bus: BusUnderTest,
    routing: RoutingKind = RoutingKind.DYNAMIC,
    *,
    more: Iterable[RoutingKind] = BLOCK,
    codes: Mapping[str, tuple[int, ...]] = CODES,
    **changes: Any,
) -> None:
    """Register the type with the provider and the bank as its providers, the consumer having the right."""
    snapshot = bus.snapshot
    systems = snapshot.systems_by_id
    kind = InformationTypeInfo(
        BATCH_TYPE,
        "VS00030",
        "Пакет сведений",
        PROVIDER,
        broadcast=False,
        routing=routing,
        more_routings=frozenset(more) - {routing},
        **changes,
    )
    roots = {
        (BATCH, name): TypeRoot(kind, 300, "1", direction, BATCH, name, Period())
        for direction, name in ((Direction.REQUEST, "Batch"), (Direction.RESPONSE, "Done"))
    }
    providers = (
        (systems[PROVIDER], systems[OTHER]) if routing is not RoutingKind.FIXED else (systems[PROVIDER],)
    )
    identifiers = {
        (BATCH_TYPE, value): (system,)
        for system in (systems[PROVIDER], systems[OTHER])
        for value in (system.mnemonic, OGRN[system.id])
    }
    bus.change_registry(
        roots=dict(snapshot.roots) | roots,
        rights=dict(snapshot.rights) | {(CONSUMER, BATCH_TYPE): (Period(),)},
        providers=dict(snapshot.providers) | {BATCH_TYPE: providers},
        providers_by_code={
            (BATCH_TYPE, code): tuple(systems[each] for each in owners) for code, owners in codes.items()
        },
        providers_by_identifier=identifiers,
    )


def batch(registry: bytes = b"", attributes: str = "", code: str = "") -> bytes:
    """Return business data of a request, with a directive registry or a code inside."""
    inside = registry or f"<b:Code>{code}</b:Code>".encode()
    return b'<b:Batch xmlns:b="%b"%b>%b</b:Batch>' % (BATCH.encode(), attributes.encode(), inside)


def done(text: str = "Сделано") -> bytes:
    """Return business data of an answer."""
    return f'<b:Done xmlns:b="{BATCH}"><b:Text>{text}</b:Text></b:Done>'.encode()


def record(
    bus: BusUnderTest,
    number: int,
    *,
    signer: Signer | None = None,
    officials: Iterable[Signer] = (),
    text: str = "Сведения",
) -> messages.RegistryRecord:
    """Return a record of a registry, signed by the system and by officials."""
    item = (
        f'<i:Item xmlns:i="urn://mezhved.example/test/item/1.0.0"><i:Text>{text} {number}</i:Text></i:Item>'
    )
    made = messages.Record(Fragment(item.encode()), id=f"REC{number}", content_id=f"CONTENT{number}")
    unsigned = parse(made.to_xml(Version.V1_3))
    personal = tuple(Fragment(sign(unsigned[0], each, bus.pki.provider)) for each in officials)
    made = replace(made, personal_signatures=personal)
    octets = made.to_xml(Version.V1_3)
    signature = None if signer is None else Fragment(sign(parse(octets), signer, bus.pki.provider))
    return messages.RegistryRecord(number, made, signature, Fragment(octets))


def registry_of(*records: messages.RegistryRecord) -> bytes:
    """Return a directive registry."""
    return messages.Registry(records).to_xml(Version.V1_3)


def block(
    bus: BusUnderTest,
    message_id: str,
    *,
    signer: Signer | None = None,
    dynamic: tuple[str, ...] = (),
    identifiers: tuple[str, ...] = (),
    records: tuple[RecordRouting, ...] = (),
) -> bytes:
    """Return a signed Routing block."""
    information = messages.RoutingInformation(message_id, dynamic, identifiers, records, "ROUTING")
    octets = information.to_xml(Version.V1_3)
    signature = sign(parse(octets), signer or bus.pki.consumer, bus.pki.provider)
    return messages.Routing(information, Fragment(signature), Fragment(octets)).to_xml(Version.V1_3)


def send_routed(
    sender: Participant,
    content: bytes | None = None,
    *,
    dynamic: tuple[str, ...] = (),
    identifiers: tuple[str, ...] = (),
    records: tuple[RecordRouting, ...] = (),
    **fields: Any,
) -> HttpReply:
    """Send a request of 1.3 with a signed block."""
    bus = sender.under_test
    data = sender.request_data(content or batch(code="1"), **fields)
    after = block(bus, data.message_id, dynamic=dynamic, identifiers=identifiers, records=records)
    return sender.post(sender.request_envelope(data, after=after))


def told(sender: Participant) -> Any:
    """Take the next response of the sender, which is a notice of SMEV, and acknowledge it."""
    response = sender.get_response().operation.response
    assert response is not None
    status = response.data.async_status
    assert status is not None
    sender.ack(response.data.message_id)
    return status


def taken(system: Participant) -> messages.Request | None:
    """Take the next request of a system and acknowledge it."""
    request: messages.Request | None = system.get_request().operation.request
    if request is not None:
        system.ack(request.data.message_id)
    return request
