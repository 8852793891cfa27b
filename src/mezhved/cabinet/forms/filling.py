"""A draft as a page shows it, and what a page posts back."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages as notes
from django.http import Http404, QueryDict

from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.building import Builder, nearest_id
from mezhved.cabinet.forms.content import content_of
from mezhved.cabinet.forms.controls import Controls
from mezhved.cabinet.forms.doubts import Doubt, doubts_in
from mezhved.cabinet.forms.editing import is_reachable, put_typed, put_value, shown_value
from mezhved.cabinet.forms.orders import CHOSEN, Done, attribute_key, obey
from mezhved.cabinet.forms.parts import id_of
from mezhved.cabinet.forms.places import locate, path_label
from mezhved.cabinet.forms.problems import FormInvalid, Outdated, Problem, beside
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.forms.typed import shown_raw
from mezhved.cabinet.models import DraftFile, Purpose
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import InvalidMessage
from mezhved.infotypes.forms import FieldKind, NodeKind
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.forms.parts import Part
    from mezhved.cabinet.forms.places import Spot
    from mezhved.cabinet.models import Draft
    from mezhved.infotypes.forms import FormModel

CASE: Final = "case_number"
"""The field of the number of the case, which is no part of the data."""
LARGEST_INSIDE: Final = 5 * 2**20
"""Octets of a file that travels inside the data: SMEV takes messages of 5 MiB at most."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as the summary at the top tells it: with what to lead to."""

    text: Text
    cure: Text | None
    label: str
    id: str


@dataclass(frozen=True, slots=True)
class Form:
    """A draft's form, unfolded as far as it was opened."""

    root: Part
    problems: tuple[Told, ...]
    version: int
    saved_at: datetime
    files: tuple[DraftFile, ...]
    doubts: tuple[Doubt, ...] = ()
    """What is likely wrong, where the form was asked to be checked."""


def form_of(visit: Visit, draft: Draft, problems: Sequence[Problem] = (), *, focus: str = "") -> Form:
    """Return the form of a draft; `problems` are told at their fields. Raises `UnknownNode`.

    Of the address, `check` asks for all that is wrong, `look` names the place that is looked at first.
    """
    model, state = drafts.model_of(visit, draft), State.parse(draft.contents)
    asked = visit.request.GET if visit.request.method == "GET" else QueryDict()
    if not problems and "check" in asked:
        problems = problems_of(visit, draft)
    files = tuple(DraftFile.objects.filter(draft=draft).order_by("pk").defer("octets"))
    builder = builder_of(model, state, files, problems)
    builder.focus = focus
    if "look" in asked:
        with suppress(Http404):
            builder.lead_to(locate(model, asked.get("look", "")))
    root = builder.whole()
    labels = dict(_labels(root))
    told = []
    for each in problems:
        name = nearest_id(builder.ids, each.pointer)
        label = labels.get(name, "")
        told.append(Told(beside(each, label).text, each.cure, label, name))
    doubts = doubts_in(model, state) if "check" in asked else ()
    return Form(root, tuple(told), draft.version, draft.updated_at, files, doubts)


def problems_of(visit: Visit, draft: Draft) -> tuple[Problem, ...]:
    """Return all that is wrong with a draft."""
    try:
        content_of(visit, draft)
    except FormInvalid as error:
        return error.problems
    return ()


def builder_of(
    model: FormModel, state: State, files: Sequence[DraftFile] = (), problems: Sequence[Problem] = ()
) -> Builder:
    """Return what makes the parts of a form."""
    return Builder(model, state, Controls(tuple(each.name for each in files)), problems)


def _labels(part: Part) -> list[tuple[str, str]]:
    found = [(part.id, part.label)]
    for each in part.parts:
        found.extend(_labels(each))
    return found


def keep_posted(visit: Visit, draft: Draft) -> Draft:
    """Keep what came with a post of the whole form.

    Raises `Outdated` with what was typed where the draft has changed since the form was shown. A post without
    the form keeps nothing.
    """
    return obeyed(visit, draft, "")[0]


def obeyed(visit: Visit, draft: Draft, order: str) -> tuple[Draft, Done | None]:
    """Keep what came with a post, then follow the order of a button; errors as `keep_posted`, `Http404`."""
    request = visit.request
    said = request.POST.get("version", "")
    if not said.isascii() or not said.isdigit():
        return draft, None
    _keep_case(visit, draft)
    model = drafts.model_of(visit, draft)
    typed = {name: request.POST[name] for name in request.POST if name.startswith("/")}
    chosen = {name: request.POST[name] for name in request.POST if name.startswith(CHOSEN)}
    files = _inside(visit, model)
    done: list[Done] = []

    def edit(state: State) -> bool:
        changed = False
        for name, text in typed.items():
            changed |= type_into(model, state, name, text)
        for spot, value in files:
            put_value(state, spot, value)
            changed = True
        for name, value in chosen.items():
            changed |= obey(model, state, name, value).changed
        if order:
            done.append(obey(model, state, order, request.POST.get(order, "")))
            changed |= done[0].changed
        return changed

    try:
        return drafts.change(visit, draft, int(said), edit), done[0] if done else None
    except Outdated:
        differing = different(model, drafts.draft_of(visit, draft.uid), typed)
        if differing or chosen or files or order:
            raise Outdated(draft, differing) from None
        return drafts.draft_of(visit, draft.uid), None


