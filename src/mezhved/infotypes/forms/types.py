"""Types of a schema as the form and the values see them, each read once and when it is first met."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import QName
from mezhved.infotypes.forms.fields import Field, chain, field_of
from mezhved.infotypes.forms.notes import read_notes
from mezhved.infotypes.forms.shapes import (
    AttributePart,
    GroupPart,
    attribute_parts,
    content_part,
    keys_of,
    unordered,
)
from mezhved.infotypes.wellknown import XS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.forms.shapes import Component, Part

ANY_TYPE: Final = f"{{{XS}}}anyType"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What an element of a type holds.

    `simple` is the type of its text, None for an element that holds elements; `open` means that it may hold
    text and elements in any order, kept as XML. `keys` are the parts of its content by their key in JSON.
    """

    kind: Component
    simple: Component
    open: bool
    attributes: tuple[AttributePart, ...]
    any_attribute: Component
    content: GroupPart | None
    keys: Mapping[str, Part]

    @property
    def scalar(self) -> bool:
        """Whether a bare value stands for the element in JSON: it has text and no attributes."""
        return self.simple is not None and not self.attributes and self.any_attribute is None

    @property
    def abstract(self) -> bool:
        """Whether an element has to name another type by `xsi:type`."""
        return bool(getattr(self.kind, "abstract", False))

    @property
    def name(self) -> QName | None:
        """The name of the type, None for one without a name."""
        return QName.parse(self.kind.name) if self.kind.name else None


@dataclass(frozen=True, slots=True)
class Variant:
    """A type that may stand in place of the declared one; `key` is its name in JSON."""

    key: str
    name: QName
    kind: Component


@dataclass(slots=True)
class Types:
    """The types of one schema. Safe for threads: what two read at once is equal."""

    schema: Any
    _shapes: dict[int, Shape] = field(default_factory=dict)
    _fields: dict[int, Field] = field(default_factory=dict)
    _variants: dict[int, tuple[Variant, ...]] = field(default_factory=dict)
    _derived: dict[int, list[Component]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def shape(self, kind: Component) -> Shape:
        """Return the shape of a simple or complex type."""
        found = self._shapes.get(id(kind))
        if found is None:
            found = self._shapes[id(kind)] = _shape(kind)
        return found

    def field(self, simple: Component) -> Field:
        """Return the field of a simple type."""
        found = self._fields.get(id(simple))
        if found is None:
            texts = read_notes(simple.elem).russian if simple.elem is not None else ()
            found = self._fields[id(simple)] = field_of(simple, texts)
        return found

    def named(self, name: QName) -> Component:
        """Return a global type by its name, None when there is none."""
        return self.schema.maps.types.get(name.clark)

    def variants(self, kind: Component) -> tuple[Variant, ...]:
        """Return the complex types that may stand for a complex type, itself left out."""
        if kind.name is None or kind.name == ANY_TYPE or not kind.is_complex():
            return ()
        found = self._variants.get(id(kind))
        if found is None:
            found = self._variants[id(kind)] = self._find_variants(kind)
        return found

    def _find_variants(self, kind: Component) -> tuple[Variant, ...]:
        taken = {kind.local_name}
        variants = []
        for each in self._derived_from(kind):
            name = QName.parse(each.name)
            key = name.clark if name.local in taken else name.local
            taken.add(name.local)
            variants.append(Variant(key, name, each))
        return tuple(variants)

    def _derived_from(self, kind: Component) -> list[Component]:
        with self._lock:
            if not self._derived:
                self._derived[0] = []
                for each in self.schema.maps.types.values():
                    if each.is_complex() and not each.abstract:
                        for base in list(chain(each))[1:]:
                            self._derived.setdefault(id(base), []).append(each)
        return self._derived.get(id(kind), [])

    def substitute(self, kind: Component, key: str) -> Component:
        """Return the type that `xsi:type` names in JSON, None when it may not stand for this one."""
        for each in self.variants(kind):
            if key in {each.key, each.name.clark}:
                return each.kind
        name = QName.parse(key)
        if kind.name is not None and key in {kind.local_name, kind.name}:
            return kind
        found = self.named(name)
        return found if found is not None and found.is_derived(kind) else None

    def key_of_type(self, kind: Component, name: QName) -> str:
        """Return how JSON names the type that `xsi:type` gave."""
        if kind.name == name.clark:
            return name.local
        return next((each.key for each in self.variants(kind) if each.name == name), name.clark)


def _shape(kind: Component) -> Shape:
    if not kind.is_complex():
        return Shape(kind, kind, open=False, attributes=(), any_attribute=None, content=None, keys={})
    opened = bool(kind.mixed) or kind.name == ANY_TYPE or unordered(kind)
    simple = kind.content if kind.has_simple_content() else None
    content = None if simple is not None or opened else content_part(kind)
    return Shape(
        kind,
        simple,
        open=opened,
        attributes=attribute_parts(kind),
        any_attribute=kind.attributes.get(None),
        content=content,
        keys=keys_of([content]) if content is not None else {},
    )
