"""A node's picture of the registry is confirmed every interval and never older than two."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from mezhved.gost import TrustStore
from mezhved.registry import Snapshot, SnapshotSource


@dataclass
class Registry:
    """A registry that counts what it is asked."""

    revision: int = 1
    now: float = 0.0
    loads: int = 0
    asks: int = 0
    broken: bool = False
    hold: threading.Event | None = None
    loading: threading.Event = field(default_factory=threading.Event)

    def load(self) -> Snapshot:
        if self.broken:
            raise ConnectionError
        self.loads += 1
        self.loading.set()
        if self.hold is not None:
            assert self.hold.wait(60)
        return Snapshot(revision=self.revision, trust=TrustStore())

    def ask(self) -> int:
        if self.broken:
            raise ConnectionError
        self.asks += 1
        return self.revision

    def source(self) -> SnapshotSource:
        return SnapshotSource(self.load, self.ask, lambda: self.now, 2.0)


def test_the_registry_is_read_once_and_asked_once_an_interval() -> None:
    registry = Registry()
    source = registry.source()

    for registry.now in (0.0, 0.5, 1.9, 2.0, 2.1, 3.9, 4.0):
        source.current()

    assert (registry.loads, registry.asks) == (1, 2)


def test_who_refreshes_at_half_the_interval_leaves_nothing_to_the_readers() -> None:
    registry = Registry()
    source = registry.source()
    source.refresh()
    registry.revision = 2
    registry.now = 0.9
    assert source.refresh().revision == 1
    registry.now = 1.0
    assert source.refresh().revision == 2
    asks = registry.asks
    registry.now = 2.9
    assert source.current().revision == 2
    assert registry.asks == asks


def test_a_change_is_seen_after_the_interval() -> None:
    registry = Registry()
    source = registry.source()
    assert source.current().revision == 1

    registry.revision = 2
    registry.now = 1.99
    assert source.current().revision == 1
    registry.now = 2.0
    assert source.current().revision == 2


def test_a_first_reader_that_fails_is_told_so_and_the_next_one_succeeds() -> None:
    registry = Registry(broken=True)
    source = registry.source()

    with pytest.raises(ConnectionError):
        source.current()
    registry.broken = False
    assert source.current().revision == 1


def test_a_hiccup_of_the_database_is_borne_for_two_intervals_only() -> None:
    registry = Registry()
    source = registry.source()
    source.current()
    registry.broken = True

    registry.now = 3.9
    assert source.current().revision == 1
    registry.now = 4.0
    with pytest.raises(ConnectionError):
        source.current()


def test_while_one_thread_reloads_the_others_go_on_but_not_beyond_two_intervals() -> None:
    registry = Registry()
    source = registry.source()
    source.current()
    registry.revision, registry.now, registry.hold = 2, 2.5, threading.Event()
    registry.loading.clear()

    reloader = threading.Thread(target=source.current)
    reloader.start()
    assert registry.loading.wait(60)
    assert source.current().revision == 1

    registry.now = 4.5
    seen: list[int] = []
    waiter = threading.Thread(target=lambda: seen.append(source.current().revision))
    waiter.start()
    registry.hold.set()
    reloader.join(60)
    waiter.join(60)

    assert seen == [2]
