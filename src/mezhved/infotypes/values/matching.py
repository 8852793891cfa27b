"""Finding the places of child elements in a content model.

XSD lets no element fit two places (Unique Particle Attribution), so going forward without looking ahead is
enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mezhved.infotypes.forms.shapes import AnyPart, ElementPart, GroupPart, emptiable, item_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.infotypes.documents import Element
    from mezhved.infotypes.forms.shapes import Part


@dataclass(slots=True)
class Places:
    """Children by the key of their part; items of a repeating group are `Places` themselves."""

    parts: dict[str, Part] = field(default_factory=dict)
    found: dict[str, list[Element | Places]] = field(default_factory=dict)

    def put(self, part: Part, child: Element | Places) -> None:
        """Note a child at a part."""
        self.parts[part.key] = part
        self.found.setdefault(part.key, []).append(child)

    def entries(self) -> Iterator[tuple[str, Part, list[Element | Places]]]:
        """Give key, part and children in the order they first came."""
        for key, children in self.found.items():
            yield key, self.parts[key], children


def place(group: GroupPart, children: Sequence[Element]) -> tuple[Places, int]:
    """Return where the children stand and how many of them do; the next one fits nowhere."""
    places = Places()
    return places, _once(group, children, 0, places)


def starts(part: Part, child: Element) -> bool:
    """Tell whether a part may begin with an element."""
    if isinstance(part, ElementPart):
        return part.name == child.name
    if isinstance(part, AnyPart):
        return part.allows(child.name)
    if part.order != "sequence":
        return any(starts(each, child) for each in part.parts)
    for each in part.parts:
        if starts(each, child):
            return True
        if not emptiable(each):
            return False
    return False


def _once(group: GroupPart, children: Sequence[Element], position: int, places: Places) -> int:
    """Place what one turn of a group holds."""
    if group.order == "sequence":
        for each in group.parts:
            position = _part(each, children, position, places)
        return position
    if group.order == "choice":
        chosen = _first(group, children, position)
        return position if chosen is None else _part(chosen, children, position, places)
    left = list(group.parts)
    while position < len(children):
        fitting = next((each for each in left if starts(each, children[position])), None)
        if fitting is None:
            break
        left.remove(fitting)
        position = _part(fitting, children, position, places)
    return position


def _first(group: GroupPart, children: Sequence[Element], position: int) -> Part | None:
    if position >= len(children):
        return None
    return next((each for each in group.parts if starts(each, children[position])), None)


def _part(part: Part, children: Sequence[Element], position: int, places: Places) -> int:
    count = 0
    while position < len(children) and (part.occurs.most is None or count < part.occurs.most):
        if not starts(part, children[position]):
            break
        if isinstance(part, GroupPart):
            inner = Places() if part.key else places
            end = _once(item_group(part) if part.key else part, children, position, inner)
            if end == position:
                break
            if part.key:
                places.put(part, inner)
            position = end
        else:
            places.put(part, children[position])
            position += 1
        count += 1
    return position
