"""Transaction codes: asked for, carried along, judged where the bus is set to."""

from __future__ import annotations

import base64
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from mezhved.bus.errors import NotReady
from mezhved.bus.transactions.keys import load_transaction_key
from mezhved.configuration import BusSettings, SettingError
from mezhved.smev3 import soap
from mezhved.smev3.client.transport import HttpAnswer
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.transactions import (
    FrguInformation,
    TransactionCode,
    TransactionCodeClient,
    TransactionServiceRefused,
    write_generate_mark,
)
from mezhved.smev3.versions import Version
from tests.support.exchange import BusUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.databases import Database

PATH = "/tm/Marker"
ASKED = FrguInformation("7700000001", "7700000000000000001", "Выдача справки", "Тестов Тест Тестович")
CALL = soap.envelope(write_generate_mark(ASKED))


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: Any, password: bytes | None = None) -> bytes:
    kept = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    octets: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, kept)
    return octets


@pytest.fixture
def key_file(private: rsa.RSAPrivateKey, tmp_path: Path) -> Path:
    path = tmp_path / "transaction.key.pem"
    path.write_bytes(pem(private))
    return path


@pytest.fixture
def issuing(database: Database, key_file: Path) -> Iterator[BusUnderTest]:
    made = BusUnderTest(database.url, transaction_key=key_file)
    yield made
    made.store.close()


@pytest.fixture
def judging(database: Database, key_file: Path, request: pytest.FixtureRequest) -> Iterator[BusUnderTest]:
    mode = getattr(request, "param", "check")
    made = BusUnderTest(database.url, transaction_key=key_file, transaction_codes=mode)
    yield made
    made.store.close()


class Wire:
    """The client's calls straight into the bus."""

    def __init__(self, under_test: BusUnderTest) -> None:
        self._under_test = under_test

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        assert headers["SOAPAction"] == '""'
        reply = self._under_test.http(body, url.removeprefix("http://bus.example"), headers["Content-Type"])
        return HttpAnswer(reply.status, reply.content_type, reply.body)


def code_of(under_test: BusUnderTest) -> str:
    client = TransactionCodeClient(f"http://bus.example{PATH}", Wire(under_test))
    return client.generate(ASKED).code


def test_a_code_is_made_as_the_documents_say(issuing: BusUnderTest, private: rsa.RSAPrivateKey) -> None:
    marker = TransactionCodeClient(f"http://bus.example{PATH}", Wire(issuing)).generate(ASKED)
    identifier, frgu, signature = marker.code.split("|")
    assert (identifier, frgu) == (marker.uuid, ASKED.service_code)
    assert uuid.UUID(identifier).version == 4
    octets = base64.b64decode(signature, validate=True)
    assert len(octets) == 256
    signed = f"{identifier}|{frgu}".encode()
    private.public_key().verify(octets, signed, padding.PKCS1v15(), hashes.MD5())
    assert len(marker.code) < 1500


def test_no_two_codes_are_alike(issuing: BusUnderTest) -> None:
    assert len({code_of(issuing) for _ in range(5)}) == 5


def test_the_service_describes_itself(issuing: BusUnderTest) -> None:
    reply = issuing.http(b"", f"{PATH}?wsdl", method="GET")
    assert b'location="http://127.0.0.1:7500/tm/Marker"' in reply.body
    assert b"generateMarkResponse" in reply.body
    assert issuing.http(b"", PATH, method="GET").status == 405
    assert issuing.http(b"", PATH, method="DELETE").status == 405


def test_without_a_key_the_service_says_so(under_test: BusUnderTest) -> None:
    reply = under_test.http(CALL, PATH)
    assert reply.status == 500
    assert "выключен" in reply.fault.text
    with pytest.raises(TransactionServiceRefused, match="transaction_key"):
        code_of(under_test)
    assert under_test.http(b"", f"{PATH}?wsdl", method="GET").status == 200


WRONG = [
    b"",
    b"<a/>",
    b"\xff\xfe",
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    soap.envelope(b"<generateMark/>"),
    CALL.replace(ASKED.service_code.encode(), b""),
    CALL.replace(ASKED.service_code.encode(), b"7" * 21),
    CALL.replace(ASKED.service_description.encode() if ASKED.service_description else b"", b"x" * 1001),
    CALL.replace(b"</FRGUInformation>", b"<Extra/></FRGUInformation>"),
    CALL.replace(b"<FRGUInformation>", b"<FRGUInformation>text"),
    b" " * 70_000,
]


def test_a_wrong_call_is_a_fault(issuing: BusUnderTest) -> None:
    for body in WRONG:
        reply = issuing.http(body, PATH)
        assert reply.status == 500
        assert reply.message is not None
        assert soap.is_fault(reply.message.body)
        assert b"faultcode>soap:Client<" in reply.body, body[:200]


def test_a_call_may_come_in_chunks_but_not_cut(issuing: BusUnderTest) -> None:
    assert issuing.http(CALL, PATH, CONTENT_LENGTH="").status == 200
    assert issuing.http(CALL, PATH, CONTENT_LENGTH=str(len(CALL) + 1)).status == 500


