"""Automata of patterns: whether matching can explode, and the states of the machine that never steps back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.patterns.letters import Ranges, divided, joined, signs_of
from mezhved.infotypes.patterns.parsing import Atom, Either, NotUnderstood, Repeat, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.infotypes.patterns.parsing import Tree

_POSITIONS: Final = 300
_STATES: Final = 60
_STEPS: Final = 400_000


@dataclass(slots=True)
class Places:
    """The automaton of positions: one for each atom of the pattern, repetitions with bounds written out.

    `follow` are the positions that may come after one; 0 is the start. `doubled` are steps that the pattern
    describes twice, as both loops of `(a+)+` do.
    """

    atoms: list[str] = field(default_factory=lambda: [""])
    follow: dict[int, set[int]] = field(default_factory=lambda: {0: set()})
    last: set[int] = field(default_factory=set)
    doubled: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, tree: Tree) -> Places:
        """Make the automaton. Raises `NotUnderstood` for a pattern too large."""
        places = cls()
        first, last, empty = places._add(tree)
        places.follow[0] |= first
        places.last = last | ({0} if empty else set())
        return places

    def _add(self, tree: Tree) -> tuple[set[int], set[int], bool]:
        """Add a tree; return the positions it may begin and end with, and whether it may be empty."""
        if isinstance(tree, Atom):
            number = len(self.atoms)
            if number > _POSITIONS:
                raise NotUnderstood
            self.atoms.append(tree.text)
            self.follow[number] = set()
            return {number}, {number}, False
        if isinstance(tree, Repeat):
            return self._add_repeat(tree)
        if isinstance(tree, Either):
            added = [self._add(each) for each in tree.parts]
            first = {each for found in added for each in found[0]}
            last = {each for found in added for each in found[1]}
            return first, last, any(found[2] for found in added)
        return self._add_row(tree)

    def _add_row(self, tree: Row) -> tuple[set[int], set[int], bool]:
        first: set[int] = set()
        last: set[int] = set()
        empty = True
        for each in tree.parts:
            begins, ends, nothing = self._add(each)
            for position in last:
                self._lead(position, begins)
            first |= begins if empty else set()
            last = ends | (last if nothing else set())
            empty = empty and nothing
        return first, last, empty

    def _add_repeat(self, tree: Repeat) -> tuple[set[int], set[int], bool]:
        least, most = tree.least, tree.most
        if most is not None:
            if most == 0:
                return set(), set(), True
            return self._add_bounded(tree.part, least, most)
        if least > 1:
            return self._add_row(Row((tree.part,) * (least - 1) + (Repeat(tree.part, 1, None),)))
        first, last, empty = self._add(tree.part)
        for position in last:
            self._lead(position, first)
        return first, last, empty or least == 0

    def _add_bounded(self, part: Tree, least: int, most: int) -> tuple[set[int], set[int], bool]:
        """Write the copies out, each one after the first `least` only where the one before it is there."""
        copies = [self._add(part) for _ in range(most)]
        nothing = copies[0][2]
        first, last = set(copies[0][0]), set[int]()
        for number, (begins, ends, _) in enumerate(copies):
            if number + 1 < most:
                for position in ends:
                    self._lead(position, copies[number + 1][0])
            if nothing:
                first |= begins
            if nothing or number + 1 >= least:
                last |= ends
        return first, last, nothing or least == 0

    def _lead(self, position: int, targets: set[int]) -> None:
        self.doubled.update((position, each) for each in targets & self.follow[position])
        self.follow[position] |= targets


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine with one way for every text.

    State 0 is the start; `moves` lead by letter from state to state. `named` are the sets that the pattern
    itself has a text for.
    """

    moves: tuple[Mapping[int, int], ...]
    final: frozenset[int]
    letters: tuple[Ranges, ...]
    named: Mapping[Ranges, str]


