"""Documents are read safely in any namespace, and canonical XML of them is what libxml2 makes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mezhved.infotypes.documents import (
    XML,
    Attribute,
    Element,
    QName,
    canonical,
    fragment,
    infoset,
    read_document,
    write_document,
)
from mezhved.smev3.xml import MalformedXml, XmlLimitExceeded, XmlLimits
from tests.support.examples import examples
from tests.support.xml_documents import ODD_URIS, PLAIN_URIS, Taste, documents

# libxml2 writes the sign & of a namespace name as it is, which is no XML; xml.etree writes &amp;
ANYTHING = Taste(uris=tuple(each for each in PLAIN_URIS if "&" not in each), must_be_qualified=False)
ONE = Taste(uris=("urn:one",), must_be_qualified=False)
ODD = Taste(uris=PLAIN_URIS + ODD_URIS, must_be_qualified=False)
FUND = "http://пф.рф/общее/2021"
"""Sorted after the namespace of `xml`, as `urn:` is."""


@given(documents(ANYTHING), st.booleans(), st.booleans())
@examples(60)
def test_canonical_xml_of_a_document_is_that_of_libxml2(
    octets: bytes, exclusive: bool, comments: bool
) -> None:
    tree = etree.parse(io.BytesIO(octets), etree.XMLParser(resolve_entities=False))
    expected = etree.tostring(tree, method="c14n", exclusive=exclusive, with_comments=comments)
    assert canonical(read_document(octets), exclusive=exclusive, comments=comments) == expected


@given(documents(ANYTHING), st.lists(st.sampled_from(("p", "q", "ns1", "#default")), unique=True))
@examples(40)
def test_exclusive_canonical_xml_of_every_element_is_that_of_libxml2(
    octets: bytes, prefixes: list[str]
) -> None:
    root = etree.fromstring(octets)
    document = read_document(octets)
    theirs = [each for each in root.iter() if isinstance(each.tag, str)]
    named = [each for each in prefixes if each != "#default"]  # lxml takes no default namespace here
    for element, other in zip(document.root.iter(), theirs, strict=True):
        expected = etree.tostring(
            other,
            method="c14n",
            exclusive=True,
            with_comments=False,
            inclusive_ns_prefixes=named or None,
            with_tail=False,
        )
        assert canonical(document, element, inclusive_prefixes=named) == expected


@given(documents(ONE), st.booleans())
@examples(40)
def test_canonical_xml_in_a_namespace_that_is_no_uri_differs_by_its_name_alone(
    octets: bytes, exclusive: bool
) -> None:
    tree = etree.parse(io.BytesIO(octets), etree.XMLParser(resolve_entities=False))
    expected = etree.tostring(tree, method="c14n", exclusive=exclusive, with_comments=False).decode()
    foreign = octets.decode().replace("urn:one", FUND).encode()
    found = canonical(read_document(foreign), exclusive=exclusive).decode()
    assert found == expected.replace("urn:one", FUND)


@given(documents(ODD))
@examples(40)
def test_what_was_written_says_what_was_read(octets: bytes) -> None:
    root = read_document(octets).root
    again = read_document(write_document(root)).root
    assert infoset(again, plain=str) == infoset(root, plain=str)
    assert read_document(canonical(read_document(octets))).root.name == root.name


def test_a_namespace_that_is_no_uri_changes_nothing_but_itself() -> None:
    octets = (
        f'<?xml version="1.0"?><п:Документ xmlns:п="{FUND}" xmlns="{FUND}/types" б="2" а="1">'
        f"<!-- нет --><Имя>А &amp; Б</Имя><п:Пусто/></п:Документ>"
    )
    plain = octets.replace(FUND, "urn:fund")
    tree = etree.parse(io.BytesIO(plain.encode()))
    for exclusive in (True, False):
        expected = etree.tostring(tree, method="c14n", exclusive=exclusive, with_comments=False).decode()
        assert canonical(read_document(octets.encode()), exclusive=exclusive).decode() == expected.replace(
            "urn:fund", FUND
        )
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(octets.encode())


def test_an_element_takes_over_what_is_in_force_around_it() -> None:
    octets = (
        b'<a xmlns="urn:a" xmlns:p="urn:p" xml:lang="ru" xml:space="preserve"><b xml:lang="en" c="1"/></a>'
    )
    document = read_document(octets)
    apex = document.root.elements[0]
    assert canonical(document, apex, exclusive=False) == (
        b'<b xmlns="urn:a" xmlns:p="urn:p" c="1" xml:lang="en" xml:space="preserve"></b>'
    )
    assert canonical(document, apex) == b'<b xmlns="urn:a" c="1" xml:lang="en"></b>'
    assert canonical(document, apex, inclusive_prefixes=["p"]) == (
        b'<b xmlns="urn:a" xmlns:p="urn:p" c="1" xml:lang="en"></b>'
    )


def test_a_fragment_carries_the_prefixes_that_its_values_use() -> None:
    document = read_document(b'<a xmlns:p="urn:p" xmlns:q="urn:q"><b t="p:Name">http://q:80/</b></a>')
    text = fragment(document.root.elements[0], document.scope(document.root))
    inner = read_document(text.encode())
    assert inner.scope(inner.root)["p"] == "urn:p"
    assert infoset(inner.root) == infoset(document.root.elements[0])


@pytest.mark.parametrize(
    "octets",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>&nothing;</a>",
        b"<a><b></a>",
        b"<a/><b/>",
        b"",
        b"<p:a/>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<a b="1" b="2"/>',
        b"<a>\x00</a>",
    ],
)
def test_what_is_no_plain_xml_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedXml):
        read_document(octets)


def test_size_depth_and_attributes_are_bounded() -> None:
    limits = XmlLimits(octets=2000, depth=5, attributes=3, markup=50)
    for octets in (
        b"<a>" * 6 + b"</a>" * 6,
        b'<a b="1" c="2" xmlns:d="urn:d" xmlns:e="urn:e"/>',
        b"<a>" + b"<b/>" * 60 + b"</a>",
        b"<a>" + b"x" * 3000 + b"</a>",
    ):
        with pytest.raises(XmlLimitExceeded):
            read_document(octets, limits)
    assert read_document(b'<a b="1" c="2" xmlns:d="urn:d"/>', limits).root.name.local == "a"


def test_old_encodings_are_read_and_refused_on_the_wire() -> None:
    octets = '<?xml version="1.0" encoding="windows-1251"?><а>Жук</а>'.encode("cp1251")
    assert read_document(octets).root.text == "Жук"
    with pytest.raises(MalformedXml, match="windows-1251"):
        read_document(octets, XmlLimits())
    wide = "<а>Жук</а>".encode("utf-16")
    assert read_document(wide).root.text == "Жук"
    with pytest.raises(MalformedXml, match="UTF-16"):
        read_document(wide, XmlLimits())


def test_a_deep_document_takes_no_deep_stack() -> None:
    deep = XmlLimits(depth=20_000)
    octets = b"<a>" * 10_000 + b"</a>" * 10_000
    document = read_document(octets, deep)
    assert canonical(document) == octets
    assert sum(1 for _ in document.root.iter()) == 10_000


def test_written_names_have_their_declarations() -> None:
    element = Element(
        QName("urn:a", "a"),
        "p",
        (Attribute(QName(XML, "lang"), "ru", "xml"), Attribute(QName("urn:b", "c"), '"\n', "q")),
        children=(Element(QName("", "b")), Element(QName("urn:c", "d"), "p")),
    )
    octets = write_document(element, declaration=False)
    assert octets == (
        b'<p:a xmlns:p="urn:a" xmlns:q="urn:b" xml:lang="ru" q:c="&quot;&#xA;">'
        b'<b/><p:d xmlns:p="urn:c"/></p:a>'
    )
