"""Files people keep of an exchange: whatever surrounds the XML, the XML is found."""

from __future__ import annotations

import codecs
from base64 import b64decode

import pytest
from lxml import etree

from mezhved.gost import Verifier
from mezhved.smev3 import mtom, soap
from mezhved.smev3.dumps import read_dump
from mezhved.smev3.signature import find_signatures, sign_document, verify
from mezhved.smev3.versions import Version
from mezhved.texts import MezhvedError
from tests.support import envelopes
from tests.support.pki import shared_pki

PKI = shared_pki()
VERIFIER = Verifier(PKI.provider)
SIGNATURE = "AQIDBAUGBwgJCgsMDQ4PEA=="
ATTACHED = envelopes.request_data().replace(
    "</ns2:SenderProvidedRequestData>",
    "<RefAttachmentHeaderList><RefAttachmentHeader><uuid>u</uuid><Hash>aGFzaA==</Hash><MimeType>text/plain</MimeType>"
    f"<SignaturePKCS7>{SIGNATURE}</SignaturePKCS7></RefAttachmentHeader></RefAttachmentHeaderList>"
    "</ns2:SenderProvidedRequestData>",
)
MESSAGE = soap.envelope(
    sign_document(
        envelopes.operation("SendRequestRequest", ATTACHED, Version.V1_1), PKI.consumer, PKI.provider
    )
)
PACKAGE = mtom.Package("3bd2a7a6-7d53-11ed-9ce8-3388bad5aac4", Version.V1_1.basic)
CONTENT_TYPE, MULTIPART = mtom.write(mtom.extract(MESSAGE, PACKAGE), PACKAGE.parts, "uuid:5f")
FOLDED = CONTENT_TYPE.replace("; ", ";\r\n\t")
HEADERS = f"HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: {CONTENT_TYPE}\r\n\r\n".encode()


def chunked(octets: bytes, size: int = 700) -> bytes:
    pieces = [octets[at : at + size] for at in range(0, len(octets), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


DUMPS = {
    "a message": MESSAGE,
    "an operation": MESSAGE[MESSAGE.index(b"<ns2:SendRequest") : MESSAGE.index(b"</soap:Body>")],
    "with a declaration": b'<?xml version="1.0" encoding="UTF-8"?>\r\n' + MESSAGE,
    "with a byte order mark": codecs.BOM_UTF8 + b'<?xml version="1.0"?>' + MESSAGE,
    "blank lines around": b"\r\n\r\n  " + MESSAGE + b"\r\n\r\n",
    "in UTF-16": '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16")
    + MESSAGE.decode().encode("utf-16-le"),
    "in windows-1251": b'<?xml version="1.0" encoding="windows-1251"?>' + MESSAGE.decode().encode("cp1251"),
    "multipart without headers": MULTIPART,
    "multipart after a blank line": b"\r\n" + MULTIPART,
    "multipart with line feeds": MULTIPART.replace(b"\r\n", b"\n"),
    "multipart cut after the root": MULTIPART.replace(b"--uuid:5f--", b""),
    "multipart with a MIME header": f"Content-Type: {CONTENT_TYPE}\r\n\r\n".encode() + MULTIPART,
    "multipart with a folded header": f"Content-Type: {FOLDED}\r\n\r\n".encode() + MULTIPART,
    "multipart whose header names another boundary": HEADERS.replace(b"uuid:5f", b"uuid:60") + MULTIPART,
    "HTTP answer": HEADERS + MULTIPART,
    "HTTP answer in chunks": HEADERS + chunked(MULTIPART),
    "HTTP request": b"POST /ws HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n\r\n" + MESSAGE,
    "HTTP request in chunks": b"POST /ws HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n" + chunked(MESSAGE),
    "chunks without headers": chunked(MULTIPART),
    "one chunk size left over": b"1ff8\r\n" + MESSAGE,
    "inside other text": b"const xml = `" + MESSAGE + b"`\nmore <text",
    "inside a log line": b"2026-11-22 INFO sent: " + MESSAGE + b" ok",
}


@pytest.mark.parametrize("name", sorted(DUMPS))
def test_the_message_is_found_and_its_signature_holds(name: str) -> None:
    (document,) = read_dump(DUMPS[name])
    ((place, holder, target),) = find_signatures(document.root)
    assert verify(holder, target, VERIFIER, place).valid
    (pkcs7,) = document.root.iter(f"{{{Version.V1_1.basic}}}SignaturePKCS7")
    assert b64decode(pkcs7.text or "") == b64decode(SIGNATURE)


def test_every_exchange_of_an_http_dump_is_read() -> None:
    request = b"POST /ws HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n" + MESSAGE
    assert len(read_dump(request + b"\r\n" + HEADERS + MULTIPART + b"\r\n" + request)) == 3


def test_exchanges_that_follow_without_a_line_end_are_told_apart() -> None:
    request = b"POST /ws HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n" + MESSAGE
    found = read_dump(request + HEADERS + MULTIPART + request)
    assert len(found) == 3
    assert all(b"xop:Include" not in document.octets for document in found)


def test_documents_that_follow_each_other_are_told_apart() -> None:
    document = b'<?xml version="1.0" encoding="UTF-8"?>' + MESSAGE
    assert len(read_dump(document + document)) == 2


def test_a_pretty_printed_message_keeps_its_digest() -> None:
    pretty = etree.tostring(etree.fromstring(MESSAGE), pretty_print=True)
    (document,) = read_dump(pretty)
    ((place, holder, target),) = find_signatures(document.root)
    result = verify(holder, target, VERIFIER, place, diagnose=True)
    assert (result.digest_ok, result.signature_ok) == (True, False)


@pytest.mark.parametrize(
    "octets",
    [b"", b"   ", b"nothing here", b"<a", b"\x00\x01\x02", b"--b\r\n\r\n--b--", b"HTTP/1.1 200 OK\r\n\r\n"],
)
def test_a_file_without_xml_is_an_error_with_a_reason(octets: bytes) -> None:
    with pytest.raises(MezhvedError):
        read_dump(octets)
