"""Regular expressions of XML Schema (Part 2, appendix F) as trees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

_LONGEST: Final = 1000
_DEEPEST: Final = 30
_COUNT: Final = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}")
_ESCAPE: Final = re.compile(r"\\(?:[pP]\{[^}]*\}|.)", re.DOTALL)


class NotUnderstood(Exception):  # noqa: N818 - named by what it is
    """The pattern is not one that this room reads: it is left as it is."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One sign of a set; `text` is the set as the pattern writes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after another; none is the empty text."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part again and again; `most` is None without a bound."""

    part: Tree
    least: int
    most: int | None


Tree: TypeAlias = Atom | Row | Either | Repeat


def parse_pattern(text: str) -> Tree:
    """Return the tree. Raises `NotUnderstood`."""
    if len(text) > _LONGEST:
        raise NotUnderstood
    tree, end = _either(text, 0, 0)
    if end != len(text):
        raise NotUnderstood
    return tree


def _either(text: str, start: int, depth: int) -> tuple[Tree, int]:
    if depth > _DEEPEST:
        raise NotUnderstood
    parts: list[Tree] = []
    while True:
        part, start = _row(text, start, depth)
        parts.append(part)
        if text[start : start + 1] != "|":
            return (parts[0] if len(parts) == 1 else Either(tuple(parts))), start
        start += 1


def _row(text: str, start: int, depth: int) -> tuple[Tree, int]:
    parts: list[Tree] = []
    while start < len(text) and text[start] not in "|)":
        atom, start = _atom(text, start, depth)
        part, start = _quantified(text, start, atom)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else Row(tuple(parts))), start


def _atom(text: str, start: int, depth: int) -> tuple[Tree, int]:
    sign = text[start]
    if sign == "(":
        tree, end = _either(text, start + 1, depth + 1)
        if text[end : end + 1] != ")":
            raise NotUnderstood
        return tree, end + 1
    if sign == "[":
        end = _end_of_set(text, start)
        return Atom(text[start:end]), end
    if sign == "\\":
        found = _ESCAPE.match(text, start)
        if found is None:
            raise NotUnderstood
        return Atom(found[0]), found.end()
    if sign in "?*+{}]":
        raise NotUnderstood
    return Atom(sign), start + 1


def _end_of_set(text: str, start: int) -> int:
    """Return where a set in brackets ends; a set may have another taken away from it."""
    depth = 0
    while start < len(text):
        if text[start] == "\\":
            start += 1
        elif text[start] == "[":
            depth += 1
        elif text[start] == "]":
            depth -= 1
            if depth == 0:
                return start + 1
        start += 1
    raise NotUnderstood


def _quantified(text: str, start: int, atom: Tree) -> tuple[Tree, int]:
    sign = text[start : start + 1]
    if sign and sign in "?*+":
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[sign]
        return Repeat(atom, least, most), start + 1
    if sign != "{":
        return atom, start
    found = _COUNT.match(text, start)
    if found is None:
        raise NotUnderstood
    least = int(found[1])
    most = (int(found[3]) if found[3] else None) if found[2] else least
    if most is not None and most < least:
        raise NotUnderstood
    return Repeat(atom, least, most), found.end()


def may_explode(tree: Tree, inside: bool = False) -> bool:  # noqa: FBT001, FBT002
    """Tell whether a choice stands inside an endless repetition: no other pattern takes exponential time."""
    if isinstance(tree, Atom):
        return False
    if isinstance(tree, Repeat):
        chooses = tree.least != tree.most
        return (chooses and inside) or may_explode(tree.part, inside or tree.most is None)
    return (inside and isinstance(tree, Either)) or any(may_explode(each, inside) for each in tree.parts)
