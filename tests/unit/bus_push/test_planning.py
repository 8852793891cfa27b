"""When a system is told, when it is tried again, when it hears of failures."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mezhved.bus.push.ledger import News, PushState
from mezhved.bus.push.planning import Pace, Watch, at_address
from mezhved.bus.times import SECOND
from mezhved.configuration import BusSettings

PACE = Pace.of(BusSettings())
STATE = PushState(7, "http://system.example/")
NOW = 1_000_000 * SECOND


def after(failures: int) -> list[PushState]:
    """The states after so many failures in a row, each as soon as it may be."""
    states = [PACE.failed(STATE, NOW)]
    while len(states) < failures:
        states.append(PACE.failed(states[-1], states[-1].next_at))
    return states


def test_a_told_system_is_left_alone_for_the_interval() -> None:
    told = PACE.told(replace(STATE, failures=2), News(3, 40), NOW)
    assert (told.notified, told.told, told.failures) == (40, 3, 0)
    assert told.next_at - NOW == 30 * SECOND


def test_each_pause_is_twice_as_long_up_to_the_longest() -> None:
    pauses = [(state.next_at - state.sent_at) // SECOND for state in after(12)]
    assert pauses[:9] == [10, 20, 40, 80, 160, 320, 640, 1280, 2560]
    assert pauses[9:] == [3600] * 3


@given(st.integers(0, 10**6))
def test_no_number_of_failures_breaks_the_pause(failures: int) -> None:
    state = PACE.failed(replace(STATE, failures=failures), NOW)
    assert NOW < state.next_at <= NOW + 3600 * SECOND


def test_failures_are_reported_from_the_third_and_once_an_hour() -> None:
    reported = []
    state = STATE
    now = NOW
    for _ in range(12):
        state = PACE.failed(state, now)
        if PACE.to_report(state, now):
            state = replace(state, reported_at=now)
            reported.append(state.failures)
        now = state.next_at
    assert reported == [3, 10, 11, 12]


def test_another_address_starts_afresh() -> None:
    failed = after(5)[-1]
    assert at_address(failed, failed.address) is failed
    moved = at_address(failed, "http://elsewhere.example/")
    assert (moved.failures, moved.next_at, moved.reported_at) == (0, 0, 0)
    assert moved.notified == failed.notified


def test_a_newer_message_is_news_once() -> None:
    watch = Watch()
    assert not watch.is_news(STATE, None)
    assert watch.is_news(STATE, News(1, 5))
    told = PACE.told(STATE, News(1, 5), NOW)
    assert not watch.is_news(told, News(1, 5))
    assert watch.is_news(told, News(2, 6))


def test_a_message_that_comes_late_into_its_place_is_news() -> None:
    watch = Watch()
    told = PACE.told(STATE, News(1, 5), NOW)
    assert not watch.is_news(told, News(1, 5))
    assert not watch.is_news(told, None)
    assert watch.is_news(told, News(1, 4))


def test_messages_taken_are_no_news() -> None:
    watch = Watch()
    told = PACE.told(STATE, News(9, 20), NOW)
    assert [watch.is_news(told, News(waiting, 20)) for waiting in (9, 5, 4, 1)] == [False] * 4


def test_what_waits_after_a_failure_is_tried_again_by_any_process() -> None:
    failed = PACE.failed(PACE.told(STATE, News(1, 5), NOW), NOW)
    assert Watch().is_news(failed, News(1, 4))
    assert not Watch().is_news(failed, None)
