"""What helps to type: long lists of options, dictionaries, addresses, searched by what was typed so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.cabinet import directories
from mezhved.cabinet.forms.editing import put_typed, shown_value
from mezhved.infotypes.forms import NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.cabinet.directories import Entry
    from mezhved.cabinet.forms.places import Spot
    from mezhved.cabinet.forms.state import State
    from mezhved.infotypes.forms import Dictionary, Field, Node

MOST_FOUND: Final = 50
_LONGEST: Final = 200
_OF_ADDRESS: Final = {"postcode": "postcode", "oktmo": "oktmo"}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to choose: the value for the field, and what it is called."""

    value: str
    label: str


@dataclass(slots=True)
class Helps:
    """What is known of dictionaries and addresses, asked once while a form is made."""

    _loaded: dict[str, bool] = field(default_factory=dict)

    def is_loaded(self, dictionary: str) -> bool:
        """Tell whether a dictionary can be searched in."""
        if dictionary not in self._loaded:
            self._loaded[dictionary] = directories.known(dictionary)
        return self._loaded[dictionary]

    def meaning(self, node: Node, value: str) -> str:
        """Return what a chosen code means, empty where that is not known."""
        if not value:
            return ""
        if node.address == "guid":
            address = directories.address(value)
            return address.text if address is not None else ""
        if node.dictionary is not None and self.is_loaded(node.dictionary.name):
            entry = directories.entry(node.dictionary.name, value)
            return entry.name if entry is not None else ""
        return ""


def find(node: Node, typed: str) -> list[Found]:
    """Return what a text means in the field of a node, the likeliest first."""
    text = " ".join(typed.split())[:_LONGEST]
    if node.address == "guid":
        return [Found(each.guid, each.text) for each in directories.find_addresses(text, MOST_FOUND)]
    if node.dictionary is not None and not (node.field is not None and node.field.options):
        entries = directories.find(node.dictionary.name, text, MOST_FOUND)
        return [_of_entry(node.dictionary, each) for each in entries]
    return find_options(node.field, text) if node.field is not None else []


def _of_entry(dictionary: Dictionary, entry: Entry) -> Found:
    value = entry.column(dictionary.column)
    return Found(value, entry.name if entry.name != value else entry.code)


def find_options(field: Field, text: str) -> list[Found]:
    """Return options: those that begin with the text, by value or meaning, then those with all its words."""
    folded = text.casefold()
    words = folded.split()
    first, others = [], []
    for each in field.options:
        value, label = each.value.casefold(), each.label.casefold()
        if value.startswith(folded) or label.startswith(folded):
            first.append(Found(each.value, each.label))
        elif all(word in value or word in label for word in words):
            others.append(Found(each.value, each.label))
    return [*first, *others][:MOST_FOUND]


def fill_partners(state: State, spot: Spot) -> list[Spot]:
    """Fill the fields beside one that belong to the entry or address chosen in it; return those changed."""
    node = spot.node
    value = shown_value(state, spot)
    if not value or spot.parent is None or spot.number is not None:
        return []
    if node.address == "guid":
        address = directories.address(value)
        texts = {kind: getattr(address, name) for kind, name in _OF_ADDRESS.items()} if address else {}
        beside = _beside(spot, state)
        return [
            each
            for each in beside
            if each.node.identifier is not None
            and texts.get(each.node.identifier.code)
            and not shown_value(state, each)
            and put_typed(state, each, texts[each.node.identifier.code])
        ]
    if node.dictionary is None or not node.partners:
        return []
    entry = _chosen(node.dictionary, value)
    if entry is None:
        return []
    return [
        each
        for each in _beside(spot, state)
        if each.node.key in node.partners
        and each.node.dictionary is not None
        and put_typed(state, each, entry.column(each.node.dictionary.column))
    ]


def _chosen(dictionary: Dictionary, value: str) -> Entry | None:
    """Return the entry of which a field holds a column."""
    by_code = directories.entry(dictionary.name, value)
    if by_code is not None and by_code.column(dictionary.column) == value:
        return by_code
    return next(
        (
            each
            for each in directories.find(dictionary.name, value)
            if each.column(dictionary.column) == value
        ),
        None,
    )


def _beside(spot: Spot, state: State) -> Iterator[Spot]:
    assert spot.parent is not None
    holder = spot.parent
    if holder.node.kind is NodeKind.VARIANT and holder.parent is not None:
        holder = holder.parent
    for each in holder.children(state):
        if each.node.kind is NodeKind.FIELD and not each.is_list and each.place != spot.place:
            yield each
