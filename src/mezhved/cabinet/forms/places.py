"""Places of a form: a node of the model with the numbers of the items it lies in.

A place is written as the node's path with a number after every part that
repeats: `/Документ/0/:Паспорт/Серия`. The part itself, with all its items, is `/Документ`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404

from mezhved.cabinet.wording import spoken
from mezhved.infotypes.forms import Node, NodeKind, unescaped
from mezhved.infotypes.forms.shapes import TEXT, GroupPart, own_parts
from mezhved.infotypes.values.reading import TYPE_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.cabinet.forms.state import At, State
    from mezhved.infotypes.forms import FormModel

_LONGEST: Final = 8000
_NAMED: Final = frozenset({NodeKind.SECTION, NodeKind.FIELD, NodeKind.XML, NodeKind.ANY})
_NUMBER: Final = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Spot:
    """A node somewhere in a value. `number` is None for a part that does not repeat, and for a whole list."""

    model: FormModel
    node: Node
    place: str
    at: At
    number: int | None = None
    parent: Spot | None = None

    @property
    def is_list(self) -> bool:
        """Whether it stands for all items of a part that repeats."""
        return self.node.occurs.many and self.number is None

    @property
    def name(self) -> str:
        """What the field is called in a posted form."""
        return self.place or "/"

    def item(self, number: int) -> Spot:
        """Return one item of a list."""
        return Spot(self.model, self.node, f"{self.place}/{number}", (*self.at, number), number, self)

    def children(self, state: State) -> Iterator[Spot]:
        """Give the spots one level deeper; of types to choose, what the chosen one holds."""
        holder = self.variant(state) or self
        for each in self.model.children(holder.node):
            if each.kind is not NodeKind.VARIANT:
                yield holder.child(each)

    def child(self, node: Node) -> Spot:
        """Return the spot of a child node."""
        return Spot(
            self.model,
            node,
            self.place + node.path[len(self.node.path) :],
            self.at + tuple(_keys(node.pointer[len(self.node.pointer) :])),
            parent=self,
        )

    def variants(self) -> tuple[Node, ...]:
        """Return the types to choose from; none where there is no choice."""
        if self.node.kind is not NodeKind.SECTION:
            return ()
        return tuple(each for each in self.model.children(self.node) if each.kind is NodeKind.VARIANT)

    def variant(self, state: State) -> Spot | None:
        """Return the spot of the type that is chosen, None where none is or there is nothing to choose."""
        variants = self.variants()
        if not variants:
            return None
        value = state.value(self.at)
        named = value.get(TYPE_KEY) if isinstance(value, dict) else None
        own = own_variant(self.node, variants)
        found = next((each for each in variants if named in {each.key, _clark(each)}), None)
        chosen = found if named is not None else own
        return self.child(chosen) if chosen is not None else None

    def own_keys(self) -> tuple[str, ...]:
        """Return the names of the fields that the part has in the object around it."""
        source = self.node.source
        if isinstance(source, GroupPart) and not source.key:
            return tuple(each.key for each in own_parts(source))
        return (self.node.key,)

    def around(self) -> At:
        """Return where the object lies in which the part's own fields are."""
        source = self.node.source
        if isinstance(source, GroupPart) and not source.key:
            return self.at
        return self.at[:-1]


def own_variant(node: Node, variants: tuple[Node, ...]) -> Node | None:
    """Return the declared type among those to choose, None for one that is abstract."""
    declared = node.source.declaration.type
    return next((each for each in variants if each.source is declared), None)


def root_spot(model: FormModel) -> Spot:
    """Return the spot of the root; a root with a simple value has it as `#text`."""
    return Spot(model, model.root, "", (TEXT,) if model.root.kind is NodeKind.FIELD else ())


def locate(model: FormModel, place: str) -> Spot:
    """Return the spot of a place. Raises `Http404` for one that the form does not have."""
    spot = root_spot(model)
    if place in {"", "/"}:
        return spot
    if not place.startswith("/") or len(place) > _LONGEST:
        raise Http404
    while spot.place != place:
        spot = _next(spot, place)
    return spot


def _next(spot: Spot, place: str) -> Spot:
    rest = place[len(spot.place) + 1 :]
    if spot.is_list:
        digits = rest.partition("/")[0]
        if not _NUMBER.fullmatch(digits):
            raise Http404
        return spot.item(int(digits))
    below = (spot.child(each) for each in spot.model.children(spot.node))
    fitting = [each for each in below if place == each.place or place.startswith(f"{each.place}/")]
    if not fitting:
        raise Http404
    return max(fitting, key=lambda each: len(each.place))


def _keys(pointer: str) -> Iterator[str]:
    """Give the names in a part of a pointer; the star of an item is given its number later."""
    return (unescaped(each) for each in pointer.split("/")[1:] if each != "*")


def path_label(spot: Spot) -> str:
    """Return what a place is called, with the sections it lies in."""
    words: list[str] = []
    at: Spot | None = spot
    while at is not None and at.parent is not None:
        if at.node.kind in _NAMED and not (at.is_list and at is not spot):
            label = spoken(at.node.label)
            words.append(f"{label} {at.number + 1}" if at.number is not None else label)
        at = at.parent
    return " / ".join(reversed([each for each in words if each]))


def _clark(variant: Node) -> str:
    return variant.type_name.clark if variant.type_name is not None else ""
