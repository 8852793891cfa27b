"""Routing codes: of the business data by a registered XPath, compiled once, and as people write them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from mezhved.smev3.xpath import BadRouting, alternatives
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CODE_LIMIT: Final = 200
"""Greatest length of a routing code in business data, characters (MR 3.3 section 2.3)."""
VALUE_LIMIT: Final = 500
"""Greatest length of a routing value of version 1.3, characters (its schema)."""
OWN_PREFIX: Final = "t"
"""Prefix that every expression may use for the namespace of the version at hand."""
NODES_LIMIT: Final = 1000
"""Of what one expression finds no more nodes are looked at."""
_BLANK_LIMIT: Final = 10_000  # characters of an element that are looked at for a code


@dataclass(frozen=True, slots=True)
class RoutingExpression:
    """An XPath 1.0 expression of a type's version. Made by `compile`; safe to share between threads."""

    text: str
    compiled: tuple[tuple[etree.XPath, ...], ...]
    """Of each member of a union its stages (`alternatives`)."""

    @classmethod
    def compile(cls, text: str, namespaces: Mapping[str, str], own_namespace: str) -> RoutingExpression:
        """Compile an expression of linear cost; no extension functions are at hand. Raises `BadRouting`."""
        known = {OWN_PREFIX: own_namespace, **namespaces}
        try:
            compiled = tuple(
                tuple(_bounded(stage, known) for stage in stages) for stages in alternatives(text)
            )
        except (etree.XPathError, ValueError, TypeError) as error:
            raise BadRouting(
                Text(
                    ru=f"выражение маршрутизации не годится: {error}",
                    en=f"the routing expression is no good: {error}",
                ),
                where=text,
                cure=Text(
                    ru=f"XPath 1.0 с объявленными префиксами ({', '.join(known)}) и без функций-расширений",
                    en=f"XPath 1.0 with declared prefixes ({', '.join(known)}) and no extension functions",
                ),
            ) from error
        return cls(text=text, compiled=compiled)

    def codes(self, element: etree._Element) -> frozenset[str]:
        """Return the distinct codes found; empty when there is none or one is over 200 characters.

        The element is seen as the root of a document of its own: neither `/` nor `//` reaches
        the envelope around it. Codes are compared as `normalised` gives them.
        """
        alone = _alone(element)
        found: set[str] = set()
        try:
            for stages in self.compiled:
                found.update(_text(value) for value in _values(stages, alone))
        except etree.XPathError:
            return frozenset()
        codes = found - {""}
        return frozenset() if any(len(code) > CODE_LIMIT for code in codes) else frozenset(codes)


def _values(stages: Sequence[etree.XPath], element: etree._Element) -> Iterable[object]:
    """Return what the last stage finds, beginning with the element; of nodes a bounded number."""
    first, *later = stages
    found = first(element)
    if not isinstance(found, list):
        return [found]
    for stage in later:
        inside: Iterator[Any] = (stage(node) for node in _outermost(found))
        found = list(islice(chain.from_iterable(inside), NODES_LIMIT))
    return islice(found, NODES_LIMIT)


def _outermost(nodes: list[Any]) -> list[etree._Element]:
    """Return the elements that lie in no other of them: together they hold all that the others hold."""
    elements = [node for node in nodes if isinstance(node, etree._Element)]  # noqa: SLF001
    known = set(elements)
    return [each for each in elements if known.isdisjoint(each.iterancestors())]


def normalised(value: str) -> str:
    """Return a code without blanks around it, each run of blanks inside as one: so codes are compared."""
    return " ".join(value.split())


def _bounded(text: str, namespaces: Mapping[str, str]) -> etree.XPath:
    """Compile one expression; of a set of nodes it gives a bounded number."""
    compiled = _compiled(text, namespaces)
    if isinstance(compiled(etree.Element("probe")), list):
        return _compiled(f"({text})[position() <= {NODES_LIMIT}]", namespaces)
    return compiled


def _compiled(text: str, namespaces: Mapping[str, str]) -> etree.XPath:
    return etree.XPath(text, namespaces=dict(namespaces), regexp=False, smart_strings=False)


def _alone(element: etree._Element) -> etree._Element:
    if element.getparent() is None and element.getprevious() is None and element.getnext() is None:
        return element
    alone = copy.deepcopy(element)
    alone.tail = None
    return alone


def _text(value: object) -> str:
    if isinstance(value, etree._Element):  # noqa: SLF001 - lxml names its element class so
        return _short("".join(_beginning(value)))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return _short(value) if isinstance(value, str) else ""


def _short(text: str) -> str:
    """Return the code; of a text too long to be one, something too long to be one."""
    return "".join(("?" * (CODE_LIMIT + 1), text[:1])) if len(text) > _BLANK_LIMIT else normalised(text)


def _beginning(element: etree._Element) -> Iterator[str]:
    """Give the element's text, comments passed over, until it is clear that it is no code."""
    length = 0
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        part = node.text if event == "start" else node.tail if node is not element else None
        if part:
            length += len(part)
            yield part
        if length > _BLANK_LIMIT:
            return
