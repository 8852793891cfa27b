"""When a system is told and what becomes of an attempt: rules without a database or a network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezhved.bus.times import SECOND

if TYPE_CHECKING:
    from mezhved.bus.push.ledger import News, PushState
    from mezhved.configuration import BusSettings

_LONGEST_DOUBLING = 40


@dataclass(frozen=True, slots=True)
class Pace:
    """The times of the settings in microseconds, and the failures that make a report."""

    interval: int
    retry: int
    retry_most: int
    failures: int
    report: int

    @classmethod
    def of(cls, settings: BusSettings) -> Pace:
        """Take them from the settings."""
        return cls(
            interval=int(settings.push_interval_seconds * SECOND),
            retry=int(settings.push_retry_seconds * SECOND),
            retry_most=int(settings.push_retry_most_seconds * SECOND),
            failures=settings.push_failures,
            report=int(settings.push_report_seconds * SECOND),
        )

    def told(self, state: PushState, news: News, now: int) -> PushState:
        """Return the state after a notice that got through."""
        return replace(
            state,
            notified=max(news.newest, state.notified),
            told=news.waiting,
            failures=0,
            sent_at=now,
            next_at=now + self.interval,
        )

    def failed(self, state: PushState, now: int) -> PushState:
        """Return the state after one that did not: each pause twice as long as the one before."""
        doubling = min(state.failures, _LONGEST_DOUBLING)
        pause = min(self.retry << doubling, self.retry_most)
        return replace(state, failures=state.failures + 1, sent_at=now, next_at=now + pause)

    def to_report(self, state: PushState, now: int) -> bool:
        """Tell whether the system is to hear of its failures, `state` being that after the last one."""
        if state.failures < self.failures:
            return False
        return not state.reported_at or now - state.reported_at >= self.report


def at_address(state: PushState, address: str) -> PushState:
    """Return the state for an address: another one starts without failures and at once."""
    if state.address == address:
        return state
    return replace(state, address=address, failures=0, next_at=0, reported_at=0)


class Watch:
    """Whether a system has got messages since it was told; kept by one thread of one process.

    A newer message than the newest told is news. So is a longer queue than the shortest seen since: a
    message that waited for its files comes into the queue behind newer ones. After a failure whatever
    waits is news.
    """

    def __init__(self) -> None:
        self._shortest: dict[int, tuple[int, int]] = {}

    def is_news(self, state: PushState, news: News | None) -> bool:
        """Tell it, and remember how long the queues are now."""
        waiting = 0 if news is None else news.waiting
        told_at, shortest = self._shortest.get(state.system, (state.sent_at, state.told))
        if told_at != state.sent_at:
            shortest = state.told
        fresh = news is not None and (
            state.failures > 0 or news.newest > state.notified or waiting > shortest
        )
        self._shortest[state.system] = (state.sent_at, min(shortest, waiting))
        return fresh
