"""A process is kept: started again when it dies, stopped with its keeper."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from mezhved.bus.files.keeping import Keeper
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path


def alive(pid: int) -> bool:
    """Tell whether a process is there and no corpse."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def started(path: Path) -> list[int]:
    return [int(each) for each in path.read_text().split()] if path.exists() else []


def test_a_process_that_is_killed_is_started_again_and_ends_with_its_keeper(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    keeper = Keeper(("/bin/sh", "-c", f"echo $$ >> {noted}; exec sleep 1000"))
    keeper.start()
    assert eventually(lambda: len(started(noted)) == 1)
    os.kill(started(noted)[0], signal.SIGKILL)
    assert eventually(lambda: len(started(noted)) == 2)
    keeper.stop()
    assert not any(alive(each) for each in started(noted))


def test_a_process_that_does_not_start_is_tried_at_growing_pauses() -> None:
    pauses: list[float] = []
    keeper = Keeper(("/bin/false",), rest=pauses.append)
    keeper.start()
    assert eventually(lambda: len(pauses) > 8)
    keeper.stop()
    assert pauses[:9] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_keeper_that_never_started_stops() -> None:
    Keeper(("/bin/false",)).stop()
