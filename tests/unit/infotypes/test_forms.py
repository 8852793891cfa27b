"""A form says everything that the schema says: what there is, how often, what may be typed, what it means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.infotypes.forms import FieldKind, FormModel, Node, NodeKind, UnknownNode, describe
from mezhved.infotypes.forms.masks import mask_of
from mezhved.infotypes.forms.notes import mended
from mezhved.infotypes.forms.words import spoken
from tests.support.examples import examples
from tests.support.form_schemas import TYPE, everything, field, linked, model_of, root_of
from tests.support.work import growth

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = everything()
MANY = 'minOccurs="0" maxOccurs="unbounded"'


def only(model: FormModel) -> Node:
    (node,) = model.root.children()
    return node


def child(node: Node, key: str) -> Node:
    return next(each for each in node.children() if each.key == key)


def test_every_construct_is_a_node() -> None:
    kinds = [
        (each.key, each.kind.value, each.occurs.least, each.occurs.most) for each in MODEL.root.children()
    ]
    assert kinds == [
        ("@v", "field", 1, 1),
        ("@w", "field", 0, 1),
        ("@xml:lang", "field", 0, 1),
        ("@*", "any-attribute", 0, None),
        ("a", "field", 1, 1),
        ("#items", "choice", 0, None),
        ("#items#2", "group", 0, 3),
        ("a#2", "field", 0, 1),
        ("#items#3", "choice", 0, None),
        ("документ", "section", 0, 1),
        ("f", "field", 0, 1),
        ("g", "section", 0, 1),
        ("числа", "field", 0, 1),
        ("u", "field", 0, 1),
        ("q", "field", 0, 1),
        ("смесь", "section", 0, 1),
        ("любое", "section", 0, 1),
        ("ветвь", "section", 0, 1),
        ("все", "section", 0, 1),
        ("пусто", "section", 0, 1),
        ("", "choice", 1, 1),
        ("#any", "any", 0, 2),
    ]


def test_choices_substitutions_and_types_to_choose_have_their_branches() -> None:
    choice = MODEL.node("/:1")
    assert [each.kind for each in choice.children()] == [NodeKind.GROUP, NodeKind.FIELD]
    assert [each.pointer for each in choice.children()[0].children()] == ["/имя", "/отчество"]
    assert [each.name.local for each in MODEL.node("/#items#3").children() if each.name] == [
        "квадрат",
        "круг",
    ]
    variants = MODEL.node("/документ").children()
    assert [(each.kind, each.key, each.pointer) for each in variants] == [
        (NodeKind.VARIANT, "Паспорт", "/документ"),
        (NodeKind.VARIANT, "Свидетельство", "/документ"),
    ]
    assert [each.key for each in variants[0].children()] == ["номер", "серия"]
    assert [each.key for each in variants[1].children()] == ["@бланк", "номер"]
    assert [each.kind for each in MODEL.node("/смесь").children()] == [NodeKind.XML]
    assert [each.key for each in MODEL.node("/g").children()] == ["@k", "#text"]


def test_fixed_default_nillable_and_prohibited_are_told() -> None:
    root = MODEL.root
    assert (child(root, "@v").fixed, child(root, "@w").default) == ("1.0", "да")
    assert child(root, "пусто").nillable
    assert not child(root, "g").nillable
    assert "@нет" not in {each.key for each in root.children()}


def test_recursive_parts_unfold_as_deep_as_one_asks() -> None:
    node = MODEL.node("/ветвь")
    for _ in range(200):
        node = child(node, "ветвь")
    assert MODEL.node(node.path).pointer == node.pointer == "/ветвь" + "/ветвь/*" * 200


def test_nodes_are_found_by_path_and_by_place_in_json() -> None:
    for path in ("", "/a", "/#items/c", "/документ/:Паспорт/серия", "/ветвь/ветвь/ветвь/v", "/:1/:1/имя"):
        assert MODEL.node(path).path == path
    found = MODEL.at("/ветвь/ветвь/0/ветвь/12/v")
    assert found is not None
    assert found.path == "/ветвь/ветвь/ветвь/v"
    assert (MODEL.at("/документ/серия") or MODEL.root).path == "/документ/:Паспорт/серия"
    assert MODEL.at("/нет") is None
    with pytest.raises(UnknownNode):
        MODEL.node("/ветвь/нет")


def test_a_description_is_json_and_as_deep_as_asked() -> None:
    described = json.loads(json.dumps(describe(MODEL.root, 2), ensure_ascii=False))
    branch = next(each for each in described["children"] if each["key"] == "ветвь")
    assert [each["key"] for each in branch["children"]] == ["v", "ветвь"]
    assert branch["children"][1] == {
        "path": "/ветвь/ветвь",
        "pointer": "/ветвь/ветвь/*",
        "kind": "section",
        "key": "ветвь",
        "name": {"namespace": TYPE, "local": "ветвь"},
        "label": "Ветвь",
        "min": 0,
        "max": None,
        "type": f"{{{TYPE}}}Ветвь",
        "opens": True,
    }


def test_labels_are_the_texts_of_the_schema() -> None:
    long = "Сведения о документе. Заполняются, если " + "заявитель представил документ лично; " * 6
    two = (
        '<xs:element name="б" type="xs:string"><xs:annotation><xs:documentation>Код</xs:documentation>'
        "<xs:documentation>По справочнику\n  СПДУЛ</xs:documentation>"
        '<xs:documentation xml:lang="en">Code</xs:documentation></xs:annotation></xs:element>'
    )
    model = root_of(field("а", doc=long) + two + field("ДатаВыдачиСНИЛС") + field("BirthDate"))
    a, b, c, d = model.root.children()
    assert a.label.ru == "Сведения о документе"
    assert a.hint.ru == " ".join(long.split())
    assert (b.label.ru, b.hint.ru, b.label.en) == ("Код", "По справочнику\nСПДУЛ", "Code")
    assert c.label.ru == "Дата выдачи СНИЛС"
    assert (d.label.ru, d.label.en) == ("Дата рождения", "Birth date")


def test_a_section_without_texts_is_called_as_its_type() -> None:
    kind = (
        '<xs:complexType name="Т"><xs:annotation><xs:documentation>Адрес места жительства</xs:documentation>'
        f"</xs:annotation><xs:sequence>{field('а')}</xs:sequence></xs:complexType>"
    )
    model = root_of('<xs:element name="addr" type="t:Т"/>', extra=kind)
    assert only(model).label.ru == "Адрес места жительства"


@pytest.mark.parametrize(
    ("kind", "facets", "expected"),
    [
        ("xs:string", "", FieldKind.TEXT),
        ("xs:string", '<xs:maxLength value="2000"/>', FieldKind.LONG_TEXT),
        ("xs:integer", "", FieldKind.INTEGER),
        ("xs:decimal", '<xs:fractionDigits value="0"/>', FieldKind.INTEGER),
        ("xs:decimal", "", FieldKind.DECIMAL),
        ("xs:double", "", FieldKind.NUMBER),
        ("xs:boolean", "", FieldKind.BOOLEAN),
        ("xs:date", "", FieldKind.DATE),
        ("xs:gYear", "", FieldKind.YEAR),
        ("xs:gYearMonth", "", FieldKind.YEAR_MONTH),
        ("xs:dateTime", "", FieldKind.DATETIME),
        ("xs:time", "", FieldKind.TIME),
        ("xs:duration", "", FieldKind.DURATION),
        ("xs:base64Binary", "", FieldKind.BINARY),
        ("xs:QName", "", FieldKind.NAME),
        ("xs:string", '<xs:enumeration value="1"/>', FieldKind.CHOICE),
    ],
)
def test_kinds_of_fields_follow_the_types(kind: str, facets: str, expected: FieldKind) -> None:
    found = only(root_of(field("а", kind, facets=facets))).field
    assert found is not None
    assert found.kind is expected


def test_bounds_are_gathered_from_all_the_types_restricted() -> None:
    types = (
        '<xs:simpleType name="А"><xs:restriction base="xs:string"><xs:minLength value="1"/>'
        '<xs:maxLength value="50"/><xs:pattern value="[А-Я]+"/></xs:restriction></xs:simpleType>'
        '<xs:simpleType name="Б"><xs:restriction base="t:А"><xs:maxLength value="10"/>'
        '<xs:pattern value="А.*"/><xs:pattern value="Б.*"/></xs:restriction></xs:simpleType>'
    )
    found = only(root_of(field("а", "t:Б"), extra=types)).field
    assert found is not None
    assert (found.bounds.min_length, found.bounds.max_length) == (1, 10)
    assert found.patterns == (("А.*", "Б.*"), ("[А-Я]+",))


def test_choices_have_labels_from_their_own_texts_or_from_those_of_the_field() -> None:
    own = (
        '<xs:enumeration value="01"><xs:annotation><xs:documentation>Паспорт</xs:documentation>'
        '</xs:annotation></xs:enumeration><xs:enumeration value="02"/>'
    )
    doc = "Вид документа: 01 - нет | 02 – Свидетельство о рождении | 03 - иное"
    model = root_of(field("а", facets=own, doc=doc))
    found = only(model).field
    assert found is not None
    assert [(each.value, each.label) for each in found.options] == [
        ("01", "Паспорт"),
        ("02", "Свидетельство о рождении"),
    ]


def test_a_union_of_choices_is_a_choice_and_one_with_other_values_is_open() -> None:
    def union(members: str) -> str:
        one = '<xs:restriction base="xs:string"><xs:enumeration value="нет"/></xs:restriction>'
        return (
            f'<xs:element name="а"><xs:simpleType><xs:union {members}><xs:simpleType>{one}</xs:simpleType>'
            "</xs:union></xs:simpleType></xs:element>"
        )

    closed, opened = only(root_of(union(""))).field, only(root_of(union('memberTypes="xs:date"'))).field
    assert closed is not None
    assert opened is not None
    assert (closed.kind, closed.open) == (FieldKind.CHOICE, False)
    assert (opened.kind, opened.open, opened.options[0].value) == (FieldKind.TEXT, True, "нет")


@pytest.mark.parametrize(
    ("pattern", "mask"),
    [
        (r"\d{3}-\d{3}-\d{3} \d{2}", "000-000-000 00"),
        (r"[0-9]{3}\-[0-9]{3}", "000-000"),
        (r"[0-9]{4}\s[0-9]{2}", "0000 00"),
        (r"([0-9]{2}\.[0-9]{2})", "00.00"),
        (r"[А-Я]{2}\d", "aa0"),
        (r"[0-9A-F]{2}", "**"),
        (r"3\d{2}", "300"),
        (r"\+7\(\d{3}\)\d{7}", "+7(000)0000000"),
        (r"\d{10}|\d{12}", ""),
        (r"\d{1,5}", ""),
        (r"\d+", ""),
        (r"0\d", ""),
        (r".*", ""),
        (r"[^А]", ""),
        (r"\d{60}", ""),
        (r"", ""),
    ],
)
def test_masks_are_made_of_patterns_of_fixed_length(pattern: str, mask: str) -> None:
    assert mask_of(pattern) == mask


@given(st.text(st.sampled_from(r"\d[]{}()0-9AЯ.+*?|^$3, s"), max_size=20))
@examples(200)
def test_no_pattern_breaks_the_maker_of_masks(pattern: str) -> None:
    assert len(mask_of(pattern)) <= 40


@pytest.mark.parametrize(
    ("element", "code", "mask"),
    [
        (field("СНИЛС", facets=r'<xs:pattern value="\d{3}-\d{3}-\d{3} \d{2}"/>'), "snils", "000-000-000 00"),
        (field("Snils", facets='<xs:length value="11"/>'), "snils", "0" * 11),
        (field("debtorINN"), "inn", ""),
        (field("ИННФЛ", facets='<xs:length value="12"/>'), "inn_person", "0" * 12),
        (field("а", doc="Основной государственный регистрационный номер (ОГРН)"), "ogrn", "0" * 13),
        (field("cad_number", doc="Кадастровый номер"), "cadastral", ""),
        (field("КодВыдДок", facets=r'<xs:pattern value="\d{3}-\d{3}"/>'), "issuer_code", "000-000"),
        (field("PhoneNumber", facets=r'<xs:pattern value="\d{10}"/>'), "phone", "0" * 10),
        (field("snils", facets=r'<xs:pattern value="\d{9}"/>'), None, "0" * 9),
        (field("accountNumber", doc="Учётный номер объекта"), None, ""),
        (field("NoINN"), None, ""),
        (field("ДатаОГРН", "xs:date"), None, ""),
        (field("Фамилия"), None, ""),
    ],
)
def test_known_numbers_are_recognised_only_where_the_schema_takes_them(
    element: str, code: str | None, mask: str
) -> None:
    node = only(root_of(element))
    assert (node.identifier.code if node.identifier else None, node.mask) == (code, mask)


def test_columns_of_one_dictionary_entry_know_one_another() -> None:
    pairs = (
        linked("КодСтр", "ОКСМ", "Цифровой код")
        + linked("НаимСтр", "ОКСМ", "Полное наименование")
        + linked("КодРег", "ССРФ", "Код")
        + linked("КодСтр2", "ОКСМ", "Цифровой код")
        + linked("НаимСтр2", "ОКСМ", "Полное наименование")
    )
    model = model_of(f'<xs:element name="Запрос"><xs:complexType>{pairs}</xs:complexType></xs:element>')
    assert {each.key: each.partners for each in model.root.children()} == {
        "@КодСтр": ("@НаимСтр",),
        "@НаимСтр": ("@КодСтр",),
        "@КодРег": (),
        "@КодСтр2": ("@НаимСтр2",),
        "@НаимСтр2": ("@КодСтр2",),
    }
    link = child(model.root, "@КодСтр").dictionary
    assert link is not None
    assert (link.source, link.name, link.column) == (
        "urn://x-artefacts-smev-gov-ru/link/esnsi2.0",
        "ОКСМ",
        "Цифровой код",
    )


def test_addresses_and_files_are_recognised() -> None:
    address = f'<xs:complexType name="АдрФИАСТип"><xs:sequence>{field("а")}</xs:sequence></xs:complexType>'
    body = (
        field("fias", doc="Код ФИАС")
        + field("houseGuid")
        + field("ФИО")
        + '<xs:element name="Адрес" type="t:АдрФИАСТип"/>'
        + field("Скан", "xs:base64Binary")
        + field("DigestValue", "xs:base64Binary")
        + field("attachmentId")
    )
    nodes = root_of(body, extra=address).root.children()
    assert {each.key: each.address for each in nodes if each.address} == {
        "fias": "guid",
        "houseGuid": "guid",
        "Адрес": "address",
    }
    assert {each.key: each.attachment for each in nodes if each.attachment} == {
        "Скан": "inline",
        "attachmentId": "reference",
    }


def test_texts_read_in_the_wrong_encoding_are_mended() -> None:
    for text in ("ОГРН", "ИНН взыскателя", "Сведения № 1"):
        mangled = "".join(
            bytes([octet]).decode("cp1251") if octet != 0x98 else "\x98" for octet in text.encode()
        )
        assert mended(mangled) == text
        assert mended(text) == text


@given(st.text(max_size=30))
@examples(100)
def test_any_name_can_be_said(name: str) -> None:
    assert spoken(name).ru or not name


def test_rules_between_fields_are_told() -> None:
    model = model_of(
        f'<xs:element name="Запрос"><xs:complexType><xs:sequence>{field("Код", occurs=MANY)}</xs:sequence>'
        '</xs:complexType><xs:unique name="коды"><xs:selector xpath="t:Код"/><xs:field xpath="."/>'
        "</xs:unique></xs:element>"
    )
    assert describe(model.root, 0)["constraints"] == [
        {"kind": "unique", "name": "коды", "selector": "t:Код", "fields": ["."]}
    ]


def test_an_unknown_root_is_told() -> None:
    with pytest.raises(UnknownNode, match="Нет"):
        model_of('<xs:element name="Запрос" type="xs:string"/>', "Нет")


def test_the_work_to_open_a_form_grows_with_its_width_alone() -> None:
    def opening(width: int) -> Callable[[], object]:
        sections = "".join(
            f'<xs:complexType name="Т{each}"><xs:sequence>{field("а")}</xs:sequence></xs:complexType>'
            for each in range(width)
        )
        elements = "".join(f'<xs:element name="Р{each}" type="t:Т{each}"/>' for each in range(width))
        model = root_of(elements, extra=sections)
        return lambda: describe(model.root, 1)

    assert growth(opening(50), opening(200)) < 5
