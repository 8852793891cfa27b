"""What is wrong with a form is told at the field that it is about, whatever construct the field lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes.forms import QName
from tests.support.filled_forms import begun, type_of_files
from tests.support.form_schemas import TYPE, field, root_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from tests.support.cabinets import CabinetUnderTest

NUMBER = '<xs:pattern value="[0-9]{3}"/>'
RULES = "http://purl.oclc.org/dsdl/schematron"


def person(occurs: str = "", attributes: str = "") -> str:
    return f"""<xs:element name="Лицо" {occurs}><xs:complexType><xs:sequence>{field("Имя", facets=NUMBER)}
    </xs:sequence>{attributes}</xs:complexType></xs:element>"""


def nested(depth: int) -> str:
    inside = field("Имя", facets=NUMBER)
    for number in range(depth):
        inside = f"""<xs:element name="У{number}"><xs:complexType><xs:sequence>{inside}</xs:sequence>
        </xs:complexType></xs:element>"""
    return inside


def within(depth: int, content: str) -> str:
    for number in range(depth):
        content = f"<У{number}>{content}</У{number}>"
    return content


def rule(context: str, test: str) -> str:
    """Schematron as schemas of ЗАГС carry it, at the root."""
    return f"""<xs:annotation><xs:appinfo><sch:pattern xmlns:sch="{RULES}"
    xmlns:usch="http://www.unisoftware.ru/schematron-extensions" name="p"><sch:rule context="{context}">
    <sch:assert test="{test}">Поля не сходятся</sch:assert></sch:rule></sch:pattern></xs:appinfo>
    </xs:annotation>"""


@dataclass(frozen=True)
class Case:
    """A schema's sequence, a wrong document of it, and where it is told; no place: in the summary alone."""

    name: str
    schema: str
    document: str
    places: tuple[str, ...]
    attributes: str = ""
    extra: str = ""
    given: str = ""
    notes: str = ""
    rules: str = ""

    @property
    def text(self) -> str:
        """The schema."""
        return root_text(
            self.schema, attributes=self.attributes, extra=self.extra, notes=self.notes, rules=self.rules
        )

    @property
    def whole(self) -> bytes:
        """The document."""
        xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        return (
            f'<t:Запрос xmlns:t="{TYPE}" xmlns="{TYPE}" {xsi}{self.given}>{self.document}</t:Запрос>'.encode()
        )

    @property
    def controls(self) -> tuple[str, ...]:
        """What is marked as wrong."""
        return tuple(each for each in self.places if not each.endswith(":1"))


