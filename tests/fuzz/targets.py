"""What is fuzzed: every reader of octets from outside, with the errors it may raise and no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fuzz import (
    readers_of_answers,
    readers_of_calls,
    readers_of_der,
    readers_of_evidence,
    readers_of_http,
    readers_of_mime,
    readers_of_shown,
    readers_of_texts,
    readers_of_values,
    readers_of_xml,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_XML = tuple(
    b"<!-- --> <![CDATA[ ]]> <? ?> &#13; &#x9; &amp; &lt; xmlns= xmlns:a= Id= xml:lang <!DOCTYPE xsi:type /> "
    b"</ ]]&gt; \xc2\x85 \xf0\x90\x80\x80".split()
)
_ENVELOPE = tuple(
    b"ns2:MessageID MessagePrimaryContent AttachmentContentList AttachmentContent Content soap:Body "
    b"soap:Header AttachmentHeaderList RefAttachmentHeaderList MessageTypeSelector AckTargetMessage EOL "
    b"types/basic/1.1 types/basic/1.2 types/basic/1.3 types/1.1 types/1.2 types/1.3 routing/1.3 xop:Include "
    b"cid: RequestRejected AsyncProcessingStatus 2026-11-20T15:00:00+03:00 SignaturePKCS7 "
    b"BusinessProcessMetadata".split()
)
_VALUE = (
    *(b'"#items":[{', b'"#any":["', b'"#xml":"', b'"#text":', b'"@xsi:type":"', b'"@xsi:nil":true', b"null"),
    *("Паспорт".encode(), "ветвь".encode(), b"xsi:nil", b"xmlns:t", b"#2", b"1e400", b"-0", b"\\ud800"),
)
_HTML = tuple(
    b"<script> </script> <style> </style> <table><td> <svg> <math> <p <img/src= onerror= style=' url( "
    b"<!-- --> <![CDATA[ ]]> &#x6a; <select> <template> <noscript> data:image/png;base64, <a/href= "
    b"@import {color:".split()
)
_HTTP = (
    *(
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"0\r\n\r\n",
    ),
    *(b"Content-Length: ", b"Content-Encoding: gzip\r\n", b"Connection: close\r\n", b"\r\n\r\n", b"1;x\r\n"),
)
_DER = (
    *(b"\x30\x80", b"\x00\x00", b"\x30\x82", b"\x30\x84\xff\xff\xff\xff", b"\x06\x09", b"\x24\x80"),
    *(b"\x1f\x81", b"\x02\x01", b"\x17\x0d", b"\x18\x0f", b"\xa0\x80", b"\x03\x01\x08"),
    *(b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"),
)
_ZIP = (
    *(b"PK\3\4", b"PK\1\2", b"PK\5\6", b"\0\0", b"manifest.json", b"manifest.p7s", b"chain.json"),
    *(b'{"files":{', b'"steps":[', b'"attachments":[]', b'"runs":[{"before":"', b'"rows":[[1,"","call",'),
)
_MIME = (
    *(b"--b", b"--b--", b"\r\n", b"\r\n\r\n", b"Content-ID: <", b"Content-Type: ", b"boundary=", b'start="<'),
    *(b"Content-Transfer-Encoding: base64", b"quoted-printable", b"multipart/related", b"charset=UTF-8"),
    b"application/xop+xml",
)


@dataclass(frozen=True)
class Target:
    """A reader under fire: `run` returns for every input, whatever it is, or there is a defect.

    `tokens` are words worth putting in, `longest` bounds inputs in octets.
    """

    name: str
    run: Callable[[bytes], None]
    tokens: tuple[bytes, ...] = ()
    longest: int = 4096


TARGETS = {
    target.name: target
    for target in (
        Target("multipart", readers_of_mime.multipart, _MIME),
        Target("inline", readers_of_mime.inline_document, _ENVELOPE + _XML),
        Target("headers", readers_of_mime.headers, _MIME, 1024),
        Target("dump", readers_of_mime.dump, _MIME + _XML),
        Target("client", readers_of_answers.answers, _ENVELOPE + _XML),
        Target("answer", readers_of_http.answer, _HTTP),
        Target("envelope", readers_of_xml.envelope, _ENVELOPE + _XML),
        Target("endpoint", readers_of_calls.run_twice, _ENVELOPE + _XML, 8192),
        Target("call", readers_of_xml.call, _ENVELOPE + _XML),
        Target("transform", readers_of_xml.transform, _XML),
        Target("fragments", readers_of_xml.fragments, _XML),
        Target("walking", readers_of_xml.walking_of_children, _ENVELOPE + _XML),
        Target("signatures", readers_of_xml.signatures, _ENVELOPE + _XML),
        Target("faults", readers_of_xml.faults_read, _ENVELOPE + _XML),
        Target("directive", readers_of_xml.directive, _ENVELOPE + _XML),
        Target("routing", readers_of_xml.routing, _ENVELOPE + _XML),
        Target("notice", readers_of_xml.notice, _XML),
        Target("document", readers_of_values.document, _XML),
        Target("value", readers_of_values.value, _XML + _VALUE),
        Target("shown", readers_of_shown.shown, _XML),
        Target("markup", readers_of_shown.markup, _HTML),
        Target("archive", readers_of_shown.archive, _ZIP),
        Target("prefixes", readers_of_shown.prefixes, (b"=", b";", b"urn:", b"xmlns:", b'"'), 512),
        Target("der", readers_of_der.tree, _DER),
        Target("certificate", readers_of_der.certificate, _DER),
        Target("crl", readers_of_der.crl, _DER),
        Target("ocsp", readers_of_der.ocsp, _DER),
        Target("cms", readers_of_der.cms, _DER),
        Target("key", readers_of_der.private_key, _DER),
        Target("container", readers_of_der.container, _DER),
        Target("bundle", readers_of_der.bundle, _DER),
        Target("reply_to", readers_of_texts.reply_to, (b"eyJ", b'"mid"', b'"eol":', b"="), 1024),
        Target("evidence", readers_of_evidence.container, _ZIP),
        Target("evidence_parts", readers_of_evidence.contents, (*_ZIP, *_DER)),
        Target("texts", readers_of_texts.texts, (b"2026-11-20T15:00:00", b"+03:00", b"SMEV-403:", b"|"), 512),
    )
}
