"""Every construct of schemas in the browser: parts come and go, choices keep what was typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mezhved.cabinet.directories import dictionaries
from mezhved.cabinet.directories.tables import Table
from mezhved.cabinet.forms.content import content_of, written
from mezhved.cabinet.forms.problems import FormInvalid
from mezhved.cabinet.forms.state import State
from mezhved.infotypes.forms import QName
from mezhved.infotypes.values import to_json, to_xml
from tests.support.filled_forms import FormPage, begun, type_of_files
from tests.support.form_schemas import EVERYTHING, TYPE, everything, everything_text, field, linked, root_text

if TYPE_CHECKING:
    from typing import Any

    from tests.support.cabinets import CabinetUnderTest

ENUM = "".join(f'<xs:enumeration value="{number:03}"/>' for number in range(200))
COUNTRIES = f"""<xs:simpleType><xs:restriction base="xs:string">
<xs:enumeration value="643"><xs:annotation>
<xs:documentation>Россия</xs:documentation></xs:annotation></xs:enumeration>
{ENUM}</xs:restriction></xs:simpleType>"""


def form_with(
    cabinet: CabinetUnderTest, content: str, document: bytes | None = None, **more: str
) -> FormPage:
    """Return the page of a request that holds a sequence."""
    text = root_text(content, **more)
    kind = type_of_files({"a.xsd": text.encode()}, QName(TYPE, "Запрос"), "VS00002")
    return begun(cabinet, kind, document)


def values(page: FormPage) -> dict[str, Any]:
    """Return what a draft holds."""
    return State.parse(page.stored().contents).values


def test_a_document_with_every_construct_is_opened_and_posted_back_unchanged(
    cabinet: CabinetUnderTest,
) -> None:
    kind = type_of_files({"a.xsd": everything_text().encode()}, QName(TYPE, "Всё"), "VS00003")
    page = begun(cabinet, kind, EVERYTHING)
    page.unfold()
    version = page.stored().version
    page.save()
    assert page.stored().version == version
    assert written(page.visit, page.stored()) == to_xml(to_json(EVERYTHING, everything()), everything())


def test_items_are_added_and_removed_within_their_bounds(cabinet: CabinetUnderTest) -> None:
    item = f"""<xs:element name="Лицо" minOccurs="1" maxOccurs="3"><xs:complexType><xs:sequence>
    {field("Имя")}</xs:sequence></xs:complexType></xs:element>"""
    page = form_with(cabinet, item)
    page.press("add /Лицо")
    page.press("add /Лицо")
    for number in range(3):
        page.type(f"/Лицо/{number}/Имя", f"Имя {number}")
    assert page.orders("add") == []
    page.press("remove /Лицо/1")
    assert values(page) == {"Лицо": [{"Имя": "Имя 0"}, {"Имя": "Имя 2"}]}
    page.press("remove /Лицо/1")
    page.press("remove /Лицо/0")
    assert values(page) == {"Лицо": [{"Имя": "Имя 0"}]}
    page.press("add /Лицо")
    page.press("add /Лицо")
    page.press("add /Лицо")
    assert len(values(page)["Лицо"]) == 3


def test_a_choice_holds_one_branch_and_remembers_the_other(cabinet: CabinetUnderTest) -> None:
    page = form_with(
        cabinet,
        f"""<xs:choice><xs:sequence>{field("Имя")}{field("Отчество", occurs='minOccurs="0"')}</xs:sequence>
        {field("Наименование")}</xs:choice>""",
    )
    page.press("choose /:1", **{"choose /:1": "0"})
    page.type("/:1/:1/Имя", "Пётр")
    page.press("choose /:1", **{"choose /:1": "1"})
    page.type("/:1/Наименование", "Пробный банк")
    assert values(page) == {"Наименование": "Пробный банк"}
    page.press("choose /:1", **{"choose /:1": "0"})
    assert values(page) == {"Имя": "Пётр"}
    assert b"Name" not in content_of(page.visit, page.stored())


def test_a_choice_is_made_without_scripts_too(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, f"<xs:choice>{field('Один')}{field('Другой')}</xs:choice>")
    page.save({"choose /:1": "1"})
    page.save({"/:1/Другой": "текст"})
    assert values(page) == {"Другой": "текст"}


def test_types_are_chosen_and_shared_fields_stay(cabinet: CabinetUnderTest) -> None:
    kind = type_of_files({"a.xsd": everything_text().encode()}, QName(TYPE, "Всё"), "VS00003")
    page = begun(cabinet, kind)
    page.press("add /документ")
    page.press("vary /документ", **{"vary /документ": "0"})
    page.type("/документ/:Паспорт/номер", "77")
    page.type("/документ/:Паспорт/серия", "4405")
    page.press("vary /документ", **{"vary /документ": "1"})
    assert values(page)["документ"] == {"@xsi:type": "Свидетельство", "номер": "77"}
    page.press("vary /документ", **{"vary /документ": "0"})
    assert values(page)["документ"] == {"@xsi:type": "Паспорт", "номер": "77", "серия": "4405"}


def test_recursion_opens_to_any_depth(cabinet: CabinetUnderTest) -> None:
    kind = type_of_files({"a.xsd": everything_text().encode()}, QName(TYPE, "Всё"), "VS00003")
    page = begun(cabinet, kind)
    place = "/ветвь"
    page.press(f"add {place}")
    for _ in range(18):
        assert page.press(f"add {place}/ветвь").status_code == 200
        place = f"{place}/ветвь/0"
    assert page.type(f"{place}/v", "18").status_code == 200
    current = values(page)["ветвь"]
    for _ in range(18):
        current = current["ветвь"][0]
    assert current == {"v": "18"}


def test_no_value_is_said_and_taken_back(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, field("Дата", "xs:date", 'nillable="true"'))
    page.type("/Дата", "31.12.2026")
    page.press("nil /Дата")
    assert b'nil="true"' in content_of(page.visit, page.stored())
    page.press("filled /Дата")
    assert values(page) == {"Дата": "2026-12-31"}


def test_what_is_fixed_is_written_and_an_optional_one_is_offered(cabinet: CabinetUnderTest) -> None:
    attributes = '<xs:attribute name="v" use="required" fixed="1.0"/><xs:attribute name="w" fixed="да"/>'
    page = form_with(cabinet, field("Имя", occurs='minOccurs="0"'), attributes=attributes)
    assert b'v="1.0"' in content_of(page.visit, page.stored())
    page.press("add /@w")
    assert 'w="да"' in content_of(page.visit, page.stored()).decode()
    page.press("remove /@w")
    assert "да" not in content_of(page.visit, page.stored()).decode()


def test_dates_and_numbers_are_typed_as_people_write_them(cabinet: CabinetUnderTest) -> None:
    page = form_with(
        cabinet,
        field("Дата", "xs:date")
        + field("Момент", "xs:dateTime")
        + field("Сумма", "xs:decimal")
        + field("Да", "xs:boolean"),
    )
    page.save({"/Дата": "1.2.2026", "/Момент": "01.02.2026 9:05", "/Сумма": "1 234,50", "/Да": "true"})
    assert values(page) == {
        "Дата": "2026-02-01",
        "Момент": "2026-02-01T09:05:00",
        "Сумма": "1234.50",
        "Да": "true",
    }
    assert page.fields()["/Дата"] == "01.02.2026"


def test_a_wrong_number_is_told_at_its_field_as_one_leaves_it(cabinet: CabinetUnderTest) -> None:
    snils = '<xs:pattern value="[0-9]{11}"/>'
    page = form_with(cabinet, field("СНИЛС", facets=snils))
    wrong = page.type("/СНИЛС", "112-233-445 96").content.decode()
    assert "контрольное число" in wrong
    assert values(page) == {"СНИЛС": "11223344596"}
    assert "контрольное" not in page.type("/СНИЛС", "112-233-445 95").content.decode()
    assert 'class="flaw"' in page.type("/СНИЛС", "12").content.decode()


def test_a_long_list_is_searched_in_and_a_meaning_is_taken_for_its_code(cabinet: CabinetUnderTest) -> None:
    page = form_with(cabinet, f'<xs:element name="Страна">{COUNTRIES}</xs:element>')
    asked = page.client.post(
        f"/forms/{page.draft.uid}/find/", {"at": "/Страна", "/Страна": "рос"}, headers={"HX-Request": "true"}
    )
    assert 'data-value="643"' in asked.content.decode()
    page.type("/Страна", "россия")
    assert values(page) == {"Страна": "643"}
    assert "Россия" in page.open().text_content()


def test_an_entry_of_a_dictionary_fills_the_fields_beside_it(cabinet: CabinetUnderTest) -> None:
    table = Table(("Код", "Наименование"), [["643", "Россия"], ["112", "Беларусь"]])
    dictionaries.load("ОКСМ", table, cabinet.under_test.gateway.clock())
    country = "".join(linked(name, "ОКСМ", name) for name in ("Код", "Наименование"))
    page = form_with(
        cabinet,
        f'<xs:element name="Страна"><xs:complexType>{country}</xs:complexType></xs:element>',
    )
    found = page.client.post(
        f"/forms/{page.draft.uid}/find/",
        {"at": "/Страна/@Код", "/Страна/@Код": "бел"},
        headers={"HX-Request": "true"},
    )
    assert 'data-value="112"' in found.content.decode()
    kept = page.type("/Страна/@Код", "112")
    assert values(page) == {"Страна": {"@Код": "112", "@Наименование": "Беларусь"}}
    assert list(json.loads(kept.headers["HX-Trigger"])["formsFilled"]["values"].values()) == ["Беларусь"]
    assert "Беларусь" in kept.content.decode()


def test_what_is_missing_is_told_at_its_field_and_listed_with_links(cabinet: CabinetUnderTest) -> None:
    deep = f"""<xs:element name="Лицо"><xs:complexType><xs:sequence>{field("Фамилия", doc="Фамилия лица")}
    {field("Имя", occurs='minOccurs="0"')}</xs:sequence></xs:complexType></xs:element>"""
    page = form_with(cabinet, deep)
    with pytest.raises(FormInvalid) as raised:
        content_of(page.visit, page.stored())
    assert [each.pointer for each in raised.value.problems] == ["/Лицо/Фамилия"]
    led = page.save({}, "check").headers["Location"]
    assert led.startswith(f"/ask/drafts/{page.draft.uid}/?check=1")
    shown = page.open("?check=1")
    (link,) = shown.xpath("//*[@id='form-problems']//a")
    control = shown.get_element_by_id(link.get("data-to") + "-control")
    assert control.get("name") == "/Лицо/Фамилия"
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-describedby").split()[-1] == link.get("data-to") + "-problem"
    # the whole page of a sending tells the same
    refused = page.client.post(f"/ask/drafts/{page.draft.uid}/send/", {"version": page.stored().version})
    assert refused.status_code == 422


def test_a_file_travels_inside_the_data(cabinet: CabinetUnderTest) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    page = form_with(cabinet, field("Скан", "xs:base64Binary"))
    answer = page.client.post(
        f"/forms/{page.draft.uid}/binary/",
        {"at": "/Скан", "version": "1", "/Скан": SimpleUploadedFile("a.pdf", b"%PDF-1")},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert values(page) == {"Скан": "JVBERi0x"}
    page.press("empty /Скан")
    assert values(page) == {}


def test_attributes_of_other_schemas_are_added_by_name(cabinet: CabinetUnderTest) -> None:
    page = form_with(
        cabinet,
        field("Имя", occurs='minOccurs="0"'),
        attributes='<xs:anyAttribute namespace="##other" processContents="skip"/>',
    )
    page.press("attach /@*", **{"attach /@*": "{urn:w}extra"})
    page.type("/@*/@{urn:w}extra", "1")
    assert b'extra="1"' in content_of(page.visit, page.stored())
    page.press("detach /@*/@{urn:w}extra")
    assert values(page) == {}


def test_ids_that_signatures_need_are_filled_in(cabinet: CabinetUnderTest) -> None:
    page = form_with(
        cabinet, field("Имя"), attributes='<xs:attribute name="Id" type="xs:ID" use="required"/>'
    )
    page.type("/Имя", "Пётр")
    assert b'Id="ID_' in content_of(page.visit, page.stored())
