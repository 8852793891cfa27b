"""What fuzzing begins with: small right inputs of our own making, and a few that were wrong once.

`python -m tests.fuzz.seeds` writes them into the corpus. Keys and people in them are invented.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from base64 import b64encode
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates

from mezhved import gost
from mezhved.gost.ocsp import CertId, OcspHash, write_request
from mezhved.infotypes.values import to_json
from mezhved.smev3 import faults, messages, mtom, soap
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages import building
from mezhved.smev3.messages.directive import Record, Registry, RegistryRecord
from mezhved.smev3.messages.routing import RecordRouting, Routing, RoutingInformation
from mezhved.smev3.push.messages import PushNotification, QueueInformation
from mezhved.smev3.signature import sign
from mezhved.smev3.transactions import FrguInformation, write_generate_mark
from mezhved.smev3.transactions.messages import Marker, write_marker
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.fuzz.corpus import FOLDER, write
from tests.fuzz.readers_of_calls import calls
from tests.fuzz.readers_of_evidence import in_container, joined, right_parts
from tests.support.form_schemas import EVERYTHING, everything
from tests.support.ocsp import Responder, error_response
from tests.support.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "3bd2a7a6-7d53-11ed-9ce8-3388bad5aac4"
TIME = "2026-11-20T15:00:00+03:00"
BUSINESS = Fragment(
    b'<q:Ask xmlns:q="urn://test/1.0" Id="B"><q:A b="&#9;&gt;">\xd0\xb6 &gt;]]&gt;\r\n</q:A></q:Ask>'
)
MARKUP = (
    b'<html><head><style>p { color: red } @media print { b { margin: 1cm } }</style></head><body class="x">'
    b'<table border=1><tr><td style="color: #fff; width: 10%">A<br>&amp;'
    b'<img src="data:image/png;base64,AA=="></table><script>x()</script></body></html>'
)
ODD = (
    b'<?xml version="1.0"?><!-- a --><a:r xmlns:a="urn:a" xmlns="urn:d" a:z="1" b="&quot;&#10;&lt;"><?pi x?>'
    b'<b xmlns="urn:b" xmlns:c="urn:a" c:k=\'"\'><![CDATA[<]]>&#13;]]&gt;</b> <c xmlns:e="urn:e"/>'
    b'<a:b a:a="" A="\xc2\x85">' + b"0123456789>" * 50 + b"</a:b>tail</a:r>"
)


def _requests(version: Version) -> Iterator[tuple[str, bytes]]:
    pki = shared_pki()
    files = (messages.AttachmentContent("a", b"file one"), messages.AttachmentContent("b", b"", "cid:b%40x"))
    data = messages.SenderProvidedRequestData(
        ID, BUSINESS, ID, "code", "node", TIME,
        attachment_headers=(
            messages.AttachmentHeader("a", "text/plain", b"\x30\x03\x02\x01\x01"),
            messages.AttachmentHeader("b", "text/plain"),
        ),
        ref_attachment_headers=(messages.RefAttachmentHeader(ID, "aGFzaA==", "text/plain"),),
        business_process=(messages.CaseInfo("77-1").fragment(), messages.frgu_fragment("1")),
        test_message=True, id="S",
    ).to_xml(version)  # fmt: skip
    signature = sign(parse(data), pki.consumer, pki.provider)
    request = building.call("SendRequestRequest", version, data, signature, attachments=files)
    yield "send-request", soap.envelope(request)
    rejected = messages.SenderProvidedResponseData(
        ID, "eyJ9", rejections=(messages.RequestRejected("NO_DATA", "none"),), id="S"
    )
    yield (
        "send-response",
        soap.envelope(building.call("SendResponseRequest", version, rejected.to_xml(version), None)),
    )
    status = messages.SenderProvidedResponseData(
        ID, "e", status=messages.RequestStatus(1, "s", (("k", "v"),)), id="S"
    )
    yield (
        "send-status",
        soap.envelope(building.call("SendResponseRequest", version, status.to_xml(version), None)),
    )
    selector = messages.MessageTypeSelector(TIME, "urn://test/1.0", "Ask", "node", "S").to_xml(version)
    yield "get-request", soap.envelope(building.call("GetRequestRequest", version, selector, None))
    ack = messages.AckTargetMessage(ID, accepted=False, id="S").to_xml(version)
    yield "ack", soap.envelope(building.call("AckRequest", version, ack, None))


def _answers(version: Version) -> Iterator[tuple[str, bytes]]:
    told = messages.SmevFault(
        "L:TR:ASYNC:BSV:3",
        "SMEV-403:no",
        "InvalidContent",
        (messages.FaultDetail("ValidationError", "cvc", -1),),
    )
    status = messages.AsyncProcessingStatus(ID, "requestIsRejectedBySmev", "no", told)
    data = messages.SenderProvidedResponseData(ID, "eyJ9", async_status=status, id="S").to_xml(version)
    metadata = messages.MessageMetadata(ID, "RESPONSE", TIME, messages.Party("smev")).to_xml(version)
    response = building.response(version, data, metadata, original_message_id=ID)
    yield "get-response-answer", soap.envelope(building.get_response_response(version, response, None))
    for fault in (
        faults.stale_message_id(),
        faults.no_signature(),
        faults.invalid_business_data(ID, ["cvc"]),
    ):
        yield (
            f"fault-{fault.row}",
            soap.envelope(faults.fault_body(fault, version, f"fed0 : TR:SYNC:{fault.module}")),
        )


def _envelopes() -> Iterator[tuple[str, bytes]]:
    for version in Version:
        for name, octets in (*_requests(version), *_answers(version)):
            yield f"{name}-{version.value}", octets


def _multipart() -> Iterator[tuple[str, bytes]]:
    part = b"%PDF"
    package = mtom.Package(ID, Version.V1_2.basic)
    root = dict(_requests(Version.V1_2))["send-request"].replace(b"cid:b%40x", b"cid:y%40x")
    content_type, body = mtom.write(mtom.extract(root, package), {**package.parts, "y@x": part}, "b")
    yield "request", content_type.encode() + b"\n" + body
    kind = b'multipart/related; boundary=b; start="<r>"; type="application/xop+xml"\n'
    yield "line-feeds", kind + b"--b\nContent-ID: <r>\nContent-Type: text/xml\n\n<a/>\n--b--"
    typed = b"Content-Type: application/xop+xml; charset=utf-8\r\n\r\n<a/>\r\n--b--\r\nepilogue"
    coded = b"\r\n--b\r\nContent-ID: <p>\r\nContent-Transfer-Encoding: base64\r\n\r\nAA\r\nAA\r\n"
    yield "base64", kind + coded + b"--b\r\nContent-ID: <r>\r\n" + typed
    quoted = b"--b \t\r\nContent-ID: <r>\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    yield (
        "quoted",
        kind + quoted + b"Content-Type: text/xml;\r\n charset=\"utf-8\"\r\n\r\n<a b=3D'1'>=\r\n</a>\r\n--b--",
    )


def _handed() -> Iterator[tuple[str, bytes]]:
    """Yield answers with a signed request, a receipt and a notice."""
    pki, version = shared_pki(), Version.V1_2
    header = messages.AttachmentHeader(
        "a", "text/plain", gost.sign_cms(b"file", pki.consumer, pki.provider, at=pki.now)
    )
    data = messages.SenderProvidedRequestData(ID, BUSINESS, attachment_headers=(header,), id="S").to_xml(
        version
    )
    metadata = messages.MessageMetadata(ID, "REQUEST", TIME, messages.Party("TEST01"), id="M").to_xml(version)
    request = building.request(
        version,
        data,
        metadata,
        reply_to="e30=",
        sender_signature=sign(parse(data), pki.consumer, pki.provider),
    )
    files = (messages.AttachmentContent("a", b"file"),)
    handed = building.get_request_response(
        version, request, sign(parse(request), pki.smev, pki.provider), files
    )
    package = mtom.Package(ID, version.basic)
    content_type, body = mtom.write(mtom.extract(soap.envelope(handed), package), package.parts, "b")
    yield "request", content_type.encode() + b"\n" + body
    receipt = building.receipt(
        "SendRequestResponse", version, metadata, sign(parse(metadata), pki.smev, pki.provider)
    )
    yield "receipt", b"text/xml\n" + soap.envelope(receipt)
    yield "empty", b"text/xml\n" + soap.envelope(building.empty("AckResponse", version))


def _registry() -> bytes:
    pki = shared_pki()
    content = Fragment(b'<z:R xmlns:z="urn:z">1</z:R>')
    record = Record(content, id="R1", content_id="C1")
    signature = Fragment(sign(parse(record.to_xml(Version.V1_3)), pki.consumer, pki.provider))
    registry = Registry((RegistryRecord(1, record, signature), RegistryRecord(2, Record(content, id="R2"))))
    return b'<q:Ask xmlns:q="urn://test/1.0">%b</q:Ask>' % registry.to_xml(Version.V1_3)


def _routing() -> bytes:
    information = RoutingInformation(
        ID,
        ("45000000", "46000000"),
        ("a",),
        (
            RecordRouting(1, use_general_routing=True),
            RecordRouting(2, use_general_routing=False, dynamic=("1",)),
        ),
        "R",
    )
    return Routing(information).to_xml(Version.V1_3)


def _containers() -> Iterator[tuple[str, str, bytes]]:
    key = ec.derive_private_key(7, ec.SECP256R1())
    locked = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2)
        .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(b"password")
    )
    for name, kind in (("locked", locked), ("open", serialization.NoEncryption())):
        yield "container", name, serialize_key_and_certificates(b"key", key, None, None, kind)


def _binary() -> Iterator[tuple[str, str, bytes]]:
    pki = shared_pki()
    for name, signer in (("ca", pki.ca.signer), ("consumer", pki.consumer), ("official", pki.official)):
        yield "certificate", name, signer.certificate.der
    yield "certificate", "pem", pki.consumer.certificate.pem.encode()
    listed = pki.ca.crl(pki.consumer.certificate, pki.official.certificate)
    yield "crl", "two", listed.der
    yield "crl", "pem", listed.pem.encode()
    detached = gost.sign_cms(b"content", pki.consumer, pki.provider, at=pki.now)
    yield "cms", "detached", detached
    yield (
        "cms",
        "attached",
        gost.sign_cms(b"content", pki.official, pki.provider, at=pki.now, detached=False, cades=True),
    )
    yield "cms", "base64", b64encode(detached)
    key = gost.generate_key(gost.KeyAlgorithm.GOST2012_256, gost.curve_by_name("tc26-256-A"), pki.randomness)
    yield "key", "open", gost.dump_private_key(key)
    yield "key", "locked", gost.dump_private_key(key, password=b"password", randomness=pki.randomness)
    asked = CertId.of(pki.consumer.certificate, pki.ca.certificate, OcspHash.SHA1, pki.provider)
    yield "ocsp", "request", write_request([asked], b"nonce")
    yield from _containers()
    responder = Responder(
        pki.ca.certificate,
        pki.ca.signer,
        pki.now,
        revoked={pki.official.certificate.serial: (pki.now, gost.Reason.KEY_COMPROMISE)},
    )
    yield (
        "ocsp",
        "response",
        responder.about(pki.consumer.certificate, pki.official.certificate, nonce=b"nonce"),
    )
    by_key = responder.but(by_key=True, sent=(pki.ca.certificate.der,))
    yield "ocsp", "by-key", by_key.about(pki.consumer.certificate)
    yield "ocsp", "error", error_response(6)
    yield "bundle", "both", (pki.ca.certificate.pem + listed.pem).encode()


def _archive() -> bytes:
    """Return a ZIP with a document, its signature and another ZIP."""
    made = b""
    for files in ({"a.xml": b"<a/>"}, {"request.xml": BUSINESS.octets, "request.xml.sig": b"\x30\x00"}):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as opened:
            for name, octets in {**files, **({"in.zip": made} if made else {})}.items():
                opened.writestr(zipfile.ZipInfo(name), octets)
        made = target.getvalue()
    return made


def seeds() -> Iterator[tuple[str, str, bytes]]:
    """Yield target, name and octets of every seed."""
    for name, octets in _envelopes():
        targets = (
            ["envelope", "call", "inline", "signatures", "dump"] if "1.2" in name else ["envelope", "inline"]
        )
        for target in (*targets, *(["faults"] if name.startswith("fault") else [])):
            yield target, name, octets
    for name, octets in _answers(Version.V1_2):
        yield "client", name, b"text/xml\n" + octets
    for name, octets in _handed():
        yield "client", name, octets
    for name, octets in calls():
        yield "endpoint", name, octets
    for name, octets in _multipart():
        yield "endpoint", f"multipart-{name}", b"/ws\n" + octets
        yield "multipart", name, octets
        yield "dump", name, b"HTTP/1.1 200 OK\r\nContent-Type: " + octets.replace(b"\n", b"\r\n\r\n", 1)
        yield "headers", name, octets.partition(b"\n")[0]
    yield (
        "headers",
        "block",
        b'Content-Type: multipart/related;\r\n\tboundary="a\\"b"; x*=utf-8\'\'%D0\r\nContent-ID: <a>',
    )
    yield "answer", "length", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>"
    chunks = b"2;x\r\n<a\r\n2\r\n/>\r\n0\r\nT: r\r\n\r\n"
    chunked = b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\nX: y\r\n z\r\n\r\n" + chunks
    yield "answer", "chunked", chunked
    packed = gzip.compress(b"<a/>", mtime=0)
    yield "answer", "packed", b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed
    yield (
        "signatures",
        "bare",
        sign(parse(b"<q:a xmlns:q='urn:q' Id='A'/>"), shared_pki().consumer, shared_pki().provider),
    )
    for target in ("transform", "fragments", "walking"):
        yield target, "odd", ODD
        yield target, "business", BUSINESS.octets
        yield target, "request", dict(_requests(Version.V1_1))["get-request"]
    yield "document", "odd", ODD
    yield "document", "everything", EVERYTHING
    yield "value", "document", EVERYTHING
    yield "value", "json", json.dumps(to_json(EVERYTHING, everything()), ensure_ascii=False).encode()
    yield "shown", "odd", ODD
    yield "shown", "everything", EVERYTHING
    yield "markup", "page", MARKUP
    yield "archive", "nested", _archive()
    yield "prefixes", "two", b'req=urn://a/1; xmlns:pkg="urn:b"'
    yield "directive", "two", _registry()
    yield "signatures", "registry", _registry()
    yield "routing", "all", _routing()
    pki = shared_pki()
    yield "notice", "call", soap.envelope(PushNotification(pki.now, (QueueInformation("q", 1),)).to_xml())
    asked = FrguInformation("7700000001", "7700000000000000001", "service", "somebody")
    yield "notice", "mark", soap.envelope(write_generate_mark(asked))
    yield "notice", "marker", soap.envelope(write_marker(Marker(ID, "code")))
    for target, name, octets in _binary():
        yield target, name, octets
        yield "der", f"{target}-{name}", octets
    parts = right_parts(pki)
    yield "evidence", "nothing", in_container(*parts)
    yield "evidence_parts", "nothing", joined(parts)
    address = messages.ReplyTo(1, ID, "code", ID, 0, "node", "x_Ask", "MNEM")
    yield "reply_to", "all", address.encode().encode()
    yield "texts", "time", TIME.encode()
    yield "texts", "code", f"{ID}|123|{b64encode(bytes(256)).decode()}".encode()
    yield "texts", "fault", "SMEV-302:Timestamp идентификатора сообщения слишком давний.".encode()


def main() -> None:
    """Write the seeds that are not there yet: signatures make them differ from time to time."""
    for target, name, octets in seeds():
        if not (FOLDER / target / f"seed-{name}").exists():
            write(target, f"seed-{name}", octets)


if __name__ == "__main__":
    main()
