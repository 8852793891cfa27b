"""What the filters of a list offer to choose from: only what the account may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.lists.wanted import NOBODY
from mezhved.cabinet.lists.words import states_of
from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import InformationSystem, InformationType, Person
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.lists.kinds import View
    from mezhved.cabinet.lists.wanted import Wanted

_MOST_PEOPLE: Final = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    value: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """All that the filters offer."""

    states: list[Choice]
    types: list[Choice]
    systems: list[Choice]
    departments: list[Choice]
    people: list[Choice]


def choices(visit: Visit, view: View, wanted: Wanted) -> Choices:
    """Return what the filters of a list offer, with what is chosen."""
    types = InformationType.objects.order_by("title", "code").values_list("code", "title")
    systems = InformationSystem.objects.filter(is_active=True).order_by("mnemonic")
    departments = visit.access.departments(view.permission)
    people = Person.objects.filter(department__in=departments).order_by("name")
    nobody = Text(ru="никто", en="nobody")
    return Choices(
        states=[
            Choice(code, spoken(words.text), code in wanted.states)
            for code, words in states_of(view.direction).items()
        ],
        types=[Choice(code, f"{title or code} ({code})", code in wanted.types) for code, title in types],
        systems=[
            Choice(each, each, each == wanted.system)
            for each in dict.fromkeys(systems.values_list("mnemonic", flat=True))
        ],
        departments=[
            Choice(code, name, code == wanted.department)
            for code, name in departments.values_list("code", "name")
        ],
        people=[Choice(NOBODY, spoken(nobody), wanted.executor == NOBODY)]
        + [
            Choice(str(key), name, wanted.executor == str(key))
            for key, name in people.values_list("pk", "name")[:_MOST_PEOPLE]
        ],
    )
