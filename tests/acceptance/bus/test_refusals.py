"""What is refused at once, and what by a system response after the receipt."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.times import microseconds
from mezhved.gost import TrustStore
from mezhved.infotypes import SchemaSet
from mezhved.registry import Period
from mezhved.smev3 import messages
from mezhved.smev3.faults import FaultKind, SignatureCode
from mezhved.smev3.ids import MessageIds
from mezhved.smev3.versions import Version
from tests.support.exchange import (
    FORBIDDEN_NAMESPACE,
    NAMESPACE,
    NEWER_NAMESPACE,
    answer,
    question,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.smev3.messages import AsyncProcessingStatus
    from tests.support.exchange import BusUnderTest, HttpReply


def _id_of(under_test: BusUnderTest, **ago: float) -> str:
    """A MessageID made that long ago."""
    then = under_test.clock.now * 1000 - int(timedelta(**ago).total_seconds() * 1_000_000_000)
    return MessageIds(lambda: then, under_test.pki.randomness).new()


def _told(under_test: BusUnderTest) -> AsyncProcessingStatus:
    """The system response in the consumer's queue, its signatures verified, acknowledged."""
    received = under_test.consumer.get_response()
    response = received.operation.response
    assert response is not None
    assert all(result.valid for result in received.signatures(under_test.verifier).values())
    assert under_test.consumer.ack(response.metadata.message_id).status == 200
    told = response.data.async_status
    assert told is not None
    return told


def _nothing_queued(under_test: BusUnderTest) -> None:
    assert under_test.provider.get_request().operation.request is None
    assert under_test.store.check().right


@pytest.mark.parametrize("version", Version)
def test_a_message_id_used_before_is_already_sent(under_test: BusUnderTest, version: Version) -> None:
    consumer = under_test.consumer.speaking(version)
    message_id = under_test.ids.new()
    assert consumer.send_request(message_id=message_id).status == 200
    again = consumer.send_request(message_id=message_id)
    assert (again.status, again.fault.kind) == (500, FaultKind.MESSAGE_IS_ALREADY_SENT)
    assert again.fault.description.startswith("SMEV-301:")
    assert message_id in again.fault.text


def test_a_repeated_message_is_already_sent_whatever_else_is_wrong_by_now(under_test: BusUnderTest) -> None:
    message_id = under_test.ids.new()
    fields = {"message_id": message_id, "eol": "2026-11-20T15:10:00+03:00"}
    assert under_test.consumer.send_request(**fields).status == 200
    under_test.clock.advance(minutes=30)
    assert under_test.consumer.send_request(**fields).fault.kind is FaultKind.MESSAGE_IS_ALREADY_SENT


def test_a_refused_call_leaves_its_message_id_free(under_test: BusUnderTest) -> None:
    message_id = under_test.ids.new()
    wrong = under_test.consumer.send_request(question(namespace="urn://unknown"), message_id=message_id)
    assert wrong.fault.kind is FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED
    assert under_test.consumer.send_request(message_id=message_id).status == 200


@pytest.mark.parametrize(
    "message_id", [str(uuid.UUID(int=7, version=4)), "not-a-uuid", "", "D13F1A00-0000-11F0-8000-000000000001"]
)
def test_a_message_id_that_is_no_uuid_of_version_1_is_refused(
    under_test: BusUnderTest, message_id: str
) -> None:
    reply = under_test.consumer.send_request(message_id=message_id)
    assert reply.fault.kind is FaultKind.INVALID_MESSAGE_ID_FORMAT
    assert reply.fault.description.startswith("SMEV-300:")
    _nothing_queued(under_test)


@pytest.mark.parametrize(("ago", "taken"), [(86_390, True), (86_410, False), (-290, True), (-310, False)])
def test_a_message_id_lives_a_day_and_may_be_five_minutes_ahead(
    under_test: BusUnderTest, ago: float, taken: bool
) -> None:
    reply = under_test.consumer.send_request(message_id=_id_of(under_test, seconds=ago))
    if taken:
        assert reply.status == 200
    else:
        assert reply.fault.kind is FaultKind.STALE_MESSAGE_ID


