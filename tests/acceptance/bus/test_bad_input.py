"""Hostile and broken input: always a fault of SMEV, never a traceback, and the queue untouched."""

from __future__ import annotations

import base64
import re
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from mezhved.smev3.faults import FaultKind, SignatureCode
from mezhved.smev3.versions import SOAP11, Version
from tests.support.exchange import question

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database
    from tests.support.exchange import BusUnderTest, HttpReply


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """All of this is judged before any database is asked."""
    return sqlite_database


def _good(under_test: BusUnderTest) -> bytes:
    return under_test.consumer.request_envelope(under_test.consumer.request_data())


def _refused(under_test: BusUnderTest, reply: HttpReply, kind: FaultKind) -> None:
    assert reply.status == 500
    assert reply.content_type.startswith("text/xml")
    assert reply.fault.kind is kind, reply.body
    assert b"Traceback" not in reply.body
    assert under_test.provider.get_request().operation.request is None
    assert under_test.store.check().right


def _entity_bomb(good: bytes) -> bytes:
    entities = '<!ENTITY a0 "ха">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    return f"<!DOCTYPE x [{entities}]>".encode() + good.replace("Что".encode(), b"&a9;")


def _deep(good: bytes) -> bytes:
    return good.replace("Что".encode(), b"<a>" * 100_000 + b"</a>" * 100_000)


