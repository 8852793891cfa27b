"""Who acts: the author written into the history of changes."""

from __future__ import annotations

import os
import pwd
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Actor:
    """An account and the door it came through: `admin`, `cli` or `program`."""

    name: str
    via: str


_current: ContextVar[Actor | None] = ContextVar("mezhved_actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Make `actor` the author of the changes made inside, in this thread."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def current_actor() -> Actor:
    """Return the author set by `acting`, else the operating system's user."""
    return _current.get() or Actor(name=system_user(), via="program")


def system_user() -> str:
    """Return the name of the operating system's user; under sudo also who called it.

    Asked of the system, not of variables that anybody may set; `sudo` itself sets SUDO_USER.
    """
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    caller = os.environ.get("SUDO_USER", "")
    return f"{caller} (sudo {name})" if caller and uid == 0 else name
