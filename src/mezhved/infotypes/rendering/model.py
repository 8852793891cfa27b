"""A document as people read it: sections, values, tables. What HTML, PDF and Excel are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mezhved.infotypes.documents import QName
    from mezhved.texts import Text


class ValueKind(StrEnum):
    """How a value is shown."""

    TEXT = "text"
    DATE = "date"
    """A date or time in the Russian form."""
    CHOICE = "choice"
    """A code with the text that the schema gives it."""
    FLAG = "flag"
    """Yes or no."""
    BINARY = "binary"
    """A file in base64 or hexadecimal digits; shown by its size, folded."""
    EMPTY = "empty"
    """An element without content."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value: an attribute, or an element without attributes and children.

    `raw` is what the document says, `shown` how it is read; `octets` the size of a file inside.
    """

    name: QName
    label: Text
    raw: str
    shown: Text
    kind: ValueKind = ValueKind.TEXT
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment or a processing instruction of the document."""

    text: str


@dataclass(frozen=True, slots=True)
class Branch:
    """An element with what it holds, in the document's order, attributes first.

    `number` and `total` count it among its like in a row (0 for one that is alone). `technical` is what an
    official need not read, the XML signature: shown folded.
    """

    name: QName
    label: Text
    parts: tuple[Part, ...]
    number: int = 0
    total: int = 0
    technical: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the names down to the value, and its heading."""

    path: tuple[QName, ...]
    label: Text


@dataclass(frozen=True, slots=True)
class Table:
    """Like elements in a row, each flat; None where one lacks a value."""

    name: QName
    label: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Leaf | None, ...], ...]


Part: TypeAlias = Leaf | Branch | Table | Remark
