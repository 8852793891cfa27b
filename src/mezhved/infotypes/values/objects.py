"""Objects of JSON while they are gone through: where they lie, which of their fields were used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.infotypes.forms.shapes import ElementPart, GroupPart, emptiable, item_group, own_parts
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.forms.shapes import Part
    from mezhved.infotypes.forms.types import Shape, Types


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object lies and how deep its element is."""

    at: str
    depth: int


@dataclass(slots=True)
class GivenObject:
    """The fields of one object and which of them were used."""

    members: Mapping[str, Any]
    place: Place
    used: set[str] = field(default_factory=set)

    def filled(self, part: Part) -> int:
        """Return how many fields of a part are there and not blank: those tell which choice was meant."""
        values = (self.members.get(each.key) for each in own_parts(part))
        return sum(is_there(each) and each != "" for each in values)

    def in_order(self, part: Part) -> bool:
        """Tell whether the fields of a part were given in its order: so branches of the same names differ."""
        keys = [each.key for each in own_parts(part) if each.key in self.members]
        return keys == [each for each in self.members if each in keys]

    def count(self, part: Part) -> int:
        """Return how many fields of a part are there."""
        return sum(
            each.key in self.members and (is_there(self.members[each.key]) or is_nillable(each))
            for each in own_parts(part)
        )


def is_nillable(part: Part) -> bool:
    """Tell whether null may stand for a part."""
    return isinstance(part, ElementPart) and bool(part.declaration.nillable)


def is_there(value: Any) -> bool:
    """Tell whether a value counts as given."""
    return value is not None and value != []


def least_items(part: Part) -> int:
    """Return how many items an array must have: turns of a group that may be empty need not be written."""
    empty = isinstance(part, GroupPart) and emptiable(item_group(part))
    return 0 if empty else part.occurs.least


def by_keys(given: Mapping[str, Any], keys: Mapping[str, Part]) -> dict[str, Any]:
    """Return an object with the names `{namespace}local` that stand for a shorter key replaced by it."""
    full = {
        each.name.clark: key
        for key, each in keys.items()
        if isinstance(each, ElementPart) and key not in given
    }
    return {full.get(key, key): value for key, value in given.items()}


def is_list(part: ElementPart, types: Types) -> bool:
    """Tell whether an array is the simple value of an element."""
    simple = types.shape(part.declaration.type).simple
    return simple is not None and simple.variety == "list"


def fields_of(shape: Shape) -> Text:
    """Return the names of the fields of a type, for an error."""
    names = ", ".join([*shape.keys, *(each.key for each in shape.attributes)][:12])
    return Text(ru=f"поля: {names}", en=f"fields: {names}")
