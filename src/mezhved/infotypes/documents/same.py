"""Comparing documents by what they say: prefixes, comments and the place of declarations say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.infotypes.documents.model import XSI, Element, QName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TYPE = QName(XSI, "type")


def infoset(
    element: Element, scope: Mapping[str, str] | None = None, plain: Callable[[str], str] = str.strip
) -> tuple[object, ...]:
    """Return what an element says, for comparison; equal documents give equal tuples.

    Blanks between elements are left out; `plain` is applied to the text of elements without elements.
    The value of `xsi:type` is compared by the name it means.
    """
    inner = element.scope(scope or {})
    attributes = tuple(
        sorted(
            (each.name.clark, _meant(each.value, inner) if each.name == _TYPE else each.value)
            for each in element.attributes
        )
    )
    elements = element.elements
    if not elements:
        return (element.name.clark, attributes, plain(element.text))
    children: list[object] = []
    for each in element.children:
        if isinstance(each, Element):
            children.append(infoset(each, inner, plain))
        elif isinstance(each, str) and each.strip():
            children.append(plain(each))
    return (element.name.clark, attributes, tuple(children))


def outline(element: Element) -> tuple[object, ...]:
    """Return the names of an element, its attributes and the elements in it: all but the values."""
    names = sorted(each.name.clark for each in element.attributes)
    return (element.name.clark, tuple(names), tuple(map(outline, element.elements)))


def _meant(value: str, scope: Mapping[str, str]) -> str:
    prefix, colon, local = value.strip().rpartition(":")
    return QName(scope.get(prefix if colon else "", ""), local).clark
