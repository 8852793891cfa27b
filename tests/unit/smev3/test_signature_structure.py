"""The compiled reader of the usual ds:Signature sees what the full one sees, or leaves it to that one."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from lxml import etree

from mezhved.smev3 import native
from mezhved.smev3.signature.algorithms import EXC_C14N
from mezhved.smev3.signature.structure import Refusal, Structure, read_any_structure, read_structure
from mezhved.smev3.versions import DS
from mezhved.smev3.xml import parse
from tests.support.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable

_compiled = native.load("mezhved.smev3.signature._plain")
pytestmark = pytest.mark.skipif(_compiled is None, reason="the compiled part is not built here")

USUAL = (
    f'<h><ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXC_C14N}"/>'
    '<ds:SignatureMethod Algorithm="urn:method"/><ds:Reference URI="#ЭП &amp; 1"><ds:Transforms>'
    f'<ds:Transform Algorithm="{EXC_C14N}"/><ds:Transform Algorithm="urn:second"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="urn:digest"/><ds:DigestValue>q83v</ds:DigestValue></ds:Reference>'
    "</ds:SignedInfo><ds:SignatureValue>\n AQID\n</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
    "<ds:X509Certificate> MII\nB </ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature></h>"
).encode()
TEXTS = ("", " ", "\n", "x", "AQID", "A", "====", "Я", "A\u2003", "\x85AQID", "AQID" * 300, "#", "urn:other")
NAMES = (
    "SignedInfo",
    "Reference",
    "Transform",
    "X509Data",
    "X509Certificate",
    "Object",
    "KeyInfo",
    "KeyName",
)


def full(holder: etree._Element) -> Structure | None:
    """Read by the reader of any form; `None` for what it refuses."""
    try:
        return read_any_structure(holder)
    except Refusal:
        return None


def test_the_usual_form_is_read_by_the_compiled_part() -> None:
    holder = parse(USUAL)
    found = _compiled.plain(holder, EXC_C14N)  # type: ignore[union-attr]
    assert found is not None
    assert Structure._make(found) == full(holder) == read_structure(holder)
    assert found[1] == "#ЭП & 1"
    assert found[5:] == (b"\xab\xcd\xef", b"\x01\x02\x03", (b"MII\nB",))


def _remove(node: etree._Element, draw: Callable[..., str]) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _repeat(node: etree._Element, draw: Callable[..., str]) -> None:
    if node.getparent() is not None:
        node.addnext(copy.deepcopy(node))


def _comment(node: etree._Element, draw: Callable[..., str]) -> None:
    node.insert(0, etree.Comment("c") if draw(st.booleans()) else etree.ProcessingInstruction("p"))


def _text(node: etree._Element, draw: Callable[..., str]) -> None:
    node.text = draw(st.sampled_from(TEXTS))


def _tail(node: etree._Element, draw: Callable[..., str]) -> None:
    node.tail = draw(st.sampled_from(TEXTS))


def _cdata(node: etree._Element, draw: Callable[..., str]) -> None:
    node.text = etree.CDATA(draw(st.sampled_from(TEXTS)))


def _attribute(node: etree._Element, draw: Callable[..., str]) -> None:
    name = draw(st.sampled_from(("Algorithm", "URI", "Id", "{urn:x}Algorithm")))
    if draw(st.booleans()):
        node.set(name, draw(st.sampled_from((*TEXTS, EXC_C14N))))
    else:
        node.attrib.pop(name, None)


def _child(node: etree._Element, draw: Callable[..., str]) -> None:
    namespace = draw(st.sampled_from((DS, "urn:x", "")))
    name = draw(st.sampled_from(NAMES))
    node.append(etree.Element(f"{{{namespace}}}{name}" if namespace else name))


def _name(node: etree._Element, draw: Callable[..., str]) -> None:
    node.tag = f"{{{draw(st.sampled_from((DS, 'urn:x')))}}}{draw(st.sampled_from(NAMES))}"


CHANGES = (_remove, _repeat, _comment, _text, _tail, _cdata, _attribute, _child, _name)


@given(data=st.data())
@examples(400, suppress_health_check=list(HealthCheck))
def test_whatever_is_changed_both_readers_agree(data: st.DataObject) -> None:
    root = parse(USUAL)
    for _ in range(data.draw(st.integers(1, 4))):
        nodes = [node for node in root.iter("*") if node is not root]
        if nodes:
            data.draw(st.sampled_from(CHANGES))(data.draw(st.sampled_from(nodes)), data.draw)
    holder = parse(etree.tostring(root, encoding="utf-8"))
    found = _compiled.plain(holder, EXC_C14N)  # type: ignore[union-attr]
    if found is not None:
        assert Structure._make(found) == full(holder)


@pytest.mark.parametrize("count", [1, 8, 9])
def test_no_more_transforms_are_taken_than_the_bound(count: int) -> None:
    transform = b'<ds:Transform Algorithm="urn:second"/>'
    holder = parse(USUAL.replace(transform, transform * (count - 1)))
    assert (full(holder) is None) is (count > 8)
    assert (_compiled.plain(holder, EXC_C14N) is None) is (count > 8)  # type: ignore[union-attr]