CODE = '<xs:attribute name="Код" type="xs:int" use="required"/>'
EXTENDED = f"""<xs:complexType name="Деньги"><xs:simpleContent><xs:extension base="xs:decimal">{CODE}
</xs:extension></xs:simpleContent></xs:complexType>"""
SHAPES = f"""<xs:complexType name="Фигура" abstract="true"><xs:sequence/></xs:complexType>
<xs:complexType name="Круг"><xs:complexContent><xs:extension base="t:Фигура"><xs:sequence>
{field("Радиус", "xs:int")}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"""
CASES = (
    Case("field", field("Имя", facets=NUMBER), "<Имя>x</Имя>", ("/Имя",)),
    Case("attribute", "", "", ("/@Код",), attributes=CODE),
    Case("attribute's value", "", "", ("/@Код",), attributes=CODE, given=' Код="x"'),
    Case("nested", person(), "<Лицо><Имя>x</Имя></Лицо>", ("/Лицо/Имя",)),
    Case("nested's attribute", person("", CODE), "<Лицо><Имя>123</Имя></Лицо>", ("/Лицо/@Код",)),
    Case(
        "deep",
        nested(9),
        within(9, "<Имя>x</Имя>"),
        ("/" + "/".join(f"У{n}" for n in range(8, -1, -1)) + "/Имя",),
    ),
    Case(
        "second of a list",
        person('maxOccurs="5"'),
        "<Лицо><Имя>123</Имя></Лицо><Лицо><Имя>x</Имя></Лицо>",
        ("/Лицо/1/Имя",),
    ),
    Case(
        "item beyond those shown",
        person('maxOccurs="99"'),
        "<Лицо><Имя>123</Имя></Лицо>" * 40 + "<Лицо><Имя>x</Имя></Лицо>",
        ("/Лицо/40/Имя",),
    ),
    Case(
        "list of values",
        field("Имя", occurs='maxOccurs="5"', facets=NUMBER),
        "<Имя>123</Имя><Имя>x</Имя>",
        ("/Имя/1",),
    ),
    Case(
        "repeated group",
        f'<xs:sequence maxOccurs="3">{field("А", facets=NUMBER)}{field("Б", facets=NUMBER)}</xs:sequence>',
        "<А>123</А><Б>123</Б><А>123</А><Б>x</Б>",
        ("/#items/1/Б",),
    ),
    Case(
        "branch of a choice",
        f"""<xs:choice>{field("А", facets=NUMBER)}{field("Б", facets=NUMBER)}</xs:choice>""",
        "<Б>x</Б>",
        ("/:1/Б",),
    ),
    Case(
        "nothing chosen",
        f"""<xs:choice>{field("А", facets=NUMBER)}{field("Б", facets=NUMBER)}</xs:choice>""",
        "",
        ("/:1",),
    ),
    Case(
        "simple content",
        field("Сумма", "t:Деньги"),
        '<Сумма Код="1">x</Сумма>',
        ("/Сумма/#text",),
        extra=EXTENDED,
    ),
    Case(
        "its attribute",
        field("Сумма", "t:Деньги"),
        '<Сумма Код="x">1</Сумма>',
        ("/Сумма/@Код",),
        extra=EXTENDED,
    ),
    Case(
        "type that is chosen",
        field("Вид", "t:Фигура"),
        '<Вид xsi:type="t:Круг"><Радиус>x</Радиус></Вид>',
        ("/Вид/:Круг/Радиус",),
        extra=SHAPES,
    ),
    Case(
        "key",
        field("Н", "xs:int", 'maxOccurs="9"'),
        "<Н>1</Н><Н>2</Н><Н>1</Н>",
        ("/Н/2",),
        rules='<xs:unique name="u"><xs:selector xpath="t:Н"/><xs:field xpath="."/></xs:unique>',
    ),
    Case(
        "a rule of Schematron at its element",
        person('maxOccurs="5"') + field("Сумма", "xs:int"),
        "<Лицо><Имя>123</Имя></Лицо><Лицо><Имя>500</Имя></Лицо><Сумма>1</Сумма>",
        ("/Лицо/1/Имя",),
        notes=rule("Запрос/Лицо/Имя", ". &lt; 500"),
    ),
)
WHOLE = (
    Case(
        "a rule of Schematron at the root",
        field("А", "xs:int") + field("Б", "xs:int"),
        "<А>2</А><Б>1</Б>",
        (),
        notes=rule("Запрос", "А &lt; Б"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_problem_lands_at_its_field(lone_cabinet: CabinetUnderTest, case: Case) -> None:
    kind = type_of_files({"a.xsd": case.text.encode()}, QName(TYPE, "Запрос"), "VS00002")
    page = begun(lone_cabinet, kind, case.whole)
    shown = page.open("?check=1")
    links = shown.xpath("//*[@id='form-problems']//a")
    assert [tuple(_places(shown.get_element_by_id(each.get("data-to")))) for each in links] == [case.places]
    assert [str(each.get("name")) for each in shown.xpath("//*[@aria-invalid]")] == list(case.controls)


def test_choices_are_told_by_what_their_fields_are_called(lone_cabinet: CabinetUnderTest) -> None:
    choice = (
        f"<xs:choice>{field('ОГРН', doc='Номер записи')}{field('ИННЮЛ', doc='ИНН организации')}</xs:choice>"
    )
    kind = type_of_files({"a.xsd": root_text(choice).encode()}, QName(TYPE, "Запрос"), "VS00003")
    page = begun(lone_cabinet, kind, f'<t:Запрос xmlns:t="{TYPE}"/>'.encode())
    told = page.open("?check=1").get_element_by_id("form-problems").text_content()
    assert "нужно одно из: «Номер записи», «ИНН организации»" in told
    assert "ИННЮЛ" not in told


def test_a_rule_of_a_section_is_told_at_the_section(lone_cabinet: CabinetUnderTest) -> None:
    address = f"""<xs:element name="АдрМО"><xs:complexType><xs:sequence>{field("Регион", "xs:int")}
    {field("МуниципРайон", occurs='minOccurs="0"')}</xs:sequence></xs:complexType></xs:element>"""
    test = (
        "usch:iif(*[local-name()='Регион']!=99, count(*[local-name()='МуниципРайон'])!=0, "
        "count(*[local-name()='МуниципРайон'])!=0 or count(*[local-name()='МуниципРайон'])=0)"
    )
    notes = rule("*[local-name()='АдрМО']", test)
    case = Case("", address, "<АдрМО><Регион>77</Регион></АдрМО>", (), notes=notes)
    kind = type_of_files({"a.xsd": case.text.encode()}, QName(TYPE, "Запрос"), "VS00002")
    shown = begun(lone_cabinet, kind, case.whole).open("?check=1")
    (link,) = shown.xpath("//*[@id='form-problems']//a")
    section = shown.get_element_by_id(link.get("data-to"))
    assert section.tag == "details"
    assert "Поля не сходятся" in section.xpath("./p[contains(@class, 'wrong')]")[0].text_content()


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.name)
def test_a_problem_of_no_field_stands_in_the_summary(lone_cabinet: CabinetUnderTest, case: Case) -> None:
    kind = type_of_files({"a.xsd": case.text.encode()}, QName(TYPE, "Запрос"), "VS00002")
    shown = begun(lone_cabinet, kind, case.whole).open("?check=1")
    (told,) = shown.xpath("//*[@id='form-problems']//li")
    assert told.text_content().strip()
    assert "form-root" in shown.get_element_by_id(told.find("a").get("data-to")).get("class")
    assert not shown.xpath("//*[@aria-invalid]")


def _places(part: HtmlElement) -> list[str]:
    """Where a part with a problem of its own lies: the names of its own controls."""
    own = part.xpath("./p[contains(@class, 'wrong')]")
    assert own, part.attrib
    assert own[0].text_content().strip()
    if part.tag == "fieldset":
        return [str(part.xpath(".//input[@type='radio']/@name")[0]).removeprefix("choose ")]
    return [str(each) for each in part.xpath(".//*[@aria-invalid]/@name")]
