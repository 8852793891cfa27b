"""The form of a root element: a tree of nodes that unfolds as it is opened, however deep types recur."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.forms.shapes import ONCE, Occurs
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.infotypes.documents import QName
    from mezhved.infotypes.forms.fields import Field
    from mezhved.infotypes.forms.notes import Dictionary
    from mezhved.infotypes.forms.recognition import Address, Attachment
    from mezhved.infotypes.forms.shapes import Component
    from mezhved.infotypes.forms.types import Types
    from mezhved.infotypes.identifiers import Identifier

_NOTHING: Final = Text(ru="", en="")
MOST_UNFOLDED: Final = 5000
"""Nodes of one form whose children are kept in memory."""


class NodeKind(StrEnum):
    """What a node of a form is."""

    SECTION = "section"
    """An element with fields inside."""
    FIELD = "field"
    """An element, attribute or text with a simple value."""
    CHOICE = "choice"
    """One of the children."""
    GROUP = "group"
    """Children that come together: all or none of them, or again and again."""
    VARIANT = "variant"
    """One of the types that a section may be of."""
    XML = "xml"
    """Content of any kind, given as XML."""
    ANY = "any"
    """Elements of other schemas, given as XML."""
    ANY_ATTRIBUTE = "any-attribute"
    """Attributes of other schemas."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule that looks at several fields: `unique`, `key` or `keyref`, with the schema's own paths."""

    kind: str
    name: str
    selector: str
    fields: tuple[str, ...]


class UnknownNode(MezhvedError):  # noqa: N818 - named by what it is
    """The form has no node of this path."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Node:
    """One place of a form.

    `path` is its stable id. `pointer` is where its value lies in JSON (RFC 6901), `*` for the number of an
    item; choices, groups that do not repeat and variants lie where their parent does.
    `partners` are keys of neighbours that hold other columns of the same dictionary entry.
    """

    path: str
    pointer: str
    kind: NodeKind
    key: str = ""
    name: QName | None = None
    label: Text = _NOTHING
    hint: Text = _NOTHING
    occurs: Occurs = ONCE
    nillable: bool = False
    fixed: str | None = None
    default: str | None = None
    field: Field | None = None
    mask: str = ""
    identifier: Identifier | None = None
    dictionary: Dictionary | None = None
    partners: tuple[str, ...] = ()
    address: Address = ""
    attachment: Attachment = ""
    attribute: bool = False
    type_name: QName | None = None
    constraints: tuple[Constraint, ...] = ()
    source: Component = dataclasses.field(default=None, repr=False)
    """What the children are made of."""
    simple: Component = dataclasses.field(default=None, repr=False)
    """The type of a field's value."""
    types: Types = dataclasses.field(repr=False)

    @property
    def required(self) -> bool:
        """Whether it has to be there where its parent is."""
        return self.occurs.least > 0

    @property
    def opens(self) -> bool:
        """Whether it has children."""
        return self.kind in {NodeKind.SECTION, NodeKind.CHOICE, NodeKind.GROUP, NodeKind.VARIANT}

    def children(self) -> tuple[Node, ...]:
        """Unfold one level."""
        from mezhved.infotypes.forms.unfolding import unfold  # noqa: PLC0415 - the two make each other

        return unfold(self) if self.opens else ()


@dataclass(frozen=True, slots=True, eq=False)
class FormModel:
    """The form of one root element and the types behind it."""

    name: QName
    root: Node
    declaration: Component = dataclasses.field(repr=False)
    types: Types = dataclasses.field(repr=False)
    unfolded: dict[str, tuple[Node, ...]] = dataclasses.field(default_factory=dict, repr=False)
    """Children of the nodes that were opened last, by path."""

    def children(self, node: Node) -> tuple[Node, ...]:
        """Unfold a node of this form one level, remembering what was unfolded lately."""
        found = self.unfolded.get(node.path)
        if found is None:
            found = node.children()
            if len(self.unfolded) >= MOST_UNFOLDED:
                self.unfolded.clear()
            self.unfolded[node.path] = found
        return found

    def node(self, path: str) -> Node:
        """Return a node by its path. Raises `UnknownNode`."""
        current = self.root
        while current.path != path:
            found = [
                each for each in current.children() if path == each.path or path.startswith(f"{each.path}/")
            ]
            if not found:
                raise UnknownNode(
                    Text(ru=f"в форме нет места {path}", en=f"the form has no place {path}"),
                    where=self.name.local,
                )
            current = max(found, key=lambda each: len(each.path))
        return current

    def at(self, pointer: str) -> Node | None:
        """Return the node of a place in JSON, with numbers of items; the first one where several may be."""
        return _at(self.root, [each for each in pointer.split("/")[1:] if not each.isdigit()])


def _at(node: Node, steps: list[str]) -> Node | None:
    if not steps:
        return node
    for each in node.children():
        if each.kind is NodeKind.VARIANT or (each.opens and not each.key):
            found = _at(each, steps)
        elif escaped(each.key) == steps[0]:
            found = _at(each, steps[1:])
        else:
            found = None
        if found is not None:
            return found
    return None


def escaped(key: str) -> str:
    """Return a key as a step of a JSON pointer (RFC 6901 section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """Return the key that a step of a JSON pointer means."""
    return step.replace("~1", "/").replace("~0", "~")
