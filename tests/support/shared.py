"""What is made once for a whole run of the tests, however many processes it has."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest


@contextlib.contextmanager
def shared(
    factory: pytest.TempPathFactory,
    name: str,
    make: Callable[[Path], None],
    drop: Callable[[Path], None] | None = None,
) -> Iterator[Path]:
    """Give the file `name`, which the first process to ask makes; the last to leave it calls `drop`."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # each worker has a folder of its own in that of the run
    file, users = root / name, root / f"{name}.users"

    @contextlib.contextmanager
    def counted(change: int) -> Iterator[int]:
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            number = int(users.read_text() if users.exists() else 0) + change
            yield number
            users.write_text(str(number))

    with counted(+1):
        if not file.exists():
            unfinished = root / f"{name}.unfinished"
            make(unfinished)
            unfinished.rename(file)
    try:
        yield file
    finally:
        with counted(-1) as left:
            if left == 0 and drop is not None:
                drop(file)
                file.unlink()
