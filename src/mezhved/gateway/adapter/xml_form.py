"""Trees of the adapter's elements from XML and to XML.

What comes in is read as the official adapter reads it: elements that it does not know are passed over, and
their order plays no part. What goes out keeps to the schema; it uses the default namespace without a
prefix, as the official adapter does, because many clients seek elements by their bare names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.adapter.faults import invalid
from mezhved.gateway.adapter.shapes import FAULTS, MESSAGES, SMEV_METADATA, TYPES, Field, Kind, Tree
from mezhved.smev3.messages.writing import escape
from mezhved.smev3.versions import XSI

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Source

_START: Final = re.compile(rb"<[^\s/>]+")
_DEFAULT: Final = re.compile(rb"""\sxmlns\s*=\s*["']""")
_TAG_END: Final = re.compile(rb"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_element(element: etree._Element, source: Source, field: Field, path: str = "") -> Any:
    """Return what an element says, as a tree, a text or a list of foreign elements' octets.

    Raises `ValidationFault` for an element that stands twice, or holds several where one may be.
    """
    path = path or field.name
    if isinstance(field.holds, tuple):
        return _read_children(element, source, field.holds, path)
    if field.holds in {Kind.MARKUP, Kind.MARKUPS}:
        found = [source.cut(child).octets for child in element.iterchildren("*")]
        if field.holds is Kind.MARKUPS:
            return found
        if len(found) != 1:
            raise invalid(
                f"внутри нужен один элемент, а их {len(found)}", f"{len(found)} elements, not one", path
            )
        return found[0]
    comments = (child.tail or "" for child in element if not isinstance(child.tag, str))
    return "".join((element.text or "", *comments))


def _read_children(element: etree._Element, source: Source, fields: tuple[Field, ...], path: str) -> Tree:
    known = {each.tag: each for each in fields}
    tree: Tree = {}
    for child in element.iterchildren("*"):
        field = known.get(str(child.tag))
        if field is None:
            continue
        value = read_element(child, source, field, f"{path}/{field.name}")
        if field.many:
            tree.setdefault(field.json, []).append(value)
        elif field.json in tree:
            raise invalid("элемент повторяется", "the element stands twice", f"{path}/{field.name}")
        else:
            tree[field.json] = value
    return tree


def write_document(field: Field, tree: Tree) -> bytes:
    """Return an element that stands on its own, by its tree."""
    return _element(field.name, _children(field.holds, tree), f' xmlns="{TYPES}" xmlns:ns2="{FAULTS}"')


def write_result(tree: Tree | None) -> bytes:
    """Return QueryResult; it is empty where there is no message, as the official adapter answers."""
    return _result(tree, f' xmlns="{TYPES}" xmlns:ns2="{FAULTS}"')


def write_results(trees: list[Tree]) -> bytes:
    """Return QueryResultList."""
    inner = b"".join(_result(each, "") for each in trees)
    return _element("QueryResultList", inner, f' xmlns="{TYPES}" xmlns:ns2="{FAULTS}"')


def _result(tree: Tree | None, declarations: str) -> bytes:
    if tree is None:
        return _element("QueryResult", b"", declarations)
    kind = tree["type"]
    smev = _element("smevMetadata", _children(SMEV_METADATA.holds, tree["smevMetadata"]))
    message = _element(
        "Message", _children(MESSAGES[kind], tree["message"]), f' xmlns:xsi="{XSI}" xsi:type="{kind}"'
    )
    return _element("QueryResult", smev + message, declarations)


def _children(fields: Any, tree: Tree) -> bytes:
    return b"".join(
        _written(field, value)
        for field in fields
        if (given := tree.get(field.json)) is not None
        for value in (given if field.many else [given])
    )


def _written(field: Field, value: Any) -> bytes:
    name = f"ns2:{field.name}" if field.namespace == FAULTS else field.name
    if isinstance(field.holds, tuple):
        return _element(name, _children(field.holds, value))
    if field.holds is Kind.MARKUP:
        return _element(name, _standing_alone(value))
    if field.holds is Kind.MARKUPS:
        return _element(name, b"".join(_standing_alone(each) for each in value))
    if field.holds is Kind.FLAG:
        return _element(name, b"true" if value else b"false")
    return _element(name, escape(plain(str(value))).encode())


def plain(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def _element(name: str, inner: bytes, attributes: str = "") -> bytes:
    return b"<%b%b>%b</%b>" % (name.encode(), attributes.encode(), inner, name.encode())


def _standing_alone(octets: bytes) -> bytes:
    """Return a foreign element that means the same inside ours, apart from our default namespace."""
    name = _START.match(octets)
    tag = _TAG_END.match(octets)
    if name is None or tag is None or _DEFAULT.search(octets, name.end(), tag.end()):
        return octets
    return octets[: name.end()] + b' xmlns=""' + octets[name.end() :]
