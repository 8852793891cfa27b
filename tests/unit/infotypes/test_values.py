"""Values go from XML to JSON and back without loss; everything wrong with one is told at its place."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mezhved.infotypes.documents import infoset, read_document
from mezhved.infotypes.values import (
    InvalidValue,
    build_xml,
    example,
    from_form_fields,
    json_schema,
    pointers,
    read_value,
    to_form_fields,
    to_json,
    to_xml,
)
from mezhved.infotypes.values.problems import MOST_PROBLEMS
from tests.support.examples import examples
from tests.support.form_schemas import EVERYTHING, TYPE, everything, field, model_of, root_of
from tests.support.work import growth

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = everything()
MANY = 'minOccurs="0" maxOccurs="unbounded"'
VALUE = {
    "@v": "1.0",
    "@xml:lang": "ru",
    "@{urn:w}extra": "1",
    "@xsi:schemaLocation": "urn:t a.xsd",
    "a": "007",
    "#items": [{"b": " два  пробела "}, {"c": 1}, {"b": ""}, {"c": None}],
    "#items#2": [{"d": "2026-01-01", "e": "1.50"}, {"d": "2026-01-02+03:00"}],
    "a#2": 5,
    "#items#3": [{"круг": 3}, {"квадрат": {"@сторона": 2}}, {"круг": 4}],
    "документ": {"@xsi:type": "Паспорт", "номер": "1", "серия": "2"},
    "f": "X",
    "g": {"@k": True, "#text": "tok en"},
    "числа": [1, 2, 3],
    "u": "true",
    "q": f"{{{TYPE}}}name",
    "смесь": {"#xml": 'текст <w:b xmlns:w="urn:w">внутри</w:b> и после'},
    "любое": {"@xsi:type": f"{{{TYPE}}}СПризнаком", "@k": 0, "#text": "v"},
    "ветвь": {"v": 1, "ветвь": [{"v": 2}, {"v": 3, "ветвь": [{"v": 4}]}]},
    "все": {"y": "Y", "x": "X"},
    "пусто": {"@xsi:nil": 1, "@k": True},
    "имя": "Тест",
    "#any": ['<w:one xmlns:w="urn:w"><w:two a="w:ref"></w:two></w:one>'],
}

KEYS = [*VALUE, "b", "c", "v", "@k", "#text", "x", "", "{urn:x}y"]


def problems(value: Any, model: Any = MODEL) -> dict[str, str]:
    with pytest.raises(InvalidValue) as caught:
        to_xml(value, model)
    return {each.path: each.text.ru for each in caught.value.problems}


def test_every_construct_has_its_form_in_json() -> None:
    assert to_json(EVERYTHING, MODEL) == VALUE


def test_every_construct_comes_back() -> None:
    octets = to_xml(json.loads(json.dumps(VALUE)), MODEL)
    assert to_json(octets, MODEL) == VALUE
    assert list(MODEL.types.schema.iter_errors(octets.decode())) == []
    alike = EVERYTHING.replace(b"<t:q>t:name", b"<t:q>ns1:name").replace(b"> tok  en <", b">tok en<")
    alike = alike.replace(b"> 1 2\n3 <", b">1 2 3<")
    assert infoset(read_document(octets).root, plain=str) == infoset(read_document(alike).root, plain=str)


def test_everything_wrong_is_told_at_once() -> None:
    value = {
        **VALUE,
        "@v": "2.0",
        "аа": 1,
        "a": "x",
        "#items": [{"b": "1", "c": True}, {"zz": 1}],
        "#items#2": [{"e": "1,5"}],
        "документ": {"номер": 1},
        "g": {"#text": [1], "@kk": "1"},
        "числа": ["a", 1],
        "ветвь": {"v": 1, "ветвь": [{"v": 2, "ветвь": "zzz"}]},
        "все": {},
        "f": "Y",
        "наименование": "и то, и другое",
        "#any": ["<a>", f"<b xmlns='{TYPE}'/>", "<c xmlns='urn:c'/>"],
    }
    assert set(problems(value)) == {
        "/@v",
        "/аа",
        "/a",
        "/#items/0/c",
        "/#items/1",
        "/#items/1/zz",
        "/#items#2/0/d",
        "/#items#2/0/e",
        "/документ/@xsi:type",
        "/g/#text",
        "/g/@kk",
        "/числа",
        "/ветвь/ветвь/0/ветвь",
        "/все/x",
        "/f",
        "/наименование",
        "/#any",
        "/#any/0",
        "/#any/1",
    }


def test_a_misspelt_field_is_told_with_what_was_meant() -> None:
    model = root_of(field("Фамилия") + field("Имя"))
    with pytest.raises(InvalidValue) as caught:
        to_xml({"Фамилья": "Тест", "Имя": "Т"}, model)
    found = {each.path: each for each in caught.value.problems}
    assert str(found["/Фамилья"].cure) == "возможно, имелось в виду: Фамилия"
    assert found["/Фамилия"].text.ru == "обязательное поле не заполнено: Фамилия"
    assert found["/Фамилия"].text.en


@pytest.mark.parametrize(
    ("kind", "facets", "value", "told"),
    [
        ("xs:string", '<xs:maxLength value="3"/>', "абвг", "не длиннее 3, сейчас 4"),
        ("xs:string", '<xs:minLength value="1"/>', "", "значение не может быть пустым"),
        ("xs:string", '<xs:length value="2"/>', "а", "длина должна быть 2, сейчас 1"),
        ("xs:string", r'<xs:pattern value="\d{3}-\d{2}"/>', "12", "нужен вид 000-00"),
        ("xs:string", '<xs:pattern value="[АБ]+x?"/>', "В", "не подходит под шаблон [АБ]+x?"),
        (
            "xs:string",
            '<xs:enumeration value="мужской"/><xs:enumeration value="женский"/>',
            "мужской пол",
            "такого значения нет в списке; возможно, имелось в виду: мужской",
        ),
        ("xs:integer", '<xs:maxInclusive value="12"/>', 13, "значение должно быть не больше 12"),
        ("xs:decimal", '<xs:minExclusive value="0"/>', "0", "значение должно быть больше 0"),
        (
            "xs:decimal",
            '<xs:totalDigits value="5"/><xs:fractionDigits value="2"/>',
            "1.234",
            "всего цифр не больше 5, после точки не больше 2",
        ),
        ("xs:date", '<xs:minInclusive value="2000-01-01"/>', "31.12.2020", "нужна дата вида 2026-12-31"),
        (
            "xs:date",
            '<xs:minInclusive value="2000-01-01"/>',
            "1999-12-31",
            "значение должно быть не меньше 2000-01-01",
        ),
        ("xs:gYear", '<xs:minInclusive value="2000"/>', "20", "нужен год вида 2026"),
        ("xs:base64Binary", '<xs:minLength value="1"/>', "не base64", "нужен файл в base64"),
        ("xs:boolean", '<xs:pattern value="true|false"/>', "да", "нужно да или нет: true или false"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_value_is_told_in_words(kind: str, facets: str, value: Any, told: str) -> None:
    model = root_of(field("Поле", kind, facets=facets))
    assert problems({"Поле": value}, model) == {"/Поле": told}


@pytest.mark.parametrize("value", [{}, [], [1, 2], {"x": 1}, "\0", "\ud800", "\ufffe", 10**2000])
def test_no_odd_value_is_taken_for_a_text(value: Any) -> None:
    assert problems({"Поле": value}, root_of(field("Поле")))


@pytest.mark.parametrize(
    "field_",
    [
        {'@a="1"/><чужое b': "1"},
        {"@{urn:x}a b": "1"},
        {"@{urn:\0}a": "1"},
        {"@{urn:x}a": "\0"},
        {"@{http://www.w3.org/2000/xmlns/}a": "urn:x"},
        {"@{http://www.w3.org/2001/XMLSchema-instance}type": "t:a"},
        {"@xml:space": "preserve", "@{http://www.w3.org/XML/1998/namespace}space": "default"},
        {"q": "{urn:\0}a"},
        {"q": "{urn:x}a<b"},
        {"пусто": {"@xsi:nil": "<", "#text": "а"}, "@k": 1},
        {"#any": ['<w:a xmlns:w="urn:w"/><w:b xmlns:w="urn:w"/>']},
        {"смесь": {"#xml": "</content><content>"}},
        {"смесь": {"#xml": "<!DOCTYPE a>"}},
    ],
)
def test_no_field_writes_more_than_its_value(field_: dict[str, Any]) -> None:
    octets, found = build_xml({**VALUE, **field_}, MODEL)
    assert found.found
    assert read_document(octets).root.name.local == "Всё"


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
))  # fmt: skip
@examples(150)
def test_no_value_breaks_the_writer(value: Any) -> None:
    octets, found = build_xml(value, MODEL)
    read_document(octets)
    assert found.found or list(MODEL.types.schema.iter_errors(octets.decode())) == []


def test_values_deeper_than_any_schema_are_refused() -> None:
    deep: dict[str, Any] = {"v": 1}
    for _ in range(5000):
        deep = {"v": 1, "ветвь": [deep]}
    assert any("вложенность" in each for each in problems({**VALUE, "ветвь": deep}).values())
    xml = b"<t:\xd0\x92\xd1\x81\xd1\x91 xmlns:t='%s'>" % TYPE.encode()
    branch = "ветвь".encode()
    nested = (b"<t:%s><t:v>1</t:v>" % branch) * 150 + (b"</t:%s>" % branch) * 150
    reading = read_value(xml + nested + b"</t:\xd0\x92\xd1\x81\xd1\x91>", MODEL)
    assert any("вложенность" in each.text.ru for each in reading.problems)


def test_a_document_that_does_not_fit_is_read_all_the_same() -> None:
    model = root_of(field("Фамилия") + field("Имя") + field("Код", occurs=MANY))
    octets = (
        f'<Запрос xmlns="{TYPE}" лишний="1"><Имя>И</Имя><Фамилия>Ф</Фамилия><Код>1</Код>'
        f"<Чужое><Код>2</Код></Чужое></Запрос>"
    ).encode()
    with pytest.raises(InvalidValue):
        to_json(octets, model)
    reading = read_value(octets, model)
    assert reading.value == {
        "@лишний": "1",
        "Имя": "И",
        "Фамилия": "Ф",
        "Код": ["1"],
        "#unknown": [f'<Чужое xmlns="{TYPE}"><Код>2</Код></Чужое>'],
    }
    assert [each.path for each in reading.problems] == ["/@лишний", "/Фамилия", "/Чужое"]
    assert "#unknown" in str(problems(reading.value, model))


def test_findings_of_a_document_find_their_fields() -> None:
    found = pointers(read_document(EVERYTHING), MODEL)
    assert found["/Всё"] == ""
    assert found["/Всё/@v"] == "/@v"
    assert found["/Всё/a[2]"] == "/a#2"
    assert found["/Всё/c[2]"] == "/#items/3/c"
    assert found["/Всё/d[2]"] == "/#items#2/1/d"
    assert found["/Всё/g"] == "/g/#text"
    assert found["/Всё/g/@k"] == "/g/@k"
    assert found["/Всё/ветвь/ветвь[2]/ветвь/v"] == "/ветвь/ветвь/1/ветвь/0/v"
    assert found["/Всё/документ/серия"] == "/документ/серия"


def test_names_that_clash_have_different_keys() -> None:
    other = '<xs:element name="Имя" type="xs:string" form="unqualified"/>'
    model = root_of(f"{field('Имя')}{other}{field('Код')}{field('Имя')}")
    octets = (
        f'<t:Запрос xmlns:t="{TYPE}"><t:Имя>1</t:Имя><Имя>2</Имя><t:Код>3</t:Код><t:Имя>4</t:Имя></t:Запрос>'
    ).encode()
    value = {"Имя": "1", "Имя#2": "2", "Код": "3", "Имя#3": "4"}
    found = to_json(octets, model)
    assert infoset(read_document(to_xml(found, model)).root) == infoset(read_document(octets).root)
    assert len(found) == len(value)


OPTIONAL = 'minOccurs="0"'
A, B, C = (field(name, "xs:int") for name in "abc")
A_MAYBE, B_MAYBE = (field(name, "xs:int", OPTIONAL) for name in "ab")
C_MANY = field("c", "xs:int", MANY)
D_TWO = field("d", "xs:int", 'minOccurs="0" maxOccurs="2"')
TURNS = (
    f'<xs:sequence maxOccurs="unbounded">{A}<xs:choice {MANY}>{B}<xs:sequence>{C}{D_TWO}</xs:sequence>'
    "</xs:choice></xs:sequence>"
)
TWO_TURNS = f'<xs:sequence minOccurs="2" maxOccurs="2">{A_MAYBE}{B_MAYBE}</xs:sequence>'
EITHER = f"<xs:choice><xs:sequence>{A}{B}</xs:sequence>{C_MANY}</xs:choice>"
ANY_AROUND = (
    f'<xs:any namespace="##other" processContents="lax" minOccurs="0"/>{A}'
    f'<xs:any processContents="skip" {MANY}/>'
)
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.mark.parametrize(
    ("content", "inside", "value"),
    [
        (
            TURNS,
            "<a>1</a><b>1</b><c>2</c><d>3</d><d>4</d><b>5</b><a>2</a><a>3</a><c>1</c>",
            {
                "#items": [
                    {"a": 1, "#items": [{"b": 1}, {"c": 2, "d": [3, 4]}, {"b": 5}]},
                    {"a": 2},
                    {"a": 3, "#items": [{"c": 1}]},
                ]
            },
        ),
        (EITHER, "", {}),
        (
            EITHER,
            "<c>1</c><c>1</c>",
            {"c": [1, 1]},
        ),
        (
            TWO_TURNS,
            "<a>1</a><b>2</b><b>3</b>",
            {"#items": [{"a": 1, "b": 2}, {"b": 3}]},
        ),
        (field("a", "xs:int", 'default="5"'), "<a/>", {"a": ""}),
        (
            field("a", "xs:decimal"),
            f'<a {XSI} xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:int">5</a>',
            {"a": {"@xsi:type": "{http://www.w3.org/2001/XMLSchema}int", "#text": 5}},
        ),
        (
            ANY_AROUND,
            '<w xmlns="urn:w">1 &lt; 2</w><a>1</a><z xmlns=""/>',
            {"#any": '<w xmlns="urn:w">1 &lt; 2</w>', "a": 1, "#any#2": ["<z></z>"]},
        ),
    ],
)
def test_content_models_of_every_make_come_back(content: str, inside: str, value: dict[str, Any]) -> None:
    model = root_of(content)
    octets = f'<Запрос xmlns="{TYPE}">{inside}</Запрос>'.encode()
    assert list(model.types.schema.iter_errors(octets.decode())) == []
    assert to_json(octets, model) == value
    assert to_json(to_xml(value, model), model) == value


def test_blank_fields_of_other_branches_choose_nothing() -> None:
    model = root_of(f"<xs:choice>{field('имя')}{field('наименование')}{field('код')}</xs:choice>")
    octets = to_xml({"имя": "", "наименование": "Учреждение", "код": None}, model)
    assert to_json(octets, model) == {"наименование": "Учреждение"}
    assert to_json(to_xml({"имя": ""}, model), model) == {"имя": ""}


def test_full_names_are_taken_too() -> None:
    model = root_of(field("Имя"), attributes='<xs:attribute name="k" type="xs:string"/>')
    assert to_xml({f"{{{TYPE}}}Имя": "1", "@k": "2"}, model) == to_xml({"Имя": "1", "@k": "2"}, model)


def test_what_is_fixed_is_filled_in_and_blank_fields_are_left_out() -> None:
    model = root_of(
        field("Версия", occurs='fixed="1.0"')
        + field("Вид", occurs='default="обычный"')
        + field("Дата", "xs:date", 'minOccurs="0"')
        + field("Примечание", occurs='minOccurs="0"'),
        attributes='<xs:attribute name="v" use="required" fixed="2"/><xs:attribute name="d" type="xs:date"/>',
    )
    octets = to_xml({"Дата": "", "@d": "", "Примечание": None}, model)
    assert to_json(octets, model) == {"Версия": "1.0", "Вид": "обычный", "@v": "2"}
    assert to_json(to_xml({"Примечание": ""}, model), model)["Примечание"] == ""


def test_numbers_keep_their_digits() -> None:
    model = root_of(field("Сумма", "xs:decimal", MANY) + field("Число", "xs:integer", MANY))
    sums = ["1.50", "+1", "0.10", "100"]
    numbers = [5, -5, "007", "+1", 2**53 - 1, str(2**53), "0" * 30]
    value = {"Сумма": sums, "Число": numbers}
    assert to_json(to_xml(value, model), model) == value
    loose = to_xml({"Сумма": [0.1, 1e-7, 12], "Число": [3.0]}, model)
    assert to_json(loose, model) == {"Сумма": ["0.1", "0.0000001", "12"], "Число": [3]}


def test_blanks_are_kept_where_the_type_says_so() -> None:
    model = root_of(
        field("Текст")
        + field("Строка", "xs:normalizedString")
        + field("Слово", "xs:token")
        + field("Д", "xs:date")
    )
    octets = (
        f'<Запрос xmlns="{TYPE}"><Текст> а\n  б </Текст><Строка> а\nб </Строка><Слово>\n а   б </Слово>'
        f"<Д>\n2026-01-01 </Д></Запрос>"
    ).encode()
    assert to_json(octets, model) == {
        "Текст": " а\n  б ",
        "Строка": " а б ",
        "Слово": "а б",
        "Д": "2026-01-01",
    }


def test_blanks_of_a_union_are_those_of_the_member_that_takes_the_text() -> None:
    union = '<xs:simpleType><xs:union memberTypes="xs:int xs:string"/></xs:simpleType>'
    model = root_of(f'<xs:element name="а">{union}</xs:element>')
    for text, value in ((" 12 ", "12"), (" а  б ", " а  б ")):
        octets = f'<Запрос xmlns="{TYPE}"><а>{text}</а></Запрос>'.encode()
        assert to_json(octets, model) == {"а": value}


def test_keys_of_a_schema_are_looked_after() -> None:
    model = model_of(
        f'<xs:element name="Запрос"><xs:complexType><xs:sequence>{field("Код", occurs=MANY)}</xs:sequence>'
        '</xs:complexType><xs:unique name="коды"><xs:selector xpath="t:Код"/><xs:field xpath="."/>'
        "</xs:unique></xs:element>"
    )
    assert to_xml({"Код": ["тайна", "2"]}, model)
    told = str(problems({"Код": ["тайна", "тайна"]}, model))
    assert "нарушено правило схемы «коды»" in told
    assert "тайна" not in told


@given(st.integers(0, 10_000), st.booleans())
@examples(60)
def test_examples_are_valid_and_go_through_every_form(seed: int, full: bool) -> None:
    value = example(MODEL, random.Random(seed), full=full)
    value.pop("@xml:lang", None)  # may be blank, which a web form cannot say
    octets = to_xml(value, MODEL)
    assert list(MODEL.types.schema.iter_errors(octets.decode())) == []
    assert to_json(octets, MODEL) == value
    fields = to_form_fields(value)
    assert all(isinstance(each, str) for each in fields.values())
    assert to_xml(from_form_fields(fields, MODEL), MODEL) == octets


def test_fields_of_a_web_form_make_a_value() -> None:
    model = root_of(
        field("Имя")
        + field("Согласие", "xs:boolean", 'minOccurs="0"')
        + field("Код", occurs=MANY)
        + '<xs:element name="Пусто" minOccurs="0"><xs:complexType/></xs:element>'
        + field("Дата", "xs:date", 'minOccurs="0" nillable="true"')
    )
    fields = {
        "/Имя": "Тест",
        "/Согласие": "on",
        "/Код/10": "в",
        "/Код/2": "б",
        "/Код/3": "",
        "/Пусто/": "1",
        "/Дата/@xsi:nil": "true",
    }
    value = from_form_fields(fields, model)
    assert value == {"Имя": "Тест", "Согласие": "true", "Код": ["б", "в"], "Пусто": {}, "Дата": None}
    assert to_json(to_xml(value, model), model) == {**value, "Согласие": True}


@given(st.dictionaries(st.text(st.sampled_from("/~01a#@имя "), max_size=12), st.text(max_size=3), max_size=8))
@examples(100)
def test_no_field_of_a_web_form_breaks_anything(fields: dict[str, str]) -> None:
    try:
        value = from_form_fields(fields, MODEL)
    except InvalidValue:
        return
    build_xml(value, MODEL)


@pytest.mark.parametrize("full", [False, True])
def test_the_json_schema_takes_what_is_valid_and_has_an_end(full: bool) -> None:
    schema = json_schema(MODEL)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for seed in range(10):
        validator.validate(example(MODEL, random.Random(seed), full=full))
    validator.validate(VALUE)
    for wrong in ({}, {**VALUE, "a": [1]}, {**VALUE, "нет": 1}, {**VALUE, "#items#2": [{"e": "1"}]}):
        assert not validator.is_valid(wrong)


def test_a_chain_of_types_of_any_length_has_a_json_schema() -> None:
    types = "".join(
        f'<xs:complexType name="Т{each}"><xs:sequence>'
        f'<xs:element name="а" type="t:Т{each + 1}"/></xs:sequence></xs:complexType>'
        for each in range(150)
    )
    last = f'<xs:complexType name="Т150"><xs:sequence>{field("а")}</xs:sequence></xs:complexType>'
    model = root_of('<xs:element name="а" type="t:Т0"/>', extra=types + last)
    assert len(json_schema(model)["$defs"]) == 152
    assert problems(example(model, random.Random(0)), model)


def test_the_work_for_unknown_fields_grows_with_their_number_alone() -> None:
    def judging(count: int) -> Callable[[], object]:
        unknown = {f"неизвестное поле {each}": 1 for each in range(count)}
        value = {**VALUE, **unknown, "x" * 1_000_000: 1}
        return lambda: problems(value)

    assert judging(2000)() == judging(8000)()
    assert len(problems({f"неизвестное поле {each}": 1 for each in range(2000)})) == MOST_PROBLEMS
    assert growth(judging(2000), judging(8000)) < 5


def test_a_text_too_long_is_not_matched_with_patterns_which_would_never_end() -> None:
    model = root_of(field("Имя", facets=r'<xs:pattern value="([а-я]+\s?)+"/><xs:maxLength value="30"/>'))
    assert problems({"Имя": "а" * 60 + "!"}, model) == {"/Имя": "не длиннее 30, сейчас 61"}


def test_threads_do_not_mix_their_verdicts() -> None:
    model = root_of(field("Код", facets=r'<xs:pattern value="\d{3}"/>'))

    def judge(number: int) -> bool:
        text = "123" if number % 2 else "нет"
        return all(bool(build_xml({"Код": text}, model)[1].found) is not bool(number % 2) for _ in range(200))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(judge, range(16)))