def _keep_case(visit: Visit, draft: Draft) -> None:
    """Keep the number of the case where it was changed on this very page: another window may have, too."""
    said = visit.request.POST
    if draft.purpose == Purpose.ASK and said.get(CASE, "") != said.get(f"{CASE}_was", ""):
        drafts.keep_case(visit, draft, said.get(CASE, ""))


def type_into(model: FormModel, state: State, name: str, text: str) -> bool:
    """Put what was typed into the field of a name; tell whether it changed anything. Unknown names do not."""
    try:
        spot = locate(model, name)
    except Http404:
        return _type_attribute(model, state, name, text)
    if spot.node.opens or spot.is_list or spot.node.kind is NodeKind.ANY_ATTRIBUTE:
        return False
    if not is_reachable(state, spot):
        return False
    return put_typed(state, spot, text)


def _type_attribute(model: FormModel, state: State, name: str, text: str) -> bool:
    """Put the value of an attribute of another schema, which was added by its name."""
    of_all, _, step = name.rpartition("/")
    try:
        spot = locate(model, of_all)
        at = (*spot.at, attribute_key(spot, step))
    except Http404:
        return False
    current = state.value(at)
    if current is None or shown_raw(current) == text:
        return False
    state.put(at, text)
    return True


def different(model: FormModel, draft: Draft, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what of the typed texts is not what the draft holds."""
    state = State.parse(draft.contents)
    return {name: text for name, text in typed.items() if type_into(model, state, name, text)}


def compared(visit: Visit, draft: Draft, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each text that was typed in an outdated form, with its label and what is there now."""
    model = drafts.model_of(visit, draft)
    state = State.parse(draft.contents)
    rows = []
    for name, text in typed.items():
        try:
            spot = locate(model, name)
        except Http404:
            continue
        rows.append(
            {
                "name": name,
                "id": id_of(f"mine {name}"),
                "label": path_label(spot),
                "here": shown_value(state, spot),
                "typed": text,
            }
        )
    return rows


def _inside(visit: Visit, model: FormModel) -> list[tuple[Spot, str]]:
    """Return the files that were posted into fields of the data, as the fields hold them."""
    found = []
    for name in visit.request.FILES:
        if not name.startswith("/"):
            continue
        spot = locate(model, name)
        upload: Any = visit.request.FILES[name]
        try:
            found.append((spot, inside_value(spot, upload.read(LARGEST_INSIDE + 1))))
        except InvalidMessage as error:
            notes.error(visit.request, f"{error.where}: {spoken(error.what)}")
    return found


def inside_value(spot: Spot, octets: bytes) -> str:
    """Return a file as its field holds it.

    Raises `InvalidMessage` for one that is empty or too large, `Http404` where the field holds no file.
    """
    field = spot.node.field
    if field is None or field.kind is not FieldKind.BINARY or spot.is_list:
        raise Http404
    if not octets:
        raise InvalidMessage(
            Text(ru="файл пуст", en="the file is empty"),
            where=spoken(spot.node.label),
            cure=Text(ru="выберите другой файл", en="choose another file"),
        )
    if len(octets) > LARGEST_INSIDE:
        raise InvalidMessage(
            Text(ru="файл больше 5 МиБ", en="the file is larger than 5 MiB"),
            where=spoken(spot.node.label),
            cure=Text(ru="приложите его к сообщению", en="attach it to the message"),
        )
    return octets.hex().upper() if field.base == "hexBinary" else base64.b64encode(octets).decode()


def prefill(visit: Visit, draft: Draft, values: Mapping[str, str]) -> Draft:
    """Put values, as XML has them, into fields by place or JSON pointer; unknown places are left out."""
    model = drafts.model_of(visit, draft)

    def edit(state: State) -> bool:
        changed = False
        for name, text in values.items():
            try:
                spot = locate(model, name)
            except Http404:
                continue
            fits = spot.node.kind is NodeKind.FIELD and not spot.is_list and is_reachable(state, spot)
            changed |= fits and put_typed(state, spot, text)
        return changed

    return drafts.change(visit, draft, None, edit)
