"""Queues as MR 3.3 sections 2.3 and 2.5 have them, seen through the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from mezhved.bus.storage import Box, Kind, NewMessage, Queue
from mezhved.smev3 import messages
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.signature import Place
from mezhved.smev3.versions import Version
from tests.support.exchange import NAMESPACE, NEWER_NAMESPACE, answer, question, text_of

if TYPE_CHECKING:
    from tests.support.exchange import BusUnderTest


def _id(reply: messages.Request | messages.Response | None) -> str | None:
    return None if reply is None else reply.metadata.message_id


def test_messages_come_out_in_the_order_they_went_in(under_test: BusUnderTest) -> None:
    sent = [under_test.consumer.send_request().operation.metadata.message_id for _ in range(5)]
    taken = [_id(under_test.provider.get_request().operation.request) for _ in range(5)]
    assert taken == sent


def test_unacked_message_returns_to_the_head_after_its_lease(under_test: BusUnderTest) -> None:
    first = under_test.consumer.send_request().operation.metadata.message_id
    second = under_test.consumer.send_request().operation.metadata.message_id
    third = under_test.consumer.send_request().operation.metadata.message_id
    provider = under_test.provider
    assert _id(provider.get_request().operation.request) == first
    assert _id(provider.get_request().operation.request) == second
    provider.ack(second)
    under_test.clock.advance(minutes=15)
    assert _id(provider.get_request().operation.request) == first
    assert _id(provider.get_request().operation.request) == third
    assert provider.get_request().operation.request is None


def test_a_message_is_not_handed_out_twice_within_its_lease(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    assert under_test.provider.get_request().operation.request is not None
    under_test.clock.advance(minutes=14, seconds=59)
    assert under_test.provider.get_request().operation.request is None


def test_an_acknowledged_message_never_comes_back(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    taken = under_test.provider.get_request().operation.request
    under_test.provider.ack(taken.metadata.message_id)
    under_test.clock.advance(hours=2)
    assert under_test.provider.get_request().operation.request is None
    again = under_test.provider.ack(taken.metadata.message_id)
    assert (again.status, again.fault.kind) == (500, FaultKind.TARGET_MESSAGE_IS_NOT_FOUND)


def test_a_message_never_handed_out_cannot_be_acknowledged(under_test: BusUnderTest) -> None:
    sent = under_test.consumer.send_request().operation.metadata.message_id
    assert under_test.provider.ack(sent).fault.kind is FaultKind.TARGET_MESSAGE_IS_NOT_FOUND
    assert _id(under_test.provider.get_request().operation.request) == sent


def test_nobody_acknowledges_a_message_of_another_system(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    taken = under_test.provider.get_request().operation.request
    refused = under_test.consumer.ack(taken.metadata.message_id)
    assert refused.fault.kind is FaultKind.TARGET_MESSAGE_IS_NOT_FOUND
    assert under_test.provider.ack(taken.metadata.message_id).status == 200


def test_the_filter_by_any_root_of_any_version_selects_all_versions(under_test: BusUnderTest) -> None:
    consumer, provider = under_test.consumer, under_test.provider
    older = consumer.send_request(question()).operation.metadata.message_id
    newer = consumer.send_request(question(namespace=NEWER_NAMESPACE)).operation.metadata.message_id
    by_answer = {"namespace_uri": NEWER_NAMESPACE, "root_local_name": "Answer"}
    by_question = {"namespace_uri": NAMESPACE, "root_local_name": "Question"}
    assert _id(provider.get_request(**by_answer).operation.request) == older
    assert _id(provider.get_request(**by_question).operation.request) == newer


def test_the_filter_gives_nothing_when_only_other_types_wait(under_test: BusUnderTest) -> None:
    under_test.change_registry(
        rights=dict(under_test.snapshot.rights) | {(1, 12): under_test.snapshot.rights[1, 10]}
    )
    under_test.consumer.send_request(question(namespace="urn://mezhved.example/test/forbidden/1.0.0"))
    chosen = {"namespace_uri": NAMESPACE, "root_local_name": "Question"}
    assert under_test.provider.get_request(**chosen).operation.request is None
    assert under_test.provider.get_request().operation.request is not None


def test_an_unknown_type_in_the_filter_is_a_fault_that_names_the_caller(under_test: BusUnderTest) -> None:
    reply = under_test.provider.get_request(namespace_uri="urn://nowhere", root_local_name="Nothing")
    assert reply.fault.kind is FaultKind.UNKNOWN_MESSAGE_TYPE
    assert under_test.pki.provider_system.certificate.subject in reply.fault.text


def test_a_type_that_the_caller_does_not_provide_is_unknown_to_its_request_queue(
    under_test: BusUnderTest,
) -> None:
    chosen = {"namespace_uri": NAMESPACE, "root_local_name": "Question"}
    assert under_test.consumer.get_request(**chosen).fault.kind is FaultKind.UNKNOWN_MESSAGE_TYPE
    assert under_test.consumer.get_response(**chosen).operation.response is None


def test_a_nodes_responses_wait_in_the_nodes_own_queue(under_test: BusUnderTest) -> None:
    consumer, provider = under_test.consumer, under_test.provider
    consumer.send_request(node_id="node-7")
    request = provider.get_request().operation.request
    provider.send_response(request.reply_to)
    assert consumer.get_response().operation.response is None
    assert consumer.get_response(node_id="node-8").operation.response is None
    assert consumer.get_response(node_id="node-7").operation.response is not None


def test_a_request_past_its_end_of_life_is_cancelled_and_its_sender_told(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer
    sent = consumer.send_request(eol="2026-11-20T15:10:00+03:00").operation.metadata.message_id
    under_test.clock.advance(minutes=10)
    assert under_test.provider.get_request().operation.request is None
    received = consumer.get_response()
    response = received.operation.response
    told = response.data.async_status
    assert (told.original_message_id, told.status_category) == (sent, "cancelled")
    assert told.fault.description.startswith("SMEV-500:")
    assert response.metadata.sender.mnemonic == "smev"
    assert all(result.valid for result in received.signatures(under_test.verifier).values())
    assert consumer.ack(response.metadata.message_id).status == 200
    assert under_test.store.check().right


def test_a_delivered_but_unacked_request_does_not_outlive_its_end(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request(eol="2026-11-20T15:10:00+03:00")
    assert under_test.provider.get_request().operation.request is not None
    under_test.clock.advance(minutes=16)
    assert under_test.provider.get_request().operation.request is None
    assert under_test.consumer.get_response().operation.response.data.async_status is not None


def test_statistics_count_the_callers_own_queues(under_test: BusUnderTest) -> None:
    for _ in range(3):
        under_test.consumer.send_request()
    under_test.provider.get_request()
    counts = under_test.provider.statistics().operation.queues
    assert [(each.queue_name, each.pending) for each in counts] == [("TPROV1.REQUESTS", 3)]
    assert under_test.consumer.statistics().operation.queues == ()


def test_a_full_queue_refuses_asynchronously(bus_with_small_queues: BusUnderTest) -> None:
    bus = bus_with_small_queues
    for _ in range(3):
        assert bus.consumer.send_request().operation.metadata.status == "requestIsQueued"
    told = bus.consumer.get_response().operation.response.data.async_status
    assert told.status_category == "requestIsRejectedBySmev"
    assert told.fault.description.startswith("SMEV-600:")
    assert told.fault.fault_type == "DestinationOverflow"
    assert bus.provider.statistics().operation.queues[0].pending == 2


def test_a_receiver_of_another_version_gets_the_envelope_in_its_own(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer.speaking(Version.V1_1)
    provider = under_test.provider.speaking(Version.V1_3)
    consumer.send_request(question("Через версии"))
    taken = provider.get_request()
    request = taken.operation.request
    assert request.version is Version.V1_3
    assert request.sender_signature is None
    assert text_of(request.data.primary_content) == "Через версии"
    places = taken.signatures(under_test.verifier)
    assert [result.valid for result in places.values()] == [True]
    provider.send_response(request.reply_to, answer("Обратно"))
    response = consumer.get_response().operation.response
    assert text_of(response.data.primary_content) == "Обратно"


def test_a_system_response_is_signed_anew_for_another_version(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request(b"<q:Question xmlns:q='%s'/>" % NAMESPACE.encode())
    received = under_test.consumer.speaking(Version.V1_3).get_response()
    results = received.signatures(under_test.verifier)
    assert len(results) == 2
    assert all(result.valid for result in results.values())


def test_an_empty_queue_answers_multipart_like_the_real_server(under_test: BusUnderTest) -> None:
    reply = under_test.provider.get_request()
    assert reply.status == 200
    assert reply.content_type.startswith('multipart/related; type="application/xop+xml"; boundary="uuid:')
    assert b"<ns2:GetRequestResponse xmlns=" in reply.body


def test_an_empty_status_queue_answers_without_a_notice(under_test: BusUnderTest) -> None:
    assert under_test.consumer.get_status().operation.data is None


def test_a_notice_of_the_status_queue_is_signed_and_acknowledged(under_test: BusUnderTest) -> None:
    about = under_test.ids.new()
    status = messages.AsyncProcessingStatus(about, "requestIsQueued", "Уведомление не доставлено")
    data = messages.AsyncProcessingStatusData(status, "SIGNED_BY_SMEV")
    notice = NewMessage(
        message_id=UUID(under_test.ids.new()),
        kind=Kind.SYSTEM,
        version="1.1",
        sender=None,
        recipient=1,
        type_id=None,
        root_namespace="",
        root_name="",
        original_id=UUID(about),
        reference_id=None,
        transaction_code="",
        node="",
        eol=0,
        accepted_at=under_test.clock.now,
        reply_to="",
        data=data.to_xml(Version.V1_1),
        signature=b"",
    )
    under_test.store.accept(notice, Queue(1, Box.STATUS))
    for version in Version:
        reply = under_test.consumer.speaking(version).get_status()
        assert reply.operation.data.status == status
        assert reply.signatures(under_test.verifier)[Place.SMEV].valid
        under_test.clock.advance(minutes=15)
    assert under_test.consumer.ack(str(notice.message_id)).status == 200
    assert under_test.consumer.get_status().operation.data is None
