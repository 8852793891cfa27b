"""A package is examined: what could be expected of it either holds or is named."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import etree

from mezhved.infotypes.examining import Examination, examine_package
from mezhved.infotypes.packages import load_package
from mezhved.infotypes.weight import heaviest, models_of
from tests.support.packages import TYPE, XS, common_schema, request, request_schema, zipped
from tests.support.work import growth

GOOD = {
    "main.xsd": request_schema(),
    "commons.xsd": common_schema(),
    "Эталоны/1/Request.xml": request(attributes=' СНИЛС="11223344595"'),
    "Эталоны/2/Request.xml": request("wrong"),
}


def examine(changes: dict[str, str]) -> Examination:
    files = {path: each.encode() for path, each in (GOOD | changes).items() if each}
    return examine_package(load_package(zipped(files)), today=date(2026, 11, 22))


def test_a_good_package_holds_with_a_negative_etalon_that_is_not_valid() -> None:
    examined = examine({})

    assert examined.holds
    assert [(each.name.local, each.fields, each.kind) for each in examined.roots] == [
        ("Запрос", 2, "request")
    ]
    assert [(each.verdict, each.lossless) for each in examined.samples] == [
        ("valid", True),
        ("invalid", None),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Эталоны/1/Request.xml": request("wrong")}, "Эталоны/1/Request.xml"),
        ({"commons.xsd": ""}, "main.xsd"),
        ({"commons.xsd": common_schema("Другая")}, "main.xsd"),
        ({"main.xsd": "", "commons.xsd": ""}, "нет годных схем"),
        ({"main.xsd": "<broken"}, "нет годных схем"),
    ],
)
def test_what_does_not_hold_is_named(changes: dict[str, str], words: str) -> None:
    examined = examine(changes)

    assert not examined.holds
    assert words in " ".join(each.ru for each in examined.failures)


def test_a_stray_file_that_lacks_its_imports_does_not_spoil_the_package() -> None:
    stray = common_schema("Тип").replace(
        "<xs:simpleType",
        '<xs:import namespace="urn://gone"/><xs:element name="Вид" type="g:x" xmlns:g="urn://gone"/><xs:simpleType',
    )

    examined = examine({"types/stray.xsd": stray.replace("urn://test/commons", "urn://test/stray")})

    assert examined.holds
    assert [each.severity for each in examined.problems] == ["error"]


def test_a_message_that_lacks_its_imports_does() -> None:
    other = request_schema(namespace="urn://test/other/1.0.0", common="urn://gone").replace(
        "urn://test/commons", "urn://gone"
    )

    assert not examine({"other.xsd": other}).holds


def test_samples_of_other_types_are_told_apart() -> None:
    examined = examine({"samples/other.xml": "<a xmlns='urn://other'/>"})

    assert examined.holds
    assert {each.name: each.verdict for each in examined.samples}["samples/other.xml"] == "no-schema"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ('type="xs:string" fixed="1.0"', ""),
        ('type="xs:QName"', "k:вид"),
        ('type="xs:token"', " два   слова "),
        ('type="t:Числа"', "1  2"),
    ],
)
def test_a_value_that_comes_back_in_other_signs_is_not_lost(declared: str, written: str) -> None:
    field = f'<xs:element name="Поле" {declared}/>'
    numbers = '<xs:simpleType name="Числа"><xs:list itemType="xs:int"/></xs:simpleType>'
    kind = f"<xs:complexType><xs:sequence>{field}</xs:sequence></xs:complexType>"
    extra = f'{numbers}<xs:element name="Ответ">{kind}</xs:element>'
    document = f'<Ответ xmlns="{TYPE}" xmlns:k="urn://k"><Поле>{written}</Поле></Ответ>'

    examined = examine({"main.xsd": request_schema(extra=extra), "samples/a.xml": document})

    assert examined.holds
    assert {each.name: each.lossless for each in examined.samples}["samples/a.xml"]


def test_a_long_chain_of_extensions_is_examined_whole() -> None:
    def extension(number: int) -> str:
        part = f'<xs:sequence><xs:element name="e{number}" type="xs:int"/></xs:sequence>'
        body = f'<xs:extension base="t:T{number - 1}">{part}</xs:extension>' if number else part
        inner = f"<xs:complexContent>{body}</xs:complexContent>" if number else part
        return f'<xs:complexType name="T{number}">{inner}</xs:complexType>'

    types = "".join(extension(each) for each in range(20)) + '<xs:element name="Ответ" type="t:T19"/>'
    document = f'<Ответ xmlns="{TYPE}">{"".join(f"<e{each}>1</e{each}>" for each in range(20))}</Ответ>'

    examined = examine({"main.xsd": request_schema(extra=types), "samples/a.xml": document})

    assert examined.holds
    assert {each.name: each.verdict for each in examined.samples}["samples/a.xml"] == "valid"


def answering(*, parts: str, types: str = "", attributes: str = "") -> str:
    """Return a request's schema with an answer of these parts beside it."""
    body = f"{parts}{attributes}"
    return request_schema(
        extra=f'{types}<xs:element name="Ответ"><xs:complexType>{body}</xs:complexType></xs:element>'
    )


