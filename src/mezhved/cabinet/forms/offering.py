"""Values known already, offered to a form: of cards, and of earlier exchanges of one's departments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.directories import kind_of, value_for
from mezhved.cabinet.forms.editing import branch_of, is_given, items_of, put_typed, shown_value
from mezhved.cabinet.forms.places import Spot, path_label, root_spot
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.forms.typed import shown_raw
from mezhved.gateway.models import Message, MessageKind, Subject
from mezhved.gateway.watching.persons import meant_by
from mezhved.infotypes.forms import NodeKind, QName
from mezhved.infotypes.values import read_value
from mezhved.smev3.xml import parse
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.models import Draft
    from mezhved.infotypes.forms import FormModel

EXCHANGES: Final = 20
"""Exchanges that are looked into."""
OFFERS: Final = 8
_FIELDS: Final = 3000
_OCTETS: Final = 512 * 1024
"""Larger messages are extracts, not a person's data."""
_LEAST: Final = 2
"""One value alone tells of nobody."""
_CANDIDATES: Final = 200
"""Exchanges about somebody of which the account's own are chosen, the latest first."""
_MESSAGES: Final = 2 * EXCHANGES
_MOST_NAMED: Final = 20
_NUMBERS: Final = ("snils", "inn", "inn_person", "inn_organisation", "ogrn", "ogrnip", "policy", "passport")
_NAME: Final = ("last_name", "first_name", "middle_name")
_DEPTH: Final = 40


@dataclass(frozen=True, slots=True)
class Offer:
    """Values by their kind, and where they come from."""

    message: Message
    number: int
    values: Mapping[str, str]

    @property
    def title(self) -> str:
        """Whom or what the values are about, in short."""
        named = ("last_name", "first_name", "middle_name", "organisation_short_name", "organisation_name")
        words = [self.values[each] for each in named if each in self.values]
        return " ".join(words) or next(iter(self.values.values()))


@dataclass(frozen=True, slots=True)
class Target:
    """A part of a form that takes known values."""

    place: str
    label: str
    spots: tuple[Spot, ...]


def offers_for(visit: Visit, draft: Draft, model: FormModel, sought: Iterable[str] = ()) -> list[Offer]:
    """Return what messages of the account's departments know of the draft's fields.

    Looked into are those about whom is `sought` (numbers and names as people write them) or named in the
    draft already, found by the journal's index of persons; where nobody is, the latest ones.
    """
    targets = targets_of(model, draft)
    wanted = {kind_of(each.node) for target in targets for each in target.spots}
    keys = _keys(visit, [*sought, *_named_in(draft, targets)])
    seen: set[tuple[tuple[str, str], ...]] = set()
    meant: list[Offer] = []
    others: list[Offer] = []
    for message in _looked_into(visit, draft, keys):
        for number, values in enumerate(known_in(visit, message)):
            fitting = {kind: value for kind, value in values.items() if kind in wanted}
            key = tuple(sorted(fitting.items()))
            if len(fitting) < _LEAST or key in seen:
                continue
            seen.add(key)
            is_meant = bool(keys & _keys(visit, names_of(values)))
            (meant if is_meant else others).append(Offer(message, number, fitting))
            if len(meant) >= OFFERS:
                return meant
    return [*meant, *others][:OFFERS]


def names_of(values: Mapping[str, str]) -> list[str]:
    """Return what values tell a person or organisation by: numbers first, a whole name for want of them."""
    told = [values[each] for each in _NUMBERS if values.get(each)]
    if values.get("passport_series") and values.get("passport_number"):
        told.append(values["passport_series"] + values["passport_number"])
    name = " ".join(values[each] for each in _NAME if values.get(each))
    return told or ([name] if len(name.split()) >= _LEAST else [])


def _named_in(draft: Draft, targets: Iterable[Target]) -> list[str]:
    """Return whom a draft names already, part by part."""
    state = State.parse(draft.contents)
    named: list[str] = []
    for target in targets:
        values: dict[str, str] = {}
        for spot in target.spots:
            kind, value = kind_of(spot.node), state.value(spot.at)
            if kind is not None and value not in (None, "") and not isinstance(value, (dict, list)):
                values.setdefault(kind, shown_raw(value))
        named += names_of(values)
    return named[:_MOST_NAMED]


def _keys(visit: Visit, sought: Iterable[str]) -> set[str]:
    """Return the keys under which the journal's index knows numbers and names."""
    subjects = visit.gateway.subjects
    return {subjects.hashed(each) for text in sought for each in meant_by(text)}


