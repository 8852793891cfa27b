"""Answers of an SMEV that says whatever the test wants, each signed as the real one signs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.errors import NotSmev
from mezhved.gateway.inbox import Queue, poll_once
from mezhved.gateway.models import Connection, Direction, Exchange, ExchangeState, Message, MessageState, Step
from mezhved.gateway.outbox import RequestDraft, ResponseDraft, take_request, take_response
from mezhved.smev3 import faults, messages
from mezhved.smev3.client import HttpAnswer
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.versions import Version
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest, gateway_over, present_pki, write_keys
from tests.support.smev_answers import Smev

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mezhved.smev3.messages import AsyncProcessingStatus
    from tests.support.standin import Reply

ANOTHER = "0f0e0d0c-0b0a-11f1-8908-070605040302"
NOTICE = "0f0e0d0d-0b0a-11f1-8908-070605040302"


@dataclass
class Scripted:
    """A way to SMEV that gives prepared answers; whatever is acknowledged is forgotten."""

    smev: Smev
    replies: list[Reply] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def post(self, _url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        operation = headers["SOAPAction"].strip('"').removeprefix("urn:")
        self.operations.append(operation)
        self.bodies.append(body)
        if operation == "Ack":
            reply = self.smev.empty("Ack")
        elif self.replies:
            reply = self.replies.pop(0)
        elif operation.startswith("Send"):
            reply = self.smev.receipt(operation, Message.objects.latest("pk").message_id or "")
        else:
            reply = self.smev.empty(operation)
        return HttpAnswer(reply.status, reply.content_type, reply.body)


@dataclass
class Told:
    """A gateway and what its SMEV says."""

    under_test: GatewayUnderTest
    script: Scripted

    @property
    def smev(self) -> Smev:
        return self.script.smev

    def ask(self) -> Message:
        draft = RequestDraft(self.under_test.consumer, self.under_test.plain, NUMBER)
        message = take_request(self.under_test.gateway, draft)
        assert self.under_test.send() == 1
        message.refresh_from_db()
        return message

    def hand_out(self, status: AsyncProcessingStatus, system: int) -> None:
        """Let a system response come."""
        data = messages.SenderProvidedResponseData(
            message_id=NOTICE, to="b3BhcXVl", async_status=status, id="SIGNED_ASYNC_BY_SMEV"
        )
        body = self.smev.handed_response(data, self.smev.signer, status.original_message_id)
        self.script.replies.append(self.smev.multipart(body))
        assert poll_once(self.under_test.gateway, Queue(system, "response"))

    def request_came(self) -> Exchange:
        data = messages.SenderProvidedRequestData(ANOTHER, Fragment(NUMBER), id="SIGNED_BY_CALLER")
        body = self.smev.handed_request(data, present_pki().participants[0])
        self.script.replies.append(self.smev.multipart(body))
        assert poll_once(self.under_test.gateway, Queue(self.under_test.provider.pk, "request"))
        return Exchange.objects.get(direction=Direction.IN)


@pytest.fixture
def told(gateway_database: str, tmp_path: Path) -> Told:
    pki = present_pki()
    write_keys(tmp_path, pki)
    script = Scripted(Smev(Version.V1_2, pki.smev, datetime.now(UTC)))
    made = gateway_over(gateway_database, tmp_path, "http://127.0.0.1:9")
    return Told(replace(made, gateway=replace(made.gateway, transport=script)), script)


def refusal(about: Message, category: str, fault: str, number: int) -> AsyncProcessingStatus:
    return messages.AsyncProcessingStatus(
        about.message_id or "",
        category,
        "Отказано",
        messages.SmevFault("fed0:P:X:TR:ASYNC:DAS:2", f"SMEV-{number}:Отказано", fault),
    )


def test_a_request_into_a_full_queue_is_sent_again_under_a_new_message_id(told: Told) -> None:
    message = told.ask()
    first = message.message_id
    overflow = refusal(message, "requestIsRejectedBySmev", "DestinationOverflow", 600)
    told.hand_out(overflow, told.under_test.consumer.pk)
    message.refresh_from_db()
    assert (message.state, message.exchange.state) == (MessageState.SENDING, ExchangeState.SENDING)
    assert told.under_test.send() == 0  # not at once
    told.under_test.clock.advance(hours=1)
    told.script.replies.append(told.smev.fault(faults.smev_failure()))
    told.under_test.send()
    message.refresh_from_db()
    assert message.message_id not in {None, first}


def test_a_refused_answer_opens_the_request_again(told: Told) -> None:
    came = told.request_came()
    answer = take_response(told.under_test.gateway, ResponseDraft(came, WORDS))
    told.under_test.send()
    answer.refresh_from_db()
    denied = refusal(answer, "responseIsRejectedBySmev", "AccessDenied", 504)
    told.hand_out(denied, told.under_test.provider.pk)
    came.refresh_from_db()
    answer.refresh_from_db()
    assert (came.state, came.closed_at) == (ExchangeState.IN_WORK, None)
    assert (answer.smev_state, answer.problem["name"]) == ("rejected", "AccessDenied")
    take_response(told.under_test.gateway, ResponseDraft(came, WORDS))


def test_a_notice_of_the_status_queue_is_kept_and_acknowledged(told: Told) -> None:
    message = told.ask()
    for about, state in ((message.message_id, "accepted"), (ANOTHER, "accepted")):
        status = messages.AsyncProcessingStatus(about or "", "requestIsAcceptedBySmev", "Принято")
        told.script.replies.append(told.smev.multipart(told.smev.handed_status(status)))
        assert poll_once(told.under_test.gateway, Queue(told.under_test.consumer.pk, "status"))
        message.refresh_from_db()
        assert message.smev_state == state
    assert told.script.operations.count("Ack") == 2
    assert Step.objects.filter(exchange=None, kind="received").count() == 1
    assert message.exchange.state == ExchangeState.WAITING


def test_what_is_falsely_signed_is_kept_for_people_and_not_accepted(told: Told) -> None:
    data = messages.SenderProvidedRequestData(ANOTHER, Fragment(NUMBER), id="SIGNED_BY_CALLER")
    body = told.smev.handed_request(data, present_pki().participants[0])
    told.script.replies.append(told.smev.multipart(body.replace(b">1234<", b">4321<")))
    assert poll_once(told.under_test.gateway, Queue(told.under_test.provider.pk, "request"))
    assert not Exchange.objects.exists()
    assert Step.objects.filter(kind="received").count() == 1
    assert b'accepted="false"' in told.script.bodies[-1]


def test_what_a_stranger_signed_as_smev_stays_with_smev(told: Told) -> None:
    stranger = replace_signer(told.smev)
    data = messages.SenderProvidedRequestData(ANOTHER, Fragment(NUMBER), id="SIGNED_BY_CALLER")
    body = stranger.handed_request(data, present_pki().participants[0])
    told.script.replies.append(stranger.multipart(body))
    Connection.objects.update(authorities="")
    with pytest.raises(NotSmev):
        poll_once(told.under_test.gateway, Queue(told.under_test.provider.pk, "request"))
    assert "Ack" not in told.script.operations
    assert not Step.objects.exists()


def replace_signer(smev: Smev) -> Smev:
    """Another who signs as SMEV does, with a key of a participant."""
    return Smev(smev.version, present_pki().participants[1], smev.now)


def test_a_refusal_at_once_is_told_with_its_cure(told: Told) -> None:
    draft = RequestDraft(told.under_test.consumer, told.under_test.plain, NUMBER)
    message = take_request(told.under_test.gateway, draft)
    told.script.replies.append(told.smev.fault(faults.sender_not_registered()))
    told.under_test.send()
    message.refresh_from_db()
    assert message.state == MessageState.UNSENT
    assert message.problem["name"] == "SenderIsNotRegistered"
    assert message.problem["cure_en"]
    assert Exchange.objects.get().state == ExchangeState.FAULTED
    assert Step.objects.filter(kind="fault").count() == 1
