"""The tree of an XML document: immutable, with the prefixes and declarations as they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

XML: Final = "http://www.w3.org/XML/1998/namespace"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


class QName(NamedTuple):
    """A name in a namespace; `namespace` is empty for none."""

    namespace: str
    local: str

    @property
    def clark(self) -> str:
        """The name as `{namespace}local`, or the bare local name outside all namespaces."""
        return f"{{{self.namespace}}}{self.local}" if self.namespace else self.local

    @classmethod
    def parse(cls, text: str) -> QName:
        """Read `{namespace}local` or a bare local name."""
        if text.startswith("{"):
            namespace, _, local = text[1:].rpartition("}")
            return cls(namespace, local)
        return cls("", text)

    def __str__(self) -> str:
        return self.clark


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; declarations of namespaces are none."""

    name: QName
    value: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, without its signs."""

    text: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """A processing instruction."""

    target: str
    data: str


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element with all it holds. Text is one `str` between two pieces of markup.

    `declared` are the declarations written on it: prefix (empty for the default) and namespace.
    `line` is 0 for an element that was built and not read. Compare documents by `infoset`.
    """

    name: QName
    prefix: str = ""
    attributes: tuple[Attribute, ...] = ()
    declared: tuple[tuple[str, str], ...] = ()
    children: tuple[Child, ...] = ()
    line: int = 0

    @property
    def elements(self) -> tuple[Element, ...]:
        """The child elements in order."""
        return tuple(each for each in self.children if isinstance(each, Element))

    @property
    def text(self) -> str:
        """The character data directly inside, comments left out."""
        return "".join(each for each in self.children if isinstance(each, str))

    def get(self, local: str, namespace: str = "") -> str | None:
        """Return the value of an attribute, None when it is not there."""
        wanted = QName(namespace, local)
        return next((each.value for each in self.attributes if each.name == wanted), None)

    def scope(self, outer: Mapping[str, str]) -> dict[str, str]:
        """Return the namespaces in force inside, by prefix, given those in force around."""
        inner = dict(outer)
        inner.update(self.declared)
        return inner

    def iter(self) -> Iterator[Element]:
        """Give this element and all below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.elements))


Child: TypeAlias = Element | str | Comment | Instruction


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document: its root and what stands before and after it."""

    root: Element
    before: tuple[Comment | Instruction, ...] = ()
    after: tuple[Comment | Instruction, ...] = ()

    def lineage(self, element: Element) -> tuple[Element, ...]:
        """Return the elements from the root down to this one, both included.

        Raises `KeyError` for an element of another document.
        """
        waiting: list[tuple[Element, tuple[Element, ...]]] = [(self.root, ())]
        while waiting:
            current, above = waiting.pop()
            if current is element:
                return (*above, current)
            waiting.extend((each, (*above, current)) for each in current.elements)
        raise KeyError(element.name.clark)

    def scope(self, element: Element) -> dict[str, str]:
        """Return the namespaces in force in an element of this document, by prefix."""
        found: dict[str, str] = {}
        for each in self.lineage(element):
            found.update(each.declared)
        return found