@dataclass(slots=True)
class Lettered:
    """An automaton of positions with the letters that each position takes."""

    places: Places
    letters: list[Ranges]
    takes: list[frozenset[int]]
    named: dict[Ranges, str]

    @classmethod
    def of(cls, tree: Tree) -> Lettered:
        """Divide all signs into the letters of a pattern. Raises `NotUnderstood`."""
        places = Places.of(tree)
        texts = list(dict.fromkeys(places.atoms[1:]))
        named = {joined(signs_of(each)): each for each in texts}
        divisions = divided([signs_of(each) for each in texts])
        of_text = {
            text: frozenset(letter for letter, (sets, _) in enumerate(divisions) if number in sets)
            for number, text in enumerate(texts)
        }
        takes = [frozenset[int](), *(of_text[each] for each in places.atoms[1:])]
        return cls(places, [ranges for _, ranges in divisions], takes, named)

    def explodes(self) -> bool:
        """Tell whether some text leads from a position to itself in two ways: time doubles with each.

        Raises `NotUnderstood` when that takes too long to find out.
        """
        if any(step[0] in self._after(step[1]) for step in self.places.doubled):
            return True
        budget = _STEPS
        for start in range(1, len(self.takes)):
            seen = {(start, start)}
            waiting = [(start, start)]
            back: dict[tuple[int, int], set[tuple[int, int]]] = {}
            while waiting:
                pair = waiting.pop()
                for following in self._pairs(pair):
                    budget -= 1
                    back.setdefault(following, set()).add(pair)
                    if following not in seen:
                        seen.add(following)
                        waiting.append(following)
                if budget < 0:
                    raise NotUnderstood
            if any(one != other for one, other in _reaching(back, (start, start))):
                return True
        return False

    def _after(self, position: int) -> set[int]:
        """Return the positions that can be reached from one, itself included."""
        seen = {position}
        waiting = [position]
        while waiting:
            fresh = self.places.follow[waiting.pop()] - seen
            seen |= fresh
            waiting.extend(fresh)
        return seen

    def _pairs(self, pair: tuple[int, int]) -> Iterable[tuple[int, int]]:
        for one in self.places.follow[pair[0]]:
            for other in self.places.follow[pair[1]]:
                if self.takes[one] & self.takes[other]:
                    yield one, other

    def machine(self) -> Machine:
        """Return the smallest machine of the pattern. Raises `NotUnderstood` for one with too many states."""
        start = frozenset((0,))
        numbers = {start: 0}
        moves: list[dict[int, int]] = []
        waiting = [start]
        while waiting:
            state = waiting.pop(0)
            moves.append({})
            reachable = {each for position in state for each in self.places.follow[position]}
            for letter in range(len(self.letters)):
                target = frozenset(each for each in reachable if letter in self.takes[each])
                if not target:
                    continue
                if target not in numbers:
                    if len(numbers) >= _STATES:
                        raise NotUnderstood
                    numbers[target] = len(numbers)
                    waiting.append(target)
                moves[-1][letter] = numbers[target]
        final = {number for state, number in numbers.items() if state & self.places.last}
        return _smallest(moves, final, tuple(self.letters), self.named)


def _reaching(
    back: dict[tuple[int, int], set[tuple[int, int]]], goal: tuple[int, int]
) -> set[tuple[int, int]]:
    seen: set[tuple[int, int]] = set()
    waiting = list(back.get(goal, ()))
    while waiting:
        pair = waiting.pop()
        if pair not in seen:
            seen.add(pair)
            waiting.extend(back.get(pair, ()))
    return seen


def _smallest(
    moves: list[dict[int, int]], final: set[int], letters: tuple[Ranges, ...], named: Mapping[Ranges, str]
) -> Machine:
    """Join states that no text tells apart (Moore). None is dead: every state leads to a final one."""
    group = [int(number in final) for number in range(len(moves))]
    while True:
        marks = [
            (group[number], tuple(sorted((letter, group[to]) for letter, to in each.items())))
            for number, each in enumerate(moves)
        ]
        known: dict[object, int] = {}
        fresh = [known.setdefault(mark, len(known)) for mark in marks]
        if len(known) == len(set(group)):
            break
        group = fresh
    joined: dict[int, dict[int, int]] = {}
    for number, each in enumerate(moves):
        joined.setdefault(fresh[number], {letter: fresh[to] for letter, to in each.items()})
    return Machine(
        moves=tuple(joined[number] for number in range(len(joined))),
        final=frozenset(fresh[number] for number in final),
        letters=letters,
        named=named,
    )
