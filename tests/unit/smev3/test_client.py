"""The client against a server that answers as SMEV does, and as broken networks do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import ChainChecker, TrustStore, Verifier, sign_cms, verify_cms
from mezhved.smev3 import faults, messages, mtom, signature, soap
from mezhved.smev3.client import (
    Attachment,
    CancelReceived,
    InvalidCall,
    RefusedByServer,
    RetryPolicy,
    Smev3Client,
    Standing,
    TransportError,
    UnusableAnswer,
)
from mezhved.smev3.faults import FaultKind, SmevFaultError
from mezhved.smev3.fragments import Source
from mezhved.smev3.versions import Version
from tests.support.crafted_cms import Parts, signed_data, usual_attributes
from tests.support.pki import NOW, Pki, seeded, shared_pki
from tests.support.smev_answers import Smev, business, fragment
from tests.support.standin import Call, Drop, Reply, StandIn, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGE_ID = "6b1a2c00-c601-11f1-9a2b-0242ac120002"
REPLY_TO = "b3BhcXVl"
TYPE_ROOT = ("urn://mezhved.example/test/1.0.0", "Ask")


@pytest.fixture
def pki() -> Pki:
    return shared_pki()


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@pytest.fixture(params=Version, ids=lambda version: version.value)
def version(request: pytest.FixtureRequest) -> Version:
    chosen: Version = request.param
    return chosen


@pytest.fixture
def smev(pki: Pki, version: Version) -> Smev:
    return Smev(version, pki.smev, NOW)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def make(pki: Pki, server: StandIn, version: Version, pauses: list[float]) -> Callable[..., Smev3Client]:
    def make(**options: object) -> Smev3Client:
        chosen: dict[str, object] = {
            "smev_certificates": [pki.smev.certificate],
            "retry": RetryPolicy(attempts=4),
            "clock": lambda: NOW,
            "randomness": seeded("client"),
            "sleep": pauses.append,
            **options,
        }
        return Smev3Client(server.url, version, pki.consumer, **chosen)  # type: ignore[arg-type]

    return make


@pytest.fixture
def client(make: Callable[..., Smev3Client]) -> Smev3Client:
    return make()


def sent(call: Call) -> tuple[soap.SoapMessage, messages.Operation]:
    message = soap.read(call.headers["Content-Type"], call.body)
    return message, messages.parse_operation(message.body, Source(message.octets, message.root))


def signed_by(pki: Pki, call: Call) -> dict[str, str]:
    """Return whose right signature stands in which place; a wrong one fails the test."""
    found = {}
    message, _ = sent(call)
    for place, holder, target in signature.find_signatures(message.root):
        result = signature.verify(holder, target, Verifier(pki.provider), place)
        assert result.valid
        assert result.certificate is not None
        found[place.value] = result.certificate.subject
    return found


def request_data(**options: object) -> messages.SenderProvidedRequestData:
    return messages.SenderProvidedRequestData(
        message_id=MESSAGE_ID,
        primary_content=fragment(business()),
        id="SIGNED_BY_CALLER",
        **options,  # type: ignore[arg-type]
    )


class TestSending:
    def test_a_request_is_signed_and_receipted(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki, version: Version
    ) -> None:
        server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
        receipt = client.send_request(business(), message_id=MESSAGE_ID)
        assert (receipt.message_id, receipt.attempts, receipt.already_sent) == (MESSAGE_ID, 1, False)
        assert receipt.smev is not None
        assert receipt.smev.standing is Standing.GENUINE
        assert receipt.metadata is not None
        assert receipt.metadata.status == "requestIsQueued"
        _, operation = sent(server.calls[0])
        assert isinstance(operation, messages.SendRequestRequest)
        assert operation.version is version
        assert b"MessagePrimaryContent>" + business() + b"</MessagePrimaryContent>" in server.calls[0].body
        assert server.calls[0].headers["SOAPAction"] == '"urn:SendRequest"'
        assert signed_by(pki, server.calls[0]) == {
            "CallerInformationSystemSignature": pki.consumer.certificate.subject
        }

    def test_an_official_signs_the_business_data(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
        client.send_request(business(identifier="person"), message_id=MESSAGE_ID, official=pki.official)
        assert signed_by(pki, server.calls[0]) == {
            "CallerInformationSystemSignature": pki.consumer.certificate.subject,
            "PersonalSignature": pki.official.certificate.subject,
        }

    def test_an_official_cannot_sign_data_without_an_id(
        self, client: Smev3Client, server: StandIn, pki: Pki
    ) -> None:
        with pytest.raises(InvalidCall):
            client.send_request(business(), official=pki.official)
        assert server.calls == []

    @pytest.mark.parametrize("content", [b"<Ask/>", b'<?xml version="1.0"?><Ask Id="a"/>'])
    def test_business_data_without_a_namespace_are_refused(
        self, client: Smev3Client, server: StandIn, content: bytes
    ) -> None:
        with pytest.raises(InvalidCall):
            client.send_request(content)
        assert server.calls == []

    def test_a_declaration_and_blanks_around_the_data_are_left_out(self, client: Smev3Client) -> None:
        document = b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- from a file -->\n' + business() + b"\n"
        outgoing = client.prepare_request(document, message_id=MESSAGE_ID)
        assert b"MessagePrimaryContent>" + business() + b"</MessagePrimaryContent>" in outgoing.body

    def test_options_reach_the_envelope(self, client: Smev3Client, server: StandIn, smev: Smev) -> None:
        server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
        client.send_request(
            business(),
            message_id=MESSAGE_ID,
            reference_message_id="6b1a2c00-c601-11f1-9a2b-0242ac120001",
            transaction_code="код|1",
            node_id="node-7",
            eol=NOW + timedelta(hours=1),
            test=True,
        )
        _, operation = sent(server.calls[0])
        assert isinstance(operation, messages.SendRequestRequest)
        data = operation.data
        assert data.reference_message_id == "6b1a2c00-c601-11f1-9a2b-0242ac120001"
        assert (data.transaction_code, data.node_id, data.test_message) == ("код|1", "node-7", True)
        assert data.eol_at == NOW + timedelta(hours=1)

    def test_files_go_as_parts_with_detached_signatures(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
        files = [Attachment("scan", "image/png", b"\x89PNG\r\n--\x00"), Attachment("text", "text/plain", b"")]
        client.send_request(business(), message_id=MESSAGE_ID, attachments=files)
        message, operation = sent(server.calls[0])
        assert isinstance(operation, messages.SendRequestRequest)
        assert server.calls[0].headers["Content-Type"].startswith("multipart/related")
        contents = [each.resolved(message.parts.parts) for each in operation.attachments]
        assert [(each.content_id, each.octets) for each in contents] == [
            ("scan", b"\x89PNG\r\n--\x00"),
            ("text", b""),
        ]
        for header, content in zip(operation.data.attachment_headers, contents, strict=True):
            assert header.pkcs7 is not None
            verdict = verify_cms(header.pkcs7, content.octets, pki.provider)
            assert verdict.signature_ok
            assert verdict.digest_ok
        assert "CallerInformationSystemSignature" in signed_by(pki, server.calls[0])

    def test_the_client_makes_fresh_identifiers_of_version_1(
        self, client: Smev3Client, version: Version
    ) -> None:
        made = {client.prepare_request(business()).message_id for _ in range(50)}
        assert len(made) == 50
        assert all(each[14] == "1" for each in made)

    def test_every_kind_of_answer_is_sent(self, client: Smev3Client, server: StandIn, smev: Smev) -> None:
        server.script += [smev.receipt("SendResponse", MESSAGE_ID) for _ in range(3)]
        client.send_response(REPLY_TO, business("ответ"), message_id=MESSAGE_ID)
        client.reject(REPLY_TO, ("NO_DATA", "Сведений нет"), message_id=MESSAGE_ID)
        client.send_status(REPLY_TO, 7, "В работе", [("этап", "2")], message_id=MESSAGE_ID)
        told = []
        for call in server.calls:
            _, operation = sent(call)
            assert isinstance(operation, messages.SendResponseRequest)
            assert operation.data.to == REPLY_TO
            told.append(operation.data)
        assert told[0].primary_content is not None
        assert "ответ".encode() in told[0].primary_content.octets
        assert told[1].rejections == (messages.RequestRejected("NO_DATA", "Сведений нет"),)
        assert told[2].status == messages.RequestStatus(7, "В работе", (("этап", "2"),))


class TestRepeating:
    @pytest.mark.parametrize(
        "misfortune",
        [
            Drop(),
            Reply(b"<soap", promised=500),
            Reply(b"<html>Bad gateway</html>", status=502, content_type="text/html"),
            Reply(b"", status=200),
            Reply(b"", status=503),
            Reply(b"not xml at all", status=200),
        ],
        ids=["drop", "cut", "gateway", "empty", "unavailable", "no xml"],
    )
    def test_a_lost_answer_is_asked_for_again_with_the_same_octets(
        self, client: Smev3Client, server: StandIn, smev: Smev, pauses: list[float], misfortune: Drop | Reply
    ) -> None:
        server.script += [misfortune, misfortune, smev.receipt("SendRequest", MESSAGE_ID)]
        receipt = client.send_request(business(), message_id=MESSAGE_ID)
        assert receipt.attempts == 3
        assert len(server.calls) == 3
        assert server.calls[0].body == server.calls[1].body == server.calls[2].body
        assert len(pauses) == 2
        assert pauses[0] < pauses[1]

    @pytest.mark.parametrize(
        "fault", [faults.smev_failure(), faults.destination_overflow("broker", "queue")], ids=str
    )
    def test_smev_asks_to_come_back(
        self, client: Smev3Client, server: StandIn, smev: Smev, fault: faults.Fault
    ) -> None:
        server.script += [smev.fault(fault), smev.receipt("SendRequest", MESSAGE_ID)]
        assert client.send_request(business(), message_id=MESSAGE_ID).attempts == 2
        assert server.calls[0].body == server.calls[1].body

    @pytest.mark.parametrize("before", [[], [Drop()]], ids=["at once", "after a lost answer"])
    def test_a_message_that_smev_has_is_sent(
        self, client: Smev3Client, server: StandIn, smev: Smev, before: list[Drop]
    ) -> None:
        server.script += [*before, smev.fault(faults.message_already_sent(MESSAGE_ID))]
        receipt = client.send_request(business(), message_id=MESSAGE_ID)
        assert receipt.already_sent
        assert receipt.message_id == MESSAGE_ID
        assert receipt.attempts == len(before) + 1

    def test_other_faults_are_raised_at_once(
        self, client: Smev3Client, server: StandIn, smev: Smev, pauses: list[float]
    ) -> None:
        server.script.append(smev.fault(faults.sender_not_registered()))
        with pytest.raises(SmevFaultError) as caught:
            client.send_request(business())
        assert caught.value.fault.kind is FaultKind.SENDER_IS_NOT_REGISTERED
        assert caught.value.fault.number == 503
        assert pauses == []

    def test_the_last_failure_is_raised_when_attempts_run_out(
        self, client: Smev3Client, server: StandIn, smev: Smev
    ) -> None:
        server.script += [Drop()] * 4
        with pytest.raises(TransportError):
            client.send_request(business())
        server.script += [smev.fault(faults.smev_failure())] * 4
        with pytest.raises(SmevFaultError):
            client.send_request(business())
        assert len(server.calls) == 8

    def test_a_wrong_address_is_not_tried_again(self, client: Smev3Client, server: StandIn) -> None:
        server.script.append(Reply(b"<html>Not found</html>", status=404, content_type="text/html"))
        with pytest.raises(RefusedByServer):
            client.send_request(business())
        assert len(server.calls) == 1

    def test_the_receipt_of_another_message_is_none(
        self, client: Smev3Client, server: StandIn, smev: Smev
    ) -> None:
        other = "6b1a2c00-c601-11f1-9a2b-0242ac120009"
        server.script += [smev.receipt("SendRequest", other), smev.receipt("SendRequest", MESSAGE_ID)]
        assert client.send_request(business(), message_id=MESSAGE_ID).attempts == 2

    def test_the_answer_to_another_call_is_none(
        self, client: Smev3Client, server: StandIn, smev: Smev
    ) -> None:
        server.script += [smev.empty("Ack")] * 4
        with pytest.raises(UnusableAnswer):
            client.get_request()

    def test_without_a_limit_it_goes_on(
        self, make: Callable[..., Smev3Client], server: StandIn, smev: Smev
    ) -> None:
        server.script += [smev.fault(faults.smev_failure())] * 20
        server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
        client = make(retry=RetryPolicy(attempts=None))
        assert client.send_request(business(), message_id=MESSAGE_ID).attempts == 21


class TestReceiving:
    def test_an_empty_queue_gives_none(
        self, client: Smev3Client, server: StandIn, smev: Smev, version: Version
    ) -> None:
        server.script += [
            smev.multipart(messages.building.empty("GetRequestResponse", version)),
            smev.empty("GetResponse"),
            smev.empty("GetStatus"),
        ]
        assert client.get_request() is None
        assert client.get_response() is None
        assert client.get_status() is None

    def test_the_selector_says_which_type_and_node(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        server.script += [smev.empty("GetResponse"), smev.empty("GetRequest")]
        client.get_response(TYPE_ROOT, node_id="node-7")
        client.get_request()
        _, chosen = sent(server.calls[0])
        _, anything = sent(server.calls[1])
        assert isinstance(chosen, messages.GetResponseRequest)
        assert isinstance(anything, messages.GetRequestRequest)
        selector = chosen.selector
        assert (selector.namespace_uri, selector.root_local_name, selector.node_id) == (*TYPE_ROOT, "node-7")
        assert selector.at == NOW
        assert anything.selector.namespace_uri is None
        assert "CallerInformationSystemSignature" in signed_by(pki, server.calls[0])

    @pytest.mark.parametrize("form", ["multipart", "envelope"])
    def test_a_request_comes_with_both_signatures_and_its_files(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki, form: str
    ) -> None:
        pkcs7 = sign_cms(b"file", pki.consumer, pki.provider, at=NOW)
        data = request_data(attachment_headers=(messages.AttachmentHeader("f", "text/plain", pkcs7),))
        body = smev.handed_request(data, pki.consumer, (messages.AttachmentContent("f", b"file"),))
        server.script.append(getattr(smev, form)(body))
        received = client.get_request()
        assert received is not None
        assert received.message_id == MESSAGE_ID
        assert received.message.reply_to == REPLY_TO
        assert business()[6:] in received.raw.body
        assert b">" + business().partition(b">")[2] in received.message.data.primary_content.octets
        assert received.smev.standing is Standing.GENUINE
        assert received.sender_signature is not None
        assert received.sender_signature.valid
        assert received.personal_signature is None
        (attachment,) = received.attachments
        assert (attachment.octets, attachment.mime_type) == (b"file", "text/plain")
        verdict = client.check_attachment(attachment)
        assert verdict is not None
        assert verdict.signature_ok

    def test_a_file_signed_without_certificates_is_checked_by_its_senders(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        hashed = pki.provider.digest(pki.consumer.digest_algorithm, b"file")
        pkcs7 = signed_data([Parts(pki.consumer, usual_attributes(hashed, NOW)).write()], [])
        data = request_data(attachment_headers=(messages.AttachmentHeader("f", "text/plain", pkcs7),))
        server.script.append(
            smev.envelope(
                smev.handed_request(data, pki.consumer, (messages.AttachmentContent("f", b"file"),))
            )
        )
        received = client.get_request()
        assert received is not None
        verdict = client.check_attachment(received.attachments[0])
        assert verdict is not None
        assert verdict.valid
        assert verdict.certificate == pki.consumer.certificate

    def test_an_answer_without_the_part_it_names_is_asked_for_again(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki, version: Version
    ) -> None:
        data = request_data(attachment_headers=(messages.AttachmentHeader("f", "text/plain"),))
        lacking = messages.AttachmentContent("f", href="cid:nowhere@mezhved")
        content_type, octets = mtom.write(
            soap.envelope(smev.handed_request(data, pki.consumer, (lacking,))), {"other": b""}, "uuid:0011"
        )
        whole = smev.handed_request(data, pki.consumer, (messages.AttachmentContent("f", b"file"),))
        server.script += [Reply(octets, content_type=content_type), smev.multipart(whole)]
        received = client.get_request()
        assert received is not None
        assert [each.octets for each in received.attachments] == [b"file"]
        assert received.attachments[0].pkcs7 is None
        assert client.check_attachment(received.attachments[0]) is None

    def test_a_cancellation_is_told_as_one(
        self, client: Smev3Client, server: StandIn, smev: Smev, version: Version
    ) -> None:
        if version is Version.V1_3:
            pytest.skip("1.3 has no Cancel")
        metadata = messages.MessageMetadata(
            MESSAGE_ID, "CANCEL", "2026-11-20T15:00:00.000+03:00", messages.Party("TEST01", "Тест")
        )
        cancel = messages.Cancel("6b1a2c00-c601-11f1-9a2b-0242ac120001", MESSAGE_ID, metadata, id="CANCEL")
        octets = cancel.to_xml(version)
        body = messages.building.get_request_response(version, octets, smev.sign(octets))
        server.script.append(smev.multipart(body))
        with pytest.raises(CancelReceived) as caught:
            client.get_request()
        assert caught.value.cancel.reference == "6b1a2c00-c601-11f1-9a2b-0242ac120001"
        assert caught.value.message_id == MESSAGE_ID
        assert caught.value.smev.standing is Standing.GENUINE

    def test_routing_is_signed_in_1_3_only(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki, version: Version
    ) -> None:
        routing = messages.RoutingInformation(MESSAGE_ID, identifiers=("77",), id="ROUTING")
        if not version.has_routing:
            with pytest.raises(InvalidCall):
                client.send_request(business(), message_id=MESSAGE_ID, routing=routing)
            return
        server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
        client.send_request(business(), message_id=MESSAGE_ID, routing=routing)
        assert signed_by(pki, server.calls[0]).keys() == {
            "CallerInformationSystemSignature",
            "RoutingSignature",
        }

    def test_a_refusal_of_smev_comes_as_a_response(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        status = messages.AsyncProcessingStatus(MESSAGE_ID, "requestIsRejectedBySmev", "Доступ запрещён.")
        data = messages.SenderProvidedResponseData(
            "6b1a2c00-c601-11f1-9a2b-0242ac120003", REPLY_TO, async_status=status, id="SIGNED_ASYNC_BY_SMEV"
        )
        server.script.append(smev.multipart(smev.handed_response(data, pki.smev, MESSAGE_ID)))
        received = client.get_response()
        assert received is not None
        assert received.message.original_message_id == MESSAGE_ID
        assert received.message.data.async_status is not None
        assert received.message.data.async_status.status_details == "Доступ запрещён."

    def test_a_notice_and_statistics_are_read(
        self, pki: Pki, server: StandIn, make: Callable[..., Smev3Client], smev: Smev, version: Version
    ) -> None:
        client = make()
        status = messages.AsyncProcessingStatus(MESSAGE_ID, "underProcessing")
        server.script.append(smev.envelope(smev.handed_status(status)))
        notice = client.get_status()
        assert notice is not None
        assert notice.status.status_category == "underProcessing"
        assert notice.smev.standing is Standing.GENUINE
        if not version.has_statistics:
            with pytest.raises(InvalidCall):
                client.queue_statistics()
            return
        server.script.append(smev.statistics(messages.QueueStatistics("TEST01.requests", 5)))
        assert client.queue_statistics(node_id="n") == (messages.QueueStatistics("TEST01.requests", 5),)
        _, operation = sent(server.calls[-1])
        assert isinstance(operation, messages.GetIncomingQueueStatisticsRequest)
        assert operation.node_id == "n"
        assert "CallerInformationSystemSignature" in signed_by(pki, server.calls[-1])


class TestTrust:
    def receive(self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki) -> Standing:
        server.script.append(smev.multipart(smev.handed_request(request_data(), pki.consumer)))
        received = client.get_request()
        assert received is not None
        return received.smev.standing

    def test_nobody_named_is_unproven(
        self, make: Callable[..., Smev3Client], server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        assert self.receive(make(smev_certificates=()), server, smev, pki) is Standing.UNPROVEN

    def test_a_way_to_a_trusted_root_is_genuine(
        self, make: Callable[..., Smev3Client], server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        trust = TrustStore((pki.root.certificate,), (pki.ca.certificate,))
        client = make(smev_certificates=(), chain=ChainChecker(pki.provider, trust))
        assert self.receive(client, server, smev, pki) is Standing.GENUINE
        stranger = make(smev_certificates=(), chain=ChainChecker(pki.provider, TrustStore()))
        assert self.receive(stranger, server, smev, pki) is Standing.FOREIGN

    def test_another_signer_than_smev_is_foreign(
        self, client: Smev3Client, server: StandIn, pki: Pki, version: Version
    ) -> None:
        impostor = Smev(version, pki.participants[2], NOW)
        assert self.receive(client, server, impostor, pki) is Standing.FOREIGN

    def test_a_certificate_out_of_its_term_is_foreign(
        self, make: Callable[..., Smev3Client], server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        late = make(clock=lambda: pki.smev.certificate.not_after + timedelta(days=1))
        assert self.receive(late, server, smev, pki) is Standing.FOREIGN

    def test_changed_data_are_false(self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki) -> None:
        body = smev.handed_request(request_data(), pki.consumer)
        server.script.append(smev.multipart(body.replace("проверка".encode(), "подделка".encode())))
        received = client.get_request()
        assert received is not None
        assert received.smev.standing is Standing.FALSE
        assert received.sender_signature is not None
        assert not received.sender_signature.valid

    def test_a_missing_signature_is_false(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki, version: Version
    ) -> None:
        data = request_data().to_xml(version)
        metadata = messages.delivery(
            version,
            messages.Profile.REAL,
            message_id=MESSAGE_ID,
            message_type="REQUEST",
            sender=messages.Party("TEST01", "Тестовый потребитель"),
            recipient=None,
            sent=NOW,
            delivered=NOW,
        ).to_xml(version, messages.Profile.REAL)
        request = messages.building.request(version, data, metadata, reply_to=REPLY_TO)
        body = messages.building.get_request_response(version, request, None)
        server.script.append(smev.multipart(body))
        received = client.get_request()
        assert received is not None
        assert received.smev.standing is Standing.FALSE
        assert received.sender_signature is None


class TestAcknowledging:
    def test_an_ack_names_the_message(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        server.script += [smev.empty("Ack"), smev.empty("Ack")]
        assert not client.ack(MESSAGE_ID).repeated
        client.ack(MESSAGE_ID, accepted=False)
        told = []
        for call in server.calls:
            _, operation = sent(call)
            assert isinstance(operation, messages.AckRequest)
            told.append((operation.target.message_id, operation.target.accepted))
        assert told == [(MESSAGE_ID, True), (MESSAGE_ID, False)]
        assert "CallerInformationSystemSignature" in signed_by(pki, server.calls[0])

    def test_not_found_after_a_lost_answer_means_done(
        self, client: Smev3Client, server: StandIn, smev: Smev
    ) -> None:
        server.script += [Drop(), smev.fault(faults.target_not_found(MESSAGE_ID))]
        assert client.ack(MESSAGE_ID).repeated

    def test_not_found_at_once_is_a_fault(self, client: Smev3Client, server: StandIn, smev: Smev) -> None:
        server.script.append(smev.fault(faults.target_not_found(MESSAGE_ID)))
        with pytest.raises(SmevFaultError):
            client.ack(MESSAGE_ID)

    def test_a_message_is_stored_before_it_is_acknowledged(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        body = smev.handed_request(request_data(), pki.consumer)
        server.script += [smev.multipart(body), smev.empty("Ack"), smev.empty("GetRequest")]
        calls_at_store: list[int] = []
        stored = client.receive(client.get_request, lambda _: calls_at_store.append(len(server.calls)))
        assert stored == 1
        assert calls_at_store == [1]
        assert [call.headers["SOAPAction"] for call in server.calls] == [
            '"urn:GetRequest"',
            '"urn:Ack"',
            '"urn:GetRequest"',
        ]

    def test_what_could_not_be_stored_is_not_acknowledged(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        server.script.append(smev.multipart(smev.handed_request(request_data(), pki.consumer)))

        def full_disk(_: object) -> None:
            raise OSError("no space left")

        with pytest.raises(OSError, match="no space"):
            client.receive(client.get_request, full_disk)
        assert len(server.calls) == 1

    def test_a_forged_message_is_not_stored_and_told_so(
        self, client: Smev3Client, server: StandIn, smev: Smev, pki: Pki
    ) -> None:
        body = smev.handed_request(request_data(), pki.consumer).replace(b"b3BhcXVl", b"b3BhcXVs")
        server.script += [smev.multipart(body), smev.empty("Ack")]
        stored: list[object] = []
        assert client.receive(client.get_request, stored.append, limit=1) == 0
        assert stored == []
        _, operation = sent(server.calls[1])
        assert isinstance(operation, messages.AckRequest)
        assert operation.target.accepted is False


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "127.0.0.1:7500", "http://"])
def test_a_wrong_address_is_refused_before_any_call(pki: Pki, url: str) -> None:
    with pytest.raises(InvalidCall):
        Smev3Client(url, Version.V1_2, pki.consumer)
