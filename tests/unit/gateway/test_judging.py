"""When a message may get a second MessageID: only with the proof that nobody has it under the first."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from mezhved.gateway.models import Message, Step
from mezhved.gateway.outbox.judging import Verdict, after_fault, is_stale, never_arrived, went_nowhere
from mezhved.smev3 import faults
from mezhved.smev3.client import NotConnected, RefusedByServer, TransportError, UnusableAnswer
from mezhved.smev3.faults import FaultKind, SmevFaultError
from mezhved.smev3.ids import MessageIds
from mezhved.texts import Text

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTHING = Text(ru="нет", en="no")


def message(age: timedelta, *, attempts: int = 0, missed: int = 0) -> Message:
    made = NOW - age
    ids = MessageIds(lambda: int(made.timestamp() * 1_000_000) * 1000, bytes)
    return Message(
        uid=uuid.uuid4(), message_id=ids.new(), created_at=made, attempts=attempts, missed=missed, call=Step()
    )


def fault(kind: FaultKind) -> faults.Fault:
    return faults.Fault(kind, kind.number, "текст")


@pytest.mark.parametrize(
    ("error", "nowhere"),
    [
        (NotConnected(NOTHING), True),
        (RefusedByServer(NOTHING), True),
        (TransportError(NOTHING), False),
        (UnusableAnswer(NOTHING), False),
        (SmevFaultError(fault(FaultKind.DESTINATION_OVERFLOW)), True),
        (SmevFaultError(fault(FaultKind.SMEV_FAILURE)), False),
    ],
)
def test_only_what_certainly_left_nothing_counts_as_missed(error: Exception, nowhere: bool) -> None:
    assert went_nowhere(error) is nowhere  # type: ignore[arg-type]


def test_an_attempt_whose_outcome_nobody_noted_may_have_arrived() -> None:
    assert never_arrived(message(timedelta(), attempts=3, missed=3))
    assert not never_arrived(message(timedelta(), attempts=3, missed=2))
    assert never_arrived(message(timedelta(), attempts=3, missed=2), tries_now=True)


@pytest.mark.parametrize(
    ("missed", "age", "verdict"),
    [
        (2, timedelta(hours=30), Verdict.ANEW),
        (1, timedelta(hours=30), Verdict.UNCERTAIN),
        (2, timedelta(minutes=1), Verdict.NEVER),  # a clock is wrong: another MessageID would be as stale
    ],
)
def test_a_stale_message_is_signed_anew_with_proof_alone(
    missed: int, age: timedelta, verdict: Verdict
) -> None:
    stale = fault(FaultKind.STALE_MESSAGE_ID)
    assert after_fault(message(age, attempts=3, missed=missed), stale, NOW) is verdict


@pytest.mark.parametrize("kind", [each for each in FaultKind if each is not FaultKind.STALE_MESSAGE_ID])
def test_other_refusals_repeat_the_same_octets_or_end(kind: FaultKind) -> None:
    verdict = after_fault(message(timedelta(hours=1), attempts=1), fault(kind), NOW)
    passing = kind in {FaultKind.SMEV_FAILURE, FaultKind.DESTINATION_OVERFLOW}
    assert verdict is (Verdict.AGAIN if passing else Verdict.NEVER)


def test_the_age_is_that_of_the_message_id() -> None:
    assert is_stale(message(timedelta(hours=24)), NOW, 23)
    assert not is_stale(message(timedelta(hours=22)), NOW, 23)
