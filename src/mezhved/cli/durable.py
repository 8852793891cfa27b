"""Files that commands write: on the disk before anything else happens, or told why they are not."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def write_durably(path: Path, octets: bytes) -> None:
    """Write a file and return when it is on the disk."""
    with path.open("wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def writing(path: Path, what: str) -> Iterator[None]:
    """Say in words, as a `MezhvedError`, why a file cannot be written; `what` it is, in Russian."""
    try:
        yield
    except OSError as error:
        raise MezhvedError(
            Text(ru=f"{what} не записан: {error.strerror}", en=f"nothing was written: {error.strerror}"),
            where=str(path),
            cure=Text(
                ru="проверьте папку, право записи в неё и место на диске",
                en="check the folder, the right to write into it and the room on the disk",
            ),
        ) from error
