"""What is likely wrong with a filled form although its schema allows it: told again before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.forms.drafts import model_of
from mezhved.cabinet.forms.editing import branch_of, field_at, is_given, is_nil, items_of
from mezhved.cabinet.forms.parts import id_of
from mezhved.cabinet.forms.places import path_label, root_spot
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.forms.typed import doubt_of
from mezhved.infotypes.forms import NodeKind
from mezhved.infotypes.values.reading import DEEPEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.forms.places import Spot
    from mezhved.cabinet.models import Draft
    from mezhved.infotypes.forms import FormModel
    from mezhved.texts import Text

MOST_TOLD: Final = 50


@dataclass(frozen=True, slots=True)
class Doubt:
    """One value that is likely wrong, with what its field is called and where it is."""

    text: Text
    label: str
    place: str

    @property
    def id(self) -> str:
        """The id of the field in the page of the form."""
        return id_of(self.place)


def doubts_of(visit: Visit, draft: Draft) -> tuple[Doubt, ...]:
    """Return what is likely wrong with a draft, the first of much."""
    return doubts_in(model_of(visit, draft), State.parse(draft.contents))


def doubts_in(model: FormModel, state: State) -> tuple[Doubt, ...]:
    """Return what is likely wrong with what a form holds, in the form's order, the first of much."""
    return tuple(islice(_part(root_spot(model), state, 0), MOST_TOLD))


def _part(spot: Spot, state: State, depth: int) -> Iterator[Doubt]:
    if depth > DEEPEST * 2 or not (is_given(state, spot) or spot.node.required):
        return
    if spot.is_list:
        for number in range(items_of(state, spot)):
            yield from _part(spot.item(number), state, depth)
    elif spot.node.kind is NodeKind.FIELD:
        text = doubt_of(state.value(field_at(state, spot)), spot.node)
        if text is not None:
            yield Doubt(text, path_label(spot), spot.place)
    elif spot.node.kind is NodeKind.CHOICE:
        taken = branch_of(state, spot)
        if taken is not None:
            yield from _part(spot.child(spot.model.children(spot.node)[taken]), state, depth + 1)
    elif spot.node.opens and not is_nil(state, spot):
        for each in spot.children(state):
            yield from _part(each, state, depth + 1)
