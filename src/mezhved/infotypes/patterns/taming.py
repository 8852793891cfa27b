"""A pattern that explodes, written anew from its machine by taking its states away one after another.

What a machine with one way for every text gives reads every text in one way, so stepping back costs no more
than the length of the text times that of the pattern.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.patterns.automata import Lettered
from mezhved.infotypes.patterns.letters import written
from mezhved.infotypes.patterns.parsing import NotUnderstood, may_explode, parse_pattern

if TYPE_CHECKING:
    from mezhved.infotypes.patterns.automata import Machine
    from mezhved.infotypes.patterns.letters import Ranges

_LONGEST: Final = 4000
_START: Final = -1
_END: Final = -2


@functools.lru_cache(maxsize=1024)
def tamed(pattern: str) -> str:
    """Return a pattern of the same language that takes linear time, the pattern itself where it does.

    A pattern too large to be written anew, or that is none, is left as it is.
    """
    try:
        tree = parse_pattern(pattern)
        if not may_explode(tree):
            return pattern
        automaton = Lettered.of(tree)
        return _written(automaton.machine()) if automaton.explodes() else pattern
    except NotUnderstood:
        return pattern


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern: as it is written, whether it is one of several ways, whether it is one atom."""

    text: str
    ways: bool = False
    atom: bool = False

    def in_row(self) -> str:
        """Return the text to stand beside others."""
        return f"({self.text})" if self.ways else self.text

    def repeated(self, sign: str) -> str:
        """Return the text with a sign of repetition."""
        return f"{self.text}{sign}" if self.atom else f"({self.text}){sign}"


_NOTHING: Final = _Part("")


def _written(machine: Machine) -> str:
    ways = _ways(machine)
    states = set(range(len(machine.moves)))
    while states:
        state = min(states, key=lambda each: (_weight(ways, each), each))
        states.remove(state)
        _take_away(ways, state)
    found = ways.get((_START, _END))
    if found is None:
        raise NotUnderstood
    return found.text


def _ways(machine: Machine) -> dict[tuple[int, int], _Part]:
    ways: dict[tuple[int, int], _Part] = {(_START, 0): _NOTHING}
    ways.update({(state, _END): _NOTHING for state in machine.final})
    for state, moves in enumerate(machine.moves):
        signs: dict[int, list[Ranges]] = {}
        for letter, target in moves.items():
            signs.setdefault(target, []).append(machine.letters[letter])
        for target, letters in signs.items():
            ways[state, target] = _Part(
                written(tuple(each for one in letters for each in one), machine.named), atom=True
            )
    return ways


def _weight(ways: dict[tuple[int, int], _Part], state: int) -> int:
    into = sum(1 for start, end in ways if end == state != start)
    out = sum(1 for start, end in ways if start == state != end)
    return into * out


def _take_away(ways: dict[tuple[int, int], _Part], state: int) -> None:
    """Lead every way through a state past it."""
    loop = ways.pop((state, state), None)
    into = {start: part for (start, end), part in ways.items() if end == state}
    out = {end: part for (start, end), part in ways.items() if start == state}
    for start, first in into.items():
        del ways[start, state]
        for end, last in out.items():
            made = _row(first, loop, last)
            known = ways.get((start, end))
            ways[start, end] = made if known is None else _either(known, made)
            if len(ways[start, end].text) > _LONGEST:
                raise NotUnderstood
    for end in out:
        del ways[state, end]


def _row(first: _Part, loop: _Part | None, last: _Part) -> _Part:
    between = loop.repeated("*") if loop is not None else ""
    pieces = [each for each in (first, last) if each.text]
    if not between and len(pieces) == 1:
        return pieces[0]
    text = (first.in_row() if first.text else "") + between + (last.in_row() if last.text else "")
    return _Part(text)


def _either(one: _Part, other: _Part) -> _Part:
    if not one.text or not other.text:
        there = one if one.text else other
        return _Part(there.repeated("?")) if there.text else _NOTHING
    return _Part(f"{one.text}|{other.text}", ways=True)
