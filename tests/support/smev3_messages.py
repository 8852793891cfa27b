"""Hypothesis strategies for SMEV 3 messages that the schema of a version accepts."""

from __future__ import annotations

import dataclasses
import functools
from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from lxml import etree

from mezhved.smev3 import messages as m
from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.messages.values import RejectionReason, status_in
from mezhved.smev3.versions import DS, Version
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn, SearchStrategy

BUSINESS = "urn://x-artefacts-test/root/1.0.0"

LETTERS = st.one_of(
    st.sampled_from("абвЯё &<>\"'\t\n\r\u0085\u00a0]]>😀0"),
    st.characters(min_codepoint=0x20, max_codepoint=0x10FFFF, exclude_categories=("Cs",)).filter(
        lambda char: char not in "\ufffe\uffff"
    ),
)


def texts(limit: int, at_least: int = 0) -> SearchStrategy[str]:
    return st.text(LETTERS, min_size=at_least, max_size=min(limit, 12)) | st.just("ы" * limit)


def maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


uuids = st.uuids().map(str)
times = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)).map(  # noqa: DTZ001
    lambda at: m.write_time(at.replace(tzinfo=UTC))
)
ints = st.integers(min_value=-(2**31), max_value=2**31 - 1)
octets = st.binary(max_size=12)
mime_types = st.sampled_from(["application/xml", "text/plain", "image/svg+xml", "application/"])
ncnames = st.sampled_from(["Request", "Запрос", "_a-1.b"])
uris = st.sampled_from([BUSINESS, "http://test.example/ns", "urn:x:y"])


@st.composite
def business(draw: DrawFn) -> Fragment:
    root = etree.Element(f"{{{draw(uris)}}}Root", nsmap={draw(st.sampled_from(["b", None, "ns2"])): BUSINESS})
    root.text = draw(texts(50))
    child = etree.SubElement(root, f"{{{draw(uris)}}}child", {"value": draw(texts(20))})
    child.tail = draw(texts(10))
    return Fragment(etree.tostring(root, encoding="UTF-8", xml_declaration=False))


@st.composite
def signature(draw: DrawFn) -> Fragment:
    value = draw(st.binary(min_size=3, max_size=9)).hex()
    return Fragment(
        f'<s:Signature xmlns:s="{DS}"><s:SignatureValue>{value}</s:SignatureValue></s:Signature>'.encode()
    )


def lists(strategy: SearchStrategy[Any], at_least: int = 0) -> SearchStrategy[Any]:
    return st.lists(strategy, min_size=at_least, max_size=at_least + 2).map(tuple)


def archives(version: Version) -> SearchStrategy[Any]:
    files = st.builds(m.ArchivedFile, texts(20), texts(20))
    return lists(files) if version is Version.V1_3 else st.just(())


