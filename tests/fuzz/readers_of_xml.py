"""Envelopes, calls, signatures, registries: read or refused, never otherwise; twins never differ."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from mezhved import gost
from mezhved.bus.reception.reading import read_call
from mezhved.bus.records import CallRecord
from mezhved.smev3 import faults, messages, mtom, native, scan, soap
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.fragments import Source
from mezhved.smev3.messages import InvalidEnvelope, walking
from mezhved.smev3.messages.business_process import cases_of, frgu_of
from mezhved.smev3.messages.directive import Registry, record_heads, registries
from mezhved.smev3.messages.routing import Routing, RoutingStatus
from mezhved.smev3.messages.writing import Profile
from mezhved.smev3.mtom import MalformedMultipart
from mezhved.smev3.push.messages import PushNotification, PushRefused, read_answer
from mezhved.smev3.signature import find_signatures, verify
from mezhved.smev3.signature.algorithms import EXC_C14N
from mezhved.smev3.signature.structure import Structure, read_any_structure
from mezhved.smev3.soap import MalformedEnvelope
from mezhved.smev3.transactions.messages import read_generate_mark, read_marker
from mezhved.smev3.transform import TransformError, canonical, python
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import MalformedXml, parse

if TYPE_CHECKING:
    from collections.abc import Callable

UNREADABLE = (MalformedXml, MalformedEnvelope, MalformedMultipart)
_compiled = native.load("mezhved.smev3.transform._compiled")
_tree = native.load("mezhved.smev3._tree")
_walking = native.load("mezhved.smev3.messages._walking")
_plain = native.load("mezhved.smev3.signature._plain")
_ELEMENTS = 30
_DEPTH, _ATTRIBUTES = 8, 8


@cache
def verifier() -> gost.Verifier:
    """The verifier with the quickest provider at hand."""
    return gost.Verifier(gost.load_provider())


def _parsed(data: bytes) -> etree._Element | None:
    try:
        return parse(data)
    except MalformedXml:
        return None


def envelope(data: bytes) -> None:
    """Read an operation; written anew it says the same."""
    try:
        message = soap.read("text/xml", data)
        read = messages.parse_operation(message.body, Source(message.octets, message.root))
    except (*UNREADABLE, InvalidEnvelope):
        return
    version = Version.of_namespace(etree.QName(message.body).namespace)
    assert version is not None
    process = getattr(getattr(read, "data", None), "business_process", ())
    with suppress(InvalidEnvelope):
        frgu_of(process)
        cases_of(process)
    again = _written_and_read(read, version)
    # What the business data inherit is declared in them at the first cutting, and stays so.
    assert _written_and_read(again, version) == again
    assert _business(again) == _business(read)
    for other in Version:
        with suppress(InvalidEnvelope):
            read.to_xml(other, Profile.STRICT)


def _written_and_read(operation: messages.Operation, version: Version) -> messages.Operation:
    octets = operation.to_xml(version, Profile.REAL)
    root = parse(octets)
    return messages.parse_operation(root, Source(octets, root))


def _business(operation: messages.Operation) -> bytes | None:
    content = getattr(getattr(operation, "data", None), "primary_content", None)
    return None if content is None else _canonical(parse(content.octets))


def call(data: bytes) -> None:
    """Read a call as the endpoint does."""
    for strict in (False, True):
        with suppress(SmevFaultError):
            read_call(mtom.Parts(data, {}), CallRecord(Version.V1_1), strict=strict)


def transform(data: bytes) -> None:
    """Both implementations make the same octets of every element, or both refuse."""
    root = _parsed(data)
    if root is None or _compiled is None:
        return
    for element in list(root.iter("*"))[:_ELEMENTS]:
        assert _outcome(python.signed_octets, element) == _outcome(_compiled.signed_octets, element)
        assert _outcome(canonical.canonical_octets, element) == _outcome(_compiled.canonical_octets, element)


def _outcome(make: Callable[[etree._Element], bytes], element: etree._Element) -> bytes | None:
    try:
        return make(element)
    except TransformError:
        return None


def fragments(data: bytes) -> None:
    """An element that was cut out is the element that was there; both cutters agree."""
    assert _tree is None or tuple(_tree.glance(data)) == scan.glance(data)
    root = _parsed(data)
    if root is None:
        return
    source = Source(data, root)
    for element in list(root.iter("*"))[:_ELEMENTS]:
        cut = source.cut(element).octets
        assert _canonical(parse(cut)) == _canonical(element)
        path = scan.element_path(root, element)
        place = scan.locate(data, path)
        tag = data[place.name_end : place.tag_end]
        if _tree is not None:
            assert _tree.element_path(root, element) == path
            assert tuple(_tree.locate(data, path)) == tuple(place)
            assert _tree.inherited(element, tag) == scan.inherited(element, tag)
    inner = [source.span(child) for child in root.iterchildren("*")]
    assert list(scan.children(data)) == [data[start:end] for start, end in inner]
    if _tree is not None and _tree.exceeds(root, data, _DEPTH, _ATTRIBUTES) is None:
        assert scan.exceeds(root, data, _DEPTH, _ATTRIBUTES) is None


def _canonical(element: etree._Element) -> bytes | None:
    return _outcome(canonical.canonical_octets, element)


def walking_of_children(data: bytes) -> None:
    """Both walkers take the same children and texts of every element, or refuse it."""
    root = _parsed(data)
    if root is None or _walking is None:
        return
    for element in list(root.iter("*"))[:_ELEMENTS]:
        assert _told(_walking.text_of, element) == _told(walking.text_of, element)
        assert _walked(_walking.Reader, element) == _walked(walking.Reader, element)


def _walked(kind: Any, element: etree._Element) -> list[object]:
    reader = _told(kind, element)
    if reader is None:
        return [None]
    taken: list[object] = []
    for number, child in enumerate(list(element.iterchildren("*"))[:_ELEMENTS]):
        take = (reader.optional, reader.required, reader.text, reader.repeated)[number % 4]
        taken += [_told(reader.optional, "{urn:other}a"), _told(take, child.tag)]
    return [*taken, _told(lambda _: reader.end(), None), reader.rest()]


def _told(read: Callable[[Any], Any], given: object) -> Any:
    try:
        return read(given)
    except InvalidEnvelope:
        return None


def signatures(data: bytes) -> None:
    """Judge every signature: a false one is a verdict; what the quick reader reads is what stands there."""
    root = _parsed(data)
    if root is None:
        return
    for holder in list(root.iter("*"))[:_ELEMENTS]:
        quick = None if _plain is None else _plain.plain(holder, EXC_C14N)
        assert quick is None or Structure._make(quick) == read_any_structure(holder)
    for place, holder, target in find_signatures(root):
        result = verify(holder, target, verifier(), place, diagnose=True)
        assert result.valid or result.problem is not None


def faults_read(data: bytes) -> None:
    """Read a fault; written anew it is the same fault, and it can be explained."""
    root = _parsed(data)
    if root is None:
        return
    for element in list(root.iter("*"))[:_ELEMENTS]:
        fault = faults.read_fault(element)
        faults.explain(fault)
        written = soap.envelope(faults.fault_body(fault, Version.V1_3, fault.code))
        again = faults.read_fault(soap.parse_envelope(parse(written)))
        assert again.kind is (fault.kind or faults.FaultKind.SMEV_FAILURE)


def directive(data: bytes) -> None:
    """Read registries whole and record by record."""
    root = _parsed(data)
    if root is None:
        return
    for registry in registries(root):
        heads = whole = None
        with suppress(InvalidEnvelope):
            heads = [head.record_id for head in record_heads(registry)]
        with suppress(InvalidEnvelope):
            list(messages.record_headers(root))
        with suppress(InvalidEnvelope):
            whole = [item.record_id for item in Registry.from_xml(registry, Source(data, root)).records]
        assert whole is None or heads == whole


def routing(data: bytes) -> None:
    """Read a Routing block and a RoutingStatus."""
    root = _parsed(data)
    if root is None:
        return
    for reader in (Routing, RoutingStatus):
        try:
            read = reader.from_xml(root, Source(data, root))
        except InvalidEnvelope:
            continue
        written = parse(read.to_xml(Version.V1_3))
        assert reader.from_xml(written, None) == read


def notice(data: bytes) -> None:
    """Read a push notification, what a participant answers to one, and the calls for a transaction code."""
    with suppress(PushRefused):
        read_answer("text/xml", data)
    try:
        body = soap.read("text/xml", data).body
    except UNREADABLE:
        return
    for read in (PushNotification.from_xml, read_generate_mark, read_marker):
        with suppress(InvalidEnvelope, ValueError):
            read(body)