def _looked_into(visit: Visit, draft: Draft, keys: set[str]) -> list[Message]:
    exchanges = visit.access.exchanges().filter(type__isnull=False).order_by("-created_at")
    if draft.exchange_id is not None:
        exchanges = exchanges.exclude(pk=draft.exchange_id)
    if keys:
        about = Subject.objects.filter(key__in=keys).order_by("-exchange_id")
        exchanges = exchanges.filter(pk__in=list(about.values_list("exchange_id", flat=True)[:_CANDIDATES]))
    found = list(exchanges.values_list("pk", flat=True)[:EXCHANGES])
    rows = Message.objects.filter(exchange__in=found, kind__in=[MessageKind.REQUEST, MessageKind.ANSWER])
    rows = (
        rows.filter(content__isnull=False).select_related("exchange__type").defer("exchange__type__package")
    )
    own = [_request_of(draft)] if draft.exchange_id is not None else []
    return [each for each in own if each is not None] + list(rows.order_by("-created_at")[:_MESSAGES])


def _request_of(draft: Draft) -> Message | None:
    """Return the request that a draft answers: what it says is known first."""
    rows = Message.objects.filter(exchange=draft.exchange, kind=MessageKind.REQUEST, content__isnull=False)
    return rows.select_related("exchange__type").defer("exchange__type__package").first()


def message_offered(visit: Visit, draft: Draft, uid: uuid.UUID) -> Message | None:
    """Return a message whose values may be offered to a draft: one that the account may see."""
    rows = Message.objects.filter(uid=uid, content__isnull=False)
    found = rows.select_related("exchange__type").defer("exchange__type__package").first()
    if found is None or (found.exchange_id != draft.exchange_id and not _may_see(visit, found)):
        return None
    return found


def _may_see(visit: Visit, message: Message) -> bool:
    return visit.access.exchanges().filter(pk=message.exchange_id).exists()


def known_in(visit: Visit, message: Message) -> list[dict[str, str]]:
    """Return the values of known kinds that a message has, those of one person or item together."""
    octets = bytes(message.content or b"")
    kind = message.exchange.type
    if kind is None or len(octets) > _OCTETS:
        return []
    try:
        name = QName.parse(str(parse(octets).tag))
        model = visit.gateway.catalogue.loaded(kind).model(name)
        state = State(values=read_value(octets, model).value)
    except MezhvedError:
        return []
    found: dict[str, dict[str, str]] = {}
    for spot, owner in _fields(root_spot(model), state, "", 0):
        meant = kind_of(spot.node)
        value = state.value(spot.at)
        if meant is not None and value not in (None, "") and not isinstance(value, (dict, list)):
            found.setdefault(owner, {}).setdefault(meant, shown_raw(value))
    return [each for each in found.values() if len(each) >= _LEAST]


def targets_of(model: FormModel, draft: Draft) -> list[Target]:
    """Return the parts of a draft's form that take known values, one person or item each."""
    state = State.parse(draft.contents)
    found: dict[str, list[Spot]] = {}
    for number, (spot, owner) in enumerate(_fields(root_spot(model), state, "", 0)):
        if kind_of(spot.node) is not None:
            found.setdefault(owner, []).append(spot)
        if number >= _FIELDS:
            break
    return [Target(place, _label(spots[0]), tuple(spots)) for place, spots in found.items()]


def fill(state: State, target: Target, values: Mapping[str, str]) -> int:
    """Put known values into the empty fields of a part; return how many were filled."""
    filled = 0
    for spot in target.spots:
        text = value_for(spot.node, values)
        if text and not shown_value(state, spot):
            filled += put_typed(state, spot, text)
    return filled


def _label(spot: Spot) -> str:
    """Return what the part around a field is called: the first section below the root, or the item."""
    return path_label(spot).rpartition(" / ")[0]


def _fields(spot: Spot, state: State, owner: str, depth: int) -> Iterator[tuple[Spot, str]]:
    """Give the fields that are there or have to be, each with the part that is one person or item.

    That is the section right below the root, or the innermost item of a list.
    """
    if depth > _DEPTH:
        return
    if spot.node.kind is NodeKind.FIELD:
        if not spot.is_list:
            yield spot, owner
        return
    if spot.is_list:
        for number in range(items_of(state, spot) if spot.node.opens else 0):
            item = spot.item(number)
            yield from _fields(item, state, item.place, depth + 1)
        return
    if spot.node.kind is NodeKind.CHOICE:
        taken = branch_of(state, spot)
        children = [] if taken is None else [spot.child(spot.model.children(spot.node)[taken])]
    else:
        children = list(spot.children(state)) if spot.node.opens else []
    for each in children:
        if each.node.kind is not NodeKind.FIELD and not (each.node.required or is_given(state, each)):
            continue
        inner = each.place if depth == 0 and each.node.kind is NodeKind.SECTION else owner
        yield from _fields(each, state, inner, depth + 1)
