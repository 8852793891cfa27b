"""Places in a document: paths in its own words, and what the schema declares there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from mezhved.infotypes.checking.model import NO_TEXT
from mezhved.infotypes.forms.notes import label_and_hint, notes_of
from mezhved.infotypes.forms.shapes import elements_in
from mezhved.infotypes.packages.model import QName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mezhved.infotypes.forms.fields import Component
    from mezhved.texts import Text

_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(slots=True)
class Paths:
    """Paths of the elements of one document; the children of an element are counted once."""

    _steps: dict[etree._Element, str] = field(default_factory=dict)
    _counted: set[etree._Element] = field(default_factory=set)

    def of(self, element: etree._Element, attribute: str | None = None) -> str:
        """Return `/Запрос/СведФЛ[2]/@ИННФЛ`: local names, a number where an element has namesakes."""
        steps = [self._step(each) for each in (element, *element.iterancestors())]
        path = "/" + "/".join(reversed(steps))
        return f"{path}/@{QName.parse(attribute).local}" if attribute else path

    def _step(self, element: etree._Element) -> str:
        parent = element.getparent()
        if parent is None:
            return etree.QName(element).localname
        if parent not in self._counted:
            self._counted.add(parent)
            self._count(parent)
        return self._steps[element]

    def _count(self, parent: etree._Element) -> None:
        named: dict[str, list[etree._Element]] = {}
        for each in parent.iterchildren(etree.Element):
            named.setdefault(etree.QName(each).localname, []).append(each)
        for local, twins in named.items():
            for number, each in enumerate(twins, start=1):
                self._steps[each] = f"{local}[{number}]" if len(twins) > 1 else local


@dataclass(slots=True)
class Declarations:
    """What a schema built by xmlschema declares of the elements of one document, and their paths."""

    schema: Any
    paths: Paths = field(default_factory=Paths)
    _of_element: dict[etree._Element, Component] = field(default_factory=dict)
    _children: dict[int, dict[str, Component]] = field(default_factory=dict)

    def element(self, node: etree._Element) -> Component | None:
        """Return the declaration of an element, None when the schema does not foresee it."""
        if node in self._of_element:
            return self._of_element[node]
        lineage = [node, *node.iterancestors()]
        found: Component | None = None
        for each in reversed(lineage):
            if each not in self._of_element:
                self._of_element[each] = self._declared(each, found)
            found = self._of_element[each]
        return found

    def _declared(self, node: etree._Element, parent: Component | None) -> Component | None:
        name = str(node.tag)
        above = node.getparent()
        if above is None:
            return self.schema.maps.elements.get(name)
        if parent is None:
            return None
        return self.children(above, parent).get(name)

    def children(self, node: etree._Element, declared: Component) -> Mapping[str, Component]:
        """Return the declarations of what an element may hold, by `{namespace}local`."""
        kind = self.kind(node, declared)
        return self._named(kind) if kind is not None else {}

    def kind(self, node: etree._Element, declared: Component) -> Component:
        """Return the type of an element, that of `xsi:type` where it names a known one."""
        written = node.get(_XSI_TYPE)
        if written is None:
            return declared.type
        prefix, _, local = written.strip().rpartition(":")
        namespace = node.nsmap.get(prefix or None) or ""
        return self.schema.maps.types.get(QName(str(namespace), local).clark, declared.type)

    def _named(self, kind: Component) -> dict[str, Component]:
        """Return the declarations of the elements a type may hold, by name."""
        if id(kind) not in self._children:
            self._children[id(kind)] = dict(_members(kind))
        return self._children[id(kind)]

    def attribute(self, node: etree._Element, name: str) -> Component | None:
        """Return the declaration of an attribute."""
        declared = self.element(node)
        if declared is None:
            return None
        attributes = getattr(self.kind(node, declared), "attributes", None)
        return attributes.get(name) if attributes is not None else None

    def label(self, node: etree._Element, attribute: str | None = None) -> Text:
        """Return what the schema calls a place; its own name where the schema says nothing."""
        declared = self.attribute(node, attribute) if attribute else self.element(node)
        if declared is None:
            return NO_TEXT
        return label_of(declared)

    def simple(self, node: etree._Element, attribute: str | None = None) -> Component | None:
        """Return the simple type of an element's text or of an attribute, None when it has none."""
        declared = self.attribute(node, attribute) if attribute else self.element(node)
        if declared is None:
            return None
        kind = declared.type if attribute else self.kind(node, declared)
        if kind is None or kind.is_simple():
            return kind
        return kind.content if kind.has_simple_content() else None


def label_of(declared: Component) -> Text:
    """Return what the schema calls an element or attribute."""
    kind = declared.type
    named = notes_of(declared, kind) if kind is not None and kind.name else notes_of(declared)
    return label_and_hint(declared.local_name, named)[0]


def _members(kind: Component) -> Iterator[tuple[str, Component]]:
    for each in elements_in(kind):
        yield each.name, each
        for substitute in each.iter_substitutes():
            yield substitute.name, substitute
