"""XML to JSON by a form model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import XML, XSI, Document, Element, QName, fragment, read_document
from mezhved.infotypes.documents.canonical import escaped as escaped_text
from mezhved.infotypes.forms.model import escaped
from mezhved.infotypes.forms.shapes import (
    CONTENT,
    TEXT,
    ElementPart,
    GroupPart,
    attribute_key,
    own_elements,
)
from mezhved.infotypes.values.matching import Places
from mezhved.infotypes.values.matching import place as place_children
from mezhved.infotypes.values.problems import Findings, ValueProblem
from mezhved.infotypes.values.scalars import to_scalar
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mezhved.infotypes.forms.model import FormModel
    from mezhved.infotypes.forms.shapes import Component, Part
    from mezhved.infotypes.forms.types import Shape, Types

UNKNOWN: Final = "#unknown"
"""Where lenient reading keeps, as XML, the elements that the schema does not know."""
DEEPEST: Final = 60
"""Elements of one value inside one another; real schemas go to 18 levels."""
TYPE_KEY: Final = "@xsi:type"
NIL_KEY: Final = "@xsi:nil"
_TYPE: Final = QName(XSI, "type")
_NIL: Final = QName(XSI, "nil")
_BOOLEANS: Final[Mapping[str, Any]] = {"true": True, "false": False, "1": 1, "0": 0}


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and what of the document did not fit the model."""

    value: dict[str, Any]
    problems: tuple[ValueProblem, ...]


def to_json(document: bytes | Document, model: FormModel) -> dict[str, Any]:
    """Return the value of a document.

    Errors: `MalformedXml`; `InvalidValue` for a document that the model has no place for. Whether the values
    themselves are valid is not asked: that is what validation is for.
    """
    reading = read_value(document, model)
    findings = Findings(list(reading.problems))
    findings.demand_none()
    return reading.value


def read_value(document: bytes | Document, model: FormModel) -> Reading:
    """Return the value of a document however it is made: what fits nowhere is told and kept as XML.

    Raises `MalformedXml`.
    """
    root = (read_document(document) if isinstance(document, bytes) else document).root
    reader = _Reader(model.types)
    if root.name != model.name:
        reader.findings.add(
            "",
            f"корень документа {root.name.clark}, а нужен {model.name.clark}",
            f"the root of the document is {root.name.clark}, must be {model.name.clark}",
        )
    value = reader.element(root, model.declaration.type, _Place({"xml": XML}, "", 0))
    if not isinstance(value, dict):
        value = {NIL_KEY: True} if value is None else {TEXT: value}
    return Reading(value, tuple(reader.findings.found))


