"""Making the parts of a form: what is there and what may be added, unfolded as far as it was opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.forms.editing import (
    WRITTEN,
    branch_of,
    is_given,
    is_nil,
    items_of,
    may_grow,
    may_shrink,
)
from mezhved.cabinet.forms.parts import Choice, Part, id_of
from mezhved.cabinet.forms.places import Spot, root_spot
from mezhved.cabinet.forms.problems import beside
from mezhved.cabinet.wording import spoken
from mezhved.infotypes.forms import NodeKind, escaped
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.forms.shapes import TEXT
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.cabinet.forms.controls import Controls
    from mezhved.cabinet.forms.problems import Problem
    from mezhved.cabinet.forms.state import State
    from mezhved.infotypes.forms import FormModel

ROOM: Final = 120
"""Parts that are shown unasked; what lies in further ones is opened one by one."""
ITEMS: Final = 20
"""Items of a list that are shown at once, and with every «more»."""
FIELDS: Final = 200
"""Fields of one part that are shown at once, and with every «more»."""
_DEEPEST: Final = 5
"""Levels that are shown unasked."""
_NOTHING_CHOSEN: Final = Text(ru="ничего из этого", en="none of these")


@dataclass(slots=True)
class Builder:
    """Makes parts of one form from what it holds. `problems` are shown at their places."""

    model: FormModel
    state: State
    controls: Controls
    problems: Sequence[Problem] = ()
    room: int = ROOM
    focus: str = ""
    """The place that is looked at first."""
    ids: dict[str, str] = field(default_factory=dict)
    """Ids of what is shown, by the pointer of its value."""
    _told: dict[str, list[Problem]] = field(default_factory=dict)
    _around: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for each in self.problems:
            self._told.setdefault(each.pointer, []).append(each)
            steps = each.pointer.split("/")
            self._around.update("/".join(steps[:count]) for count in range(1, len(steps)))

    def lead_to(self, spot: Spot) -> None:
        """Unfold what lies around a spot, which is looked at first."""
        self.focus = spot.place
        steps = pointer_of(spot).split("/")
        self._around.update("/".join(steps[:count]) for count in range(1, len(steps)))

    def whole(self) -> Part:
        """Return the form."""
        return self.part(root_spot(self.model), forced=True)

    def part(self, spot: Spot, *, forced: bool = False) -> Part:
        """Return the part of a spot; `forced`: unfolded whatever there is room for."""
        self.room -= 1
        if spot.node.kind is NodeKind.ANY_ATTRIBUTE:
            return self._attributes(spot)
        made = self._list(spot) if spot.is_list else self._single(spot, forced=forced)
        pointer = pointer_of(spot)
        self.ids.setdefault(pointer, made.id)
        if made.kind != "closed" or not self._inside(pointer):
            made.problems = (
                [*made.problems, *(beside(each, made.label) for each in self._told.get(pointer, ()))]
                if self._owns(spot)
                else made.problems
            )
        made.focus = made.focus or spot.place == self.focus
        return made

    def _owns(self, spot: Spot) -> bool:
        """Tell whether problems of the spot's pointer are its own: a group shares that of what it lies in."""
        shared = spot.parent is not None and spot.at == spot.parent.at and not spot.is_list
        return not shared or spot.node.kind is NodeKind.FIELD

    def _inside(self, pointer: str) -> bool:
        return pointer in self._around

    def _single(self, spot: Spot, *, forced: bool) -> Part:
        kind = spot.node.kind
        if kind is NodeKind.FIELD or kind in WRITTEN or kind is NodeKind.XML:
            return self._field(spot)
        if kind is NodeKind.CHOICE:
            return self._choice(spot, forced=forced)
        if kind is NodeKind.GROUP:
            return self._group(spot, forced=forced)
        return self._section(spot, forced=forced)

    def _head(self, spot: Spot, kind: str, **more: Any) -> Part:
        node = spot.node
        label = spoken(node.label) or node.key
        if spot.number is not None:
            label = f"{label} {spot.number + 1}"
        shrinks = spot.number is not None and spot.parent is not None and may_shrink(self.state, spot.parent)
        optional = spot.number is None and not node.required and not spot.is_list and bool(spot.at)
        removable = shrinks or (optional and kind in {"section", "closed"})
        return Part(
            kind=kind,
            place=spot.place,
            name=spot.name,
            label=label,
            hint=spoken(node.hint) if spot.number in {None, 0} else "",
            required=node.required,
            level=level_of(spot),
            number=spot.number,
            nil=is_nil(self.state, spot) if node.nillable and not spot.is_list else None,
            remove=f"remove {spot.place}" if removable else "",
            **more,
        )

    def _field(self, spot: Spot) -> Part:
        part = self._head(spot, "field")
        part.control = self.controls.of(spot, self.state)
        node = spot.node
        given = is_given(self.state, spot)
        if node.fixed is not None and not node.required and spot.number is None:
            part.add, part.remove = ("", f"remove {spot.place}") if given else (f"add {spot.place}", "")
        if node.required and not given and node.simple is not None and node.fixed is None:
            part.blank = f"blank {spot.place}" if self._may_be_blank(spot) else ""
        return part

    def _may_be_blank(self, spot: Spot) -> bool:
        texts = (
            spot.node.field is not None and spot.node.field.base == "string" and not spot.node.field.options
        )
        return texts and spot.number is None and allows(spot.node.simple, "")

    def _section(self, spot: Spot, *, forced: bool) -> Part:
        if not self._is_there(spot):
            returns = spot.place in self.state.aside
            return self._head(spot, "absent", add=f"add {spot.place}", returns=returns)
        depth = spot.place.count("/")
        asked = forced or spot.place in self.state.opened or self._inside(pointer_of(spot))
        if not asked and (self.room <= 0 or depth > _DEEPEST):
            part = self._head(spot, "closed")
            part.filled = _count(self.state.value(spot.at))
            part.summary = self._summary(spot)
            return part
        part = self._head(spot, "section")
        part.summary = self._summary(spot) if spot.number is not None else ""
        part.address = spot.node.address == "address"
        if part.nil:
            return part
        part.variants = self._variants(spot)
        self._fill(part, spot)
        return part

    def _is_there(self, spot: Spot) -> bool:
        return (
            spot.number is not None
            or spot.node.required
            or not spot.at
            or spot.at == (TEXT,)
            or is_given(self.state, spot)
        )

    def _fill(self, part: Part, spot: Spot) -> None:
        """Put the children of a spot into its part, so many as are shown at once."""
        children = list(spot.children(self.state))
        shown = max(FIELDS, self.state.opened.get(f"{spot.place}/:more", 0))
        part.parts = [self.part(each) for each in children[:shown]]
        part.more = max(0, len(children) - shown)

    def _variants(self, spot: Spot) -> tuple[Choice, ...]:
        variants = spot.variants()
        if not variants:
            return ()
        current = spot.variant(self.state)
        return tuple(
            Choice(str(number), spoken(each.label), current is not None and each is current.node)
            for number, each in enumerate(variants)
        )

    def _summary(self, spot: Spot) -> str:
        """Return the first values of an item: what tells it from its neighbours."""
        texts = []
        for each in _texts(self.state.value(spot.at)):
            texts.append(each[:40])
            if len(texts) == 2:  # noqa: PLR2004 - two say enough
                break
        return ", ".join(texts)

    def _group(self, spot: Spot, *, forced: bool) -> Part:
        optional = spot.number is None and not spot.node.required
        if optional and not is_given(self.state, spot) and spot.place not in self.state.opened and not forced:
            return self._head(spot, "absent", add=f"add {spot.place}")
        part = self._head(spot, "group")
        if optional:
            part.remove = f"remove {spot.place}"
        self._fill(part, spot)
        return part

    def _choice(self, spot: Spot, *, forced: bool) -> Part:
        part = self._head(spot, "choice")
        branches = [spot.child(each) for each in self.model.children(spot.node)]
        taken = branch_of(self.state, spot)
        optional = not spot.node.required and spot.number is None
        nothing = (Choice("-1", spoken(_NOTHING_CHOSEN), taken is None),) if optional else ()
        part.choices = nothing + tuple(
            Choice(str(number), spoken(each.node.label) or each.node.key, number == taken)
            for number, each in enumerate(branches)
        )
        if taken is not None:
            part.parts = [self.part(branches[taken], forced=forced)]
        self._stand_for(branches, part)
        return part

    def _stand_for(self, branches: Sequence[Spot], part: Part) -> None:
        """Let a choice tell what is wrong with the fields of the branches that are not taken."""
        for each in branches:
            around = "".join(f"/{step if isinstance(step, int) else escaped(step)}" for step in each.around())
            for key in each.own_keys():
                pointer = f"{around}/{escaped(key)}"
                if pointer not in self.ids:
                    self.ids[pointer] = part.id
                    part.problems = [*part.problems, *self._told.get(pointer, ())]

    def _list(self, spot: Spot) -> Part:
        part = self._head(spot, "list")
        count = items_of(self.state, spot)
        shown = min(count, max(ITEMS, self.state.opened.get(f"{spot.place}/:more", 0)))
        problem_items = [each for each in range(shown, count) if self._inside(_below(spot, each))]
        numbers = [*range(shown), *problem_items, *self._asked(spot, shown, count)]
        part.parts = [self.part(spot.item(number)) for number in sorted(set(numbers))]
        part.more = count - len(part.parts)
        part.filled = count
        if may_grow(self.state, spot):
            part.add = f"add {spot.place}"
        return part

    def _asked(self, spot: Spot, shown: int, count: int) -> Iterator[int]:
        """Give items beyond those shown that were opened: one just added is the last."""
        return (each for each in range(shown, count) if f"{spot.place}/{each}" in self.state.opened)

    def _attributes(self, spot: Spot) -> Part:
        part = self._head(spot, "attributes")
        part.remove = ""
        holder = spot.parent if spot.parent is not None else spot
        known = {each.key for each in self.model.children(holder.node)}
        value = self.state.value(spot.at)
        for key, text in value.items() if isinstance(value, dict) else ():
            if key.startswith("@") and not key.startswith("@xsi:") and key not in known:
                part.parts.append(
                    Part(
                        kind="attribute",
                        place=f"{spot.place}/{escaped(key)}",
                        name=f"{spot.place}/{escaped(key)}",
                        label=key[1:],
                        control=self.controls.plain(str(text)),
                        remove=f"detach {spot.place}/{escaped(key)}",
                    )
                )
        return part


def level_of(spot: Spot) -> int:
    """Return the level of a part's heading: 2 for the form itself."""
    level, above = 2, spot.parent
    while above is not None:
        plain_group = above.node.kind is NodeKind.GROUP and not above.node.occurs.many
        level += not (plain_group or above.node.kind is NodeKind.VARIANT)
        above = above.parent
    return level


def pointer_of(spot: Spot) -> str:
    """Return the JSON pointer of a spot's value."""
    return "".join(f"/{each if isinstance(each, int) else escaped(each)}" for each in spot.at)


def _below(spot: Spot, number: int) -> str:
    return f"{pointer_of(spot)}/{number}"


def nearest_id(ids: dict[str, str], pointer: str) -> str:
    """Return the id of what is shown at a pointer, or of the nearest part around it."""
    while pointer and pointer not in ids:
        pointer = pointer.rpartition("/")[0]
    return ids.get(pointer) or id_of("")


def _count(value: Any) -> int:
    return sum(1 for _ in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    """Give the texts that a value holds, in order."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            waiting.extend(reversed(list(current.values())))
        elif isinstance(current, list):
            waiting.extend(reversed(current))
        elif current not in (None, ""):
            yield str(current)
