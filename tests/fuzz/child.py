"""One target in a process of its own: `python -m tests.fuzz.child TARGET [arguments of libFuzzer]`."""

from __future__ import annotations

import importlib
import sys
from typing import Any

# There are no wheels of it for some systems, where types could not be looked up.
atheris: Any = importlib.import_module("atheris")

with atheris.instrument_imports(include=["mezhved"]):
    from tests.fuzz.corpus import kept
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Feed the target until it breaks or the time is over."""
    target = TARGETS[sys.argv[1]]
    for _, octets in kept(target.name):
        target.run(octets)  # what is made once is made before the clock runs
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
