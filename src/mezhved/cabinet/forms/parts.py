"""Parts of a form as its templates show them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezhved.cabinet.forms.problems import Problem
    from mezhved.texts import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose."""

    value: str
    label: str
    chosen: bool = False


@dataclass(slots=True, kw_only=True)
class Control:
    """How a value is typed.

    `widget` is one of: text, area, select, search, file, fixed. `found` tells what a chosen code means;
    `doubt` is what is likely wrong although the schema allows it.
    """

    widget: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    mask: str = ""
    picker: str = ""
    """The native control that helps to type: `date` or `datetime-local`."""
    inputmode: str = ""
    most: int | None = None
    example: str = ""
    default: str = ""
    found: str = ""
    doubt: Text | None = None
    autocomplete: str = "off"
    offers: str = ""
    """Where typing is helped from: options, dictionary, address, files."""
    size: int = 0
    rows: int = 3


@dataclass(slots=True, kw_only=True)
class Part:
    """One part of a form with what it shows; `kind` names its template.

    field, section, closed, absent, list, choice, group, attributes. `actions` are the buttons' orders: what
    is posted under the name `do`.
    """

    kind: str
    place: str
    label: str = ""
    hint: str = ""
    required: bool = False
    level: int = 2
    name: str = ""
    parts: list[Part] = field(default_factory=list)
    control: Control | None = None
    problems: list[Problem] = field(default_factory=list)
    choices: tuple[Choice, ...] = ()
    variants: tuple[Choice, ...] = ()
    nil: bool | None = None
    """Whether it says that it has no value; None where it may not say so."""
    add: str = ""
    remove: str = ""
    blank: str = ""
    more: int = 0
    filled: int = 0
    summary: str = ""
    number: int | None = None
    returns: bool = False
    """What is added comes back as it was."""
    focus: bool = False
    address: bool = False

    @property
    def id(self) -> str:
        """The id of the part in the page."""
        return id_of(self.place)

    @property
    def at(self) -> str:
        """What a control of the part says it is, for htmx."""
        return json.dumps({"at": self.name})

    @property
    def choose(self) -> str:
        """The name of the list that chooses a branch."""
        return f"choose {self.place}"

    @property
    def vary(self) -> str:
        """The name of the list that chooses a type."""
        return f"vary {self.place}"

    @property
    def choosing(self) -> str:
        """The order of choosing a branch, for htmx."""
        return json.dumps({"do": self.choose})

    @property
    def varying(self) -> str:
        """The order of choosing a type, for htmx."""
        return json.dumps({"do": self.vary})

    @property
    def template(self) -> str:
        """The template that shows it."""
        return f"cabinet/forms/{self.kind}.html"

    @property
    def described(self) -> str:
        """The ids of the texts that describe the control."""
        ids = [f"{self.id}-problem"]
        if self.hint:
            ids.insert(0, f"{self.id}-hint")
        return " ".join(ids)

    @property
    def invalid(self) -> bool:
        """Whether something is wrong with it."""
        return bool(self.problems)


def id_of(place: str) -> str:
    """Return a name of a place that HTML and CSS take as it is."""
    return "p" + hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:16]
