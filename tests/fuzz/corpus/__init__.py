"""The inputs that are kept: a folder per target, one file per input.

`seed-…` were written by `tests.fuzz.seeds`, `found-…` by the fuzzer, for a way through the code that no
other takes, `crash-…` broke a reader once and must not again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent


def kept(target: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and octets of every input of a target."""
    for path in sorted((FOLDER / target).glob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def write(target: str, name: str, octets: bytes) -> None:
    """Keep an input."""
    folder = FOLDER / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(octets)
