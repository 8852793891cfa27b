"""What is wrong with a form, at its fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezhved.cabinet.forms.wording import in_words
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.cabinet.models import Draft


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `pointer` is a JSON pointer (RFC 6901) into the value, empty for the whole."""

    pointer: str
    text: Text
    cure: Text | None = None


def beside(problem: Problem, label: str) -> Problem:
    """Return a problem as it is told where its label stands: in the form's words, the label not once more."""
    told = in_words(problem.text)
    ru, en = (each.removesuffix(f": {label}") for each in (told.ru, told.en))
    return replace(problem, text=Text(ru, en))


class FormInvalid(MezhvedError):  # noqa: N818 - named by what it is
    """A form that cannot be sent as it is."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.text, where=first.pointer, cure=first.cure)
        self.problems = tuple(problems)


class Outdated(MezhvedError):  # noqa: N818 - named by what it is
    """A draft that was changed in another window meanwhile; `typed` is what was not kept, by place."""

    def __init__(self, draft: Draft, typed: dict[str, str] | None = None) -> None:
        super().__init__(
            Text(ru="черновик изменён в другом окне", en="the draft was changed in another window meanwhile"),
            cure=Text(ru="сравните и выберите, что оставить", en="compare and choose what to keep"),
        )
        self.draft = draft
        self.typed = typed or {}
