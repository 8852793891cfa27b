"""`python -m tests.soak`: a killed bus, or gateway, loses nothing.

Prints JSON; exit code 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tools.with_postgres import VARIABLE, postgres

from mezhved.bench.gateways import installed_gateway
from mezhved.bench.installation import installed
from tests.soak.exchanges import ShortLeases, soak_exchanges
from tests.soak.gateways import SETTINGS, soak_gateways
from tests.soak.stores import soak_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.soak.ledger import Verdict


@contextmanager
def _server(engine: str) -> Iterator[str | None]:
    """Address of a PostgreSQL where databases may be made: the test command's, else one of our own."""
    if engine == "sqlite":
        yield None
    elif VARIABLE in os.environ:
        yield os.environ[VARIABLE]
    else:
        with postgres() as address:
            yield address


def soak(engine: str, level: str, kills: int, seed: int) -> Verdict:
    """Soak one engine, on a fresh bus."""
    room = Path("var").resolve()  # a real disk: /tmp may lie in memory
    room.mkdir(exist_ok=True)
    if level == "gateway":
        return _soak_gateway(engine, room, kills, seed)
    with (
        TemporaryDirectory(prefix="soak-", dir=room) as folder,
        _server(engine) as server,
        installed(Path(folder), postgres=server, workers=2) as installation,
    ):
        if level == "store":
            return soak_store(installation.database, kills=kills, seed=seed)
        return soak_exchanges(installation, kills=kills, seed=seed)


def _soak_gateway(engine: str, room: Path, kills: int, seed: int) -> Verdict:
    """Kill processes of a gateway: one over SQLite, two nodes over PostgreSQL; the bus lives."""
    with (
        TemporaryDirectory(prefix="soak-", dir=room) as folder,
        _server(engine) as server,
        installed(Path(folder) / "bus", postgres=None, workers=1) as made,
        installed_gateway(
            Path(folder) / "gateway", ShortLeases.of(made), postgres=server, settings=SETTINGS
        ) as gateway,
        gateway.bus.serving(),
    ):
        return soak_gateways(gateway, nodes=1 if server is None else 2, kills=kills, seed=seed)


def main() -> None:
    """Read the arguments and print one JSON object for each engine."""
    parser = argparse.ArgumentParser(prog="tests.soak", description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--level", choices=["bus", "store", "gateway"], default="bus")
    parser.add_argument("--kills", type=int, default=100, help="of each engine")
    parser.add_argument("--seed", type=int, default=None, help="of the moments of the kills")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else time.time_ns() & 0xFFFFFFFF
    right = True
    for engine in ["sqlite", "postgres"] if options.engine == "both" else [options.engine]:
        began = time.monotonic()
        verdict = soak(engine, options.level, options.kills, seed)
        seconds = round(time.monotonic() - began, 1)
        head = {"engine": engine, "level": options.level, "seed": seed, "seconds": seconds}
        result = {**head, "right": not verdict.problems, **verdict.as_dict()}
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        right = right and not verdict.problems
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
