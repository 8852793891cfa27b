"""Sets of signs, and the letters they divide all signs into: signs that no set of a pattern tells apart."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Final

from elementpath.regex import CharacterClass, RegexError

from mezhved.infotypes.patterns.parsing import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elementpath.regex import UnicodeSubset

Ranges = tuple[tuple[int, int], ...]
"""Code points in order, from and to, both included."""

_XML: Final[Ranges] = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
_MANY: Final = 60
_ESCAPED: Final = {9: r"\t", 10: r"\n", 13: r"\r"}
_META: Final = frozenset("\\[]-^.?*+{}()|")


@functools.lru_cache(maxsize=256)
def signs_of(atom: str) -> Ranges:
    """Return the code points that an atom of a pattern allows. Raises `NotUnderstood`."""
    if atom == ".":
        return _without(_XML, ((0xA, 0xA), (0xD, 0xD)))
    if not atom.startswith("["):
        return ((ord(atom), ord(atom)),) if len(atom) == 1 else _set(atom)
    inside = atom[1:-1]
    start = inside.find("-[")
    if start <= 0 or inside[start - 1] == "\\":
        return _bracketed(inside)
    return _without(_bracketed(inside[:start]), signs_of(inside[start + 1 :]))


def _bracketed(inside: str) -> Ranges:
    return _without(_XML, _set(inside[1:])) if inside.startswith("^") else _set(inside)


def _set(text: str) -> Ranges:
    """Return the signs of what stands in brackets, without a `^` and without a set taken away."""
    try:
        found = CharacterClass(text)
    except (RegexError, ValueError, IndexError) as error:
        raise NotUnderstood from error
    others = _without(_XML, _codes(found.negative)) if found.negative else ()
    return joined((*_codes(found.positive), *others))


def _codes(subset: UnicodeSubset) -> Ranges:
    spans = ((each, each) if isinstance(each, int) else (each[0], each[1] - 1) for each in subset.codepoints)
    return joined(tuple(spans))


def divided(sets: Sequence[Ranges]) -> list[tuple[frozenset[int], Ranges]]:
    """Return the letters: for each the numbers of the sets that hold it, and its signs."""
    edges = sorted({edge for each in sets for first, last in each for edge in (first, last + 1)})
    starts = [{first for first, _ in each} for each in sets]
    ends = [{last + 1 for _, last in each} for each in sets]
    inside: set[int] = set()
    letters: dict[frozenset[int], list[tuple[int, int]]] = {}
    for edge, following in itertools.pairwise([*edges, 0]):
        inside -= {number for number, each in enumerate(ends) if edge in each}
        inside |= {number for number, each in enumerate(starts) if edge in each}
        if inside:
            letters.setdefault(frozenset(inside), []).append((edge, following - 1))
    return [(key, tuple(value)) for key, value in letters.items()]


def written(ranges: Ranges, named: Mapping[Ranges, str]) -> str:
    """Return a set as a pattern writes it. Raises `NotUnderstood` for one that is too long to write."""
    runs = joined(ranges)
    if runs in named and len(runs) > 1:
        return named[runs]
    if len(runs) > _MANY:
        others = joined(_without(_XML, runs))
        if len(others) > _MANY:
            return _less(runs, named)
        return f"[^{''.join(map(_range, others))}]"
    if len(runs) == 1 and runs[0][0] == runs[0][1]:
        return _sign(runs[0][0])
    return f"[{''.join(map(_range, runs))}]"


def _less(runs: Ranges, named: Mapping[Ranges, str]) -> str:
    """Return a set as one that the pattern names, less a few signs."""
    for whole, text in named.items():
        taken = joined(_without(whole, runs))
        if len(taken) <= _MANY and not _without(runs, whole) and "-[" not in text:
            inside = text[1:-1] if text.startswith("[") else text
            return f"[{inside}-[{''.join(map(_range, taken))}]]"
    raise NotUnderstood


def joined(ranges: Ranges) -> Ranges:
    """Return a set with runs that touch made one."""
    made: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return tuple(made)


def _without(whole: Ranges, ranges: Ranges) -> Ranges:
    """Return the signs of a set that another lacks; both in order."""
    left: list[tuple[int, int]] = []
    for low, high in whole:
        position = low
        for first, last in ranges:
            if last < low or first > high:
                continue
            if first > position:
                left.append((position, first - 1))
            position = max(position, last + 1)
        if position <= high:
            left.append((position, high))
    return tuple(left)


def _range(ends: tuple[int, int]) -> str:
    first, last = ends
    return _sign(first) if first == last else f"{_sign(first)}-{_sign(last)}"


def _sign(code: int) -> str:
    if code in _ESCAPED:
        return _ESCAPED[code]
    sign = chr(code)
    return f"\\{sign}" if sign in _META else sign
