"""What a form holds while it is filled in: the value, and what is known of it besides."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

At: TypeAlias = "tuple[str | int, ...]"
"""Where a value lies: names of fields and numbers of items, from the root."""


@dataclass(slots=True)
class State:
    """The contents of a draft.

    `values` is the value as `mezhved.infotypes.values` has it. By place: `chosen` the branches taken of
    choices (their fields may be empty yet), `aside` what lay in branches that were left, `opened` which parts
    are shown unfolded (how many items, for lists).
    """

    values: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, int] = field(default_factory=dict)
    aside: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> State:
        """Read what `dump` wrote."""
        return cls(**json.loads(text))

    def dump(self) -> str:
        """Write it down; all that JSON knows, lone surrogates too, comes back as it was."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(parts, separators=(",", ":"))

    def value(self, at: At) -> Any:
        """Return what lies somewhere, None for nothing."""
        current: Any = self.values
        for step in at:
            if isinstance(step, int):
                if not isinstance(current, list) or step >= len(current):
                    return None
                current = current[step]
            elif isinstance(current, dict):
                current = current.get(step)
            else:
                return None
        return current

    def put(self, at: At, value: Any) -> None:
        """Lay a value somewhere; objects and lists around it are made, and a bare one becomes an object."""
        current: Any = self.values
        for step, after in itertools.pairwise(at):
            made: Any = [] if isinstance(after, int) else {}
            below = _get(current, step)
            if not isinstance(below, type(made)):
                _set(current, step, made)
                below = made
            current = below
        _set(current, at[-1], value)

    def drop(self, at: At) -> None:
        """Take a value away; items after it close up."""
        parent = self.value(at[:-1])
        step = at[-1]
        if isinstance(parent, list) and isinstance(step, int):
            del parent[step : step + 1]
        elif isinstance(parent, dict) and isinstance(step, str):
            parent.pop(step, None)

    def forget(self, place: str) -> None:
        """Forget what is known of the parts below a place that is there no more."""
        for known in self._known():
            for each in [one for one in known if one == place or one.startswith(f"{place}/")]:
                del known[each]

    def close_up(self, of_list: str, number: int) -> None:
        """Forget what is known of an item that is there no more, and count the later ones anew."""
        self.forget(f"{of_list}/{number}")
        lead = f"{of_list}/"
        for known in self._known():
            moved: dict[str, Any] = {}
            for each in list(known):
                digits, slash, rest = each.removeprefix(lead).partition("/")
                if each.startswith(lead) and digits.isdigit() and int(digits) > number:
                    moved[f"{lead}{int(digits) - 1}{slash}{rest}"] = known.pop(each)
            known.update(moved)

    def _known(self) -> Sequence[dict[str, Any]]:
        return (self.chosen, self.aside, self.opened)


def _get(holder: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return holder[step] if step < len(holder) else None
    return holder.get(step)


def _set(holder: Any, step: str | int, value: Any) -> None:
    if isinstance(step, str):
        holder[step] = value
        return
    while len(holder) <= step:
        holder.append("")
    holder[step] = value