NARROWED = (
    '<xs:complexType name="Код"><xs:simpleContent><xs:extension base="xs:string">'
    '<xs:attribute name="вид" type="xs:int"/></xs:extension></xs:simpleContent></xs:complexType>'
)


@pytest.mark.parametrize(
    ("schema", "content"),
    [
        (
            answering(
                types=NARROWED,
                parts='<xs:simpleContent><xs:restriction base="t:Код"><xs:maxLength value="3"/>'
                '<xs:enumeration value="01"/></xs:restriction></xs:simpleContent>',
            ),
            "01",
        ),
        (
            answering(
                parts='<xs:openContent mode="interleave"><xs:any processContents="lax"/></xs:openContent>'
                '<xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>'
            ),
            '<z xmlns="urn://z"/><a>1</a><z xmlns="urn://z">2</z>',
        ),
        (
            answering(
                parts='<xs:all><xs:element name="a" type="xs:int" maxOccurs="2"/>'
                '<xs:element name="b" type="xs:int"/></xs:all>'
            ),
            "<a>1</a><b>2</b><a>3</a>",
        ),
        (
            answering(
                types='<xs:complexType name="К"/><xs:complexType name="Ц"><xs:attribute name="k"/>'
                '<xs:attribute name="n" type="xs:int"/></xs:complexType><xs:complexType name="О">'
                '<xs:attribute name="k"/></xs:complexType>',
                parts='<xs:sequence><xs:element name="a" type="xs:anyType" maxOccurs="2">'
                """<xs:alternative test="@k = '1'" type="t:Ц"/><xs:alternative type="t:О"/></xs:element>"""
                "</xs:sequence>",
            ),
            '<a k="1" n="2"/><a k="3"/>',
        ),
        (
            answering(
                parts='<xs:choice><xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="b" '
                'type="xs:int"/></xs:sequence><xs:sequence><xs:element name="b" type="xs:int"/>'
                '<xs:element name="a" type="xs:int"/></xs:sequence></xs:choice>'
            ),
            "<b>1</b><a>2</a>",
        ),
    ],
    ids=["narrowed text", "open content", "repeats in all", "alternatives", "branches of the same names"],
)
def test_rare_constructs_have_forms_and_their_samples_come_back(schema: str, content: str) -> None:
    examined = examine({"main.xsd": schema, "samples/a.xml": f'<Ответ xmlns="{TYPE}">{content}</Ответ>'})

    assert examined.holds
    assert {each.name: each.lossless for each in examined.samples}["samples/a.xml"]


