"""The pauses between polls of one queue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mezhved.gateway.inbox.pace import LONGEST_REFUSAL, LONGEST_TROUBLE, Pace


def test_an_empty_queue_is_looked_at_ever_more_seldom_and_soon_after_work() -> None:
    pace = Pace(0.2, 10.0)
    pauses = [pace.after(0) for _ in range(20)]
    assert pauses[0] == 0.2
    assert pauses == sorted(pauses)
    assert pauses[-1] == 10.0
    assert pace.after(3) == 0.2
    assert pace.after(0) == 0.2


def test_an_awaited_answer_makes_it_look_soon() -> None:
    pace = Pace(0.2, 10.0)
    for _ in range(20):
        pace.after(0)
    pace.awaited()
    assert pace.after(0) == 0.2


def test_a_refusal_that_does_not_pass_is_asked_about_seldom() -> None:
    passing, lasting = Pace(0.2, 10.0), Pace(0.2, 10.0)
    for _ in range(30):
        waits = passing.after_failure(passing=True), lasting.after_failure(passing=False)
    assert waits == (LONGEST_TROUBLE, LONGEST_REFUSAL)
    passing.after(0)
    assert passing.failures == 0


@given(st.lists(st.sampled_from(["taken", "nothing", "passing", "lasting", "awaited"])))
def test_a_pause_is_never_shorter_than_the_shortest(acts: list[str]) -> None:
    pace = Pace(0.2, 10.0)
    for each in acts:
        if each == "awaited":
            pace.awaited()
        elif each in {"taken", "nothing"}:
            assert 0.2 <= pace.after(int(each == "taken")) <= 10.0
        else:
            assert 0.2 <= pace.after_failure(passing=each == "passing") <= LONGEST_REFUSAL
