"""SOAP envelopes: what is accepted, what is refused, what is written."""

from __future__ import annotations

import pytest

from mezhved.smev3 import mtom, soap
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import MalformedXml, parse

NS = "http://schemas.xmlsoap.org/soap/envelope/"
ACK = f'<t:AckRequest xmlns:t="{Version.V1_2.types}"/>'.encode()
ACTION = (
    '<Action soap:mustUnderstand="1" xmlns="http://schemas.microsoft.com/ws/2005/05/addressing/none">'
    "urn:Ack</Action>"
)


def wrapped(body: str, header: str = "", prefix: str = "soap") -> bytes:
    inside = f"{header}<{prefix}:Body>{body}</{prefix}:Body>"
    return f'<{prefix}:Envelope xmlns:{prefix}="{NS}">{inside}</{prefix}:Envelope>'.encode()


def test_an_envelope_is_written_without_header_and_declaration() -> None:
    assert soap.envelope(b"<a/>") == (
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><a/></soap:Body>'
        b"</soap:Envelope>"
    )


def test_the_operation_is_the_child_of_the_body() -> None:
    element = soap.parse_envelope(parse(soap.envelope(ACK)))
    assert soap.operation(element) == (Version.V1_2, "AckRequest")
    assert not soap.is_fault(element)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "<soap:Header/>",
        f"<soap:Header>{ACTION}</soap:Header>",
    ],
    ids=["none", "empty", "must understand"],
)
def test_any_header_is_accepted(header: str) -> None:
    root = parse(wrapped(ACK.decode(), header))
    assert soap.operation(soap.parse_envelope(root)) == (Version.V1_2, "AckRequest")


def test_the_prefix_of_other_stacks_is_accepted() -> None:
    root = parse(wrapped(ACK.decode(), "<SOAP-ENV:Header/>", "SOAP-ENV"))
    assert soap.operation(soap.parse_envelope(root)) is not None


@pytest.mark.parametrize(
    "octets",
    [
        ACK,
        wrapped(""),
        wrapped("<a/><b/>"),
        wrapped("just text"),
        f'<s:Envelope xmlns:s="{NS}"/>'.encode(),
        f'<s:Envelope xmlns:s="{NS}"><s:Body><a/></s:Body><s:Body><a/></s:Body></s:Envelope>'.encode(),
        f'<s:Envelope xmlns:s="{NS}"><s:Body><a/></s:Body><s:Header/></s:Envelope>'.encode(),
        soap.envelope(ACK).replace(NS.encode(), b"http://www.w3.org/2003/05/soap-envelope"),
    ],
    ids=["bare", "empty body", "two in body", "text", "no body", "two bodies", "header last", "soap 1.2"],
)
def test_what_is_no_envelope_is_refused(octets: bytes) -> None:
    with pytest.raises(soap.MalformedEnvelope):
        soap.parse_envelope(parse(octets))


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/xml",
        "text/xml; charset=utf-8",
        'text/xml;charset="UTF-8"',
        "TEXT/XML; Charset=UTF-8",
        "application/soap+xml; charset=utf-8",
        'application/soap+xml; charset=utf-8; action="urn:Ack"',
        "application/x-www-form-urlencoded",
        "application/json",
        ";;",
    ],
)
def test_a_plain_message_is_read_under_any_content_type(content_type: str | None) -> None:
    message = soap.read(content_type, soap.envelope(ACK))
    assert soap.operation(message.body) == (Version.V1_2, "AckRequest")
    assert message.octets == soap.envelope(ACK)


@pytest.mark.parametrize(
    "content_type",
    ["text/xml; charset=windows-1251", "multipart/form-data; boundary=x", "multipart/mixed; boundary=x"],
)
def test_other_charsets_and_multiparts_are_refused(content_type: str) -> None:
    with pytest.raises(soap.UnsupportedContentType):
        soap.read(content_type, soap.envelope(ACK))


def test_a_multipart_message_is_read_as_its_root_part() -> None:
    content_type, body = mtom.write(soap.envelope(ACK), {"a@b": b"\x00\xff"}, "uuid:1")
    message = soap.read(content_type, body)
    assert soap.operation(message.body) == (Version.V1_2, "AckRequest")
    assert message.parts.resolve("cid:a@b") == b"\x00\xff"


def test_a_doctype_is_refused() -> None:
    with pytest.raises(MalformedXml):
        soap.read("text/xml", b'<!DOCTYPE a [<!ENTITY b "c">]>' + soap.envelope(ACK))


def test_an_element_of_another_namespace_is_no_operation() -> None:
    assert soap.operation(parse(b'<AckRequest xmlns="urn:other"/>')) is None
    assert soap.operation(parse(f'<AckRequest xmlns="{Version.V1_2.basic}"/>'.encode())) is None
    assert soap.operation(parse(b"<AckRequest/>")) is None
