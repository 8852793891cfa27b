"""Elements are cut out of messages byte for byte."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mezhved.smev3 import native, scan
from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.transform import canonical_octets
from mezhved.smev3.xml import parse
from tests.support.examples import examples
from tests.support.transforms import TREES
from tests.support.xml_documents import ODD_URIS, PLAIN_URIS, Taste, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

tree_twin = native.load("mezhved.smev3._tree")
PIECES = (b"<", b"!", b"?", b"\0", b"<!DOCTYPE", b"<!", b"DOCTYPE", b"a", b" ")
ANY = Taste(uris=PLAIN_URIS + ODD_URIS, must_be_qualified=False)
MODERATE = examples(60, suppress_health_check=list(HealthCheck))


def cuts(document: bytes) -> Iterator[tuple[etree._Element, bytes, bytes]]:
    """Yield every element with the bytes of its fragment and the bytes that came."""
    root = parse(document)
    source = Source(document, root)
    for element in root.iter("*"):
        start, end = source.span(element)
        yield element, source.cut(element).octets, document[start:end]


@MODERATE
@given(document=documents(ANY))
def test_a_fragment_stands_alone_and_means_the_same(document: bytes) -> None:
    for element, fragment, _ in cuts(document):
        alone = parse(fragment)
        assert canonical_octets(alone) == canonical_octets(element)
        in_scope = {prefix: uri for prefix, uri in element.nsmap.items() if uri}
        assert {prefix: uri for prefix, uri in alone.nsmap.items() if uri} == in_scope


@MODERATE
@given(document=documents(ANY))
def test_only_declarations_after_the_name_are_put_in(document: bytes) -> None:
    for _, fragment, came in cuts(document):
        added = len(fragment) - len(came)
        name_end = next(i for i, octet in enumerate(came) if octet in b" \t\r\n/>")
        assert fragment[:name_end] + fragment[name_end + added :] == came
        inserted = fragment[name_end : name_end + added]
        assert inserted == b"" or inserted.startswith(b" xmlns")


@MODERATE
@given(document=documents(ANY))
def test_a_fragment_of_a_fragment_is_the_fragment(document: bytes) -> None:
    for element, fragment, _ in cuts(document):
        alone = parse(fragment)
        source = Source(fragment, alone)
        assert source.cut(alone).octets == fragment
        for inner, original in zip(alone, element, strict=True):
            if isinstance(inner.tag, str):
                assert canonical_octets(parse(source.cut(inner).octets)) == canonical_octets(original)


@MODERATE
@given(document=documents(ANY))
def test_both_scanners_find_the_same_places(document: bytes) -> None:
    root = parse(document)
    for element in root.iter("*"):
        path = scan.element_path(root, element)
        place = scan.locate(document, path)
        for tree in TREES:
            module: Any = tree.values[0]
            if module is not None:
                assert module.element_path(root, element) == path
                assert module.locate(document, path) == place
                tag = document[place.name_end : place.tag_end]
                assert module.inherited(element, tag) == scan.inherited(element, tag)


def test_what_looks_like_tags_is_passed_over() -> None:
    document = (
        b'\xef\xbb\xbf<?xml version="1.0"?><!-- <x> --><?p <y> ?><e:E xmlns:e="urn:e" a=">" b=\'"/>\'>'
        b"<!-- <t>'\" --><![CDATA[<t>]] > ]>]]><?p <t>?><e:t  c='<'.replace/></e:E>"
    ).replace(b"'<'.replace", b"'&lt;>'")
    root = parse(document)
    assert Source(document, root).cut(root[2]) == Fragment(b"<e:t xmlns:e=\"urn:e\"  c='&lt;>'/>")
    assert Source(document, root).cut(root).octets == document[document.index(b"<e:E") :]


def test_declarations_are_inherited_undeclared_and_escaped() -> None:
    document = (
        b'<r xmlns="urn:d&amp;&quot;" xmlns:p="urn:p" xmlns:q="urn:q"><a xmlns:p="urn:other"/>'
        b'<b xmlns=""><c/></b></r>'
    )
    root = parse(document)
    source = Source(document, root)
    assert source.cut(root[0]).octets == (
        b'<a xmlns="urn:d&amp;&quot;" xmlns:q="urn:q" xmlns:p="urn:other"/>'
    )
    assert source.cut(root[1]).octets == b'<b xmlns:p="urn:p" xmlns:q="urn:q" xmlns=""><c/></b>'
    assert source.cut(root[1][0]).octets == b'<c xmlns:p="urn:p" xmlns:q="urn:q"/>'


def test_an_element_with_all_it_needs_is_cut_as_it_came() -> None:
    document = b"<a>\n <b   xmlns = 'urn:b'\n c='1'>&#x41;</b\n>\n</a>"
    root = parse(document)
    assert Source(document, root).cut(root[0]).octets == b"<b   xmlns = 'urn:b'\n c='1'>&#x41;</b\n>"


def test_attribute_values_that_look_like_declarations_declare_nothing() -> None:
    document = b"""<r xmlns:p="urn:p"><a b=" xmlns:p='urn:x' "/></r>"""
    root = parse(document)
    assert Source(document, root).cut(root[0]).octets == (b"""<a xmlns:p="urn:p" b=" xmlns:p='urn:x' "/>""")


def test_elements_of_another_document_are_refused() -> None:
    document = b"<a><b/></a>"
    root, other = parse(document), parse(document)
    with pytest.raises(ValueError, match="not of this document"):
        Source(document, root).cut(other[0])
    with pytest.raises(ValueError, match="root"):
        Source(document, root[0])


def test_a_tree_that_was_changed_is_noticed() -> None:
    document = b"<a><b/><c/></a>"
    root = parse(document)
    source = Source(document, root)
    root.remove(root[0])
    with pytest.raises(ValueError, match="changed"):
        source.cut(root[0])


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize(
    ("document", "path"),
    [
        (b"<a><b/></a>", [0, 1]),
        (b"<a><b/></a>", [0, 0, 0]),
        (b"<a><b></b></a>", [0, 0, 0]),
        (b"<a><b></b></a>", [1]),
        (b"<a><b>", [0]),
        (b"<a", [0]),
        (b"<a b='>", [0]),
        (b"<!DOCTYPE a [<!ELEMENT a ANY>]>", [0]),
        (b"", [0]),
    ],
)
def test_a_place_that_does_not_exist_is_an_error(tree: Any, document: bytes, path: list[int]) -> None:
    with pytest.raises(ValueError, match="no such element"):
        tree.locate(document, path)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<",
        b"<a",
        b"<a/>",
        b"<?xml",
        b"<!--",
        b" <a/>",
        b"a<b",
        b"<a>\0</a>",
        b"<a><!DOCTYPE></a>",
        b"<a><!DOCTYP",
        b"<a><![CDATA[<!DOCTYPE]]></a>",
        b"\xef\xbb\xbf<a/>",
        b"<a><b/>" * 9,
    ],
)
def test_what_must_be_looked_into_before_parsing_is_seen_alike(octets: bytes) -> None:
    if tree_twin is None:
        pytest.skip("the compiled part is not built here")
    assert tree_twin.glance(octets) == scan.glance(octets)


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_any_octets_are_glanced_at_alike(pieces: list[bytes]) -> None:
    if tree_twin is None:
        pytest.skip("the compiled part is not built here")
    octets = b"".join(pieces)
    assert tree_twin.glance(octets) == scan.glance(octets)


def test_a_fragment_is_a_value_whenever_it_is_cut() -> None:
    document = b"<a xmlns='urn:a'><b c='1'>text</b></a>"
    root = parse(document)
    later = Fragment.of(Source(document, root), root[0])
    assert later == Fragment(b"<b xmlns=\"urn:a\" c='1'>text</b>")
    assert hash(later) == hash(Fragment(later.octets))
    assert pickle.loads(pickle.dumps(Fragment.of(Source(document, root), root[0]))) == later
    assert later != Fragment(b"<b/>")
    assert later != later.octets
    assert repr(later) == f"Fragment(octets={later.octets!r})"
