"""Every fault of SMEV, reached through the endpoint in every version, to the octet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mezhved.smev3 import messages
from mezhved.smev3.faults import TABLE, Retry, explain
from mezhved.smev3.versions import Version
from tests.acceptance.bus.faults import afterwards, at_once
from tests.support.exchange import BusUnderTest
from tests.support.smev3_reference import official_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# SMEV's list of typical errors has them told both ways; this bus tells them in one.
# A block of 1.3 that leads to nobody is refused afterwards: tests/acceptance/bus/routing.
AT_ONCE_ALONE = {"message_already_sent", "recipient_not_found"}
AFTERWARDS_ALONE = {"attachment_signature_invalid"}
# Two queues of two messages are enough to be full.
QUOTA = 2


@pytest.fixture(scope="session")
def rsa_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key of the transaction-code service."""
    key = rsa.generate_private_key(65537, 2048)
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("rsa") / "transaction.key.pem"
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain))
    return path


@pytest.fixture
def bus(
    sqlite_maker: Callable[[], str], tmp_path: Path, rsa_key: Path, case: at_once.Case | afterwards.Case
) -> Iterator[BusUnderTest]:
    """A bus over SQLite: what a fault says does not depend on the engine."""
    made = BusUnderTest(
        sqlite_maker(),
        queue_quota=QUOTA,
        files_folder=tmp_path / "files",
        temporary_folder=tmp_path,
        **(
            dict(case.settings)
            | ({"transaction_key": rsa_key} if "transaction_codes" in case.settings else {})
        ),
    )
    yield made
    made.store.close()


def _named(case: at_once.Case | afterwards.Case) -> str:
    return f"{case.row}: {case.name}"


@pytest.mark.parametrize("version", Version, ids=str)
@pytest.mark.parametrize("case", at_once.CASES, ids=_named)
def test_a_refusal_at_once_is_the_official_fault(
    bus: BusUnderTest, case: at_once.Case, version: Version
) -> None:
    reply, expected = case.provoke(bus, version)
    assert reply.body.decode() == expected.soap(version).decode()
    assert (reply.status, reply.content_type) == (500, "text/xml;charset=UTF-8")
    row = explain(reply.fault)
    assert row is not None
    assert row.name == case.row
    assert row.synchronous
    assert bus.store.check().right


@pytest.mark.parametrize("version", Version, ids=str)
@pytest.mark.parametrize("case", afterwards.CASES, ids=_named)
def test_a_refusal_afterwards_is_the_official_system_response(
    bus: BusUnderTest, case: afterwards.Case, version: Version
) -> None:
    told = case.provoke(bus, version)
    consumer = bus.consumer.speaking(version)
    reply = consumer.get_response()
    response = reply.operation.response
    assert told.refusal.status(told.category, told.original) in reply.body
    assert all(result.valid for result in reply.signatures(bus.verifier).values())
    assert response.metadata.message_type == messages.MessageType.RESPONSE
    assert response.metadata.sender.mnemonic == "smev"
    assert response.original_message_id == told.original
    assert TABLE[case.row].asynchronous
    assert consumer.ack(response.metadata.message_id).status == 200
    assert bus.store.check().right


@pytest.mark.parametrize("version", Version, ids=str)
@pytest.mark.parametrize("case", at_once.CASES, ids=_named)
def test_the_fault_is_valid_by_the_official_schema(
    bus: BusUnderTest, case: at_once.Case, version: Version
) -> None:
    schema = official_schema(version)
    reply, expected = case.provoke(bus, version)
    assert reply.message is not None
    (detail,) = reply.message.body.iterfind("detail/*")
    # The real server too sends InvalidContent without the ValidationError that the schema demands.
    assert schema.validate(detail) is not (expected.element == "InvalidContent")


@pytest.mark.parametrize("version", Version, ids=str)
@pytest.mark.parametrize("case", afterwards.CASES, ids=_named)
def test_the_status_in_the_system_response_is_valid_by_the_official_schema(
    bus: BusUnderTest, case: afterwards.Case, version: Version
) -> None:
    schema = official_schema(version)
    case.provoke(bus, version)
    message = bus.consumer.speaking(version).get_response().message
    assert message is not None
    (status,) = message.root.iter(f"{{{version.types}}}AsyncProcessingStatus")
    assert schema.validate(status), schema.error_log


def test_every_line_of_the_table_is_reached() -> None:
    now = {case.row for case in at_once.CASES}
    later = {case.row for case in afterwards.CASES}
    assert {name for name, row in TABLE.items() if row.synchronous} - now == AFTERWARDS_ALONE
    assert {name for name, row in TABLE.items() if row.asynchronous} - later == AT_ONCE_ALONE


def test_a_client_repeats_only_what_repeating_can_help() -> None:
    assert {row.name for row in TABLE.values() if row.retry is Retry.REPEAT} == {
        "smev_failure",
        "revocation_data_stale",
        "destination_overflow",
    }
    assert {row.name for row in TABLE.values() if row.retry is Retry.DONE} == {"message_already_sent"}
