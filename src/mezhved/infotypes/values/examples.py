"""Example values of a form model: the least that is valid, or as much as there may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import Element, QName, fragment
from mezhved.infotypes.forms.fields import FieldKind, chain, type_names
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.forms.notes import notes_of
from mezhved.infotypes.forms.recognition import identifier_of
from mezhved.infotypes.forms.shapes import (
    CONTENT,
    ONCE,
    TEXT,
    AnyPart,
    ElementPart,
    GroupPart,
    content_part,
    emptiable,
    item_group,
)
from mezhved.infotypes.values.reading import DEEPEST, TYPE_KEY
from mezhved.infotypes.values.sampling import example_text
from mezhved.infotypes.values.scalars import to_scalar
from mezhved.infotypes.values.writing import element_of, elements_of
from mezhved.infotypes.wellknown import XML_NAMESPACE, XS

if TYPE_CHECKING:
    from random import Random

    from mezhved.infotypes.forms.model import FormModel
    from mezhved.infotypes.forms.shapes import Component, Part
    from mezhved.infotypes.forms.types import Shape, Types

_DEEP: Final = 30
"""Levels after which only what has to be there is given."""
_REFERENCE: Final = object()
_NO_MESSAGES: Final = frozenset((XS, XML_NAMESPACE))
_MANY: Final = 4000
"""Values after which only what has to be there is given."""
_TOO_MANY: Final = 40_000
"""Values after which nothing is: what has to be there can double at every level."""


def example(model: FormModel, randomness: Random, *, full: bool = False) -> dict[str, Any]:
    """Return a value of a model: what is required only, or with `full` optional fields and second items too.

    The same randomness gives the same value. Recursive types are entered once.
    """
    maker = _Maker(model.types, randomness, full)
    value = maker.referred(maker.element(model.declaration, (), model.name))
    return value if isinstance(value, dict) else {TEXT: value}


@dataclass(slots=True)
class _Maker:
    types: Types
    randomness: Random
    full: bool
    made: int = 0
    identifiers: dict[tuple[int, str], Any] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    def referred(self, value: Any) -> Any:
        """Return a value with its references made to an id that is there."""
        if isinstance(value, dict):
            return {key: self.referred(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.referred(each) for each in value]
        return (self.ids or ["x"])[0] if value is _REFERENCE else value

    def element(self, declaration: Component, above: tuple[int, ...], name: QName) -> Any:
        """Return the value of an element; `above` are the types it lies in."""
        self.made += 1
        if len(above) > DEEPEST or self.made > _TOO_MANY:
            return {}
        kind = declaration.type
        shape = self.types.shape(kind)
        value: dict[str, Any] = {}
        if shape.abstract:
            variants = self.types.variants(kind)
            open_ends = [each for each in variants if id(each.kind) not in above] or list(variants)
            if not open_ends:
                return value
            variant = self.randomness.choice(open_ends)
            kind, value[TYPE_KEY] = variant.kind, variant.key
            shape = self.types.shape(kind)
        self._attributes(shape, value)
        if shape.simple is not None:
            text = self._scalar(shape.simple, name.local, declaration, declaration.fixed)
            if shape.scalar and not value:
                return text
            value[TEXT] = text
        elif shape.open:
            self._open(kind, value, (*above, id(kind)))
        elif shape.content is not None:
            value.update(self._group(shape.content, (*above, id(kind))))
        return value

    def _attributes(self, shape: Shape, value: dict[str, Any]) -> None:
        for each in shape.attributes:
            if each.required or self.full:
                declared = each.declaration
                value[each.key] = self._scalar(declared.type, each.name.local, declared, declared.fixed)

    def _scalar(self, simple: Component, name: str, declaration: Component, fixed: str | None) -> Any:
        if fixed is not None:
            return to_scalar(fixed, simple, {})
        known = self.types.field(simple)
        number = None
        if known.kind in {FieldKind.TEXT, FieldKind.INTEGER, FieldKind.LONG_TEXT} and not known.options:
            place = (id(simple), name)
            if place not in self.identifiers:
                texts = "\n".join(notes_of(declaration).russian)
                names = (name, *type_names(simple))
                self.identifiers[place] = identifier_of(names, texts, partial(allows, simple))
            number = self.identifiers[place]
        built_in = {each.local_name for each in chain(simple)}
        if "IDREF" in built_in:
            return _REFERENCE
        text = example_text(simple, known, number, self.randomness)
        if "ID" in built_in:
            self.ids.append(text)
        return to_scalar(text, simple, {})

    def _open(self, kind: Component, value: dict[str, Any], above: tuple[int, ...]) -> None:
        """Add what an element of mixed content has to hold, as XML."""
        group = content_part(kind)
        if group is None or emptiable(group):
            return
        elements = elements_of(self.referred(self._group(group, above)), group, self.types)
        value[CONTENT] = "".join(fragment(each, {}) for each in elements)

    def _generous(self, above: tuple[int, ...]) -> bool:
        return self.full and len(above) < _DEEP and self.made < _MANY

    def _recurs(self, part: Part, above: tuple[int, ...]) -> bool:
        """Tell whether a part leads back into a type it lies in."""
        if isinstance(part, ElementPart):
            return id(part.declaration.type) in above
        return isinstance(part, GroupPart) and any(self._recurs(each, above) for each in part.parts)

    def _group(self, group: GroupPart, above: tuple[int, ...]) -> dict[str, Any]:
        value: dict[str, Any] = {}
        parts = group.parts
        if group.order == "choice":
            parts = (self._chosen(group, above),) if group.parts else ()
        for each in parts:
            value.update(self._part(each, above))
        return value

    def _chosen(self, group: GroupPart, above: tuple[int, ...]) -> Part:
        known: list[Part] = [each for each in group.parts if not isinstance(each, AnyPart)]
        known = known or list(group.parts)
        ends = [each for each in known if not self._recurs(each, above)] or known
        short = [each for each in ends if emptiable(each)]
        if len(above) >= _DEEP and short:
            return short[0]
        return self.randomness.choice(ends)

    def _part(self, part: Part, above: tuple[int, ...]) -> dict[str, Any]:
        generous = self._generous(above) and not self._recurs(part, above)
        if part.occurs.least == 0 and (not generous or isinstance(part, AnyPart)):
            return {}
        if isinstance(part, GroupPart) and not part.key:
            return self._group(part, above)
        most = part.occurs.most if part.occurs.most is not None else part.occurs.least + 2
        count = max(part.occurs.least, 1)
        if generous and part.occurs.many and len(above) < 4:  # noqa: PLR2004 - second items near the root are enough
            count = max(count, min(most, 2))
        values = [self._one(part, above) for _ in range(count)]
        return {part.key: values if part.occurs.many else values[0]}

    def _one(self, part: Part, above: tuple[int, ...]) -> Any:
        if isinstance(part, ElementPart):
            return self.element(part.declaration, above, part.name)
        if isinstance(part, AnyPart):
            return self._foreign(part, above)
        return self._group(item_group(part), above)

    def _foreign(self, part: AnyPart, above: tuple[int, ...]) -> str:
        """Return an element of another schema, one that this schema knows where it must."""
        wildcard = part.wildcard
        named = getattr(wildcard, "namespace", ())
        strict = getattr(wildcard, "process_contents", "strict") == "strict"
        for namespace in () if strict else ("urn:example", *(each for each in named if each[:2] != "##")):
            if part.allows(QName(namespace, "example")):
                return fragment(Element(QName(namespace, "example"), declared=(("", namespace),)), {})
        for name, declaration in self.types.schema.maps.elements.items():
            known = QName.parse(name)
            if known.namespace in _NO_MESSAGES or declaration.abstract or id(declaration.type) in above:
                continue
            if part.allows(known):
                value = self.element(declaration, (*above, id(declaration.type)), known)
                element = element_of(value, ElementPart(known, ONCE, declaration), self.types)
                return fragment(element, {})
        return ""
