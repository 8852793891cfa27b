"""What a validator complains of, in terms of its own rather than in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True, slots=True)
class Issue:
    """One complaint.

    `rule` is one of: value (of the type), length, range, digits, pattern, enumeration, fixed, required (an
    attribute or, in `names`, elements), unexpected (an element or attribute), text (where none may be), nil,
    abstract, type, key, root, structure, given-up. `names` are names of elements that are expected here,
    written as `{namespace}local`.
    """

    rule: str
    node: etree._Element
    attribute: str | None = None
    names: tuple[str, ...] = ()
    raw: str = ""
