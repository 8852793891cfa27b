"""Whatever happens in whatever order, every request taken is sent once, answered once and told once."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mezhved.gateway.errors import Conflict
from mezhved.gateway.inbox import Queue, poll_once
from mezhved.gateway.models import Direction, Event, Exchange, ExchangeState, Message, MessageState
from mezhved.gateway.outbox import (
    RequestDraft,
    ResponseDraft,
    StatusDraft,
    take_request,
    take_response,
    take_status,
)
from mezhved.gateway.outbox.claims import claim
from mezhved.smev3.client import TransportError
from tests.support.examples import examples
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest, Network, through

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTS = st.sampled_from(
    ["ask", "send", "send elsewhere", "die while sending", "take", "answer", "status", "collect", "wait"]
)
LONGEST_WAIT = timedelta(seconds=60)
"""SMEV takes no MessageID of more than five minutes ahead, and the bus goes by the real clock."""
WAYS = st.sampled_from(["through", "through", "away", "lost", "broken"])


class Story:
    """What one example does to a gateway of two nodes."""

    def __init__(self, under_test: GatewayUnderTest) -> None:
        self.network = Network()
        self.node = through(self.network, under_test)
        self.other = self.node.another_node()
        self.asked: list[int] = []
        self.began = Exchange.objects.count()

    def act(self, act: str, way: str) -> None:
        # What SMEV hands out into nowhere it hands out again after a quarter of an hour only.
        polling = act in {"take", "collect"}
        self.network.plan = ["broken" if polling and way == "lost" else way]
        match act:
            case "ask":
                draft = RequestDraft(self.node.consumer, self.node.plain, NUMBER)
                self.asked.append(take_request(self.node.gateway, draft).exchange.pk)
            case "send":
                self.node.send()
            case "send elsewhere":
                self.other.send()
            case "die while sending":
                claim("dead", self.node.clock(), 1)
            case "take":
                self.poll(Queue(self.node.provider.pk, "request"))
            case "collect":
                self.poll(Queue(self.node.consumer.pk, "response"))
            case "answer" | "status":
                self.answer(status=act == "status")
            case "wait" if self.node.clock.offset < LONGEST_WAIT:
                self.node.clock.advance(seconds=30)
        self.network.plan = []

    def poll(self, queue: Queue) -> None:
        with suppress(TransportError):
            poll_once(self.node.gateway, queue)

    def answer(self, *, status: bool) -> None:
        for each in self.came():
            with suppress(Conflict):
                if status:
                    take_status(self.node.gateway, StatusDraft(each, 1, "В работе"))
                else:
                    take_response(self.node.gateway, ResponseDraft(each, WORDS))
            return

    def came(self) -> Iterator[Exchange]:
        waiting = (ExchangeState.NEW, ExchangeState.IN_WORK)
        yield from Exchange.objects.filter(direction=Direction.IN, state__in=waiting)

    def finish(self) -> None:
        """Let the network work, time pass, and everything come to its end."""
        mine = Exchange.objects.filter(pk__in=self.asked)
        self.node.clock.advance(seconds=150)  # leases of the dead end, all pauses are over
        for _ in range(60):
            self.node.clock.advance(seconds=5)
            self.node.send()
            self.node.take_requests()
            for _each in list(self.came()):
                self.answer(status=False)
            self.node.send()
            self.node.take_responses()
            if not mine.exclude(state=ExchangeState.ANSWERED).exists():
                break
        self.node.clock.offset *= 0


@examples(6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(ACTS, WAYS), min_size=8, max_size=20))
def test_nothing_is_lost_or_doubled(under_test: GatewayUnderTest, acts: list[tuple[str, str]]) -> None:
    story = Story(under_test)
    for act, way in [("ask", "through"), *acts]:
        story.act(act, way)
    story.finish()

    asked = Exchange.objects.filter(pk__in=story.asked)
    assert {each.state for each in asked} == {ExchangeState.ANSWERED}
    ids = Counter(asked.values_list("message_id", flat=True))
    came = Exchange.objects.filter(direction=Direction.IN, message_id__in=ids)
    assert Counter(came.values_list("message_id", flat=True)) == ids
    assert set(ids.values()) == {1}
    sent = Message.objects.filter(exchange__in=[*asked, *came], direction=Direction.OUT)
    assert {each.state for each in sent} == {MessageState.SENT}
    for each in story.asked:
        for kind in ("request_taken", "request_sent", "answer_received"):
            assert Event.objects.filter(exchange=each, kind=kind).count() == 1
