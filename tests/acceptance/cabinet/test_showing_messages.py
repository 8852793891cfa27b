"""One message in all its forms, whatever it says."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pypdf
import pytest

from mezhved.cabinet.models import AuditEntry, Role
from mezhved.cabinet.showing.printing import pdf_of
from mezhved.gateway.journal import note_step
from mezhved.gateway.models import Attachment, MessageKind, StepKind
from mezhved.infotypes.rendering import TooLarge
from mezhved.smev3.messages import SenderProvidedResponseData
from mezhved.smev3.versions import Version
from tests.support.cabinets import work_off
from tests.support.crafted_cms import Parts, signed_data, usual_attributes
from tests.support.kept_messages import HOSTILE, attach, came, dangers, kind_of, packed
from tests.support.pki import NOW, shared_pki
from tests.support.smev_answers import Smev, business, fragment

if TYPE_CHECKING:
    from django.test import Client

    from mezhved.gateway.models import InformationType
    from tests.support.cabinets import CabinetUnderTest

SPACE = "urn://x-test/shown/1.0"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{SPACE}"
  elementFormDefault="qualified">
  <xs:element name="Ask" type="xs:string"/>
  <xs:element name="Tell"><xs:complexType><xs:sequence>
    <xs:element name="Name" type="xs:string" maxOccurs="unbounded">
      <xs:annotation><xs:documentation>Имя {escape(HOSTILE)}</xs:documentation></xs:annotation></xs:element>
    <xs:element name="File" type="xs:base64Binary" minOccurs="0"/></xs:sequence>
    <xs:attribute name="note" type="xs:string"/></xs:complexType></xs:element>
</xs:schema>"""
LOOK = f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:s="{SPACE}">
<xsl:output method="html"/>
<xsl:template match="/s:Tell"><html><body><h1>Справка</h1><script>alert(1)</script>
<p onclick="x()"><xsl:value-of select="s:Name"/></p></body></html></xsl:template></xsl:stylesheet>"""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def tell(name: str = "Проба", note: str = "", file: bytes = b"") -> bytes:
    inside = f"<File>{base64.b64encode(file).decode()}</File>" if file else ""
    return (
        f'<Tell xmlns="{SPACE}" note={quoteattr(note)}><Name>{escape(name)}</Name>{inside}</Tell>'
    ).encode()


@pytest.fixture
def kind(lone_cabinet: CabinetUnderTest) -> InformationType:
    return kind_of(SPACE, "Ask", "Tell", {"main.xsd": SCHEMA})


@pytest.fixture
def browser(lone_cabinet: CabinetUnderTest) -> Client:
    return lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "north"))


def shown(browser: Client, address: str) -> str:
    got = browser.get(address)
    assert got.status_code == 200
    return str(got.content.decode())


def test_nothing_that_a_message_says_acts(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    comment = f"<!--{HOSTILE}--><?do {HOSTILE}?>".encode()
    content = tell(HOSTILE, HOSTILE).replace(b"<Name>", comment + b"<Name>", 1)
    message = came(lone_cabinet, kind, content)
    attach(message, f"{HOSTILE}.zip", packed({f"{HOSTILE}.xml": tell(HOSTILE)}))
    attach(message, "page.html", b"<script>alert(1)</script>", "text/html")
    for said in (
        {
            "message_kind": MessageKind.REJECTION,
            "details": {"reasons": [[HOSTILE, HOSTILE], ["NO_DATA", HOSTILE]]},
        },
        {
            "message_kind": MessageKind.STATUS,
            "details": {"code": HOSTILE, "description": HOSTILE, "parameters": [[HOSTILE, HOSTILE]]},
        },
        {
            "message_kind": MessageKind.NOTICE,
            "details": {"category": HOSTILE, "description": HOSTILE, "fault": HOSTILE, "code": HOSTILE},
        },
        {
            "message_kind": MessageKind.REQUEST,
            "direction": "out",
            "problem": {
                "name": HOSTILE,
                "ru": HOSTILE,
                "en": HOSTILE,
                "cure_ru": HOSTILE,
                "cure_en": HOSTILE,
                "code": HOSTILE,
                "text": HOSTILE,
            },
        },
    ):
        other = came(lone_cabinet, kind, None, **said)  # type: ignore[arg-type]
        other.exchange.counterpart = other.exchange.counterpart_name = other.exchange.author = HOSTILE[:60]
        other.exchange.save()
        pages = [
            shown(browser, f"/messages/{other.uid}/"),
            shown(browser, f"/requests/{other.exchange.uid}/"),
        ]
        assert not [danger for page in pages for danger in dangers(page)]
        assert any("alert(1)" in page for page in pages)
    for address in (
        f"/messages/{message.uid}/",
        f"/messages/{message.uid}/?as=xml",
        f"/requests/{message.exchange.uid}/",
    ):
        page = shown(browser, address)
        assert not dangers(page)
        assert "alert(1)" in page
    assert "U+202E" in shown(browser, f"/messages/{message.uid}/?as=xml")


def test_files_are_saved_and_never_opened_inside_the_site(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, tell())
    name = 'a"b\r\nX-Evil: 1\\..\\..\\etc/passwd;.html'
    attach(message, name, b"<script>alert(1)</script>", "text/html")
    attach(message, "данные.zip", packed({"../../up.svg": "<svg/>", "app_1.xml": tell("Внутри")}))
    page = browser.get(f"/messages/{message.uid}/files/1/")
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "X-Evil" not in page.headers
    assert page.headers["Content-Disposition"] == 'attachment; filename="passwd_.html"'
    assert page.getvalue() == b"<script>alert(1)</script>"
    assert "%D0%B4" in browser.get(f"/messages/{message.uid}/files/2/").headers["Content-Disposition"]
    assert "архив не открыт" in shown(browser, f"/messages/{message.uid}/")
    for path in (
        "files/9/",
        "files/2/inside/1/",
        "files/2/inside/1.1/",
        "files/2/inside/a/",
        "files/1/inside/1/",
    ):
        assert browser.get(f"/messages/{message.uid}/{path}").status_code == 404


def test_an_archive_is_opened_and_its_documents_shown(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, tell())
    inner = packed({"deep.xml": tell("В глубине")})
    attach(
        message,
        "egrn.zip",
        packed({"app_1.xml": tell("Внутри"), "app_1.xml.sig": b"no signature", "more.zip": inner}),
    )
    page = shown(browser, f"/messages/{message.uid}/")
    assert "Внутри" in page
    assert "В глубине" in page
    assert "подпись не читается" in page or "подпись НЕВЕРНА" in page
    got = browser.get(f"/messages/{message.uid}/files/1/inside/3.1/")
    assert got.content == tell("В глубине")
    bomb = packed({"1.xml": bytes(33 * 2**20)})
    attach(message, "bomb.zip", bomb)
    assert "больше допустимого" in shown(browser, f"/messages/{message.uid}/")


def test_a_signature_in_an_archive_may_be_that_of_the_messages_sender(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    pki, octets = shared_pki(), tell("Внутри")
    digest = pki.provider.digest(pki.provider_system.digest_algorithm, octets)
    bare = signed_data([Parts(pki.provider_system, usual_attributes(digest, NOW)).write()], [])
    message = came(lone_cabinet, kind, tell())
    attach(message, "egrn.zip", packed({"app_1.xml": octets, "app_1.xml.sig": bare}))
    assert "чья подпись, неизвестно" in shown(browser, f"/messages/{message.uid}/")
    smev = Smev(Version.V1_2, pki.smev, NOW)
    data = SenderProvidedResponseData(
        message_id="6b1a2c00-c601-11f1-9a2b-0242ac120002",
        to="b3BhcXVl",
        primary_content=fragment(business()),
        id="SIGNED_BY_CALLER",
    )
    reply = smev.multipart(smev.handed_response(data, pki.provider_system, "original"))
    note_step(lone_cabinet.under_test.gateway, StepKind.RECEIVED, reply.content_type, reply.body, message)
    page = shown(browser, f"/messages/{message.uid}/")
    assert f"подпись верна: {pki.provider_system.certificate.subject_name.get('CN')}" in page


def test_a_file_inside_the_xml_is_folded_and_downloaded(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, tell("Имя", "примечание", PNG))
    encoded = base64.b64encode(PNG).decode()
    page = shown(browser, f"/messages/{message.uid}/")
    assert encoded not in page
    address = f"/messages/{message.uid}/value/2/"
    assert address in page
    xml = shown(browser, f"/messages/{message.uid}/?as=xml")
    assert address in xml
    assert "<details" in xml
    got = browser.get(address)
    assert got.content == PNG
    assert got.headers["Content-Disposition"].endswith('-2.png"')
    assert browser.get(f"/messages/{message.uid}/value/3/").status_code == 404


def test_a_huge_document_is_cut_and_downloaded(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    names = b"".join(b"<Name>%d</Name>" % number for number in range(8_000))
    content = b'<Tell xmlns="%s">%s</Tell>' % (SPACE.encode(), names)
    message = came(lone_cabinet, kind, content)
    page = shown(browser, f"/messages/{message.uid}/")
    assert "Показано начало" in page
    assert len(page) < 2_000_000
    xml = shown(browser, f"/messages/{message.uid}/?as=xml")
    assert "Показано начало" in xml
    assert browser.get(f"/messages/{message.uid}/xml/").content == content
    assert browser.get(f"/messages/{message.uid}/pdf/").headers["Location"].startswith("/jobs/")


def test_a_long_document_is_printed_in_the_background(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    names = b"".join(b"<Name>%d</Name>" % number for number in range(202))
    message = came(lone_cabinet, kind, b'<Tell xmlns="%s">%s</Tell>' % (SPACE.encode(), names))
    led = browser.get(f"/messages/{message.uid}/pdf/").headers["Location"]
    work_off(lone_cabinet)
    paper = pypdf.PdfReader(io.BytesIO(browser.get(f"{led}file/").getvalue()))
    assert "201" in paper.pages[-1].extract_text()


def test_what_is_no_xml_is_shown_as_it_is(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, b"<Tell><script>alert(1)</script>")
    for address in (f"/messages/{message.uid}/", f"/messages/{message.uid}/?as=xml"):
        page = shown(browser, address)
        assert not dangers(page)
    assert browser.get(f"/messages/{message.uid}/excel/").status_code == 409
    cyrillic = came(lone_cabinet, kind, '<а xmlns="http://пф.рф/тип"><б>значение</б></а>'.encode())
    assert "значение" in shown(browser, f"/messages/{cyrillic.uid}/")
    assert "http://пф.рф/тип" in shown(browser, f"/messages/{cyrillic.uid}/?as=xml")


def test_excel_keeps_text_that_begins_like_a_formula(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, tell('=HYPERLINK("http://evil")', "+1"))
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/messages/{message.uid}/excel/").content))
    cells = {cell.value: cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert cells['=HYPERLINK("http://evil")'] == "s"


def test_paper_carries_the_xml_and_the_files(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, tell("Проба Пера"), personal_signature=b"<s/>")
    attach(message, "scan.bin", b"scan", "application/octet-stream")
    got = browser.get(f"/messages/{message.uid}/pdf/")
    paper = pypdf.PdfReader(io.BytesIO(got.content))
    assert "Проба Пера" in paper.pages[0].extract_text()
    assert tell("Проба Пера") in [octets for each in paper.attachments.values() for octets in each]
    assert {"official-signature.xml", "scan.bin"} <= set(paper.attachments)
    assert AuditEntry.objects.filter(exchange=message.exchange.uid, action="downloaded").count() == 1


def test_of_a_document_too_large_for_paper_the_beginning_is_printed_and_the_whole_goes_along(
    lone_cabinet: CabinetUnderTest,
) -> None:
    namespace = "urn://mezhved.example/long/1.0"
    schema = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}"
      elementFormDefault="qualified"><xs:element name="Long"><xs:complexType><xs:sequence>
      <xs:element name="Word" type="xs:string" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
      </xs:element></xs:schema>"""
    words = "".join(f"<Word>Слово{number}</Word>" for number in range(40))
    content = f'<Long xmlns="{namespace}">{words}</Long>'.encode()
    message = came(lone_cabinet, kind_of(namespace, "Long", "Long", {"a.xsd": schema}), content)
    gateway = lone_cabinet.under_test.gateway
    with pytest.raises(TooLarge):
        pdf_of(gateway, message, gateway.clock(), most=10)
    paper = pypdf.PdfReader(io.BytesIO(pdf_of(gateway, message, gateway.clock(), most=10, cut=True)))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert "напечатаны первые значения, 10" in text
    assert "Слово9" in text
    assert "Слово10" not in text
    (name,) = [each for each in paper.attachments if each.endswith(".xml")]
    assert paper.attachments[name] == [content]


