"""SMEV's status categories as plain states, and what they make of exchanges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gateway.inbox import following
from mezhved.gateway.models import Direction, ExchangeState, MessageKind, SmevState
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.messages import InteractionStatus

CATEGORIES = st.sampled_from([each.value for each in InteractionStatus])


@pytest.mark.parametrize("category", [each.value for each in InteractionStatus])
def test_every_category_of_every_version_means_something(category: str) -> None:
    assert following.smev_state(category, None, has_fault=False) is not None


def test_an_unknown_category_says_nothing_unless_a_fault_comes_with_it() -> None:
    assert following.smev_state("somethingNew", None, has_fault=False) is None
    assert following.smev_state("somethingNew", None, has_fault=True) is SmevState.REJECTED


@pytest.mark.parametrize(
    ("category", "fault", "state"),
    [
        ("requestIsRejectedBySmev", FaultKind.ACCESS_DENIED, SmevState.REJECTED),
        ("responseIsRejectedBySmev", FaultKind.INVALID_CONTENT, SmevState.REJECTED),
        ("requestIsRejectedBySmev", FaultKind.DESTINATION_OVERFLOW, SmevState.UNDELIVERABLE),
        ("requestIsRejectedBySmev", FaultKind.RECIPIENT_IS_NOT_FOUND, SmevState.UNDELIVERABLE),
        ("cancelled", FaultKind.END_OF_LIFE_REACHED, SmevState.UNDELIVERABLE),
        ("cancelled", None, SmevState.UNDELIVERABLE),
        ("doesNotExist", None, SmevState.UNDELIVERABLE),
        ("requestIsQueued", None, SmevState.QUEUED),
        ("requestIsAcceptedBySmev", None, SmevState.ACCEPTED),
        ("messageIsDelivered", None, SmevState.DELIVERED),
    ],
)
def test_a_category_with_its_fault(category: str, fault: FaultKind | None, state: SmevState) -> None:
    assert following.smev_state(category, fault, has_fault=fault is not None) is state


@given(st.lists(CATEGORIES))
def test_what_smev_said_of_a_message_never_goes_back(categories: list[str]) -> None:
    order = ["", *SmevState.values]
    known = ""
    for each in categories:
        told = following.later(known, following.smev_state(each, None, has_fault=False))
        if known in {SmevState.REJECTED, SmevState.UNDELIVERABLE}:
            assert told == known
        assert order.index(told) >= order.index(known)
        known = told


@given(st.sampled_from(ExchangeState.values), st.sampled_from(list(MessageKind)))
def test_the_first_final_answer_decides(state: str, kind: MessageKind) -> None:
    after = following.after_answer(state, kind)
    if state in {ExchangeState.ANSWERED, ExchangeState.REJECTED, ExchangeState.CANCELLED}:
        assert after is None
    if kind not in {MessageKind.ANSWER, MessageKind.REJECTION}:
        assert after is None


@given(
    st.sampled_from(Direction.values),
    st.sampled_from(ExchangeState.values),
    st.sampled_from(list(MessageKind)),
)
def test_a_refusal_ends_a_request_and_opens_an_answer_again(
    direction: str, state: str, kind: MessageKind
) -> None:
    after = following.after_refusal(direction, state, kind)
    if direction == Direction.OUT:
        assert after in {None, ExchangeState.FAULTED}
        assert state not in {ExchangeState.ANSWERED, ExchangeState.REJECTED} or after is None
    else:
        assert after in {None, ExchangeState.IN_WORK}
        assert kind is not MessageKind.STATUS or after is None
