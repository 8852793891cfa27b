"""xop:Include: into base64 before signatures are judged, and out of it as the real server answers."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.smev3 import mtom
from mezhved.smev3.versions import XOP, Version
from mezhved.smev3.xml import parse
from tests.support.examples import examples

BASIC = Version.V1_1.basic
SEED = "3bd2a7a6-7d53-11ed-9ce8-3388bad5aac4"


def include(cid: str) -> str:
    return f'<xop:Include xmlns:xop="{XOP}" href="cid:{cid}"/>'


def headers(signature: str, name: str = "RefAttachmentHeader") -> str:
    return f'<r xmlns:b="{BASIC}"><b:{name}><b:SignaturePKCS7>{signature}</b:SignaturePKCS7></b:{name}></r>'


def contents(content: str) -> str:
    inside = f"<b:Id>a</b:Id><b:Content>{content}</b:Content>"
    return f'<r xmlns:b="{BASIC}"><b:AttachmentContent>{inside}</b:AttachmentContent></r>'


def inlined(document: str, **parts: bytes) -> str:
    return mtom.inline(mtom.Parts(document.encode(), parts)).decode()


@pytest.mark.parametrize("name", ["RefAttachmentHeader", "AttachmentHeader"])
def test_an_include_in_signed_data_becomes_base64_and_nothing_else_changes(name: str) -> None:
    document = "<?pi?> \r\n" + headers(include("p"), name) + "<!-- end -->"
    assert inlined(document, p=b"\x01" * 100) == document.replace(
        include("p"), b64encode(b"\x01" * 100).decode()
    )


@pytest.mark.parametrize(
    "written",
    [
        f'<xop:Include xmlns:xop="{XOP}" href="cid:p"></xop:Include>',
        f"<Include xmlns=\"{XOP}\" href='cid:p'  />",
        f'\n  <x:Include href="cid:p" xmlns:x="{XOP}"/>\n',
        f'<!-- > --><x:Include href="cid:p" xmlns:x="{XOP}"/>',
    ],
)
def test_an_include_is_known_by_its_name_however_it_is_written(written: str) -> None:
    assert inlined(headers(written), p=b"abc") == headers("YWJj")


def test_the_cid_of_the_real_server_is_understood() -> None:
    cid = f"{SEED}-1@urn%3A%2F%2Fx-artefacts-smev-gov-ru%2Fservices%2Fmessage-exchange%2Ftypes%2Fbasic%2F1.1"
    parts = mtom.Parts(headers(include(cid)).encode(), {f"{SEED}-1@{BASIC}": b"abc"})
    assert mtom.inline(parts).decode() == headers("YWJj")


def test_the_content_of_an_attachment_keeps_its_include_and_gives_the_octets() -> None:
    parts = mtom.Parts(contents(include("p")).encode(), {"p": b"\x00file"})
    assert mtom.inline(parts) is parts.root
    element = next(parse(parts.root).iter(f"{{{BASIC}}}Content"))
    assert mtom.content_octets(element, parts) == b"\x00file"


def test_inline_base64_gives_the_octets_too() -> None:
    root = parse(contents("AGZp\r\n bGU=").encode())
    element = next(root.iter(f"{{{BASIC}}}Content"))
    assert mtom.content_octets(element, mtom.NO_PARTS) == b"\x00file"


@pytest.mark.parametrize("content", ["%%%", "YQ", include("none")])
def test_a_content_that_is_not_there_is_an_error(content: str) -> None:
    element = next(parse(contents(content).encode()).iter(f"{{{BASIC}}}Content"))
    with pytest.raises(mtom.MalformedMultipart):
        mtom.content_octets(element, mtom.NO_PARTS)


@pytest.mark.parametrize("document", [headers(include("none")), contents(include("none"))])
def test_an_include_that_names_no_part_is_an_error(document: str) -> None:
    with pytest.raises(mtom.MalformedMultipart):
        inlined(document, p=b"1")


@pytest.mark.parametrize("inside", [include("p") + "text", include("p") * 2, include("p") + "<other/>"])
def test_an_include_beside_other_content_is_an_error(inside: str) -> None:
    with pytest.raises(mtom.MalformedMultipart):
        inlined(headers(inside), p=b"1")


def test_one_part_named_many_times_cannot_blow_the_message_up() -> None:
    many = "".join(
        f"<b:RefAttachmentHeader><b:SignaturePKCS7>{include('p')}</b:SignaturePKCS7></b:RefAttachmentHeader>"
        for _ in range(100)
    )
    with pytest.raises(mtom.MalformedMultipart):
        inlined(f'<r xmlns:b="{BASIC}">{many}</r>', p=b"x" * 100_000)


def test_a_doctype_beside_an_include_is_refused() -> None:
    with pytest.raises(mtom.MalformedMultipart):
        inlined("<!DOCTYPE r>" + headers(include("p")), p=b"1")


def test_a_document_that_is_not_well_formed_is_left_to_the_parser() -> None:
    broken = headers(include("p")).replace("</r>", "")
    assert inlined(broken, p=b"1") == broken


def test_a_document_without_includes_is_not_touched() -> None:
    octets = headers("YWJj").encode()
    assert mtom.inline(mtom.Parts(octets, {})) is octets


def test_extracting_makes_the_includes_of_the_real_server() -> None:
    package = mtom.Package(SEED, BASIC)
    found = mtom.extract(headers("YWJj").encode(), package).decode()
    cid = f"{SEED}-1@urn%3A%2F%2Fx-artefacts-smev-gov-ru%2Fservices%2Fmessage-exchange%2Ftypes%2Fbasic%2F1.1"
    assert found == headers(include(cid))
    assert package.parts == {f"{SEED}-1@{BASIC}": b"abc"}


def test_a_signed_pkcs7_with_line_breaks_stays_as_it_was_signed() -> None:
    package = mtom.Package(SEED, BASIC)
    octets = headers("YW\nJj").encode()
    assert mtom.extract(octets, package) is octets
    assert not package.parts


def test_an_attachment_content_with_line_breaks_is_extracted() -> None:
    package = mtom.Package(SEED, BASIC)
    assert b"xop:Include" in mtom.extract(contents("YW\nJj").encode(), package)
    assert list(package.parts.values()) == [b"abc"]


def test_business_data_are_never_touched() -> None:
    inside = headers("YWJj") + contents("YWJj")
    octets = f'<b:MessagePrimaryContent xmlns:b="{BASIC}">{inside}</b:MessagePrimaryContent>'.encode()
    assert mtom.extract(octets, mtom.Package(SEED, BASIC)) is octets


def test_a_name_of_another_namespace_is_not_extracted() -> None:
    octets = headers("YWJj").replace(BASIC, "urn:other").encode()
    assert mtom.extract(octets, mtom.Package(SEED, BASIC)) is octets


def test_the_answer_is_written_as_the_real_server_writes_it() -> None:
    content_type, octets = mtom.write(b"<a/>", {"p@x": b"\x00"}, f"uuid:{SEED}")
    assert content_type == (
        f'multipart/related; type="application/xop+xml"; boundary="uuid:{SEED}"; '
        'start="<root.message@cxf.apache.org>"; start-info="text/xml"'
    )
    assert (
        octets
        == (
            f"--uuid:{SEED}\r\n"
            'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\n'
            "Content-Transfer-Encoding: binary\r\n"
            "Content-ID: <root.message@cxf.apache.org>\r\n\r\n<a/>\r\n"
            f"--uuid:{SEED}\r\nContent-Type: application/octet-stream\r\n"
            "Content-Transfer-Encoding: binary\r\nContent-ID: <p@x>\r\n\r\n\x00\r\n"
            f"--uuid:{SEED}--"
        ).encode()
    )


@examples(60)
@given(
    signatures=st.lists(st.binary(min_size=1, max_size=60), max_size=4),
    files=st.lists(st.binary(max_size=60), max_size=4),
)
def test_a_message_sent_as_parts_is_the_same_when_inlined(
    signatures: list[bytes], files: list[bytes]
) -> None:
    signed = "".join(
        f"<RefAttachmentHeader><SignaturePKCS7>{b64encode(octets).decode()}</SignaturePKCS7></RefAttachmentHeader>"
        for octets in signatures
    )
    sent = "".join(
        f"<AttachmentContent><Id>a</Id><Content>{b64encode(octets).decode()}</Content></AttachmentContent>"
        for octets in files
    )
    document = f'<m xmlns="{BASIC}">Ж{signed}{sent}</m>'.encode()
    package = mtom.Package(SEED, BASIC)
    content_type, octets = mtom.write(mtom.extract(document, package), package.parts, "uuid:x")
    found = mtom.read(content_type, octets)
    root = parse(mtom.inline(found))
    assert [element.text for element in root.iter(f"{{{BASIC}}}SignaturePKCS7")] == [
        b64encode(item).decode() for item in signatures
    ]
    assert [mtom.content_octets(item, found) for item in root.iter(f"{{{BASIC}}}Content")] == files