def test_an_end_of_life_in_the_past_is_refused_at_once(under_test: BusUnderTest) -> None:
    reply = under_test.consumer.send_request(eol="2026-11-20T15:00:00+03:00")
    assert reply.fault.kind is FaultKind.END_OF_LIFE_REACHED
    _nothing_queued(under_test)


def test_an_unknown_type_is_refused_with_its_name(under_test: BusUnderTest) -> None:
    reply = under_test.consumer.send_request(b"<x:Unknown xmlns:x='urn://unknown'/>")
    assert reply.fault.kind is FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED
    assert {child.name: child.text for child in reply.fault.children} == {
        "RootElementLocalName": "Unknown",
        "RootElementNamespaceURI": "urn://unknown",
    }


def test_a_response_sent_as_a_request_is_the_wrong_direction(under_test: BusUnderTest) -> None:
    reply = under_test.consumer.send_request(answer())
    assert reply.fault.kind is FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED
    assert "sendRequest" in reply.fault.text
    assert "RESPONSE" in reply.fault.text


def test_a_type_without_a_provider_has_no_recipient(under_test: BusUnderTest) -> None:
    under_test.change_registry(providers={})
    assert under_test.consumer.send_request().fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND


def test_several_providers_are_no_recipient(under_test: BusUnderTest) -> None:
    systems = under_test.snapshot.systems_by_id
    under_test.change_registry(providers={10: (systems[2], systems[3])})
    reply = under_test.consumer.send_request()
    assert reply.fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND
    assert "несколько" in reply.fault.text


@pytest.mark.parametrize("minutes", [-31, 31])
def test_a_poll_with_a_timestamp_out_of_its_window_is_refused(under_test: BusUnderTest, minutes: int) -> None:
    stamp = messages.write_time(under_test.pki.now + timedelta(minutes=minutes))
    reply = under_test.provider.get_request(timestamp=stamp)
    assert reply.fault.kind is FaultKind.INVALID_CONTENT
    assert reply.fault.description == f"SMEV-403:Метка времени сообщения {stamp} не действительна"


def test_the_timestamp_of_statistics_has_no_window(under_test: BusUnderTest) -> None:
    provider = under_test.provider
    stamp = messages.Timestamp("2020-01-01T00:00:00Z", "SIGNED_BY_CALLER")
    octets = provider.signed_call("GetIncomingQueueStatisticsRequest", provider.written(stamp))
    assert provider.post(octets).status == 200


@pytest.mark.parametrize("version", Version)
def test_wrong_business_data_are_refused_after_the_receipt(
    under_test: BusUnderTest, version: Version
) -> None:
    consumer = under_test.consumer.speaking(version)
    sent = consumer.send_request(b"<q:Question xmlns:q='%s'><q:Wrong/></q:Question>" % NAMESPACE.encode())
    assert sent.operation.metadata.status == "requestIsQueued"
    told = _told(under_test)
    assert told.original_message_id == sent.operation.metadata.message_id
    assert told.status_category == "requestIsRejectedBySmev"
    assert told.fault.fault_type == "InvalidContent"
    assert told.fault.description.startswith("SMEV-403:")
    assert told.fault.details
    assert all(each.name == "ValidationError" for each in told.fault.details)
    _nothing_queued(under_test)


def test_want_of_a_right_is_told_after_the_receipt(under_test: BusUnderTest) -> None:
    assert under_test.consumer.send_request(question(namespace=FORBIDDEN_NAMESPACE)).status == 200
    assert _told(under_test).fault.description == "SMEV-504:Доступ запрещён."
    _nothing_queued(under_test)


def test_a_right_that_ended_is_no_right(under_test: BusUnderTest) -> None:
    ended = Period(end=under_test.pki.now)
    under_test.change_registry(rights={(1, 10): (ended,)})
    assert under_test.consumer.send_request().status == 200
    assert _told(under_test).fault.description.startswith("SMEV-504:")


