"""What a message carries, read: its document, the type's own texts for it, its values by number."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import Comment, Element, Instruction, read_document
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.rendering import Branch, Leaf, Table, ValueKind, view
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationType, Message
    from mezhved.infotypes.documents import Document, QName
    from mezhved.infotypes.rendering import Part

    SchemaOf = Callable[[QName], Any]

READ_OCTETS: Final = 16 * 2**20
"""A longer document is not read to be shown: it is downloaded."""
PAGE_VALUES: Final = 4_000
"""More values are no page that somebody reads."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A document with how it is read; `is_cut` tells that `branch` lacks its end."""

    document: Document
    branch: Branch
    is_cut: bool


def schema_finder(gateway: Gateway, kind: InformationType | None) -> SchemaOf:
    """Return what finds a root's schema in the type's package: None for roots it does not declare."""

    def find(root: QName) -> Any:
        if kind is None:
            return None
        try:
            bundle = gateway.catalogue.loaded(kind).package.bundle_of(root)
            return None if bundle is None else bundle.xmlschema()
        except InvalidSchemaSet:
            return None

    return find


def carried(gateway: Gateway, message: Message, most: int = PAGE_VALUES) -> Carried:
    """Read the content of a message; raise `MezhvedError` for what cannot be read."""
    return read(bytes(message.content or b""), schema_finder(gateway, message.exchange.type), most)


def read(octets: bytes, schema_of: SchemaOf, most: int = PAGE_VALUES) -> Carried:
    """Read a document by the schema of its root; raise `MezhvedError` for what cannot be read."""
    document = read_document(octets)
    try:
        schema = schema_of(document.root.name)
    except MezhvedError:
        schema = None
    whole = view(document, schema)
    cut, left = _cut(whole, most)
    return Carried(document, cut, is_cut=left < 0)


def _cut(branch: Branch, left: int) -> tuple[Branch, int]:
    """Return the branch with so many values at most, and how many may follow (below 0: cut)."""
    parts: list[Part] = []
    for part in branch.parts:
        if left <= 0:
            return replace(branch, parts=tuple(parts)), -1
        if isinstance(part, Branch):
            kept, left = _cut(part, left)
            parts.append(kept)
            if left < 0:
                break
        elif isinstance(part, Table):
            rows = max(left // max(len(part.columns), 1), 1)
            parts.append(part if len(part.rows) <= rows else replace(part, rows=part.rows[:rows]))
            if len(part.rows) > rows:
                return replace(branch, parts=tuple(parts)), -1
            left -= len(part.rows) * len(part.columns)
        else:
            parts.append(part)
            left -= 1
    return replace(branch, parts=tuple(parts)), left


def values(document: Document) -> Iterator[str]:
    """Give every value that is not blank in the document's order; their numbers name them in addresses."""
    for element in _elements(document):
        if isinstance(element, str):
            if element.strip():
                yield element
        else:
            yield from (each.value for each in element.attributes if each.value.strip())


def _elements(document: Document) -> Iterator[Element | str]:
    waiting: list[Element | str | Comment | Instruction] = [document.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, Element):
            yield node
            waiting.extend(reversed(node.children))


def numbered(branch: Branch) -> dict[int, int]:
    """Return the numbers that `values` gives to the files of a document, by the identity of their leaves."""
    found: dict[int, int] = {}
    _number(branch, 0, found)
    return found


def _number(branch: Branch, at: int, found: dict[int, int]) -> int:
    for part in branch.parts:
        if isinstance(part, Branch):
            at = _number(part, at, found)
        elif isinstance(part, Table):
            at += sum(1 for row in part.rows for each in row if each is not None and each.raw.strip())
        elif isinstance(part, Leaf) and part.raw.strip():
            if part.kind is ValueKind.BINARY:
                found[id(part)] = at
            at += 1
    return at


def decoded(value: str) -> bytes | None:
    """Return the octets of base64, or of hexadecimal digits; None for what is neither."""
    text = "".join(value.split())
    try:
        return bytes.fromhex(text)
    except ValueError:
        pass
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
