"""A request over the bus is answered by the provider's own system within a few looks, and by nobody twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.models import Direction, Exchange, ExchangeState, Message
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.gateway.provider.answering import answer_due
from mezhved.gateway.setup import import_setup
from mezhved.infotypes.stylesheets import StylesheetRunner
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest
from tests.support.own_system import Says, own_system

if TYPE_CHECKING:
    from pathlib import Path


def test_a_request_is_answered_without_people(under_test: GatewayUnderTest, tmp_path: Path) -> None:
    with own_system() as system, StylesheetRunner(processes=1) as runner:
        system.says = [Says(body=WORDS)]
        document = f"""
departments: [{{code: rest, name: Канцелярия, is_default: true}}]
services: [{{code: own, url: '{system.url}'}}]
rules: [{{code: own, xpath: //t:Number, type: VS09801, values: ['12*'], answer: call, service: own}}]
"""
        import_setup(document, tmp_path)
        asked = take_request(
            under_test.gateway, RequestDraft(under_test.consumer, under_test.plain, NUMBER)
        ).exchange
        under_test.send()
        under_test.take_requests()
        came = Exchange.objects.get(direction=Direction.IN)
        assert (came.department and came.department.code, came.term) == ("rest", "5wd")
        assert under_test.gateway.to_answer.is_set()
        assert answer_due(under_test.gateway, runner)
        assert len(system.asked) == 1
    under_test.send()
    under_test.take_responses()
    asked.refresh_from_db()
    assert asked.state == ExchangeState.ANSWERED
    assert Message.objects.filter(exchange=asked, kind="answer").count() == 1
