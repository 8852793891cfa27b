"""The rules of urn://smev-gov-ru/xmldsig/transform, one by one, in both implementations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import etree

from mezhved.smev3 import native, transform
from mezhved.smev3.transform import TransformError
from mezhved.smev3.xml import parse
from tests.support.transforms import CANONICAL, SIGNED

if TYPE_CHECKING:
    from mezhved.smev3.transform import Octets

pytestmark = pytest.mark.parametrize("signed", SIGNED)


def text_of(signed: Octets, content: str) -> str:
    """Return what the content of an element becomes."""
    octets = signed(parse(f'<a xmlns="urn:a">{content}</a>'.encode())).decode()
    return octets.removeprefix('<ns1:a xmlns:ns1="urn:a">').removesuffix("</ns1:a>")


def value_of(signed: Octets, value: str) -> str:
    octets = signed(parse(f'<a xmlns="urn:a" v="{value}"/>'.encode())).decode()
    return octets.removeprefix('<ns1:a xmlns:ns1="urn:a" v="').removesuffix('"></ns1:a>')


def test_prefixes_are_numbered_anew_for_every_sibling_and_never_reused(signed: Octets) -> None:
    document = (
        b'<?go?><e xmlns="urn:1" xmlns:p="urn:2" xmlns:q="urn:3" xmlns:unused="urn:4">\n'
        b' <p:x><q:y/><p:z/></p:x><p:x>0</p:x><q:y xmlns:again="urn:1"><again:e> </again:e></q:y>\n</e>'
    )
    assert signed(parse(document)) == (
        b'<ns1:e xmlns:ns1="urn:1">'
        b'<ns2:x xmlns:ns2="urn:2"><ns3:y xmlns:ns3="urn:3"></ns3:y><ns2:z></ns2:z></ns2:x>'
        b'<ns4:x xmlns:ns4="urn:2">0</ns4:x>'
        b'<ns5:y xmlns:ns5="urn:3"><ns1:e></ns1:e></ns5:y></ns1:e>'
    )


def test_attributes_are_sorted_qualified_first_and_their_namespaces_numbered_in_that_order(
    signed: Octets,
) -> None:
    document = (
        b'<e:a xmlns:e="urn:5" xmlns:f="urn:9" xmlns:g="urn:0"'
        b' f:z="1" b="2" B="3" a="4" g:c="5" e:d="6" e:D="7"/>'
    )
    assert signed(parse(document)) == (
        b'<ns1:a xmlns:ns1="urn:5" xmlns:ns2="urn:0" xmlns:ns3="urn:9"'
        b' ns2:c="5" ns1:D="7" ns1:d="6" ns3:z="1" B="3" a="4" b="2"></ns1:a>'
    )


def test_attributes_compare_by_utf16_units_as_in_java(signed: Octets) -> None:
    high, astral = "\uff5e", "\U0001f600"
    document = f'<a xmlns="urn:a" xmlns:h="urn:{high}" xmlns:s="urn:{astral}" h:x="1" s:x="2"/>'
    assert signed(parse(document.encode())).decode() == (
        f'<ns1:a xmlns:ns1="urn:a" xmlns:ns2="urn:{astral}" xmlns:ns3="urn:{high}"'
        ' ns2:x="2" ns3:x="1"></ns1:a>'
    )
    names = f'<a xmlns="urn:a" {high}="1" \U00020000="2" z="3"/>'
    assert signed(parse(names.encode())).decode() == (
        f'<ns1:a xmlns:ns1="urn:a" z="3" \U00020000="2" {high}="1"></ns1:a>'
    )


def test_an_attribute_in_the_namespace_of_its_element_keeps_a_prefix(signed: Octets) -> None:
    assert signed(parse(b'<a xmlns="urn:a" xmlns:p="urn:a" p:x="1" x="2"/>')) == (
        b'<ns1:a xmlns:ns1="urn:a" ns1:x="1" x="2"></ns1:a>'
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (" \t\n&#13; ", ""),
        ("\xa0", "\xa0"),
        ("\u2003", "\u2003"),
        ("\x85", "&#x85;"),
        ("  a  ", "  a  "),
        ("a<!-- c --> <!-- c -->b", "a b"),
        (" <!-- c -->a", " a"),
        ("a<?p?> <?p?>b", "ab"),
        ("a<![CDATA[ <&]]>b", "a &lt;&amp;b"),
        ("<![CDATA[ ]]>", ""),
        ("\"'\t\n.", "\"'\t\n."),
    ],
)
def test_blank_text_events_vanish_and_the_others_stay_whole(
    signed: Octets, content: str, expected: str
) -> None:
    assert text_of(signed, content) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > b", "a > b"),
        (">", "&gt;"),
        (">>", "&gt;>"),
        ("]>", "]&gt;"),
        ("]]>>", "]]&gt;>"),
        ("&>", "&amp;>"),
        ("a\r>\x7f>\x9f>", "a&#xd;>&#x7f;>&#x9f;>"),
        ("12345678901>", "12345678901>"),
        ("&>345678901", "&amp;>345678901"),
        ("&>3456789012", "&amp;&gt;3456789012"),
        (">>>4567890123", "&gt;&gt;&gt;4567890123"),
        ("1234567890<>>x>", "1234567890&lt;&gt;&gt;x>"),
        ("12345678901\x80>", "12345678901&#x80;&gt;"),
        ("12345678901]>>", "12345678901]&gt;&gt;"),
        ("&>" + "\U0001f600" * 5, "&amp;&gt;" + "\U0001f600" * 5),
        ("&>" + "\U0001f600" * 4 + "x", "&amp;>" + "\U0001f600" * 4 + "x"),
        ("x" * 511 + ">", "x" * 511 + ">"),
        ("x" * 512 + ">", "x" * 512 + "&gt;"),
        ("x" * 512 + ">>y>", "x" * 512 + "&gt;&gt;y>"),
        ("x" * 511 + "]>", "x" * 511 + "]&gt;"),
        ("x" * 511 + "&" + ">", "x" * 511 + "&amp;&gt;"),
        ("x" * 1024 + ">", "x" * 1024 + "&gt;"),
        ("\U0001f600" * 256 + ">", "\U0001f600" * 256 + "&gt;"),
        ("x" + "\U0001f600" * 256 + ">", "x" + "\U0001f600" * 256 + ">"),
        ("я" * 512 + ">", "я" * 512 + "&gt;"),
        ("～" * 512 + ">", "～" * 512 + "&gt;"),
    ],
)
def test_text_is_escaped_as_woodstox_does(signed: Octets, text: str, expected: str) -> None:
    source = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    assert text_of(signed, source) == expected


def test_chunks_run_on_over_comments_and_cdata_but_not_over_instructions(signed: Octets) -> None:
    assert text_of(signed, "x" * 500 + "<!-- c --><![CDATA[" + "x" * 12 + "]]>&gt;") == "x" * 512 + "&gt;"
    assert text_of(signed, "x" * 500 + "<?p?>" + "x" * 12 + "&gt;") == "x" * 512 + ">"
    assert text_of(signed, "x" * 500 + "<?p?>&gt;x") == "x" * 500 + "&gt;x"
    assert text_of(signed, "&amp;<!-- c -->&gt;34567890<!-- c -->12") == "&amp;&gt;3456789012"


def test_attribute_values_are_escaped_by_their_own_rule(signed: Octets) -> None:
    assert value_of(signed, "&lt;&amp;&quot;'&gt;]]>&#13;&#10;&#9;\t\x7f\x9f\xa0") == (
        "&lt;&amp;&quot;'>]]>&#xd;&#xa;&#x9; \x7f\x9f\xa0"
    )


def test_namespace_names_are_escaped_by_theirs(signed: Octets) -> None:
    document = """<a xmlns="urn:&quot;&amp;&lt;&gt;'> ～"/>"""
    assert signed(parse(document.encode())).decode() == (
        """<ns1:a xmlns:ns1="urn:&quot;&amp;&lt;>'> ～"></ns1:a>"""
    )


def test_cyrillic_namespace_names_of_the_pension_fund_are_signed(signed: Octets) -> None:
    document = '<ЗДП xmlns="http://пф.рф/ЗДП/2016-04-15"><Ж/></ЗДП>'
    assert signed(parse(document.encode())).decode() == (
        '<ns1:ЗДП xmlns:ns1="http://пф.рф/ЗДП/2016-04-15"><ns1:Ж></ns1:Ж></ns1:ЗДП>'
    )


@pytest.mark.parametrize(
    "document",
    [
        "<a/>",
        '<p:a xmlns:p="urn:a"><b/></p:a>',
        '<a xmlns="urn:a"><b xmlns=""/></a>',
        '<a xmlns="urn:a" xml:lang="ru"/>',
        '<a xmlns="urn:a"><b xml:space="preserve"> </b></a>',
        "<xml:a/>",
    ],
)
def test_what_the_transform_cannot_name_is_an_error(signed: Octets, document: str) -> None:
    with pytest.raises(TransformError):
        signed(parse(document.encode()))


def test_errors_name_the_culprit(signed: Octets) -> None:
    with pytest.raises(TransformError, match="Имя"):
        signed(parse('<p:a xmlns:p="urn:a"><Имя/></p:a>'.encode()))
    with pytest.raises(TransformError, match="xml:lang"):
        signed(parse(b'<a xmlns="urn:a" xml:lang="ru"/>'))


def test_an_entity_left_in_the_tree_is_an_error(signed: Octets) -> None:
    keep = etree.XMLParser(resolve_entities=False)
    for document in (
        b'<!DOCTYPE a [<!ENTITY e "x">]><a xmlns="urn:a">&e;</a>',
        b'<!DOCTYPE a [<!ENTITY e "x">]><a xmlns="urn:a"><b>1</b>&e;</a>',
    ):
        with pytest.raises(TransformError, match="&e;"):
            signed(etree.fromstring(document, keep))


def test_comments_and_instructions_have_no_signed_octets(signed: Octets) -> None:
    root = parse(b'<a xmlns="urn:a"><!-- c --><?p?></a>')
    for node in root:
        with pytest.raises(TransformError):
            signed(node)


def test_an_inner_element_neither_sees_its_ancestors_nor_writes_its_tail(signed: Octets) -> None:
    root = parse(b'<a xmlns="urn:a" xmlns:p="urn:p"><p:b><a>1</a></p:b>tail<?p?></a>')
    assert signed(root[0]) == b'<ns1:b xmlns:ns1="urn:p"><ns2:a xmlns:ns2="urn:a">1</ns2:a></ns1:b>'


def test_depth_and_length_have_no_limit_of_their_own(signed: Octets) -> None:
    root = etree.Element("{urn:a}a")
    node = root
    for _ in range(3_000):
        node = etree.SubElement(node, "{urn:a}a")
    node.text = "x" * 2_000_000 + ">"
    octets = signed(root)
    assert octets.count(b"</ns1:a>") == 3_001
    assert b"x>" in octets


def test_thousands_of_attributes_and_namespaces_stay_quick(signed: Octets) -> None:
    names = " ".join(f'xmlns:p{i}="urn:{i}" p{i}:a="1" a{i}=""' for i in range(5000))
    octets = signed(etree.fromstring(f'<a xmlns="urn:a" {names}/>'.encode()))
    assert octets.startswith(
        b'<ns1:a xmlns:ns1="urn:a" xmlns:ns2="urn:0" xmlns:ns3="urn:1" xmlns:ns4="urn:10"'
    )
    assert octets.count(b"=") == 15_001


def test_output_is_bounded_where_declarations_repeat(signed: Octets) -> None:
    uri = "urn:" + "x" * 10_000
    document = f'<a xmlns="urn:a" xmlns:p="{uri}">{"<p:b/>" * 10_000}</a>'
    with pytest.raises(TransformError):
        signed(parse(document.encode()), 2**20)
    exact = len(signed(parse(b'<a xmlns="urn:a"/>')))
    assert len(signed(parse(b'<a xmlns="urn:a"/>'), exact)) == exact
    with pytest.raises(TransformError):
        signed(parse(b'<a xmlns="urn:a"/>'), exact - 1)


@pytest.mark.parametrize("canonical_octets", CANONICAL)
def test_canonical_output_is_bounded_likewise(signed: Octets, canonical_octets: Octets) -> None:
    uri = "urn:" + "x" * 10_000
    document = f'<a xmlns="urn:a" xmlns:p="{uri}">{"<p:b/>" * 10_000}</a>'
    with pytest.raises(TransformError):
        canonical_octets(parse(document.encode()), 2**20)
    root = parse(b'<a xmlns="urn:a"/>')
    assert len(canonical_octets(root, 200)) < len(signed(root))


def test_the_import_prefers_the_compiled_one_where_it_fits(signed: Octets) -> None:
    expected = "compiled" if native.load("mezhved.smev3.transform._compiled") else "python"
    assert expected == transform.IMPLEMENTATION
    root = parse(b'<a xmlns="urn:a">1</a>')
    assert transform.signed_octets(root) == signed(root)
