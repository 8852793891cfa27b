"""What a draft gives to be sent: its XML and files, or all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mezhved.cabinet.forms.drafts import model_of
from mezhved.cabinet.forms.editing import branch_of, is_given, is_nil, items_of
from mezhved.cabinet.forms.places import root_spot
from mezhved.cabinet.forms.problems import FormInvalid, Problem
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.models import DraftFile
from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.files import FileDraft
from mezhved.infotypes.documents import read_document
from mezhved.infotypes.forms import NodeKind, escaped
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.forms.shapes import TEXT
from mezhved.infotypes.values import pointers
from mezhved.infotypes.values.reading import DEEPEST
from mezhved.infotypes.values.writing import build_xml
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.forms.places import Spot
    from mezhved.cabinet.models import Draft
    from mezhved.infotypes.forms import FormModel
    from mezhved.infotypes.values.problems import ValueProblem


def content_of(visit: Visit, draft: Draft) -> bytes:
    """Return the XML of a draft, checked by its schemas. Raises `FormInvalid` with all that is wrong."""
    model = model_of(visit, draft)
    octets, findings = build_xml(completed(draft, model).values, model)
    if findings.found:
        raise FormInvalid([told_of(each) for each in findings.found])
    try:
        visit.gateway.catalogue.demand_valid(draft.kind, octets, draft.root, visit.now.date())
    except InvalidMessage as error:
        raise FormInvalid(problems_at(error, octets, model)) from error
    return octets


def told_of(problem: ValueProblem) -> Problem:
    """Return a problem of a value as a form tells it: choices by what their fields are called there."""
    cure, called = problem.cure, problem.choices
    if called and len({each.ru for each in called}) == len(called):
        ru, en = ", ".join(f"«{each.ru}»" for each in called), ", ".join(f"“{each.en}”" for each in called)
        cure = Text(ru=f"нужно одно из: {ru}", en=f"one of: {en}")
    return Problem(problem.wanted or problem.path, problem.text, cure)


def problems_at(error: InvalidMessage, octets: bytes, model: FormModel) -> list[Problem]:
    """Return what a check of a document found, at the places of its form; what has no field at none."""
    places = pointers(read_document(octets), model)
    return [Problem(_nearest(each.path, places), each.text, each.cure) for each in error.flaws]


def written(visit: Visit, draft: Draft) -> bytes:
    """Return the XML of a draft as far as it can be made, whatever is wrong with it."""
    model = model_of(visit, draft)
    return build_xml(completed(draft, model).values, model)[0]


def files_of(draft: Draft) -> tuple[FileDraft, ...]:
    """Return the files that go along."""
    return tuple(
        FileDraft(
            each.name,
            each.mime_type,
            each.size,
            bytes(each.octets) if each.octets is not None else None,
            each.blob,
            bytes(each.digest),
        )
        for each in DraftFile.objects.filter(draft=draft).order_by("pk")
    )


def _nearest(path: str, places: dict[str, str]) -> str:
    """Return the pointer of a place in the document's words, or of the nearest element around it.

    An attribute that is missing stands in no document, but its field is known.
    """
    owner, _, attribute = path.rpartition("/@")
    if attribute and path not in places and owner in places:
        return f"{places[owner].removesuffix(f'/{TEXT}')}/@{escaped(attribute)}"
    while path:
        if path in places:
            return places[path]
        path = path.rpartition("/")[0]
    return ""


def completed(draft: Draft, model: FormModel) -> State:
    """Return what a draft holds with what people need not say: sections that have to be there, Ids.

    So what is missing is told at the field where it is missing. Blank items that end a list are left out.
    """
    state = State.parse(draft.contents)
    _Completion(state, draft.uid.hex).below(root_spot(model), 0)
    return state


class _Completion:
    def __init__(self, state: State, seed: str) -> None:
        self._state = state
        self._seed = seed
        self._ids = 0

    def below(self, spot: Spot, depth: int) -> None:
        """Complete what lies inside a part that is there."""
        if depth > DEEPEST * 2:
            return
        if spot.node.kind is NodeKind.CHOICE:
            taken = branch_of(self._state, spot)
            if taken is not None:
                self._part(spot.child(spot.model.children(spot.node)[taken]), depth + 1)
            return
        for each in spot.children(self._state):
            self._part(each, depth + 1)

    def _part(self, spot: Spot, depth: int) -> None:
        if spot.node.kind is NodeKind.FIELD:
            self._field(spot)
        elif spot.is_list and spot.node.opens:
            for number in range(items_of(self._state, spot)):
                self._section(spot.item(number), depth)
        elif spot.is_list and spot.node.kind is NodeKind.ANY:
            self._without_blank(spot)
        elif spot.node.opens and (spot.node.required or is_given(self._state, spot)):
            self._section(spot, depth)

    def _section(self, spot: Spot, depth: int) -> None:
        if is_nil(self._state, spot):
            return
        own = spot.node.kind is NodeKind.SECTION or spot.number is not None
        if own and self._state.value(spot.at) in (None, ""):
            self._state.put(spot.at, {})
        self.below(spot, depth)

    def _field(self, spot: Spot) -> None:
        if spot.is_list:
            self._without_blank(spot)
        elif self._needs_id(spot):
            self._ids += 1
            self._state.put(spot.at, f"ID_{self._seed}_{self._ids}")

    def _needs_id(self, spot: Spot) -> bool:
        node = spot.node
        if not node.required or node.field is None or node.field.built_in != "ID":
            return False
        made = f"ID_{self._seed}_1"
        return self._state.value(spot.at) in (None, "") and allows(node.simple, made)

    def _without_blank(self, spot: Spot) -> None:
        """Leave blank items at the end of a list out, where its type has no blank value."""
        items: Any = self._state.value(spot.at)
        if not isinstance(items, list) or (spot.node.simple is not None and allows(spot.node.simple, "")):
            return
        while len(items) > spot.node.occurs.least and items[-1] == "":
            items.pop()
