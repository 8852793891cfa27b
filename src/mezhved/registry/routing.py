"""Routing codes by a registered XPath: compiled once, evaluated on the business element alone."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE_LIMIT: Final = 200
"""Greatest length of a routing code, characters (MR 3.3 section 2.3)."""
OWN_PREFIX: Final = "t"
"""Prefix that every expression may use for the namespace of the version at hand."""

_string_value = etree.XPath("string()", regexp=False, smart_strings=False)


class BadRouting(MezhvedError):  # noqa: N818 - named for what it is
    """A routing expression does not compile, calls an unknown function or names an unknown prefix."""


@dataclass(frozen=True, slots=True)
class RoutingExpression:
    """An XPath 1.0 expression of a type's version. Made by `compile`; safe to share between threads."""

    text: str
    compiled: etree.XPath

    @classmethod
    def compile(cls, text: str, namespaces: Mapping[str, str], own_namespace: str) -> RoutingExpression:
        """Compile; no extension functions are at hand. Raises `BadRouting`."""
        known = {OWN_PREFIX: own_namespace, **namespaces}
        try:
            compiled = etree.XPath(text, namespaces=known, regexp=False, smart_strings=False)
            compiled(etree.Element("probe"))
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
        the envelope around it.
        """
        try:
            found = self.compiled(_alone(element))
        except etree.XPathError:
            return frozenset()
        values = found if isinstance(found, list) else [found]
        codes = {_text(value).strip() for value in values} - {""}
        return frozenset() if any(len(code) > CODE_LIMIT for code in codes) else frozenset(codes)


def _alone(element: etree._Element) -> etree._Element:
    if element.getparent() is None and element.getprevious() is None and element.getnext() is None:
        return element
    return copy.deepcopy(element)


def _text(value: object) -> str:
    if isinstance(value, etree._Element):  # noqa: SLF001 - lxml names its element class so
        return str(_string_value(value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value if isinstance(value, str) else ""
