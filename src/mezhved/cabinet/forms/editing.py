"""Changing what a form holds: typing into a field, adding and removing parts, choosing branches and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.forms.places import own_variant
from mezhved.cabinet.forms.typed import meant, shown
from mezhved.infotypes.forms import FieldKind, NodeKind
from mezhved.infotypes.forms.shapes import TEXT
from mezhved.infotypes.values.objects import is_there
from mezhved.infotypes.values.reading import NIL_KEY, TYPE_KEY

if TYPE_CHECKING:
    from mezhved.cabinet.forms.places import Spot
    from mezhved.cabinet.forms.state import At, State

WRITTEN: Final = frozenset({NodeKind.XML, NodeKind.ANY})
"""Parts that are typed as XML."""
_LEFT: Final = ""


def field_at(state: State, spot: Spot) -> At:
    """Return where the text of a field lies: inside an object where the element says more than its text."""
    return (*spot.at, TEXT) if isinstance(state.value(spot.at), dict) else spot.at


def shown_value(state: State, spot: Spot) -> str:
    """Return what stands in the field of a spot."""
    value = state.value(field_at(state, spot))
    field = spot.node.field
    if field is None:
        return value if isinstance(value, str) else ""
    return shown(value, field)


def put_typed(state: State, spot: Spot, typed: str) -> bool:
    """Put what was typed into a field; tell whether that changed anything. A blank field holds nothing."""
    node = spot.node
    if node.field is not None and (node.field.kind is FieldKind.BINARY or _is_fixed(spot)):
        return False
    plain = _lines(typed)
    if plain == _lines(shown_value(state, spot)):
        return False
    at = field_at(state, spot)
    value = meant(plain, node) if node.field is not None else plain.strip()
    if value == state.value(at):
        return False
    if not value or (isinstance(value, str) and not value.strip()):
        clear(state, spot)
    else:
        state.put(at, value)
    return True


def _lines(text: str) -> str:
    """Return a text with the ends of lines that browsers post made plain."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clear(state: State, spot: Spot) -> None:
    """Take the value of a field away; an item stays, empty, so that its neighbours keep their places."""
    at = field_at(state, spot)
    if spot.number is not None and at == spot.at:
        state.put(at, "")
    else:
        state.drop(at)


def put_value(state: State, spot: Spot, value: Any) -> None:
    """Put a value as XML has it."""
    state.put(field_at(state, spot), value)


def is_given(state: State, spot: Spot) -> bool:
    """Tell whether a part is there at all: null counts where the schema allows it."""
    if spot.is_list:
        return bool(state.value(spot.at))
    if not spot.at or spot.number is not None:
        return True
    around = state.value(spot.around())
    if not isinstance(around, dict):
        return False
    keys = spot.own_keys()
    return any(key in around and (is_there(around[key]) or spot.node.nillable) for key in keys)


def is_nil(state: State, spot: Spot) -> bool:
    """Tell whether an element says of itself that it has no value."""
    if not spot.node.nillable or spot.is_list:
        return False
    value = state.value(spot.at)
    if isinstance(value, dict):
        return value.get(NIL_KEY) in (True, 1, "true", "1")
    holder = state.value(spot.at[:-1])
    last = spot.at[-1]
    there = last in holder if isinstance(holder, dict) else isinstance(holder, list) and last != len(holder)
    return value is None and there


def is_reachable(state: State, spot: Spot) -> bool:
    """Tell whether the items that a spot lies in are there, or are the next ones that may be added."""
    at: Spot | None = spot
    while at is not None:
        if at.number is not None and at.parent is not None:
            count = items_of(state, at.parent)
            if at.number > count or (at.number == count and not may_grow(state, at.parent)):
                return False
        at = at.parent
    return True


def items_of(state: State, spot: Spot) -> int:
    """Return how many items a list shows: those there are, and those that have to be."""
    value = state.value(spot.at)
    count = len(value) if isinstance(value, list) else 0
    return max(count, spot.node.occurs.least)


def may_grow(state: State, spot: Spot) -> bool:
    """Tell whether one more item may be added to a list."""
    most = spot.node.occurs.most
    return most is None or items_of(state, spot) < most


def may_shrink(state: State, spot: Spot) -> bool:
    """Tell whether an item may be taken out of a list."""
    value = state.value(spot.at)
    return isinstance(value, list) and len(value) > spot.node.occurs.least


def add(state: State, spot: Spot) -> Spot:
    """Add an item to a list, or an optional part; return the spot of what is new."""
    if spot.is_list:
        count = items_of(state, spot)
        if not may_grow(state, spot):
            return spot.item(max(count - 1, 0))
        for number in range(count + 1):
            if state.value((*spot.at, number)) is None:
                state.put((*spot.at, number), _empty(spot))
        state.opened[f"{spot.place}/{count}"] = 1
        return spot.item(count)
    if spot.node.kind is NodeKind.SECTION:
        state.put(spot.at, state.aside.pop(spot.place, {}).get(_LEFT, {}))
    elif spot.node.kind is NodeKind.FIELD and spot.node.fixed is not None:
        state.put(field_at(state, spot), spot.node.fixed)
    state.opened[spot.place] = 1
    return spot