def pointers(document: Document, model: FormModel) -> dict[str, str]:
    """Return JSON pointers by paths in the document's own words, `/Запрос/СведФЛ[2]/@ИННФЛ`.

    So findings of a check, which speak of the document, are shown at the fields of a form. A number stands
    where an element has namesakes beside it.
    """
    reader = _Reader(model.types)
    reader.element(document.root, model.declaration.type, _Place({"xml": XML}, "", 0))
    found: dict[str, str] = {}
    waiting = [(document.root, f"/{document.root.name.local}")]
    while waiting:
        element, path = waiting.pop()
        at = reader.places.get(id(element))
        if at is None:
            continue
        found[path] = at
        owner = at.removesuffix(f"/{TEXT}")
        for each in element.attributes:
            found[f"{path}/@{each.name.local}"] = f"{owner}/{escaped(attribute_key(each.name))}"
        children = element.elements
        counts = Counter(each.name.local for each in children)
        numbers: Counter[str] = Counter()
        for child in children:
            local = child.name.local
            numbers[local] += 1
            step = f"{local}[{numbers[local]}]" if counts[local] > 1 else local
            waiting.append((child, f"{path}/{step}"))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an element lies: namespaces in force, JSON pointer, depth."""

    scope: Mapping[str, str]
    at: str
    depth: int

    def below(self, step: str) -> _Place:
        """Return the place of an element one level deeper."""
        return _Place(self.scope, f"{self.at}/{step}", self.depth + 1)


@dataclass(slots=True)
class _Reader:
    types: Types
    findings: Findings = field(default_factory=Findings)
    places: dict[int, str] = field(default_factory=dict)
    """Pointers of the elements' values by the identity of the element."""

    def element(self, element: Element, kind: Component, outer: _Place) -> Any:
        """Return the value of an element of a declared type."""
        place = replace(outer, scope=element.scope(outer.scope)) if element.declared else outer
        value: dict[str, Any] = {}
        self.places[id(element)] = place.at
        if place.depth > DEEPEST:
            self.findings.add(place.at, f"вложенность больше {DEEPEST}", f"nested deeper than {DEEPEST}")
            return value
        shape = self.types.shape(kind)
        if element.attributes:
            shape = self.types.shape(self._actual(element, kind, place, value))
            self._attributes(element, shape, place, value)
        if shape.simple is not None:
            return self._simple(element, shape, place, value)
        if shape.open:
            if element.children:
                value[CONTENT] = _content(element, place.scope)
        else:
            self._content(element, shape, place, value)
        return None if list(value.items()) == [(NIL_KEY, True)] else value

    def _actual(self, element: Element, kind: Component, place: _Place, value: dict[str, Any]) -> Component:
        """Return the type that `xsi:type` names, else the declared one."""
        given = element.get("type", XSI)
        if given is None:
            return kind
        prefix, colon, local = given.strip().rpartition(":")
        name = QName(place.scope.get(prefix if colon else "", ""), local)
        value[TYPE_KEY] = key = self.types.key_of_type(kind, name)
        found = self.types.substitute(kind, key)
        if found is None:
            self.findings.add(
                f"{place.at}/{TYPE_KEY}",
                f"тип {name} здесь не допускается",
                f"the type {name} may not stand here",
            )
            return kind
        return found

    def _attributes(self, element: Element, shape: Shape, place: _Place, value: dict[str, Any]) -> None:
        declared = {each.name: each for each in shape.attributes}
        for each in element.attributes:
            part = declared.get(each.name)
            if part is not None:
                value[part.key] = to_scalar(each.value, part.declaration.type, place.scope)
            elif each.name == _NIL:
                value[NIL_KEY] = _BOOLEANS.get(each.value.strip(), each.value)
            elif each.name != _TYPE:
                key = attribute_key(each.name, alone=False)
                allowed = shape.any_attribute is not None and shape.any_attribute.is_matching(each.name.clark)
                if each.name.namespace != XSI and not allowed:
                    self.findings.add(
                        f"{place.at}/{escaped(key)}",
                        "такого атрибута нет в схеме",
                        "the schema has no such attribute",
                        self.findings.hint(each.name.local, (one.name.local for one in shape.attributes)),
                    )
                value[key] = each.value

    def _simple(self, element: Element, shape: Shape, place: _Place, value: dict[str, Any]) -> Any:
        for child in element.elements:
            self._misplaced(child, place.at, ())
            value.setdefault(UNKNOWN, []).append(fragment(child, place.scope))
        nil = value.get(NIL_KEY) in (True, 1)
        if nil and not element.text.strip():
            return None if list(value.items()) == [(NIL_KEY, True)] else value
        text = to_scalar(element.text, shape.simple, place.scope)
        if shape.scalar and not value:
            return text
        value[TEXT] = text
        self.places[id(element)] = f"{place.at}/{TEXT}"
        return value

    def _content(self, element: Element, shape: Shape, place: _Place, value: dict[str, Any]) -> None:
        children = element.elements
        if len(children) != len(element.children) and element.text.strip():
            self.findings.add(place.at, "между элементами стоит текст", "there is text between the elements")
        count = 0
        if shape.content is not None and children:
            places, count = place_children(shape.content, children)
            self._placed(places, place, value)
        if count < len(children):
            self._left(children[count:], shape, place, value)

    def _placed(self, places: Places, place: _Place, value: dict[str, Any]) -> None:
        for key, part, found in places.entries():
            below = place.below(escaped(key))
            if isinstance(part, GroupPart):
                value[key] = items = []
                for number, each in enumerate(found):
                    item: dict[str, Any] = {}
                    if isinstance(each, Places):
                        self._placed(each, replace(place, at=f"{below.at}/{number}"), item)
                    items.append(item)
                continue
            values = [
                self._one(
                    each, part, replace(below, at=f"{below.at}/{number}") if part.occurs.many else below
                )
                for number, each in enumerate(found)
                if isinstance(each, Element)
            ]
            value[key] = values if part.occurs.many else values[0]

    def _one(self, child: Element, part: Part, place: _Place) -> Any:
        if isinstance(part, ElementPart):
            return self.element(child, part.declaration.type, place)
        return fragment(child, place.scope)

    def _left(self, children: Sequence[Element], shape: Shape, place: _Place, value: dict[str, Any]) -> None:
        """Keep the children that the content model has no place for, by their names where those are known."""
        own = list(own_elements(shape.content)) if shape.content is not None else []
        known = {each.name: each for each in reversed(own)}
        for number, child in enumerate(children):
            part = known.get(child.name)
            if number == 0 or part is None:
                self._misplaced(child, place.at, [each.name.local for each in own])
            if part is None or (not part.occurs.many and part.key in value):
                value.setdefault(UNKNOWN, []).append(fragment(child, place.scope))
                continue
            below = place.below(escaped(part.key))
            if part.occurs.many:
                items = value.setdefault(part.key, [])
                items.append(self._one(child, part, replace(below, at=f"{below.at}/{len(items)}")))
            else:
                value[part.key] = self._one(child, part, below)

    def _misplaced(self, child: Element, at: str, known: Sequence[str]) -> None:
        place = f"{at}/{escaped(child.name.local)}"
        line = f" (строка {child.line})" if child.line else ""
        line_en = f" (line {child.line})" if child.line else ""
        if child.name.local in known:
            ru = f"элемент {child.name.local} стоит не на своём месте{line}"
            en = f"the element {child.name.local} is out of place{line_en}"
            self.findings.note(ValueProblem(place, Text(ru=ru, en=en)))
            return
        ru = f"элемента {child.name.clark} здесь в схеме нет{line}"
        en = f"the schema has no element {child.name.clark} here{line_en}"
        self.findings.note(
            ValueProblem(place, Text(ru=ru, en=en), self.findings.hint(child.name.local, known))
        )


def _content(element: Element, scope: Mapping[str, str]) -> str:
    """Return all that an element holds as XML."""
    return "".join(
        escaped_text(each) if isinstance(each, str) else fragment(each, scope)
        for each in element.children
        if isinstance(each, (str, Element))
    )