def test_the_look_of_a_type_stands_in_a_frame_that_can_do_nothing(
    lone_cabinet: CabinetUnderTest, browser: Client
) -> None:
    styled = kind_of(SPACE, "Ask", "Tell", {"main.xsd": SCHEMA, "look.xsl": LOOK})
    message = came(lone_cabinet, styled, tell("Проба"))
    page = shown(browser, f"/messages/{message.uid}/")
    assert "<iframe" in page
    framed = browser.get(f"/messages/{message.uid}/look/")
    assert "Справка" in framed.content.decode()
    assert not dangers(framed.content.decode())
    policy = framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_deleted_data_are_said_to_be_deleted(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, None)
    message.exchange.forgotten_at = lone_cabinet.under_test.clock()
    message.exchange.save()
    attach(message, "1.zip", b"")
    Attachment.objects.filter(message=message).update(octets=None)
    for address in (f"/messages/{message.uid}/", f"/messages/{message.uid}/?as=xml"):
        assert "Содержание удалено" in shown(browser, address)
    assert "срок хранения истёк" in shown(browser, f"/messages/{message.uid}/")
    for path in ("xml/", "pdf/", "excel/", "value/0/", "original/", "look/", "files/1/"):
        assert browser.get(f"/messages/{message.uid}/{path}").status_code == 404


def test_messages_of_other_departments_are_not_there(
    lone_cabinet: CabinetUnderTest, kind: InformationType, browser: Client
) -> None:
    message = came(lone_cabinet, kind, tell("Тайна"), department="other")
    attach(message, "1.zip", packed({"a.xml": tell()}))
    paths = (
        "",
        "signatures/",
        "look/",
        "xml/",
        "original/",
        "pdf/",
        "excel/",
        "value/0/",
        "files/1/",
        "files/1/inside/1/",
    )
    for path in paths:
        assert browser.get(f"/messages/{message.uid}/{path}").status_code == 404
    for path in ("", "status/", "signatures/", "evidence/"):
        assert browser.get(f"/requests/{message.exchange.uid}/{path}").status_code == 404
    for path in ("copy/", "cancel/"):
        assert browser.post(f"/requests/{message.exchange.uid}/{path}").status_code == 404
    journal = lone_cabinet.browser(lone_cabinet.member(Role.ADMINISTRATOR))
    assert "Тайна" in shown(journal, f"/messages/{message.uid}/")
    assert AuditEntry.objects.filter(exchange=message.exchange.uid).count() == 1
