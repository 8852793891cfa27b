"""What is wrong with a value, at its place in JSON."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PROBLEMS: Final = 1000
"""A value that is wrong throughout is told so by its first problems."""

_HINTS: Final = 30
_LONGEST_HINT: Final = 100
_MOST_HINTED: Final = 500


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """One thing wrong. `path` is a JSON pointer (RFC 6901) into the value; `cure` says what to do.

    `wanted` is the pointer of the first of several values one of which has to be there, `choices` what the
    schema calls each of them; else empty.
    """

    path: str
    text: Text
    cure: Text | None = None
    wanted: str = ""
    choices: tuple[Text, ...] = ()

    def __str__(self) -> str:
        cure = f" ({self.cure})" if self.cure is not None else ""
        return f"{self.path or '/'}: {self.text}{cure}"


class InvalidValue(MezhvedError):  # noqa: N818 - named by what it is
    """A value that is not what the schema asks for; `problems` holds all that was found."""

    def __init__(self, problems: tuple[ValueProblem, ...]) -> None:
        first = problems[0]
        more = len(problems) - 1
        told = Text(
            ru=first.text.ru + (f" (и ещё ошибок: {more})" if more else ""),
            en=first.text.en + (f" (and {more} more errors)" if more else ""),
        )
        super().__init__(told, where=first.path, cure=first.cure)
        self.problems = problems


@dataclass(slots=True)
class Findings:
    """Gathers problems while a value is gone through."""

    found: list[ValueProblem] = field(default_factory=list)
    hints: int = 0

    def add(self, path: str, ru: str, en: str, cure: Text | None = None) -> None:
        """Note a problem."""
        self.note(ValueProblem(path, Text(ru=ru, en=en), cure))

    def note(self, problem: ValueProblem) -> None:
        """Note a problem, while there are not too many."""
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(problem)

    def hint(self, given: str, known: Iterable[str]) -> Text | None:
        """Return «did you mean» for the first unknown names; looking for all of many would take long."""
        self.hints += 1
        return meant(given, known) if self.hints <= _HINTS else None

    def demand_none(self) -> None:
        """Raise `InvalidValue` with all problems when there are any."""
        if self.found:
            raise InvalidValue(tuple(self.found))


def meant(given: str, known: Iterable[str]) -> Text | None:
    """Return «did you mean», None when nothing known is like what was given."""
    folded: dict[str, str] = {}
    for each in known:
        folded.setdefault(each.casefold(), each)
    if len(given) > _LONGEST_HINT or len(folded) > _MOST_HINTED:
        return None
    close = difflib.get_close_matches(given.casefold(), folded, n=3, cutoff=0.6)
    if not close:
        return None
    names = ", ".join(folded[each] for each in close)
    return Text(ru=f"возможно, имелось в виду: {names}", en=f"did you mean: {names}")
