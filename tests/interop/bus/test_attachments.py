"""Attachments as strangers send them, inline or in parts, and as they come out on the other side."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import pytest

from tests.support.foreign.pki import checked
from tests.support.foreign.world import Answer, Caller, World, ask, new_id
from tests.support.foreign.writing import HABITS, E, Habit, Raw

if TYPE_CHECKING:
    from lxml import etree

FILE = bytes(range(256)) * 9 + b"\r\n--uuid:x\r\n\0"
XOP = "http://www.w3.org/2004/08/xop/include"


def pkcs7(world: World, caller: Caller, octets: bytes) -> bytes:
    world.pki.openssl.write("attached", octets)
    return checked(
        world.pki.openssl, "cms", "-sign", "-binary", "-in", "attached", "-signer",
        caller.key.certificate_file, "-inkey", caller.key.key_file, "-md", caller.key.digest_name,
        "-outform", "DER",
    )  # fmt: skip


def with_attachment(caller: Caller, message_id: str, content: str, signature: bytes, name: str) -> bytes:
    """A request whose attachment is inline; what is signed is inline in any case."""
    header = caller.b(
        "AttachmentHeader",
        caller.b("contentId", name),
        caller.b("MimeType", "application/pdf"),
        caller.b("SignaturePKCS7", b64encode(signature).decode()),
    )
    attached = caller.b("AttachmentContent", caller.b("Id", name), caller.b("Content", Raw(content)))
    return caller.request(
        message_id,
        ask(),
        caller.b("AttachmentHeaderList", header),
        attached=caller.b("AttachmentContentList", attached),
    )


def delivered(world: World, answer: Answer) -> tuple[bytes, bytes]:
    """Return the file and its PKCS#7 as they came."""
    request = answer.the("GetRequestResponse", "RequestMessage")
    return octets_of(request, "Content"), octets_of(request, "SignaturePKCS7")


def octets_of(element: etree._Element, name: str) -> bytes:
    (found,) = element.iter(f"{{*}}{name}")
    text = found.text or ""
    assert "\n" not in text
    return b64decode(text, validate=True)


@pytest.mark.parametrize(("version", "wrapped"), [("1.1", False), ("1.2", True), ("1.3", False)])
def test_inline_base64_is_taken(world: World, version: str, *, wrapped: bool) -> None:
    caller = world.consumer.but(version=version)
    signature = pkcs7(world, caller, FILE)
    text = b64encode(FILE).decode()
    if wrapped:
        text = "\r\n" + "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76)) + "\r\n  "
    sent = new_id()
    octets = with_attachment(caller, sent, text, signature, "1d0a95.full_request.zip")
    caller.receipt(caller.post(octets), "SendRequestResponse", sent)
    answer = world.provider.but(version=version).take("Request", sent)
    assert answer.content_type.startswith("multipart/related;")
    assert delivered(world, answer) == (FILE, signature)


FORMS = {
    "cxf": ('type="application/xop+xml"; boundary="uuid:b1"; start="<r@x>"; start-info="text/xml"', "\r\n"),
    "soapui": (
        'type="application/xop+xml"; start="<r@x>"; start-info="text/xml"; boundary=----=_P_0',
        "\r\n",
    ),
    "no start": ('boundary="uuid:b1"; type=application/xop+xml', "\r\n"),
    "line feeds": ("boundary=b1", "\n"),
    "quoted odd boundary": ('boundary="a b\'()+_,-./:=?"', "\r\n"),
}


WRITERS = [habit for habit in HABITS if habit.name in {"cxf", "spring", "pretty", "bom", "windows"}]
PACKAGES = [(habit, *form) for habit, form in zip(WRITERS, FORMS.values(), strict=True)]


@pytest.mark.parametrize(("habit", "parameters", "end"), PACKAGES, ids=FORMS)
def test_parts_are_taken_for_what_they_name(world: World, habit: Habit, parameters: str, end: str) -> None:
    caller = world.consumer.but(habit=habit, version="1.1")
    signature = pkcs7(world, caller, FILE)
    sent = new_id()
    octets = with_attachment(caller, sent, "@@CONTENT@@", signature, "подпись и файл.pdf")
    octets = octets.replace(b"@@CONTENT@@", include("cid:file%40x"), 1)
    octets = octets.replace(b64encode(signature), include("cid:sig-1@urn%3A%2F%2Fx-y%2Fz"), 1)
    body = multipart(octets, {"file@x": FILE, "sig-1@urn://x-y/z": signature}, parameters, end)
    answer = caller.post(body, Content_Type=f"multipart/related; {parameters}")
    caller.receipt(answer, "SendRequestResponse", sent)
    assert delivered(world, world.provider.but(version="1.1").take("Request", sent)) == (FILE, signature)


def include(href: str) -> bytes:
    return f'<xop:Include xmlns:xop="{XOP}" href="{href}"/>'.encode()


def multipart(root: bytes, parts: dict[str, bytes], parameters: str, end: str) -> bytes:
    boundary = parameters.partition("boundary=")[2].partition(";")[0].strip('"')
    pieces = [b"This is a preamble.\n" if "cxf" in parameters else b""]
    listed = [("<r@x>", 'application/xop+xml; charset=UTF-8; type="text/xml"', "binary", root)]
    listed += [(f"<{name}>", "application/octet-stream", "binary", octets) for name, octets in parts.items()]
    for name, kind, coding, octets in listed:
        head = f"--{boundary}{end}content-id: {name}{end}Content-Type: {kind}{end}"
        head += f"Content-Transfer-Encoding: {coding}{end}{end}"
        pieces += [head.encode(), octets, end.encode()]
    return b"".join([*pieces, f"--{boundary}--{end}".encode()])


def test_two_files_keep_their_names(world: World) -> None:
    caller, sent = world.consumer, new_id()
    headers, contents = [], []
    for name, octets in (("a", b"first"), ("b", b"")):
        headers.append(
            caller.b("AttachmentHeader", caller.b("contentId", name), caller.b("MimeType", "text/plain"))
        )
        contents.append(
            caller.b(
                "AttachmentContent", caller.b("Id", name), caller.b("Content", b64encode(octets).decode())
            )
        )
    octets = caller.request(
        sent,
        ask(),
        E(headers[0].namespace, "AttachmentHeaderList", headers),
        attached=E(headers[0].namespace, "AttachmentContentList", contents),
    )
    caller.receipt(caller.post(octets), "SendRequestResponse", sent)
    answer = world.provider.take("Request", sent)
    found = {
        one.findtext("{*}Id"): one.findtext("{*}Content")
        for one in answer.envelope.iter("{*}AttachmentContent")
    }
    assert found == {"a": b64encode(b"first").decode(), "b": ""}
