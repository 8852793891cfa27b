"""Who waits for events hears of them at once."""

from __future__ import annotations

import threading
import time

from mezhved.gateway.waking import News

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