def test_a_revoked_certificate_is_told_after_the_receipt_of_a_message(under_test: BusUnderTest) -> None:
    crl = under_test.pki.ca.crl(under_test.pki.consumer.certificate)
    trust = under_test.snapshot.trust
    under_test.change_registry(trust=TrustStore(trust.roots, trust.intermediates, (crl,)))
    assert under_test.consumer.send_request().status == 200
    _nothing_queued(under_test)
    poll = under_test.consumer.get_response()
    assert poll.fault.text == "Cертификат отозван. Код ответа в ГУЦ:14"
    under_test.change_registry(trust=trust)
    assert _told(under_test).fault.description.startswith("SMEV-100:Cертификат отозван")


def test_an_unregistered_certificate_is_refused(under_test: BusUnderTest) -> None:
    stranger = under_test.participant(under_test.pki.official)
    assert stranger.send_request().fault.kind is FaultKind.SENDER_IS_NOT_REGISTERED
    assert stranger.get_request().fault.kind is FaultKind.SENDER_IS_NOT_REGISTERED


def test_an_expired_certificate_is_refused_with_its_end(under_test: BusUnderTest) -> None:
    under_test.clock.now = microseconds(under_test.pki.consumer.certificate.not_after) + 1_000_000
    reply = under_test.consumer.send_request()
    assert reply.fault.signature_code is SignatureCode.CERTIFICATE_EXPIRED
    assert "истёк. Сертификат действителен до " in reply.fault.text


def test_a_certificate_not_yet_valid_is_refused_with_its_beginning(under_test: BusUnderTest) -> None:
    under_test.clock.now = microseconds(under_test.pki.consumer.certificate.not_before) - 1_000_000
    reply = under_test.consumer.send_request()
    assert reply.fault.signature_code is SignatureCode.CERTIFICATE_EXPIRED
    assert "не начался. Сертификат действителен с " in reply.fault.text


def _foreign_to(under_test: BusUnderTest, request: messages.Request) -> str:
    return messages.ReplyTo(system_id=1, message_id=under_test.ids.new(), mnemonic="TCONS1").encode()


@pytest.mark.parametrize(
    ("to", "kind"),
    [
        (lambda _bus, _request: "%%%", FaultKind.SMEV_FAILURE),
        (lambda _bus, _request: "e30=", FaultKind.SMEV_FAILURE),
        (_foreign_to, FaultKind.RECIPIENT_IS_NOT_FOUND),
        (lambda _bus, request: request.reply_to[:-4] + "AAA=", FaultKind.SMEV_FAILURE),
    ],
)
def test_a_to_that_the_bus_did_not_give_is_refused(
    under_test: BusUnderTest, to: Callable[[BusUnderTest, messages.Request], str], kind: FaultKind
) -> None:
    under_test.consumer.send_request()
    request = under_test.provider.get_request().operation.request
    assert under_test.provider.send_response(to(under_test, request)).fault.kind is kind
    assert under_test.consumer.get_response().operation.response is None


