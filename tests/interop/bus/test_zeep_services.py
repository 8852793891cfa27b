"""A public SOAP library calls the transaction-code service and a participant's push service as served."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import zeep
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from zeep.exceptions import Fault, ValidationError
from zeep.transports import Transport

from mezhved.smev3.push import PushListener, PushNotification, QueueInformation
from mezhved.smev3.transactions import TransactionCode
from tests.support.databases import sqlite_maker
from tests.support.exchange import BusUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["sqlite_maker"]

ASKED = {"FRGUInteractionPartisipantCode": "7700000001", "FRGUServiceCode": "7700000000000000001"}


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def client_of(application: Any, path: str) -> Iterator[zeep.Client]:
    """A client that loaded the description from the service itself."""
    server = make_server("127.0.0.1", 0, application, handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    transport = Transport()
    try:
        yield zeep.Client(f"http://127.0.0.1:{server.server_port}{path}?wsdl", transport=transport)
    finally:
        transport.session.close()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def issuing(
    sqlite_maker: Callable[[], str], tmp_path: Path, private: rsa.RSAPrivateKey
) -> Iterator[BusUnderTest]:
    path = tmp_path / "transaction.key.pem"
    form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    path.write_bytes(private.private_bytes(*form, serialization.NoEncryption()))
    made = BusUnderTest(sqlite_maker(), transaction_key=path)
    yield made
    made.store.close()


def test_a_stranger_is_given_a_code_that_its_own_library_verifies(
    issuing: BusUnderTest, private: rsa.RSAPrivateKey
) -> None:
    with client_of(issuing.application, "/tm/Marker") as client:
        answer = client.service.generateMark(ASKED)
        code = TransactionCode.parse(answer.TransactionCode)
        assert (str(code.uuid), code.frgu_code) == (answer.TransactionUUID, ASKED["FRGUServiceCode"])
        private.public_key().verify(code.signature, code.signed, padding.PKCS1v15(), hashes.MD5())
        described = ASKED | {
            "FRGUServiceDescription": "Справка",
            "FRGUServiceRecipientDescription": "Т. Тестов",
        }
        assert client.service.generateMark(described).TransactionUUID != answer.TransactionUUID
        with pytest.raises(ValidationError):
            client.service.generateMark({"FRGUServiceCode": "1"})
        with pytest.raises(Fault) as told:
            client.service.generateMark(ASKED | {"FRGUServiceCode": "7" * 21})
        assert told.value.code == "soap:Client"


def test_a_stranger_pushes_a_notice_to_our_receiver() -> None:
    taken: list[PushNotification] = []
    at = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    queues = [{"QueueName": "TEST01.REQUESTS", "QueueSize": 3}]
    told = {"InformationTimestamp": at, "QueueInformation": queues}
    with client_of(PushListener(taken.append), "/push") as client:
        answer = client.service.PushNotification(told)
    assert answer == "OK"
    assert taken == [PushNotification(at, (QueueInformation("TEST01.REQUESTS", 3),))]


def test_a_receiver_that_fails_answers_with_the_fault_of_the_description() -> None:
    def fail(_: PushNotification) -> None:
        raise OSError

    with client_of(PushListener(fail), "/push") as client, pytest.raises(Fault) as told:
        client.service.PushNotification(
            {
                "InformationTimestamp": datetime.now(UTC),
                "QueueInformation": [{"QueueName": "A", "QueueSize": 1}],
            }
        )
    assert told.value.detail[0].tag == "{urn://x-artefacts-smev-gov-ru/smev/1.0}PushNotificationException"
