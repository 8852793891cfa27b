"""Who waits for events or work hears of it at once."""

from __future__ import annotations

import threading
import time

from mezhved.gateway.waking import Bell, News

LONG = 60.0


def test_news_wakes_everybody_who_waits() -> None:
    news, began = News(), time.monotonic()
    waiting = [threading.Thread(target=news.wait, args=(LONG,)) for _ in range(2)]
    for each in waiting:
        each.start()
    while any(each.is_alive() for each in waiting):
        news.tell()
        waiting[0].join(0.01)
    assert time.monotonic() - began < LONG / 2


def test_without_news_a_wait_ends_by_itself() -> None:
    News().wait(0.0)


def test_a_bell_rung_while_nobody_waits_is_heard_by_the_next() -> None:
    bell, gathered = Bell(), Gathering()
    bell.ring()
    bell.wait(LONG, gathered)
    assert gathered.times == 1


def test_a_bell_that_was_not_rung_gathers_nothing() -> None:
    gathered = Gathering()
    Bell().wait(0.0, gathered)
    assert gathered.times == 0


def test_a_bell_wakes_one_of_those_who_wait() -> None:
    bell, gathered, began = Bell(), Gathering(), time.monotonic()
    waiting = [threading.Thread(target=bell.wait, args=(LONG, gathered)) for _ in range(2)]
    for each in waiting:
        each.start()
    bell.ring()
    while all(each.is_alive() for each in waiting):
        waiting[0].join(0.01)
    assert [each.is_alive() for each in waiting].count(True) == 1
    bell.ring()
    for each in waiting:
        each.join()
    assert gathered.times == 2
    assert time.monotonic() - began < LONG / 2


def test_what_comes_while_one_gathers_is_done_by_him() -> None:
    bell, second = Bell(), Gathering()

    def gather() -> None:
        bell.ring()
        bell.wait(0.0, second)

    bell.ring()
    bell.wait(LONG, gather)
    bell.wait(0.0, second)
    assert second.times == 0


def test_what_comes_after_the_gathering_is_heard() -> None:
    bell, second = Bell(), Gathering()
    bell.ring()
    bell.wait(LONG, Gathering())
    bell.ring()
    bell.wait(LONG, second)
    assert second.times == 1


class Gathering:
    """Counts how often somebody gathered."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        """Note it."""
        self.times += 1