@pytest.mark.parametrize(
    ("first", "step", "part"),
    [
        (
            '<xs:group name="G0"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:group>',
            '<xs:group name="G{}"><xs:sequence>{}{}</xs:sequence></xs:group>',
            '<xs:group ref="t:G{}"/>',
        ),
        (
            '<xs:attributeGroup name="G0"><xs:attribute name="a"/></xs:attributeGroup>',
            '<xs:attributeGroup name="G{}">{}{}</xs:attributeGroup>',
            '<xs:attributeGroup ref="t:G{}"/>',
        ),
    ],
    ids=["elements", "attributes"],
)
def test_groups_that_double_at_every_step_are_refused_in_words(first: str, step: str, part: str) -> None:
    parts = [part.format(each) for each in range(40)]
    groups = [step.format(each, parts[each - 1], parts[each - 1]) for each in range(1, 40)]

    examined = examine({"main.xsd": answering(types=first + "".join(groups), parts=parts[39])})

    assert not examined.holds
    assert str(2**39) in examined.failures[0].ru


def test_a_union_that_doubles_at_every_step_is_refused_in_words() -> None:
    union = '<xs:simpleType name="U{}"><xs:union memberTypes="t:U{} t:U{}"/></xs:simpleType>'
    first = '<xs:simpleType name="U0"><xs:restriction base="xs:int"/></xs:simpleType>'
    types = first + "".join(union.format(each, each - 1, each - 1) for each in range(1, 40))
    parts = '<xs:sequence><xs:element name="a" type="t:U39"/></xs:sequence>'

    examined = examine({"main.xsd": answering(types=types, parts=parts)})

    assert not examined.holds
    assert str(2**40 - 1) in examined.failures[0].ru


def test_the_weight_of_a_model_is_that_of_its_groups_written_out() -> None:
    two = '<xs:sequence><xs:element name="a" minOccurs="0"/><xs:any/></xs:sequence>'
    group = f'<xs:group name="Г">{two}</xs:group>'
    circle = '<xs:group name="К"><xs:choice><xs:group ref="t:К"/><xs:group ref="t:Г"/></xs:choice></xs:group>'
    parts = '<xs:sequence><xs:element name="b"/><xs:group ref="t:Г"/><xs:group ref="t:К"/></xs:sequence>'
    schema = answering(types=group + circle, parts=parts)

    assert heaviest(models_of(etree.fromstring(schema))) == (5, 2)


def circular(kind: str, body: str) -> str:
    return request_schema("", "xs:string", extra=f'<xs:{kind} name="Круг">{body}</xs:{kind}>')


@pytest.mark.parametrize(
    "schema",
    [
        circular("group", '<xs:sequence><xs:group ref="t:Круг"/></xs:sequence>'),
        circular("simpleType", '<xs:restriction base="t:Круг"/>'),
        circular("complexType", '<xs:complexContent><xs:extension base="t:Круг"/></xs:complexContent>'),
        request_schema("", "xs:string", extra='<xs:element name="a" type="xs:int" default="x"/>'),
        request_schema("", "xs:string", extra='<xs:bar/><xs:element name="a" minOccurs="x" foo="1"/>'),
        circular("simpleType", '<xs:restriction base="xs:string"><xs:length/></xs:restriction>'),
    ],
)
def test_examining_schemas_that_break_rules_ends_and_tells_of_them(schema: str) -> None:
    examined = examine({"main.xsd": schema})

    assert not examined.holds
    assert any("XML Schema" in each.en or "main.xsd" in each.en for each in examined.failures)


def test_the_work_to_read_files_that_refer_to_each_other_grows_with_the_references_alone() -> None:
    def packed(number: int) -> bytes:
        files = {
            f"{each}.xsd": f'<xs:schema {XS} targetNamespace="urn://n{each}">'
            + "".join(f'<xs:import namespace="urn://n{other}"/>' for other in range(number) if other != each)
            + f'<xs:element name="a{each}"/></xs:schema>'
            for each in range(number)
        }
        return zipped({path: each.encode() for path, each in files.items()})

    few, many = packed(10), packed(40)
    package = load_package(many)
    assert len(package.bundles) == 1
    assert len(package.schemas.elements) == 40
    # Every file refers to every other: sixteen times the references.
    assert growth(lambda: load_package(few), lambda: load_package(many)) < 20
