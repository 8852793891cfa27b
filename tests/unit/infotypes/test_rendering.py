"""Documents are shown whole, by the texts of their schema, and as nothing but text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from mezhved.infotypes.rendering import (
    Branch,
    HtmlOptions,
    Leaf,
    Remark,
    Table,
    ValueKind,
    to_html,
    to_page,
    view,
)
from tests.support.examples import examples
from tests.support.html_texts import normal, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "urn:test:view"


def note(text: str) -> str:
    return f"<xs:annotation><xs:documentation>{text}</xs:documentation></xs:annotation>"


SCHEMA = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" xmlns="{NAMESPACE}"
  elementFormDefault="qualified">
  <xs:simpleType name="Sex"><xs:restriction base="xs:string">
    <xs:enumeration value="M">{note("Мужской")}</xs:enumeration>
    <xs:enumeration value="F">{note("Женский")}</xs:enumeration>
  </xs:restriction></xs:simpleType>
  <xs:complexType name="Base"><xs:sequence>
    <xs:element name="Born" type="xs:date">{note("Родился")}</xs:element>
  </xs:sequence></xs:complexType>
  <xs:complexType name="Special"><xs:complexContent><xs:extension base="Base"><xs:sequence>
    <xs:element name="Extra" type="xs:boolean">{note("Дополнено")}</xs:element>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="Head" type="Base" abstract="true"/>
  <xs:element name="Member" type="Base" substitutionGroup="Head">
    {note("Участник")}</xs:element>
  <xs:element name="Answer">
    {note("Ответ на запрос")}
    <xs:complexType><xs:sequence>
      <xs:element name="Sex" type="Sex" minOccurs="0">{note("Пол")}</xs:element>
      <xs:element name="At" type="xs:dateTime" minOccurs="0">{note("Когда")}</xs:element>
      <xs:element name="Who" type="Base" minOccurs="0">{note("Кто")}</xs:element>
      <xs:element ref="Head" minOccurs="0"/>
      <xs:element name="Paper" minOccurs="0" maxOccurs="unbounded">
        {note("Документ")}
        <xs:complexType><xs:sequence>
          <xs:element name="Number" type="xs:string">{note("Номер")}</xs:element>
          <xs:element name="Issued" minOccurs="0">{note("Выдан")}
            <xs:complexType><xs:sequence>
              <xs:element name="Date" type="xs:date">{note("Дата")}</xs:element>
            </xs:sequence></xs:complexType>
          </xs:element>
        </xs:sequence>
        <xs:attribute name="kind" type="xs:string">{note("Вид")}</xs:attribute>
        </xs:complexType>
      </xs:element>
      <xs:element name="File" type="xs:base64Binary" minOccurs="0"/>
      <xs:element name="Flag" minOccurs="0"><xs:complexType/></xs:element>
      <xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax" namespace="##other"/>
    </xs:sequence></xs:complexType>
  </xs:element>
</xs:schema>"""
HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;b&gt; javascript:alert(3) {{7*7}}"""


@pytest.fixture(scope="module")
def schema() -> Any:
    return xmlschema.XMLSchema10(SCHEMA)


def answer(inner: str) -> bytes:
    return (
        f'<a:Answer xmlns:a="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inner}</a:Answer>'
    ).encode()


def leaves(branch: Branch) -> Iterator[Leaf]:
    for part in branch.parts:
        if isinstance(part, Leaf):
            yield part
        elif isinstance(part, Branch):
            yield from leaves(part)
        elif isinstance(part, Table):
            yield from (cell for row in part.rows for cell in row if cell is not None)


def only(branch: Branch) -> Leaf:
    (found,) = leaves(branch)
    return found


def test_labels_are_the_schemas_own_texts(schema: Any) -> None:
    shown = view(answer("<a:Who><a:Born>1980-01-31</a:Born></a:Who>"), schema)
    assert shown.label.ru == "Ответ на запрос"
    (who,) = shown.parts
    assert isinstance(who, Branch)
    assert who.label.ru == "Кто"
    assert only(shown).label.ru == "Родился"


def test_derived_types_and_substitutes_have_their_own_labels(schema: Any) -> None:
    derived = view(
        answer('<a:Who xsi:type="a:Special"><a:Born>1980-01-31</a:Born><a:Extra>1</a:Extra></a:Who>'), schema
    )
    extra = list(leaves(derived))[-1]
    assert (extra.label.ru, extra.shown.ru, extra.shown.en) == ("Дополнено", "да", "yes")
    substitute = view(answer("<a:Member><a:Born>1980-01-31</a:Born></a:Member>"), schema)
    assert isinstance(substitute.parts[0], Branch)
    assert substitute.parts[0].label.ru == "Участник"
    assert only(substitute).label.ru == "Родился"


@pytest.mark.parametrize(
    ("inner", "shown", "kind"),
    [
        ("<a:Sex>F</a:Sex>", "Женский", ValueKind.CHOICE),
        ("<a:Sex>X</a:Sex>", "X", ValueKind.TEXT),
        ("<a:At>2026-11-22T10:05:00+03:00</a:At>", "22.11.2026 10:05:00 (+03:00)", ValueKind.DATE),
        ("<a:At>2026-11-22T10:05:00.250Z</a:At>", "22.11.2026 10:05:00,250 (UTC)", ValueKind.DATE),
        ("<a:At>вчера</a:At>", "вчера", ValueKind.TEXT),
        ("<a:Flag/>", "указано", ValueKind.EMPTY),
        ("<a:Sex></a:Sex>", "пусто", ValueKind.EMPTY),
        ("<a:File>0KLQtdGB0YI=</a:File>", "файл, 8 байт", ValueKind.BINARY),
        (f"<a:File>{'QUJD' * 20000}</a:File>", "файл, 58,6 КБ", ValueKind.BINARY),
    ],
)
def test_values_are_shown_as_people_read_them(schema: Any, inner: str, shown: str, kind: ValueKind) -> None:
    found = only(view(answer(inner), schema))
    assert (found.shown.ru, found.kind) == (shown, kind)


def test_like_flat_elements_are_a_table(schema: Any) -> None:
    papers = (
        '<a:Paper kind="21"><a:Number>1</a:Number><a:Issued><a:Date>2001-02-03</a:Date></a:Issued></a:Paper>'
        "<a:Paper><a:Number>2</a:Number></a:Paper>"
    )
    (table,) = view(answer(papers), schema).parts
    assert isinstance(table, Table)
    assert [each.label.ru for each in table.columns] == ["Вид", "Номер", "Выдан: Дата"]
    assert [[cell and cell.shown.ru for cell in row] for row in table.rows] == [
        ["21", "1", "03.02.2001"],
        [None, "2", None],
    ]


def test_like_elements_that_are_not_flat_are_numbered(schema: Any) -> None:
    long = "<a:Paper><a:Number>" + "я" * 500 + "</a:Number></a:Paper>"
    parts = view(answer(long + "<a:Paper><a:Number>2</a:Number></a:Paper>"), schema).parts
    assert [(part.number, part.total) for part in parts if isinstance(part, Branch)] == [(1, 2), (2, 2)]
    assert "Документ: 2 из 2" in to_html(view(answer(long * 2), schema))


def test_the_order_of_the_document_is_kept(schema: Any) -> None:
    mixed = "<a:Paper><a:Number>1</a:Number></a:Paper><a:x/><a:Paper><a:Number>2</a:Number></a:Paper>"
    names = [part.name.local for part in view(answer(mixed), schema).parts if not isinstance(part, Remark)]
    assert names == ["Paper", "x", "Paper"]


def test_without_a_schema_names_are_labels() -> None:
    shown = view('<Запрос xmlns="urn:n"><ДатаРождения>1980-01-31</ДатаРождения></Запрос>'.encode())
    leaf = only(shown)
    assert (leaf.label.ru, leaf.shown.ru, leaf.raw) == ("Дата рождения", "31.01.1980", "1980-01-31")


def test_namespaces_with_a_cyrillic_host_are_shown() -> None:
    page = to_page(view('<п:а xmlns:п="http://пф.рф/тип"><п:СНИЛС>000-000-001 00</п:СНИЛС></п:а>'.encode()))
    assert "000-000-001 00" in page


def test_comments_instructions_and_mixed_text_are_shown() -> None:
    octets = "<!-- до --><?вид а?><a>раз<b>два</b>три<!-- внутри --></a><!-- после -->".encode()
    texts = read_page(to_html(view(octets))).texts
    for each in ("до", "вид а", "раз", "два", "три", "внутри", "после"):
        assert each in texts


def test_signatures_are_folded(schema: Any) -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>МТ</SignatureValue></Signature>'
    html = to_html(view(answer(signature), schema))
    assert '<details class="mz-technical">' in html
    assert "Электронная подпись" in html
    assert "МТ" in html


def test_files_are_folded_with_their_size_and_left_out_on_demand(schema: Any) -> None:
    octets = answer(f"<a:File>{'QUJD' * 1000}</a:File>")
    whole = to_html(view(octets, schema))
    assert "<details" in whole
    assert "QUJD" * 1000 in whole
    assert "QUJD" not in to_html(view(octets, schema), HtmlOptions(files=False))
    assert "a file, 2.9 KB" in to_html(view(octets, schema), HtmlOptions(language="en"))


def test_base64_is_a_file_without_a_schema_too() -> None:
    assert only(view(b"<a><f>" + b"QUJD" * 300 + b"</f></a>")).kind is ValueKind.BINARY


@pytest.mark.parametrize(
    "place",
    [
        "<a:Sex>{text}</a:Sex>",
        "<a:At>{text}</a:At>",
        "<a:Who xsi:type={quoted}/>",
        "<a:Paper kind={quoted}><a:Number>{text}</a:Number></a:Paper>" * 2,
        "<a:File>{text}</a:File>",
        "<unknown x={quoted}>{text}</unknown>",
        "<!--{comment}-->",
        "<?x {text}?>",
        "<b:Sex xmlns:b={quoted}>1</b:Sex>",
    ],
)
def test_nothing_of_a_document_becomes_markup(schema: Any, place: str) -> None:
    text, quoted = escape(HOSTILE), quoteattr(HOSTILE)
    octets = answer(place.format(text=text, quoted=quoted, comment=HOSTILE.replace("--", "")))
    for made in (schema, None):
        content = read_page(to_page(view(octets, made)))
        assert not content.tags & {"script", "img", "a", "iframe", "b", "link", "object", "svg", "base"}
        assert not [each for each in content.attributes if each.startswith("on")]
        assert not content.attributes & {"href", "src", "style", "srcdoc", "action", "id", "name"}


def test_texts_of_a_hostile_schema_do_not_become_markup() -> None:
    hostile = SCHEMA.replace("Родился", escape(HOSTILE)).replace("Женский", escape(HOSTILE))
    octets = answer("<a:Sex>F</a:Sex><a:Who><a:Born>1980-01-31</a:Born></a:Who>")
    content = read_page(to_page(view(octets, xmlschema.XMLSchema10(hostile)), title=HOSTILE))
    assert not content.tags & {"script", "img"}
    assert "onerror" in content.texts


def test_deep_documents_are_shown() -> None:
    depth = 199
    octets = b"<a>" * depth + b"x" + b"</a>" * depth
    content = read_page(to_page(view(octets)))
    assert "x" in content.texts


_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12
)
_NAME = st.sampled_from(["a", "Имя", "BirthDate", "x-1", "_2"])
_TREE = st.recursive(
    _TEXT,
    lambda inner: st.tuples(_NAME, st.dictionaries(_NAME, _TEXT, max_size=2), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def written(tree: Any) -> str:
    if isinstance(tree, str):
        return escape(tree)
    name, attributes, children = tree
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{''.join(map(written, children))}</{name}>"


def texts_of(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        return
    _, attributes, children = tree
    yield from attributes.values()
    run = ""
    for child in children:
        if isinstance(child, str):
            run += child
        else:
            yield run
            run = ""
            yield from texts_of(child)
    yield run


@examples(60)
@given(_TREE.filter(lambda tree: not isinstance(tree, str)))
def test_nothing_is_lost(tree: Any) -> None:
    octets = f"<r>{written(tree)}</r>".encode()
    for language in ("ru", "en"):
        content = read_page(to_html(view(octets), HtmlOptions(language=language)))
        for text in texts_of(tree):
            assert normal(text) in content.texts
