"""A document and its schema made into what people read."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents import Comment, Document, Element, Instruction, read_document
from mezhved.infotypes.rendering.labels import Component, Labels
from mezhved.infotypes.rendering.model import Branch, Column, Leaf, Part, Remark, Table, ValueKind
from mezhved.infotypes.rendering.values import leaf
from mezhved.infotypes.wellknown import DSIG
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.infotypes.documents import QName

TABLE_COLUMNS: Final = 10
"""Like elements with more values each are shown one under another."""
CELL_CHARACTERS: Final = 240
"""A longer text does not go into a table."""

_Path = tuple["QName", ...]


def view(document: Document | bytes, schema: Component = None) -> Branch:
    """Return what a document says, labelled by its schema (of `xmlschema`) where there is one.

    Nothing is left out: every attribute, text, comment and instruction is in the result. What the schema
    does not know is called by its name. Errors of reading: `MalformedXml`, `XmlLimitExceeded`.
    """
    read = read_document(document) if isinstance(document, bytes) else document
    labels = Labels(schema)
    root = _part(labels, read.root, None, {})
    outside = [*map(_remark, read.before)], [*map(_remark, read.after)]
    if isinstance(root, Leaf):
        root = Branch(root.name, root.label, (root,))
    return replace(root, parts=(*outside[0], *root.parts, *outside[1]))


def _part(labels: Labels, element: Element, parent: Component, outer: Mapping[str, str]) -> Branch | Leaf:
    scope = element.scope(outer) if element.declared else outer
    described = labels.element(element, parent, scope)
    if not element.attributes and all(isinstance(each, str) for each in element.children):
        return leaf(element.name, described, element.text)
    parts: list[Part] = [
        leaf(each.name, labels.attribute(each.name, described.kind), each.value)
        for each in element.attributes
    ]
    for child in element.children:
        if isinstance(child, Element):
            parts.append(_part(labels, child, described.kind, scope))
        elif not isinstance(child, str):
            parts.append(_remark(child))
        elif child.strip():
            parts.append(leaf(element.name, described, child))
    technical = element.name.namespace == DSIG
    return Branch(element.name, described.label, tuple(_gathered(parts)), technical=technical)


def _remark(node: Comment | Instruction) -> Remark:
    return Remark(node.text if isinstance(node, Comment) else f"{node.target} {node.data}".strip())


def _gathered(parts: Iterable[Part]) -> Iterable[Part]:
    """Make tables of like branches in a row where they are flat, and number them where not."""
    for _, group in groupby(parts, key=lambda each: each.name if isinstance(each, Branch) else id(each)):
        run = list(group)
        branches = [each for each in run if isinstance(each, Branch)]
        if len(branches) < 2:  # noqa: PLR2004 - one is no row
            yield from run
            continue
        table = _table(branches)
        if table is not None:
            yield table
            continue
        for number, branch in enumerate(branches, start=1):
            yield replace(branch, number=number, total=len(branches))


def _table(branches: list[Branch]) -> Table | None:
    """Return the branches as rows, None when one of them is not flat or there are too many columns."""
    columns: dict[_Path, Column] = {}
    flat: list[dict[_Path, Leaf]] = []
    for branch in branches:
        cells = _cells(branch)
        if cells is None:
            return None
        for path, (column, _) in cells.items():
            columns.setdefault(path, column)
        if len(columns) > TABLE_COLUMNS:
            return None
        flat.append({path: value for path, (_, value) in cells.items()})
    if not columns:
        return None
    rows = tuple(tuple(cells.get(path) for path in columns) for cells in flat)
    return Table(branches[0].name, branches[0].label, tuple(columns.values()), rows)


def _cells(branch: Branch) -> dict[_Path, tuple[Column, Leaf]] | None:
    """Return the values of a branch by their paths; None unless each is short and stands once."""
    cells: dict[_Path, tuple[Column, Leaf]] = {}
    for part in branch.parts:
        if isinstance(part, Leaf):
            found = [(Column((part.name,), part.label), part)]
        elif isinstance(part, Branch) and not part.technical and all(isinstance(x, Leaf) for x in part.parts):
            found = [
                (Column((part.name, each.name), _joined(part.label, each.label)), each)
                for each in part.parts
                if isinstance(each, Leaf)
            ]
        else:
            return None
        for column, value in found:
            long = len(value.raw) > CELL_CHARACTERS
            if column.path in cells or long or value.kind is ValueKind.BINARY:
                return None
            cells[column.path] = (column, value)
    return cells


def _joined(outer: Text, inner: Text) -> Text:
    if outer == inner:
        return inner
    return Text(ru=f"{outer.ru}: {inner.ru}", en=f"{outer.en}: {inner.en}")
