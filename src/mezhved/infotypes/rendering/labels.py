"""What a schema calls the parts of a document, found by walking the schema beside the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mezhved.infotypes.documents import XSI, Element, QName
from mezhved.infotypes.forms.fields import Field, field_of
from mezhved.infotypes.forms.notes import label_and_hint, notes_of
from mezhved.infotypes.forms.shapes import elements_in
from mezhved.infotypes.wellknown import DSIG
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Component: TypeAlias = Any
"""A component of an `xmlschema` schema, None where the schema knows nothing."""

_KNOWN: Final = {
    QName(XSI, "type"): Text(ru="Вид (xsi:type)", en="Kind (xsi:type)"),
    QName(XSI, "nil"): Text(ru="Не заполнено (xsi:nil)", en="Left out (xsi:nil)"),
    QName(XSI, "schemaLocation"): Text(ru="Расположение схемы", en="Place of the schema"),
    QName(XSI, "noNamespaceSchemaLocation"): Text(ru="Расположение схемы", en="Place of the schema"),
    QName(DSIG, "Signature"): Text(ru="Электронная подпись (XMLDSig)", en="Electronic signature (XMLDSig)"),
}


@dataclass(frozen=True, slots=True)
class Described:
    """A part as the schema has it: its label, its declaration's type, and its field when it is simple."""

    label: Text
    kind: Component = None
    field: Field | None = None


class Labels:
    """Labels of one schema; `schema` is an `xmlschema` schema, None for documents of no known schema."""

    def __init__(self, schema: Component) -> None:
        self._maps = schema.maps if schema is not None else None
        self._described: dict[tuple[int, int, QName], Described] = {}
        self._members: dict[int, dict[str, Component]] = {}
        self._kept: list[Component] = []  # ids are keys, so what they belong to has to live on

    def element(self, element: Element, parent: Component, scope: Mapping[str, str]) -> Described:
        """Describe an element inside one of type `parent` (None at the root)."""
        declaration = self._members_of(parent).get(element.name.clark) if parent is not None else None
        if declaration is None and self._maps is not None:
            declaration = self._maps.elements.get(element.name.clark)
        kind = self._named_type(element, scope)
        if kind is None and declaration is not None:
            kind = declaration.type
        return self._describe(element.name, declaration, kind)

    def attribute(self, name: QName, parent: Component) -> Described:
        """Describe an attribute of an element of type `parent`."""
        attributes = getattr(parent, "attributes", None) or {}
        declaration = attributes.get(name.clark)
        return self._describe(name, declaration, getattr(declaration, "type", None))

    def _describe(self, name: QName, declaration: Component, kind: Component) -> Described:
        key = (id(declaration), id(kind), name)
        found = self._described.get(key)
        if found is None:
            self._kept.extend((declaration, kind))
            found = self._described[key] = _describe(name, declaration, kind)
        return found

    def _named_type(self, element: Element, scope: Mapping[str, str]) -> Component:
        named = element.get("type", XSI)
        if named is None or self._maps is None:
            return None
        prefix, _, local = named.strip().rpartition(":")
        return self._maps.types.get(QName(scope.get(prefix, ""), local).clark)

    def _members_of(self, kind: Component) -> dict[str, Component]:
        found = self._members.get(id(kind))
        if found is None:
            self._kept.append(kind)
            found = self._members[id(kind)] = _members(kind)
        return found


def _describe(name: QName, declaration: Component, kind: Component) -> Described:
    referred = getattr(declaration, "ref", None)
    simple = _simple(kind)
    components = [declaration, referred]
    if kind is not None and simple is None:
        # of a simple type the text tells what such values are, not what this one is for
        components.append(kind)
    notes = notes_of(*(each for each in components if each is not None))
    label = _KNOWN.get(name) or label_and_hint(name.local, notes)[0]
    texts = (*notes.russian, *notes_of(kind).russian) if kind is not None else notes.russian
    return Described(label, kind, field_of(simple, texts) if simple is not None else None)


def _simple(kind: Component) -> Component:
    """Return the simple type of a value, None where elements are inside."""
    if kind is None:
        return None
    if kind.is_simple():
        return kind
    return kind.content if kind.has_simple_content() else None


def _members(kind: Component) -> dict[str, Component]:
    members: dict[str, Component] = {}
    for each in elements_in(kind):
        members.setdefault(each.name, each)
        for other in each.iter_substitutes():
            members.setdefault(other.name, other)
    return members
