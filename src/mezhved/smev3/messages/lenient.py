"""Walking the children of services whose schemas leave inner elements without a namespace.

Frameworks err there on either side, so a name counts by itself and with any of the service's namespaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3.messages.reading import Reader
from mezhved.smev3.versions import XSI

if TYPE_CHECKING:
    from lxml import etree


class LenientReader:
    """The children of one element, taken one after another by local name."""

    __slots__ = ("_namespaces", "_reader")

    def __init__(self, element: etree._Element, *namespaces: str) -> None:
        self._reader = Reader(element)
        self._namespaces = namespaces

    def optional(self, name: str) -> etree._Element | None:
        """Take the next child when it has this name."""
        for tag in (name, *(f"{{{namespace}}}{name}" for namespace in self._namespaces)):
            found = self._reader.optional(tag)
            if found is not None:
                return found
        return None

    def required(self, name: str) -> etree._Element:
        """Take the next child, which must have this name; `InvalidEnvelope` otherwise."""
        found = self.optional(name)
        return self._reader.required(name) if found is None else found

    def repeated(self, name: str) -> list[etree._Element]:
        """Take all next children of this name."""
        taken = []
        while (found := self.optional(name)) is not None:
            taken.append(found)
        return taken

    def end(self) -> None:
        """Demand that nothing is left; `InvalidEnvelope` names the first child that is."""
        self._reader.end()


def is_nil(element: etree._Element) -> bool:
    """Tell whether an element says by xsi:nil that it has no value."""
    return element.get(f"{{{XSI}}}nil", "").strip() in {"true", "1"}
