"""Orders of a form's buttons: `verb place`, posted under the name `do`, or names of lists to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404

from mezhved.cabinet.forms import editing
from mezhved.cabinet.forms.building import FIELDS, ITEMS
from mezhved.cabinet.forms.places import locate
from mezhved.infotypes.documents import QName
from mezhved.infotypes.forms import NodeKind, unescaped
from mezhved.infotypes.values.scalars import is_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.cabinet.forms.places import Spot
    from mezhved.cabinet.forms.state import State
    from mezhved.infotypes.forms import FormModel

_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Done:
    """What an order did: whether it changed what is sent, which part to show anew, what to look at first."""

    changed: bool
    shown: Spot
    focus: str


def obey(model: FormModel, state: State, order: str, value: str = "") -> Done:
    """Follow an order; raise `Http404` for one that there is not."""
    verb, _, place = order.partition(" ")
    if verb == "detach":
        return _detach(model, state, place)
    spot = locate(model, place)
    if verb not in _VERBS or not editing.is_reachable(state, spot):
        raise Http404
    return _VERBS[verb](state, spot, value)


def _around(spot: Spot) -> Spot:
    """Return the part that shows a spot: its list for an item."""
    return spot.parent if spot.number is not None and spot.parent is not None else spot


def _changed(spot: Spot) -> Done:
    return Done(changed=True, shown=spot, focus=spot.place)


def _unchanged(spot: Spot) -> Done:
    return Done(changed=False, shown=spot, focus=spot.place)


def _add(state: State, spot: Spot, _: str) -> Done:
    new = editing.add(state, spot)
    changed = not (spot.node.kind is NodeKind.GROUP and not spot.is_list)
    return Done(changed=changed, shown=_around(new), focus=new.place)


def _remove(state: State, spot: Spot, _: str) -> Done:
    editing.remove(state, spot)
    shown = _around(spot)
    return _changed(shown)


def _open(state: State, spot: Spot, _: str) -> Done:
    state.opened[spot.place] = 1
    return _unchanged(spot)


def _more(state: State, spot: Spot, _: str) -> Done:
    step = ITEMS if spot.is_list else FIELDS
    before = state.opened.get(f"{spot.place}/:more", step)
    state.opened[f"{spot.place}/:more"] = before + step
    focus = spot.item(before).place if spot.is_list else spot.place
    return Done(changed=False, shown=spot, focus=focus)


def _choose(state: State, spot: Spot, value: str) -> Done:
    if spot.node.kind is not NodeKind.CHOICE or spot.is_list:
        raise Http404
    before = state.dump()
    editing.choose(state, spot, _number(value))
    return Done(changed=state.dump() != before, shown=spot, focus=spot.place)


def _vary(state: State, spot: Spot, value: str) -> Done:
    number = _number(value)
    variants = spot.variants()
    current = spot.variant(state)
    if not 0 <= number < len(variants) or (current is not None and current.node is variants[number]):
        return _unchanged(spot)
    editing.vary(state, spot, number)
    return _changed(spot)


def _nil(state: State, spot: Spot, _: str) -> Done:
    editing.set_nil(state, spot, nil=True)
    return _changed(spot)


def _filled(state: State, spot: Spot, _: str) -> Done:
    editing.set_nil(state, spot, nil=False)
    return _changed(spot)


def _blank(state: State, spot: Spot, _: str) -> Done:
    if spot.node.kind is NodeKind.FIELD:
        state.put(editing.field_at(state, spot), "")
    return _changed(spot)


def _empty(state: State, spot: Spot, _: str) -> Done:
    """Take the file of a field away."""
    if spot.node.kind is NodeKind.FIELD:
        editing.clear(state, spot)
    return _changed(spot)


def _attach(state: State, spot: Spot, value: str) -> Done:
    """Add an attribute of another schema, by its name: `name` or `{namespace}name`."""
    name = QName.parse(value.strip())
    known = {each.key for each in spot.model.children(spot.parent.node)} if spot.parent is not None else set()
    fits = spot.node.kind is NodeKind.ANY_ATTRIBUTE and len(value) <= _LONGEST and is_name(name)
    key = f"@{name.clark}"
    if not fits or key in known or key.startswith("@xsi:"):
        return _unchanged(spot)
    at = (*spot.at, key)
    if state.value(at) is None:
        state.put(at, "")
    return _changed(spot)


def _detach(model: FormModel, state: State, place: str) -> Done:
    of_all, _, step = place.rpartition("/")
    spot = locate(model, of_all)
    state.drop((*spot.at, attribute_key(spot, step)))
    return _changed(spot)


def attribute_key(spot: Spot, step: str) -> str:
    """Return the key of an attribute of another schema; raise `Http404` for what is none."""
    key = unescaped(step)
    if spot.node.kind is not NodeKind.ANY_ATTRIBUTE or not key.startswith("@") or key.startswith("@xsi:"):
        raise Http404
    return key


def _number(value: str) -> int:
    try:
        return int(value[:6])
    except ValueError:
        raise Http404 from None


_VERBS: Final[dict[str, Callable[[State, Spot, str], Done]]] = {
    "add": _add,
    "remove": _remove,
    "open": _open,
    "more": _more,
    "choose": _choose,
    "vary": _vary,
    "nil": _nil,
    "filled": _filled,
    "blank": _blank,
    "empty": _empty,
    "attach": _attach,
}
CHOSEN: Final = ("choose ", "vary ")
"""How names of lists to choose from begin: their values are the orders' values."""