def late(version: Version, strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return maybe(strategy) if version is Version.V1_3 else st.none()


def headers(version: Version) -> SearchStrategy[Any]:
    return lists(
        st.builds(
            m.AttachmentHeader,
            content_id=texts(20),
            mime_type=mime_types,
            pkcs7=maybe(octets),
            namespace_uri=late(version, texts(20)),
            archive=archives(version),
        )
    )


def ref_headers(version: Version) -> SearchStrategy[Any]:
    return lists(
        st.builds(
            m.RefAttachmentHeader,
            uuid=texts(20),
            hash=texts(20),
            mime_type=mime_types,
            pkcs7=maybe(octets),
            file_name=late(version, texts(20)),
            namespace_uri=late(version, texts(20)),
            archive=archives(version),
        )
    )


@st.composite
def attachments(draw: DrawFn) -> tuple[m.AttachmentContent, ...]:
    contents = draw(lists(octets))
    return tuple(m.AttachmentContent(f"file_{i}", content) for i, content in enumerate(contents))


fs_attachments = lists(st.builds(m.FSAttachment, texts(20), texts(20), texts(20), texts(20)))


def statuses(version: Version) -> SearchStrategy[str]:
    return st.sampled_from(
        [str(status) for status in m.InteractionStatus if status_in(status, version) == status]
    )


def parties(version: Version, limit: int) -> SearchStrategy[Any]:
    mnemonic = maybe(texts(limit)) if version is Version.V1_3 else texts(limit)
    return st.builds(m.Party, mnemonic=mnemonic, name=texts(500))


def metadata(version: Version) -> SearchStrategy[Any]:
    early = version is not Version.V1_3
    kinds = [str(kind) for kind in m.MessageType if early or kind is not m.MessageType.CANCEL]
    supplementary = st.builds(
        m.SupplementaryData,
        interaction_type=st.sampled_from(["PGU2OIV", "other", "NotDetected"]),
        content_type_name=maybe(texts(500)),
    )
    return st.builds(
        m.MessageMetadata,
        message_id=uuids if version is Version.V1_2 else maybe(uuids),
        message_type=st.sampled_from(kinds),
        sending_timestamp=times,
        sender=parties(version, 50) if early else maybe(parties(version, 50)),
        recipient=maybe(parties(version, 100)),
        destination_name=texts(500) if early else st.none(),
        supplementary=supplementary if early else st.none(),
        delivery_timestamp=maybe(times),
        status=maybe(statuses(version)),
        message_broker=maybe(texts(200)) if version is Version.V1_1 else st.none(),
        id=maybe(st.just("METADATA")),
    )


def request_data(version: Version) -> SearchStrategy[Any]:
    demanded = version is Version.V1_2
    return st.builds(
        m.SenderProvidedRequestData,
        message_id=uuids,
        primary_content=business(),
        reference_message_id=uuids if demanded else maybe(uuids),
        transaction_code=texts(1500) if demanded else maybe(texts(1500)),
        node_id=maybe(texts(50)),
        eol=maybe(times),
        personal_signature=maybe(signature()),
        attachment_headers=headers(version),
        ref_attachment_headers=ref_headers(version),
        business_process=lists(business()),
        test_message=st.booleans(),
        id=maybe(st.just("DATA")),
    )


def faults(version: Version) -> SearchStrategy[Any]:
    code = maybe(texts(100 if version is Version.V1_3 else 50))
    position = st.builds(m.FaultDetail, st.just("ValidationError"), texts(20), ints)
    sizes = (
        m.FaultDetail("PermittedTotalAttachmentSize", "1"),
        m.FaultDetail("RealTotalAttachmentSize", "2"),
    )
    return st.one_of(
        st.builds(m.SmevFault, code, maybe(texts(20))),
        st.builds(m.SmevFault, code, maybe(texts(20)), st.just("InvalidContent"), lists(position, 1)),
        st.builds(
            m.SmevFault, code, maybe(texts(20)), st.just("AttachmentSizeLimitExceeded"), st.just(sizes)
        ),
    )


routing_codes = st.sampled_from([str(code) for code in m.RoutingStatusCode])
value_statuses = lists(st.builds(m.ValueStatus, texts(500), routing_codes))
routing_statuses = st.builds(
    m.RoutingStatus,
    value_statuses,
    value_statuses,
    lists(st.builds(m.RecordStatus, ints, routing_codes, value_statuses, value_statuses)),
)


def async_statuses(version: Version) -> SearchStrategy[Any]:
    return st.builds(
        m.AsyncProcessingStatus,
        original_message_id=uuids,
        status_category=statuses(version),
        status_details=maybe(texts(500)),
        fault=maybe(faults(version)),
        routing_status=late(version, routing_statuses),
    )


def rejections(version: Version) -> SearchStrategy[Any]:
    reasons = [
        str(r) for r in RejectionReason if version is not Version.V1_2 or r is not RejectionReason.FAILURE
    ]
    return lists(st.builds(m.RequestRejected, st.sampled_from(reasons), texts(4000)), 1)


def response_data(version: Version) -> SearchStrategy[Any]:
    identity = {"message_id": uuids, "to": texts(4000), "id": maybe(st.just("DATA"))}
    status = st.builds(m.RequestStatus, ints, texts(4000), lists(st.tuples(texts(20), texts(20))))
    return st.one_of(
        st.builds(
            m.SenderProvidedResponseData,
            primary_content=business(),
            personal_signature=maybe(signature()),
            attachment_headers=headers(version),
            ref_attachment_headers=ref_headers(version),
            **identity,
        ),
        st.builds(m.SenderProvidedResponseData, rejections=rejections(version), **identity),
        st.builds(m.SenderProvidedResponseData, status=status, **identity),
        st.builds(m.SenderProvidedResponseData, async_status=async_statuses(version), **identity),
    )


def requests(version: Version) -> SearchStrategy[Any]:
    return st.builds(
        m.Request,
        data=request_data(version),
        metadata=metadata(version),
        reply_to=texts(4000),
        fs_attachments=fs_attachments,
        sender_signature=maybe(signature()),
        id=maybe(st.just("REQUEST")),
    )


def responses(version: Version) -> SearchStrategy[Any]:
    demanded = version is Version.V1_2
    return st.builds(
        m.Response,
        data=response_data(version),
        metadata=metadata(version),
        original_message_id=uuids if demanded else maybe(uuids),
        original_transaction_code=texts(1500) if demanded else maybe(texts(1500)),
        reference_message_id=uuids if demanded else maybe(uuids),
        fs_attachments=fs_attachments,
        sender_signature=maybe(signature()),
        id=maybe(st.just("RESPONSE")),
    )


def cancels(version: Version) -> SearchStrategy[Any]:
    return st.builds(
        m.Cancel,
        reference=uuids,
        message_id=uuids,
        metadata=metadata(version),
        sender_signature=maybe(signature()),
        reference_id=maybe(st.just("REFERENCE")),
        id=maybe(st.just("CANCEL")),
    )


record_routings = st.builds(m.RecordRouting, ints, st.booleans(), lists(texts(500)), lists(texts(500)))
routings = st.builds(
    m.Routing,
    st.builds(
        m.RoutingInformation,
        uuids,
        lists(texts(500)),
        lists(texts(500)),
        lists(record_routings),
        maybe(st.just("ROUTING")),
    ),
    signature(),
)
registries = st.builds(
    m.Registry,
    lists(
        st.builds(
            m.RegistryRecord,
            ints,
            st.builds(
                m.Record,
                business(),
                headers(Version.V1_3),
                ref_headers(Version.V1_3),
                lists(signature()),
            ),
            maybe(signature()),
        ),
        1,
    ),
)


@st.composite
def selectors(draw: DrawFn) -> m.MessageTypeSelector:
    pair = draw(maybe(st.tuples(uris, ncnames))) or (None, None)
    return m.MessageTypeSelector(
        draw(times), *pair, node_id=draw(maybe(texts(50))), id=draw(maybe(st.just("SELECTOR")))
    )


timestamps = st.builds(m.Timestamp, times, maybe(st.just("TIME")))


@functools.cache
def operations(version: Version) -> dict[str, SearchStrategy[Any]]:
    """Give a strategy for every operation of a version, by the class's name."""
    signed = maybe(signature())
    accepted = st.sampled_from([None, True, False]) if version is Version.V1_3 else st.booleans()
    smev = st.builds(m.AsyncProcessingStatusData, async_statuses(version), maybe(st.just("STATUS")))
    cancelled = cancels(version) if version is not Version.V1_3 else st.none()
    handed = st.builds(m.GetRequestResponse, requests(version), attachments(), signed)
    if version is not Version.V1_3:
        handed |= st.builds(m.GetRequestResponse, smev_signature=signed, cancel=cancelled)
    known: dict[str, SearchStrategy[Any]] = {
        "SendRequestRequest": st.builds(
            m.SendRequestRequest, request_data(version), attachments(), signed, late(version, routings)
        ),
        "SendResponseRequest": st.builds(
            m.SendResponseRequest, response_data(version), attachments(), signed
        ),
        "GetRequestRequest": st.builds(m.GetRequestRequest, selectors(), signed),
        "GetResponseRequest": st.builds(m.GetResponseRequest, selectors(), signed),
        "AckRequest": st.builds(
            m.AckRequest, st.builds(m.AckTargetMessage, uuids, accepted, st.just("TARGET")), signed
        ),
        "GetStatusRequest": st.builds(m.GetStatusRequest, timestamps, signature()),
        "SendRequestResponse": st.builds(m.SendRequestResponse, metadata(version), signed),
        "SendResponseResponse": st.builds(m.SendResponseResponse, metadata(version), signed),
        "GetRequestResponse": st.just(m.GetRequestResponse()) | handed,
        "GetResponseResponse": st.just(m.GetResponseResponse())
        | st.builds(m.GetResponseResponse, responses(version), attachments(), signed),
        "AckResponse": st.just(m.AckResponse()),
        "GetStatusResponse": st.just(m.GetStatusResponse()) | st.builds(m.GetStatusResponse, smev, signed),
    }
    if version.has_statistics:
        known["GetIncomingQueueStatisticsRequest"] = st.builds(
            m.GetIncomingQueueStatisticsRequest, timestamps, maybe(texts(50)), signed
        )
        queues = st.builds(m.QueueStatistics, maybe(texts(200)), maybe(ints))
        known["GetIncomingQueueStatisticsResponse"] = st.builds(
            m.GetIncomingQueueStatisticsResponse, lists(queues)
        )
    return known


def plain(value: Any) -> Any:
    """Give the value with every fragment in its canonical form, so that declarations do not matter."""
    if isinstance(value, Fragment):
        return canonical(value.octets)
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        compared = [field for field in dataclasses.fields(value) if field.compare]
        return type(value).__name__, tuple(plain(getattr(value, field.name)) for field in compared)
    return value


def canonical(octets: bytes) -> bytes:
    done: bytes = etree.tostring(etree.fromstring(octets), method="c14n", exclusive=True, with_comments=False)
    return done


def read(octets: bytes, reader: Callable[[etree._Element, Source], Any]) -> Any:
    """Parse octets and read them with their source."""
    root = parse(octets)
    return reader(root, Source(octets, root))


TEXTS = ["", " ", "0", "-1", "true", "2026-01-01T00:00:00Z", "not a value", "REQUEST", "я" * 4001, "A"]
NAMES = [
    "MessageID",
    "Timestamp",
    "Code",
    "PersonalSignature",
    "Routing",
    "AttachmentContentList",
    "Cancel",
    "x",
]
SPOILS = [
    "drop",
    "double",
    "swap",
    "rename",
    "move namespace",
    "text",
    "attribute",
    "lose attributes",
    "wrap",
]


def spoil(root: etree._Element, draw: Callable[[SearchStrategy[Any]], Any], version: Version) -> None:
    """Break (or not) the document in one place."""
    nodes = list(root.iter("*"))
    node = draw(st.sampled_from(nodes))
    kind = draw(st.sampled_from(SPOILS))
    parent = node.getparent()
    if kind == "text":
        node.text = draw(st.sampled_from(TEXTS))
    elif kind == "rename":
        node.tag = f"{{{etree.QName(node).namespace}}}{draw(st.sampled_from(NAMES))}"
    elif kind == "move namespace":
        node.tag = f"{{{draw(st.sampled_from(version.namespaces))}}}{etree.QName(node).localname}"
    elif kind == "attribute":
        node.set(draw(st.sampled_from(["Id", "accepted", "queueName", "x"])), draw(st.sampled_from(TEXTS)))
    elif kind == "lose attributes":
        node.attrib.clear()
    elif parent is not None and kind == "drop":
        parent.remove(node)
    elif parent is not None and kind == "double":
        node.addnext(deepcopy(node))
    elif parent is not None and kind == "swap":
        parent.insert(0, node)
    elif kind == "wrap":
        etree.SubElement(node, f"{{{version.types}}}{draw(st.sampled_from(NAMES))}")
