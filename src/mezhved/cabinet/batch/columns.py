"""Which columns a type's workbook has.

The rule: every field with a simple value is a column; sections lead to their fields. What may come several
times has `REPEATS` columns, numbered, inside another repeated part one; for more of them a column is added
whose hidden key has the next number (`/Person/3/Name` is the fourth). Of a choice every way has columns: one
way is filled. Files, free XML and parts whose kind has to be chosen are no columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.forms import FieldKind, NodeKind
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.infotypes.forms import FormModel, Node

MOST_COLUMNS: Final = 200
REPEATS: Final = 3
DEEPEST: Final = 10
_INSIDE: Final = frozenset({NodeKind.SECTION, NodeKind.CHOICE, NodeKind.GROUP})
_IDENTIFIER: Final = "ID"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is the JSON pointer of its value, with numbers of items."""

    key: str
    heading: Text
    node: Node
    required: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A value that nobody types: a fixed one, or (None) an identifier made anew for each request."""

    key: str
    value: str | None


@dataclass(slots=True)
class Layout:
    """The columns of a type, what is filled in by itself, and required places that are no columns."""

    columns: list[Column] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    missing: list[Text] = field(default_factory=list)
    is_cut: bool = False
    keys: set[str] = field(default_factory=set)


def layout_of(model: FormModel) -> Layout:
    """Lay the columns out in the order of the form."""
    layout = Layout()
    _Walk(layout).children(model.root, _Place((), required=True, depth=0, items={}))
    return layout


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: labels above, whether all above is required, how deep, which items."""

    labels: tuple[Text, ...]
    required: bool
    depth: int
    items: Mapping[str, int]

    def key(self, pointer: str) -> str:
        """Return a pointer with the numbers of its items."""
        for repeated, number in self.items.items():
            if pointer.startswith(f"{repeated}/*"):
                pointer = f"{repeated}/{number}" + pointer[len(repeated) + 2 :]
        return pointer


class _Walk:
    """Goes through a form and gathers columns."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def children(self, node: Node, place: _Place) -> None:
        """Go through what is below a node."""
        if place.depth > DEEPEST:
            self._lack(node, place)
            return
        for each in node.children():
            if len(self._layout.columns) >= MOST_COLUMNS:
                self._layout.is_cut = True
                return
            self._child(each, place)

    def _child(self, node: Node, place: _Place) -> None:
        required = place.required and node.required
        if node.kind is NodeKind.FIELD:
            self._field(node, place, required=required)
        elif node.kind not in _INSIDE or any(each.kind is NodeKind.VARIANT for each in node.children()):
            self._lack(node, place, required=required)
        elif node.kind is NodeKind.CHOICE:
            self.children(
                node, _Place(place.labels, required=False, depth=place.depth + 1, items=place.items)
            )
        else:
            for number, items in _items(node, place):
                labels = (*place.labels, _numbered(node.label, number)) if node.label.ru else place.labels
                least = required and (number == 0 or number <= node.occurs.least)
                self.children(node, _Place(labels, required=least, depth=place.depth + 1, items=items))

    def _field(self, node: Node, place: _Place, *, required: bool) -> None:
        kind = node.field
        if kind is None or kind.kind is FieldKind.BINARY or node.attachment:
            self._lack(node, place, required=required)
            return
        if node.fixed is not None or kind.built_in == _IDENTIFIER:
            if node.required:
                self._layout.filled.append(Filled(place.key(node.pointer), node.fixed))
            return
        for number, items in _items(node, place):
            below = _Place(place.labels, place.required, place.depth, items)
            least = required and (number == 0 or number <= node.occurs.least)
            labels = (*place.labels, _numbered(node.label, number))
            key = below.key(node.pointer)
            if key not in self._layout.keys:  # two ways of a choice may share a field
                self._layout.keys.add(key)
                self._layout.columns.append(Column(key, _joined(labels), node, least))

    def _lack(self, node: Node, place: _Place, *, required: bool = False) -> None:
        if required:
            self._layout.missing.append(_joined((*place.labels, node.label)))


def _items(node: Node, place: _Place) -> Iterable[tuple[int, Mapping[str, int]]]:
    """Give the numbers of the items that have columns (0 for what comes once), and the items to be in."""
    if not node.pointer.endswith("/*"):
        return [(0, place.items)]
    repeated = place.key(node.pointer).removesuffix("/*")
    most = min(node.occurs.most or REPEATS, 1 if place.items else REPEATS)
    return [(number + 1, {**place.items, repeated: number}) for number in range(most)]


def _numbered(label: Text, number: int) -> Text:
    return Text(ru=f"{label.ru} {number}", en=f"{label.en} {number}") if number else label


def _joined(labels: Iterable[Text]) -> Text:
    said = [each for each in labels if each.ru]
    return Text(ru=": ".join(each.ru for each in said), en=": ".join(each.en for each in said))
