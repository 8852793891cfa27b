"""`python -m tests.soak`: a killed bus loses nothing. Prints JSON; exit code 1 if anything was wrong."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tools.with_postgres import postgres

from mezhved.configuration import BusSettings
from mezhved.site.setup import configure, migrate
from tests.soak.stores import soak_store
from tests.support.databases import create_database, drop_database

if TYPE_CHECKING:
    from collections.abc import Iterator


def _database(engine: str, stack: ExitStack) -> str:
    """Address of a fresh migrated database that goes when the stack ends."""
    if engine == "sqlite":
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mezhved-soak-"))
        return str(Path(folder) / "bus.sqlite3")
    server, name = stack.enter_context(postgres()), f"soak_{uuid.uuid4().hex}"
    stack.callback(drop_database, server, name)
    return create_database(server, name)


def run(engines: list[str], level: str, kills: int, seed: int) -> Iterator[dict[str, object]]:
    """Soak each engine and yield its result."""
    for engine in engines:
        with ExitStack() as stack:
            url = _database(engine, stack)
            configure(BusSettings(database=url))
            migrate()
            began = time.monotonic()
            verdict = soak_store(url, kills=kills, seed=seed)
            yield {
                "engine": engine,
                "level": level,
                "seconds": round(time.monotonic() - began, 1),
                "right": not verdict.problems,
                **verdict.as_dict(),
            }


def main() -> None:
    """Read the arguments and print one JSON object a line."""
    parser = argparse.ArgumentParser(prog="tests.soak", description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--level", choices=["store"], default="store")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="of the moments of the kills")
    options = parser.parse_args()
    engines = ["sqlite", "postgres"] if options.engine == "both" else [options.engine]
    seed = options.seed if options.seed is not None else time.time_ns() & 0xFFFFFFFF
    right = True
    for result in run(engines, options.level, options.kills, seed):
        sys.stdout.write(json.dumps({**result, "seed": seed}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        right = right and bool(result["right"])
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
