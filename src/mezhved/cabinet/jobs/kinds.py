"""Which function does which kind of job: each part of the cabinet names its own when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.cabinet.jobs.work import Work

    Function = Callable[[Work], None]

_FUNCTIONS: Final[dict[str, Function]] = {}


def register(kind: str, function: Function) -> None:
    """Have jobs of a kind done by a function; ValueError for a kind that another one does.

    The function is called again with the same parameters when the process that did the job was killed:
    what was done already it knows by `Work.memory`, or by looking.
    """
    if _FUNCTIONS.setdefault(kind, function) is not function:
        raise ValueError(f"two functions for jobs of the kind {kind}")


def function_of(kind: str) -> Function | None:
    """Return the function, None where no part of this process has named one."""
    return _FUNCTIONS.get(kind)


def known_kinds() -> tuple[str, ...]:
    """Return the kinds that this process can do."""
    return tuple(_FUNCTIONS)