def test_only_the_recipient_of_a_request_may_answer_it(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    request = under_test.provider.get_request().operation.request
    bystander = under_test.participant(under_test.pki.participants[2])
    assert bystander.send_response(request.reply_to).fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND


def test_a_to_with_a_changed_field_is_not_the_one_given(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    request = under_test.provider.get_request().operation.request
    forged = replace(messages.ReplyTo.decode(request.reply_to), node_id="other").encode()
    assert under_test.provider.send_response(forged).fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND


def test_an_answer_of_another_type_is_refused(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    request = under_test.provider.get_request().operation.request
    wrong = under_test.provider.send_response(request.reply_to, answer(namespace=FORBIDDEN_NAMESPACE))
    assert wrong.fault.kind is FaultKind.INCORRECT_RESPONSE_CONTENT_TYPE
    newer = under_test.provider.send_response(request.reply_to, answer(namespace=NEWER_NAMESPACE))
    assert newer.status == 200


def test_a_participant_may_not_speak_as_smev(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    request = under_test.provider.get_request().operation.request
    status = messages.AsyncProcessingStatus(request.metadata.message_id, "cancelled")
    reply = under_test.provider.send_response(request.reply_to, async_status=status)
    assert reply.fault.kind is FaultKind.INVALID_CONTENT


def test_refusals_and_interim_statuses_reach_the_consumer(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    request = under_test.provider.get_request().operation.request
    status = messages.RequestStatus(3, "В работе", (("Шаг", "2"),))
    assert under_test.provider.send_response(request.reply_to, status=status).status == 200
    rejected = (messages.RequestRejected("NO_DATA", "Сведений нет"),)
    assert under_test.provider.send_response(request.reply_to, rejections=rejected).status == 200
    assert under_test.consumer.get_response().operation.response.data.status == status
    assert under_test.consumer.get_response().operation.response.data.rejections == rejected


def test_a_wrong_answer_is_refused_to_its_provider(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    request = under_test.provider.get_request().operation.request
    wrong = b"<q:Answer xmlns:q='%s'/>" % NAMESPACE.encode()
    sent = under_test.provider.send_response(request.reply_to, wrong)
    assert sent.status == 200
    assert under_test.consumer.get_response().operation.response is None
    told = under_test.provider.get_response().operation.response.data.async_status
    assert told.original_message_id == sent.operation.metadata.message_id
    assert told.fault.fault_type == "InvalidContent"


def _with_attachment(under_test: BusUnderTest, headers: int, contents: int, size: int = 100) -> HttpReply:
    data = under_test.consumer.request_data(
        attachment_headers=tuple(
            messages.AttachmentHeader(f"file-{number}", "application/pdf") for number in range(headers)
        )
    )
    attachments = [messages.AttachmentContent(f"file-{number}", b"x" * size) for number in range(contents)]
    return under_test.consumer.post(under_test.consumer.request_envelope(data, attachments=attachments))


def test_an_attachment_reaches_the_recipient_as_a_part(under_test: BusUnderTest) -> None:
    assert _with_attachment(under_test, 2, 2).status == 200
    taken = under_test.provider.get_request()
    assert b"Content-Transfer-Encoding: binary" in taken.body
    parts = taken.message.parts.parts if taken.message else {}
    contents = [each.resolved(parts) for each in taken.operation.attachments]
    assert [(each.content_id, each.octets) for each in contents] == [
        ("file-0", b"x" * 100),
        ("file-1", b"x" * 100),
    ]


@pytest.mark.parametrize(("headers", "contents"), [(0, 1), (1, 2), (2, 1), (1, 0)])
def test_contents_and_headers_must_agree(under_test: BusUnderTest, headers: int, contents: int) -> None:
    reply = _with_attachment(under_test, headers, contents)
    assert reply.fault.kind is FaultKind.ATTACHMENT_CONTENT_MISCOORDINATION
    _nothing_queued(under_test)


def test_more_than_the_permitted_size_is_refused_with_both_sizes(under_test: BusUnderTest) -> None:
    reply = _with_attachment(under_test, 1, 1, size=5_242_880)
    assert reply.fault.kind is FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED
    sizes = {child.name: int(child.text) for child in reply.fault.children}
    assert sizes["PermittedTotalAttachmentSize"] == 5_242_880
    assert 5_242_880 < sizes["RealTotalAttachmentSize"] < 5_260_000


def test_business_data_are_delivered_as_the_octets_that_came(under_test: BusUnderTest) -> None:
    content = (
        f"<q:Question  xmlns:q='{NAMESPACE}' Id='A'><!-- так -->"
        "<q:Text>a&#62;b <![CDATA[<c>]]></q:Text>\n</q:Question>"
    ).encode()
    under_test.consumer.send_request(content)
    taken = under_test.provider.get_request()
    assert content in taken.operation.request.data_octets.octets


def test_a_schema_set_that_does_not_compile_is_a_failure_of_smev(under_test: BusUnderTest) -> None:
    broken = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}">'
        '<xs:element name="Question" type="missing"/></xs:schema>'
    )
    under_test.change_registry(schema_sets={100: SchemaSet({"type.xsd": broken.encode()})})
    reply = under_test.consumer.send_request()
    assert reply.fault.kind is FaultKind.SMEV_FAILURE
    _nothing_queued(under_test)