def _many_attributes(good: bytes) -> bytes:
    attributes = b" ".join(b'a%d="1"' % number for number in range(100_000))
    return good.replace(b"<q:Text>", b"<q:Text %b>" % attributes)


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _good: b"",
    "not xml": lambda _good: b"\x00\x01\x02",
    "cut": lambda good: good[:-20],
    "half": lambda good: good[: len(good) // 2],
    "unclosed": lambda good: good.replace(b"</q:Text>", b""),
    "two roots": lambda good: good + good,
    "doctype": lambda good: b"<!DOCTYPE x>" + good,
    "external dtd": lambda good: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">' + good,
    "external entity": lambda good: (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + good.replace("Что".encode(), b"&e;")
    ),
    "entity bomb": _entity_bomb,
    "unknown entity": lambda good: good.replace("Что".encode(), b"&e;"),
    "deep": _deep,
    "attribute bomb": _many_attributes,
    "latin encoding": lambda good: (
        b'<?xml version="1.0" encoding="windows-1251"?>' + good.decode().encode("cp1251", "replace")
    ),
    "utf-16": lambda good: good.decode().encode("utf-16"),
    "bad utf-8": lambda good: good.replace("Что".encode(), b"\xd0\xff"),
    "nul": lambda good: good.replace("Что".encode(), b"\x00"),
    "control": lambda good: good.replace("Что".encode(), b"&#1;"),
    "not soap": lambda _good: question(),
    "soap 1.2": lambda good: good.replace(SOAP11.encode(), b"http://www.w3.org/2003/05/soap-envelope"),
    "no body": lambda _good: f'<s:Envelope xmlns:s="{SOAP11}"/>'.encode(),
    "empty body": lambda _good: f'<s:Envelope xmlns:s="{SOAP11}"><s:Body/></s:Envelope>'.encode(),
    "unknown operation": lambda good: good.replace(b"SendRequestRequest", b"SendTeapotRequest"),
    "an answer": lambda good: good.replace(b"SendRequestRequest", b"SendRequestResponse"),
    "foreign namespace": lambda good: good.replace(Version.V1_1.types.encode(), b"urn:other"),
    "version that never was": lambda good: good.replace(b"types/1.1", b"types/1.4"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_structure_is_a_failure_of_smev(under_test: BusUnderTest, name: str) -> None:
    reply = under_test.consumer.post(BROKEN[name](_good(under_test)))
    _refused(under_test, reply, FaultKind.SMEV_FAILURE)


ENVELOPES: dict[str, Callable[[bytes], bytes]] = {
    "no content": lambda good: re.sub(
        b"<MessagePrimaryContent.*</MessagePrimaryContent>", b"", good, flags=re.DOTALL
    ),
    "empty content": lambda good: re.sub(
        b"(<MessagePrimaryContent[^>]*>).*(</MessagePrimaryContent>)", rb"\1\2", good, flags=re.DOTALL
    ),
    "two contents": lambda good: good.replace(
        b"</MessagePrimaryContent>", b"<x xmlns='urn:x'/></MessagePrimaryContent>"
    ),
    "no message id": lambda good: re.sub(b"<ns2:MessageID>.*?</ns2:MessageID>", b"", good),
    "unknown element": lambda good: good.replace(b"<ns2:MessageID>", b"<ns2:X/><ns2:MessageID>"),
    "wrong order": lambda good: re.sub(
        b"(<ns2:MessageID>.*?</ns2:MessageID>)(<Mess.*</MessagePrimaryContent>)",
        rb"\2\1",
        good,
        flags=re.DOTALL,
    ),
    "text between": lambda good: good.replace(b"<ns2:MessageID>", b"text<ns2:MessageID>"),
    "eol is no time": lambda good: good.replace(
        b"<MessagePrimaryContent", b"<ns2:EOL>soon</ns2:EOL><MessagePrimaryContent"
    ),
    "nothing signed": lambda good: re.sub(
        b"<ns2:SenderProvidedRequestData.*</ns2:SenderProvidedRequestData>", b"", good, flags=re.DOTALL
    ),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_that_breaks_its_schema_is_invalid_content(under_test: BusUnderTest, name: str) -> None:
    good = _good(under_test)
    bad = ENVELOPES[name](good)
    assert bad != good
    _refused(under_test, under_test.consumer.post(bad), FaultKind.INVALID_CONTENT)


def test_a_missing_content_is_told_in_the_official_words(under_test: BusUnderTest) -> None:
    reply = under_test.consumer.post(ENVELOPES["no content"](_good(under_test)))
    text = "Сообщение содержит не все вложенные элементы. Блок MessagePrimaryContent отсутствует либо пуст."
    assert reply.fault.text == text
    assert reply.fault.description == f"SMEV-403:{text}"


def _signature(good: bytes, change: Callable[[etree._Element], None]) -> bytes:
    root = etree.fromstring(good)
    change(next(root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")))
    return etree.tostring(root)


def _set(name: str, value: str | None) -> Callable[[etree._Element], None]:
    def change(signature: etree._Element) -> None:
        for element in list(signature.iter(f"{{http://www.w3.org/2000/09/xmldsig#}}{name}")):
            if value is None:
                parent = element.getparent()
                assert parent is not None
                parent.remove(element)
            else:
                element.text = value

    return change


def _algorithm(name: str, value: str) -> Callable[[etree._Element], None]:
    def change(signature: etree._Element) -> None:
        for element in signature.iter(f"{{http://www.w3.org/2000/09/xmldsig#}}{name}"):
            element.set("Algorithm", value)

    return change


SIGNATURES: dict[str, tuple[Callable[[etree._Element], None], SignatureCode]] = {
    "value changed": (_set("SignatureValue", base64.b64encode(bytes(64)).decode()), SignatureCode.INVALID),
    "value short": (_set("SignatureValue", "AAAA"), SignatureCode.INVALID),
    "value garbage": (_set("SignatureValue", "%%%"), SignatureCode.INVALID),
    "value missing": (_set("SignatureValue", None), SignatureCode.INVALID),
    "digest changed": (_set("DigestValue", base64.b64encode(bytes(32)).decode()), SignatureCode.INVALID),
    "no reference": (_set("Reference", None), SignatureCode.INVALID),
    "no transforms": (_set("Transforms", None), SignatureCode.INVALID),
    "foreign transform": (
        _algorithm("Transform", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        SignatureCode.INVALID,
    ),
    "rsa": (
        _algorithm("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        SignatureCode.INVALID,
    ),
    "sha1": (_algorithm("DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1"), SignatureCode.INVALID),
    "no certificate": (_set("KeyInfo", None), SignatureCode.CERTIFICATE_NOT_FOUND),
    "certificate garbage": (_set("X509Certificate", "AAAA"), SignatureCode.CERTIFICATE_NOT_FOUND),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_wrong_signature_is_refused(under_test: BusUnderTest, name: str) -> None:
    change, code = SIGNATURES[name]
    reply = under_test.consumer.post(_signature(_good(under_test), change))
    _refused(under_test, reply, FaultKind.SIGNATURE_VERIFICATION)
    assert reply.fault.signature_code is code


def test_an_unsigned_message_is_refused(under_test: BusUnderTest) -> None:
    bare = re.sub(
        b"<ns2:CallerInformationSystemSignature>.*</ns2:CallerInformationSystemSignature>",
        b"",
        _good(under_test),
    )
    reply = under_test.consumer.post(bare)
    _refused(under_test, reply, FaultKind.SIGNATURE_VERIFICATION)
    assert reply.fault.signature_code is SignatureCode.NO_SIGNATURE
    assert reply.fault.text == "Отсутствует ЭП-ОВ"


def test_an_empty_signature_holder_is_no_signature(under_test: BusUnderTest) -> None:
    bare = re.sub(b"<ds:Signature .*</ds:Signature>", b"", _good(under_test))
    reply = under_test.consumer.post(bare)
    _refused(under_test, reply, FaultKind.SIGNATURE_VERIFICATION)
    assert reply.fault.signature_code is SignatureCode.NO_SIGNATURE


def test_changed_data_break_the_signature(under_test: BusUnderTest) -> None:
    reply = under_test.consumer.post(_good(under_test).replace("Что".encode(), "Кто".encode()))
    _refused(under_test, reply, FaultKind.SIGNATURE_VERIFICATION)
    assert reply.fault.text.startswith("ЭП-ОВ не соответствует подписанным данным")


def test_data_without_a_namespace_have_no_signed_form(under_test: BusUnderTest) -> None:
    good = _good(under_test)
    reply = under_test.consumer.post(
        good.replace(b"<q:Text>", b"<Text xmlns=''>").replace(b"</q:Text>", b"</Text>")
    )
    _refused(under_test, reply, FaultKind.SIGNATURE_VERIFICATION)


def test_a_replayed_call_is_refused_and_delivered_once(under_test: BusUnderTest) -> None:
    octets = _good(under_test)
    assert under_test.consumer.post(octets).status == 200
    assert under_test.consumer.post(octets).fault.kind is FaultKind.MESSAGE_IS_ALREADY_SENT
    assert under_test.provider.get_request().operation.request is not None
    assert under_test.provider.get_request().operation.request is None


def test_one_participant_cannot_send_what_another_signed_for_its_own_poll(under_test: BusUnderTest) -> None:
    poll = under_test.provider.signed_call(
        "GetRequestRequest", under_test.provider.written(under_test.provider.selector())
    )
    as_ack = poll.replace(b"GetRequestRequest", b"AckRequest")
    assert under_test.provider.post(as_ack).fault.kind is FaultKind.INVALID_CONTENT


MULTIPART = 'multipart/related; type="application/xop+xml"; start="<root>"; boundary=B'


def _multipart(root: bytes, *parts: tuple[str, bytes], end: bytes = b"--B--\r\n") -> bytes:
    head = b"--B\r\nContent-Type: application/xop+xml; charset=UTF-8\r\nContent-ID: <root>\r\n\r\n"
    rest = b"".join(
        b"--B\r\nContent-Type: application/octet-stream\r\nContent-ID: <%b>\r\n\r\n%b\r\n"
        % (name.encode(), octets)
        for name, octets in parts
    )
    return head + root + b"\r\n" + rest + end


def test_a_good_multipart_is_accepted(under_test: BusUnderTest) -> None:
    assert under_test.consumer.post(_multipart(_good(under_test)), MULTIPART).status == 200


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("cut", lambda good: _multipart(good, end=b"")[:-30], MULTIPART),
        ("no boundary", _multipart, "multipart/related"),
        ("wrong boundary", _multipart, "multipart/related; boundary=other"),
        ("no root", lambda _good: b"--B--\r\n", MULTIPART),
        ("missing part", lambda good: _multipart(
            good.replace(b"</ns2:SenderProvidedRequestData>", b"</ns2:SenderProvidedRequestData>"
            b"<AttachmentContentList><AttachmentContent><Id>a</Id><Content>"
            b"<xop:Include xmlns:xop='http://www.w3.org/2004/08/xop/include' href='cid:gone'/>"
            b"</Content></AttachmentContent></AttachmentContentList>")), MULTIPART),
        ("ten thousand parts", lambda good: _multipart(
            good, *((f"p{number}", b"") for number in range(10_000))), MULTIPART),
    ],
)  # fmt: skip
def test_a_broken_multipart_is_a_failure_of_smev(
    under_test: BusUnderTest, name: str, body: Callable[[bytes], bytes], kind: str
) -> None:
    assert name
    reply = under_test.consumer.post(body(_good(under_test)), kind)
    _refused(under_test, reply, FaultKind.SMEV_FAILURE)


def test_base64_garbage_in_an_attachment_is_refused(under_test: BusUnderTest) -> None:
    bad = _good(under_test).replace(
        b"</ns2:SenderProvidedRequestData>",
        b"</ns2:SenderProvidedRequestData><AttachmentContentList><AttachmentContent><Id>a</Id>"
        b"<Content>%%%</Content></AttachmentContent></AttachmentContentList>",
    )
    _refused(under_test, under_test.consumer.post(bad), FaultKind.INVALID_CONTENT)


def test_a_body_of_100_megabytes_costs_no_memory(under_test: BusUnderTest) -> None:
    class Endless:
        left = 100 * 2**20

        def read(self, size: int) -> bytes:
            taken = min(size, self.left)
            self.left -= taken
            return b"a" * taken

    for announced in ("", str(100 * 2**20)):
        tracemalloc.start()
        reply = under_test.http(b"", CONTENT_LENGTH=announced, **{"wsgi.input": Endless()})
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        _refused(under_test, reply, FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED)
        assert peak < 40 * 2**20


def test_a_body_shorter_than_announced_is_refused(under_test: BusUnderTest) -> None:
    good = _good(under_test)
    reply = under_test.http(good, CONTENT_LENGTH=str(len(good) + 1))
    _refused(under_test, reply, FaultKind.SMEV_FAILURE)


@pytest.mark.parametrize(
    "kind",
    ["text/xml", "text/xml;charset=UTF-8", "application/soap+xml; charset=utf-8", "application/xml", ""],
)
def test_content_types_seen_on_the_wire_are_accepted(under_test: BusUnderTest, kind: str) -> None:
    assert under_test.consumer.post(_good(under_test), kind).status == 200


def test_a_header_that_must_be_understood_is_passed_over(under_test: BusUnderTest) -> None:
    header = (
        b'<soap:Header><Action soap:mustUnderstand="1" xmlns="http://schemas.microsoft.com/ws/2005/05/'
        b'addressing/none">urn:SendRequest</Action></soap:Header><soap:Body>'
    )
    octets = _good(under_test).replace(b"<soap:Body>", header, 1)
    assert under_test.consumer.post(octets).status == 200
