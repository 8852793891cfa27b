"""Hostile inputs that grow: the shapes that cost a careless reader the square of their length."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gost import der_writing as der
from mezhved.smev3.versions import SOAP11, Version
from tests.fuzz.seeds import BUSINESS, seeds

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 4
KIND = b'multipart/related; boundary=b; type="application/xop+xml"\n'
PART = b"--b\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n"
V = Version.V1_2


@dataclass(frozen=True)
class Shape:
    """A way to grow: `make(n)` gives an input of a size in proportion to n."""

    target: str
    name: str
    make: Callable[[int], bytes]
    size: int = 2000


def _envelope(inside: bytes) -> bytes:
    names = f'xmlns:s="{SOAP11}" xmlns="{V.basic}" xmlns:t="{V.types}"'.encode()
    return b"<s:Envelope %b><s:Body>%b</s:Body></s:Envelope>" % (names, inside)


def _request(content: bytes, files: bytes = b"") -> bytes:
    identifier = b"<t:MessageID>3bd2a7a6-7d53-11ed-9ce8-3388bad5aac4</t:MessageID>"
    data = b"<t:SenderProvidedRequestData Id='S'>%b<MessagePrimaryContent>%b</MessagePrimaryContent>"
    body = (data + b"</t:SenderProvidedRequestData>") % (identifier, content)
    return _envelope(b"<t:SendRequestRequest>%b%b</t:SendRequestRequest>" % (body, files))


def _nested(depth: int, count: int) -> bytes:
    return b"<q:a xmlns:q='urn:q'>" + (b"<q:a>" * depth + b"</q:a>" * depth) * count + b"</q:a>"


def _registry(count: int) -> bytes:
    names = f'xmlns:d="{Version.V1_3.directive}" xmlns="{Version.V1_3.basic}"'.encode()
    record = b"<d:RegistryRecord><d:RecordId>%d</d:RecordId><d:Record Id='R%d'><d:RecordContent>"
    end = b"<q:a xmlns:q='urn:q'/></d:RecordContent></d:Record></d:RegistryRecord>"
    records = b"".join(record % (number, number) + end for number in range(count))
    return b"<q:Ask xmlns:q='urn:q'><d:Registry %b>%b</d:Registry></q:Ask>" % (names, records)


def _named(target: str, name: str) -> bytes:
    return next(octets for each, known, octets in seeds() if (each, known) == (target, name))


def _sequence(octets: bytes) -> bytes:
    return der.tlv(0x30, octets)


def _fault(words: str) -> bytes:
    return (f'<s:Fault xmlns:s="{SOAP11}"><faultstring>{words}</faultstring></s:Fault>').encode()


def _deep(count: int) -> bytes:
    octets = b""
    for _ in range(count):
        octets = _sequence(octets)
    return octets


def _base64(octets: bytes) -> bytes:
    return b64encode(octets)


SHAPES = (
    Shape("multipart", "lines like delimiters", lambda n: KIND + PART + b"--bx\r\n" * n + b"--b--"),
    Shape("multipart", "delimiters inside lines", lambda n: KIND + PART + b"x--b" * n + b"\r\n--b--"),
    Shape("multipart", "padding", lambda n: KIND + b"--b" + b" " * n + b"x\r\n" + PART + b"--b--"),
    Shape("multipart", "carriage returns", lambda n: KIND + PART + b"\r" * n + b"\r\n--b--"),
    Shape("multipart", "parts", lambda n: KIND + PART * n, 200),
    Shape("multipart", "headers", lambda n: KIND + b"--b\r\n" + b"A: b\r\n" * n + b"\r\n<a/>\r\n--b--", 400),
    Shape(
        "multipart",
        "folded header",
        lambda n: KIND + b"--b\r\nA: b" + b"\r\n b" * n + b"\r\n\r\n<a/>\r\n--b--",
        400,
    ),
    Shape("headers", "parameters", lambda n: b"a/b" + b';c="\\""' * n),
    Shape("headers", "quotes", lambda n: b"a/b; c=" + b'"' * n),
    Shape("headers", "blanks", lambda n: b"a/b" + b" " * n + b";"),
    Shape("dump", "envelopes without ends", lambda n: b"x" + b"<a:Envelope " * n),
    Shape("dump", "headers", lambda n: b"A: b\r\n" * n),
    Shape("dump", "requests", lambda n: b"POST / HTTP/1.1\r\nA: b\r\n\r\n" * n, 500),
    Shape("dump", "chunks", lambda n: b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n" + b"1\r\n<\r\n" * n),
    Shape("dump", "boundaries", lambda n: b"--b\r\nContent-X: y\r\n\r\n" * n, 500),
    Shape("answer", "header lines", lambda n: b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * n + b"\r\n"),
    Shape("answer", "one header", lambda n: b"HTTP/1.1 200 OK\r\nA: " + b"b" * n),
    Shape(
        "answer",
        "chunks",
        lambda n: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n<\r\n" * n,
    ),
    Shape("answer", "continued", lambda n: b"HTTP/1.1 100 Continue\r\n\r\n" * n),
    Shape("inline", "tags", lambda n: _request(b"<a xmlns='urn:a'>" + b"<b/>" * n + b"</a>")),
    Shape(
        "inline", "a long attribute", lambda n: _request(b"<a xmlns='urn:a' b='" + b"x" * n + b"'/>"), 40_000
    ),
    Shape(
        "inline",
        "contents",
        lambda n: _request(
            BUSINESS.octets,
            b"<AttachmentContentList>"
            + b"<AttachmentContent><Id>a</Id><Content>AAAA</Content></AttachmentContent>" * n
            + b"</AttachmentContentList>",
        ),
        40,
    ),
    Shape("envelope", "siblings", lambda n: _request(b"<a xmlns='urn:a'>" + b"<b/>" * n + b"</a>")),
    Shape("envelope", "nested", lambda n: _request(_nested(100, n)), 8),
    Shape("envelope", "comments", lambda n: _request(b"<a xmlns='urn:a'>" + b"<!-- -->" * n + b"</a>")),
    Shape("transform", "long text", lambda n: b"<a xmlns='urn:a'>" + b"&gt;]" * n + b"</a>"),
    Shape("transform", "siblings", lambda n: b"<a xmlns='urn:a'>" + b"<b xmlns='urn:b'/>" * n + b"</a>", 300),
    Shape(
        "transform",
        "attributes",
        lambda n: b"<a xmlns='urn:a'>" + b"<b x='1' y='2' z='3'/>" * n + b"</a>",
        1000,
    ),
    Shape("fragments", "comments", lambda n: b"<a xmlns='urn:a'>" + b"<!-- < -->" * n + b"</a>", 300),
    Shape("fragments", "nested", lambda n: _nested(200, n), 2),
    Shape("signatures", "records", _registry, 30),
    Shape("directive", "records", _registry, 30),
    Shape("faults", "wrong words", lambda n: _fault("Попытка послать сообщение " + " через метод " * n), 500),
    Shape(
        "texts", "wrong words", lambda n: ("Попытка послать сообщение " + " через метод " * n).encode(), 500
    ),
    Shape("texts", "digits", lambda n: b"2026-11-20T15:00:00." + b"0" * n),
    Shape("der", "nested", _deep, 400),
    Shape("der", "endless", lambda n: b"\x30\x80" * n),
    Shape("der", "endless siblings", lambda n: b"\x30\x80" + b"\x30\x80\x00\x00" * n + b"\x00\x00", 100),
    Shape("der", "a long number", lambda n: der.tlv(0x02, b"\x7f" * n)),
    Shape("der", "a long identifier", lambda n: der.tlv(0x06, b"\x81" * n + b"\x01")),
    Shape("der", "pieces of a string", lambda n: der.tlv(0x24, b"\x04\x01a" * n), 100),
    Shape("certificate", "blocks", lambda n: _named("certificate", "pem") * n, 4),
    Shape("bundle", "begins", lambda n: b"-----BEGIN CERTIFICATE-----\n" * n),
    Shape("key", "begins", lambda n: b"-----BEGIN PRIVATE KEY-----\n" * n),
    Shape("cms", "base64 blanks", lambda n: b"MII" + b" \n" * n),
    Shape("reply_to", "digits", lambda n: _base64(b'{"eol":' + b"9" * n + b"}")),
    Shape("reply_to", "brackets", lambda n: _base64(b'{"mid":' + b"[" * n)),
)
