"""What is hostile or late does no harm: texts of schemas and values, other windows, other people's drafts."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from mezhved.cabinet.forms.state import State
from mezhved.cabinet.models import Draft, DraftFile, Role
from mezhved.infotypes.forms import QName
from tests.support.filled_forms import FormPage, begun, type_of_files
from tests.support.form_schemas import TYPE, field, root_text

if TYPE_CHECKING:
    from tests.support.cabinets import CabinetUnderTest

EVIL = (
    "&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&gt;{{ 7|add:7 }}{% load x %}&lt;img src=x onerror=a(1)&gt;"
)
VALUE = "\"'><script>alert(2)</script><img src=x onerror=alert(3)>{{ visit.account }}"


def form_with(cabinet: CabinetUnderTest, content: str) -> FormPage:
    kind = type_of_files({"a.xsd": root_text(content).encode()}, QName(TYPE, "Запрос"), "VS00002")
    return begun(cabinet, kind)


def values(page: FormPage) -> object:
    return State.parse(page.stored().contents).values


def test_texts_of_schemas_and_values_stay_texts(cabinet: CabinetUnderTest) -> None:
    enumeration = (
        f'<xs:enumeration value="{EVIL}"><xs:annotation><xs:documentation>{EVIL}</xs:documentation>'
        "</xs:annotation></xs:enumeration>"
    )
    page = form_with(
        cabinet,
        field("Имя", doc=EVIL)
        + field("Выбор", facets=enumeration)
        + field("Много", occurs='maxOccurs="5"', doc=EVIL * 4)
        + f'<xs:element name="Ч" fixed="{EVIL}" type="xs:string"/>',
    )
    page.save({"/Имя": VALUE, "/Много/0": VALUE})
    assert page.fields()["/Имя"] == VALUE
    for query in ("", "?check=1"):
        shown = page.open(query)
        assert not shown.xpath("//script[not(@src)] | //img[@onerror] | //*[@onerror]")
        assert "{{ 7|add:7 }}" in page.text
        assert "Пробный official" not in shown.get_element_by_id("draft-form").text_content()


@pytest.mark.parametrize(
    "place",
    [
        "/Нет",
        "/Имя/0",
        "/Имя/../..",
        "/Лицо/999999999/Имя",
        "/Лицо/7777/Имя",
        "/Лицо/-1/Имя",
        "Имя",
        "/" * 500,
        "/\x00",
        "/@*/@x",
    ],
)
def test_places_that_there_are_not_change_nothing(cabinet: CabinetUnderTest, place: str) -> None:
    person = f"""<xs:element name="Лицо" minOccurs="0" maxOccurs="9"><xs:complexType><xs:sequence>
    {field("Имя")}</xs:sequence></xs:complexType></xs:element>"""
    page = form_with(cabinet, field("Имя") + person)
    assert page.type(place, "x").status_code in {200, 404}
    for verb in ("add", "remove", "open", "choose", "vary", "nil", "blank", "attach", "detach", "wipe"):
        answer = page.press(f"{verb} {place}")
        assert answer.status_code in {200, 404}
    assert values(page) in ({}, {"Имя": ""})


def test_signs_that_xml_does_not_know_are_kept_and_told(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Имя"))
    assert "XML" in page.type("/Имя", "a\x01b").content.decode() or values(page) == {"Имя": "a\x01b"}
    page.type("/Имя", "a\x00b")
    assert page.open("?check=1").xpath("//*[@id='form-problems']")


def test_who_types_into_an_older_state_is_told_and_loses_nothing(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Имя") + field("Фамилия"))
    seen = page.stored().version
    page.type("/Имя", "Пётр")
    late = page.type("/Имя", "Павел", version=seen)
    assert late.status_code == 409
    assert late.headers["HX-Retarget"] == "#form-conflict"
    told = html.fragment_fromstring(late.content.decode())
    assert "Пётр" in told.text_content()
    form = told.xpath(".//form")[0]
    assert values(page) == {"Имя": "Пётр"}
    resolved = page.client.post(form.get("action"), dict(form.form_values()))
    assert resolved.status_code == 302
    assert values(page) == {"Имя": "Павел"}


def test_a_whole_form_posted_late_is_compared(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Имя") + field("Фамилия"))
    typed = {**page.fields(), "/Имя": "Павел", "/Фамилия": "Пробный"}
    page.type("/Имя", "Пётр")
    late = page.client.post(f"/forms/{page.draft.uid}/save/", typed)
    assert late.status_code == 409
    assert values(page) == {"Имя": "Пётр"}
    text = html.tostring(html.document_fromstring(late.content.decode()), encoding="unicode", method="text")
    assert "Павел" in text
    assert "Пробный" in text
    # what both windows say alike is no conflict
    again = {**typed, "/Имя": "Пётр", "/Фамилия": ""}
    assert page.client.post(f"/forms/{page.draft.uid}/save/", again).status_code == 302


def test_a_button_pressed_in_an_older_window_changes_nothing(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Имя", occurs='minOccurs="0" maxOccurs="9"'))
    page.press("add /Имя")
    page.press("add /Имя")
    late = page.client.post(
        f"/forms/{page.draft.uid}/change/",
        {"version": "1", "do": "remove /Имя/0"},
        headers={"HX-Request": "true"},
    )
    assert late.status_code == 409
    assert values(page) == {"Имя": ["", ""]}


def test_another_departments_draft_is_not_found(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Имя"))
    kept = DraftFile.objects.create(draft=page.draft, name="a", mime_type="text/plain", size=1, octets=b"a")
    uid = page.draft.uid
    colleague = cabinet.browser(cabinet.member(Role.OFFICIAL, "north", "colleague"))
    stranger = cabinet.browser(cabinet.member(Role.OFFICIAL, "other"))
    for browser in (colleague, stranger):
        assert browser.get(f"/ask/drafts/{uid}/").status_code == 404
        assert browser.get(f"/ask/drafts/{uid}/preview/").status_code == 404
        for path in (
            f"/forms/{uid}/value/",
            f"/forms/{uid}/change/",
            f"/forms/{uid}/find/",
            f"/forms/{uid}/save/",
            f"/forms/{uid}/resolve/",
            f"/forms/{uid}/binary/",
            f"/forms/{uid}/files/",
            f"/forms/{uid}/files/{kept.pk}/remove/",
            f"/forms/{uid}/offers/",
            f"/forms/{uid}/fill/",
            f"/ask/drafts/{uid}/send/",
            f"/ask/drafts/{uid}/options/",
            f"/ask/drafts/{uid}/delete/",
            f"/ask/drafts/{uid}/template/",
        ):
            assert (
                browser.post(path, {"at": "/Имя", "/Имя": "x", "version": "1", "do": "check"}).status_code
                == 404
            )
    assert Draft.objects.filter(uid=uid).exists()
    assert page.client.get(f"/ask/drafts/{uuid.uuid4()}/").status_code == 404


def test_files_go_along_and_away(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Имя"))
    upload = {
        "files": [
            SimpleUploadedFile("../../тайна.pdf", b"%PDF-1", "application/pdf"),
            SimpleUploadedFile("large.bin", b"\0" * 100_000, "what/ever<script>"),
        ]
    }
    page.client.post(f"/forms/{page.draft.uid}/files/", upload)
    rows = list(DraftFile.objects.order_by("pk"))
    assert [(each.name, each.size) for each in rows] == [("тайна.pdf", 6), ("large.bin", 100_000)]
    assert rows[1].blob
    with page.visit.gateway.blobs.open(rows[1].blob) as kept:
        assert kept.read() == b"\0" * 100_000
    page.client.post(f"/forms/{page.draft.uid}/files/{rows[1].pk}/remove/")
    assert rows[1].blob not in set(page.visit.gateway.blobs.keys(2**62))


def test_the_way_back_stays_in_the_cabinet(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Имя"))
    for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = page.save({"back": evil})
        assert answer.headers["Location"].startswith("/#")