def test_habits_of_other_frameworks_are_understood(issuing: BusUnderTest) -> None:
    qualified = re.sub(rb"<(/?)FRGU", rb"<\1m:FRGU", CALL).replace(
        b"<m:FRGUInformation>", b'<m:FRGUInformation xmlns:m="http://voskhod.ru/transaction-marker">'
    )
    nil = CALL.replace(
        b"<FRGUServiceDescription>",
        b'<FRGUServiceDescription xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true">',
    )
    for body in (qualified, nil):
        reply = issuing.http(body, PATH)
        assert reply.status == 200, reply.body
        assert b"<TransactionCode>" in reply.body


def test_nobody_outside_the_networks_is_given_a_code(database: Database, key_file: Path) -> None:
    inner = BusUnderTest(database.url, transaction_key=key_file, transaction_networks=("10.0.0.0/8",))
    assert inner.http(CALL, PATH, REMOTE_ADDR="10.1.2.3").status == 200
    assert inner.http(CALL, PATH, REMOTE_ADDR="::ffff:10.1.2.3").status == 200
    for other in ("192.168.0.1", "::1", "", "unix:"):
        assert inner.http(CALL, PATH, REMOTE_ADDR=other).status == 500
    inner.store.close()


@pytest.mark.parametrize("version", Version)
def test_by_default_any_code_passes_and_comes_back(issuing: BusUnderTest, version: Version) -> None:
    consumer, provider = issuing.consumer.speaking(version), issuing.provider.speaking(version)
    for code in ("4c81cf3b-8ba9-4575-bc3a-c379c0a96d4e", "произвольный текст", "a|b|c", ""):
        assert consumer.send_request(transaction_code=code).status == 200
        request = provider.get_request().operation.request
        assert request.data.transaction_code == code
        provider.send_response(request.reply_to)
        assert (consumer.get_response().operation.response.original_transaction_code or "") == code


@pytest.mark.parametrize("version", Version)
def test_a_judged_code_must_be_one_of_the_bus(judging: BusUnderTest, version: Version) -> None:
    consumer = judging.consumer.speaking(version)
    right = code_of(judging)
    assert consumer.send_request(transaction_code=right).status == 200
    parts = TransactionCode.parse(right)
    altered = str(TransactionCode(parts.uuid, "7700000000000000002", parts.signature))
    other = str(TransactionCode(uuid.uuid4(), parts.frgu_code, parts.signature))
    for wrong in (altered, other, right[:-4] + "AAA=", str(parts.uuid), "текст", right.upper(), "a|b|c"):
        reply = consumer.send_request(transaction_code=wrong)
        assert (reply.status, reply.fault.kind) == (500, FaultKind.TRANSACTION_CODE_INVALID), wrong
        assert reply.message is not None
        (detail,) = reply.message.body.find("detail")
        assert detail.tag == f"{{{version.faults}}}TransactionCodeInvalid"
    assert judging.provider.get_request().operation.request is not None
    assert judging.provider.get_request().operation.request is None


@pytest.mark.parametrize("judging", ["check"], indirect=True)
def test_where_codes_are_judged_none_may_still_be_given(judging: BusUnderTest) -> None:
    assert judging.consumer.send_request().status == 200
    assert judging.consumer.speaking(Version.V1_2).send_request(transaction_code="").status == 200


@pytest.mark.parametrize("judging", ["require"], indirect=True)
def test_where_a_code_is_required_none_is_refused(judging: BusUnderTest) -> None:
    for code in (None, "", " "):
        reply = judging.consumer.send_request(transaction_code=code)
        assert reply.fault.kind is FaultKind.TRANSACTION_CODE_INVALID
    assert judging.consumer.send_request(transaction_code=code_of(judging)).status == 200


def test_an_already_accepted_request_is_told_before_its_code(judging: BusUnderTest) -> None:
    known = judging.ids.new()
    assert judging.consumer.send_request(message_id=known).status == 200
    again = judging.consumer.send_request(message_id=known, transaction_code="x")
    assert again.fault.kind is FaultKind.MESSAGE_IS_ALREADY_SENT


def test_keys_that_cannot_serve_are_told_at_the_start(tmp_path: Path, private: rsa.RSAPrivateKey) -> None:
    path = tmp_path / "key.pem"
    settings = BusSettings(transaction_key=path)
    for octets in (
        None,
        b"",
        b"no key",
        pem(rsa.generate_private_key(65537, 1024)),
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(private, b"secret"),
    ):
        if octets is not None:
            path.write_bytes(octets)
        with pytest.raises(NotReady) as told:
            load_transaction_key(settings)
        assert told.value.cure is not None
    locked = BusSettings(transaction_key=path, transaction_key_password="secret")
    key = load_transaction_key(locked)
    assert key is not None
    assert key.issued(key.issue("1").code)
    assert load_transaction_key(BusSettings()) is None


def test_judging_without_a_key_is_no_setting() -> None:
    with pytest.raises(SettingError):
        BusSettings(transaction_codes="check")