def remove(state: State, spot: Spot) -> None:
    """Take a part away; an optional one comes back as it was when it is added again."""
    if spot.number is not None and spot.parent is not None:
        if may_shrink(state, spot.parent):
            state.drop(spot.at)
            state.close_up(spot.parent.place, spot.number)
        return
    if spot.is_list or not spot.at:
        return
    value = state.value(spot.at)
    for key in spot.own_keys():
        state.drop((*spot.around(), key))
    state.forget(spot.place)
    if spot.node.kind is NodeKind.SECTION and value:
        state.aside[spot.place] = {_LEFT: value}


def branch_of(state: State, spot: Spot) -> int | None:
    """Return the number of the branch that is taken of a choice, None for none.

    The branch that was chosen, while no other is filled; else that with most fields, as the document will be
    written.
    """
    found = state.value(spot.at)
    members = found if isinstance(found, dict) else {}
    branches = [spot.child(each) for each in spot.model.children(spot.node)]
    chosen = state.chosen.get(spot.place)
    filled = [_filled(members, each) for each in branches]
    if chosen is None or chosen >= len(branches):
        chosen = None
    elif any(filled[chosen]) or not any(map(any, filled)):
        return chosen
    best = max(range(len(branches)), key=lambda each: (*filled[each], -each), default=None)
    return best if best is not None and any(filled[best]) else None


def _filled(members: dict[str, Any], branch: Spot) -> tuple[int, int]:
    """Return how many fields of a branch are filled, and how many are there."""
    keys = branch.own_keys()
    full = sum(is_there(members.get(key)) and members[key] != "" for key in keys)
    there = sum(key in members and (is_there(members[key]) or branch.node.nillable) for key in keys)
    return full, there


def choose(state: State, spot: Spot, number: int) -> Spot | None:
    """Take a branch of a choice, -1 for none; what lay in the one left comes back with it."""
    branches = [spot.child(each) for each in spot.model.children(spot.node)]
    current = branch_of(state, spot)
    if number == current or number >= len(branches):
        return branches[number] if 0 <= number < len(branches) else None
    aside = state.aside.setdefault(spot.place, {})
    if current is not None:
        left = branches[current]
        holder = state.value(left.around())
        if isinstance(holder, dict):
            aside[str(current)] = {key: holder.pop(key) for key in left.own_keys() if key in holder}
    if number < 0:
        state.chosen.pop(spot.place, None)
        return None
    state.chosen[spot.place] = number
    taken = branches[number]
    for key, value in aside.pop(str(number), {}).items():
        state.put((*taken.around(), key), value)
    if taken.node.kind is NodeKind.SECTION and not is_given(state, taken):
        state.put(taken.item(0).at if taken.is_list else taken.at, {})
    state.opened[taken.place] = 1
    return taken


def vary(state: State, spot: Spot, number: int) -> None:
    """Make a section of another type; fields that both have stay, others are put aside."""
    variants = spot.variants()
    if not 0 <= number < len(variants):
        return
    variant = variants[number]
    value = state.value(spot.at)
    value = dict(value) if isinstance(value, dict) else {}
    aside = state.aside.setdefault(spot.place, {})
    keys = _all_keys(spot.child(variant))
    for key in [each for each in value if each not in keys and not each.startswith("@xsi:")]:
        aside[key] = value.pop(key)
    for key in [each for each in aside if each in keys and each not in value]:
        value[key] = aside.pop(key)
    value.pop(TYPE_KEY, None)
    if variant is not own_variant(spot.node, variants):
        value = {TYPE_KEY: variant.key, **value}
    state.put(spot.at, value)
    state.opened[spot.place] = 1


def _all_keys(spot: Spot) -> set[str]:
    return {key for each in spot.model.children(spot.node) for key in spot.child(each).own_keys()}


def set_nil(state: State, spot: Spot, *, nil: bool) -> None:
    """Say that an element has no value, or that it has one."""
    if not spot.node.nillable:
        return
    value = state.value(spot.at)
    kept = {
        key: each
        for key, each in (value.items() if isinstance(value, dict) else ())
        if key.startswith("@") and key != NIL_KEY
    }
    if nil:
        if value not in (None, "", {}):
            state.aside[spot.place] = {_LEFT: value}
        state.put(spot.at, {NIL_KEY: True, **kept} if kept else None)
        return
    before = state.aside.pop(spot.place, {}).get(_LEFT)
    if before is not None:
        state.put(spot.at, before)
    elif spot.node.kind is NodeKind.SECTION or kept:
        state.put(spot.at, kept)
    elif spot.number is not None:
        state.put(spot.at, "")
    else:
        state.drop(spot.at)


def _empty(spot: Spot) -> Any:
    return "" if spot.node.kind is NodeKind.FIELD or spot.node.kind in WRITTEN else {}


def _is_fixed(spot: Spot) -> bool:
    return spot.node.fixed is not None
