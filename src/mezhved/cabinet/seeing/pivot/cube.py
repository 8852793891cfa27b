"""DuckDB as a calculator: in memory, with no files, no network, no extensions, bounded in memory and time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import duckdb

from mezhved.cabinet.seeing.pivot.dimensions import DIMENSIONS, MEASURES
from mezhved.cabinet.seeing.pivot.facts import MOST, TABLE
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

MEMORY: Final = "512MB"
MEMORY_AT_ONCE: Final = "128MB"
"""While a page is waited for: there may be many of them."""
THREADS: Final = 2
SECONDS: Final = 20.0
SECONDS_AT_ONCE: Final = 5.0
CELLS: Final = 60_000
"""Cells of a table at most: more are no table that somebody reads."""
CHUNK: Final = 20_000
_LOCKED: Final = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET max_temp_directory_size = '0KB'",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class PivotTooLarge(MezhvedError):  # noqa: N818 - named by what it is
    """The table has more cells, or needs more memory or time, than it may."""

    def __init__(self) -> None:
        super().__init__(
            Text(ru="таблица получается слишком большой", en="the table would be too large"),
            cure=Text(
                ru="возьмите меньший период или меньше разрезов",
                en="take a shorter period or fewer dimensions",
            ),
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """Values of the dimensions in order, which of them are summed up here, and the measures."""

    key: tuple[Any, ...]
    summed: tuple[bool, ...]
    values: tuple[float | None, ...]


class Cube:
    """A database in memory with one table of facts. Use as a context manager; for one thread."""

    def __init__(self, seconds: float = SECONDS, memory: str = MEMORY) -> None:
        self._seconds = seconds
        self._connection = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": memory})
        for each in _LOCKED:
            self._run(each)
        self._run(TABLE)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the memory back."""
        self._connection.close()

    def feed(
        self, rows: Iterable[tuple[Any, ...]], progress: Callable[[int], bool] = lambda _done: True
    ) -> bool:
        """Put facts into the table; false as soon as `progress` wants no more. Raises `PivotTooLarge`."""
        done = 0
        try:
            with self._connection.appender("facts") as appender:
                for row in rows:
                    appender.append_row(*row)
                    done += 1
                    if done % CHUNK:
                        continue
                    if done > MOST:
                        raise PivotTooLarge
                    if not progress(done):
                        return False
        except duckdb.OutOfMemoryException as error:
            raise PivotTooLarge from error
        return True

    def count(self, rows: Sequence[str], column: str, measures: Sequence[str]) -> list[Cell]:
        """Count cells with all their sums, in order. Raises `PivotTooLarge`, KeyError for unknown names."""
        names = [*rows, column] if column else [*rows]
        keys = [DIMENSIONS[each].sql for each in names]
        said = [f"{key} AS k{number}" for number, key in enumerate(keys)]
        said += [f"GROUPING({key}) AS g{number}" for number, key in enumerate(keys)]
        said += [f"{MEASURES[each].sql} AS m{number}" for number, each in enumerate(measures)]
        sets = []
        for deep in range(len(rows), -1, -1):
            above = keys[:deep]
            sets.append(above)
            if column:
                sets.append([*above, keys[-1]])
        grouping = ", ".join(f"({', '.join(each)})" for each in sets)
        # Every name was looked up in the fixed lists above: nothing of this statement comes from outside.
        statement = (
            f"SELECT {', '.join(said)} FROM facts GROUP BY GROUPING SETS ({grouping}) LIMIT {CELLS + 1}"  # noqa: S608
        )
        found = self._run(statement)
        if len(found) > CELLS:
            raise PivotTooLarge
        wide = len(names)
        return [
            Cell(
                tuple(row[:wide]), tuple(bool(each) for each in row[wide : 2 * wide]), tuple(row[2 * wide :])
            )
            for row in found
        ]

    def _run(self, statement: str) -> list[tuple[Any, ...]]:
        timer = threading.Timer(self._seconds, self._connection.interrupt)
        timer.start()
        try:
            return self._connection.execute(statement).fetchall()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            raise PivotTooLarge from error
        finally:
            timer.cancel()
