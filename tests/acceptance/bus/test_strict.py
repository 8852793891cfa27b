"""The strict switch: what is written is valid by the schema of its version, and so must be what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.smev3 import schemas
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.versions import Version
from tests.support.exchange import NAMESPACE, BusUnderTest, HttpReply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import Database


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """All of this is judged before any database is asked."""
    return sqlite_database


@pytest.fixture
def strict(database: Database) -> Iterator[BusUnderTest]:
    """A bus with the switch on."""
    made = BusUnderTest(database.url, strict_xsd=True)
    yield made
    made.store.close()


def _valid(reply: HttpReply, version: Version) -> HttpReply:
    assert reply.status == 200, reply.body
    assert reply.message is not None
    assert schemas.EnvelopeSchemas().errors(version, reply.message.body) == ()
    return reply


@pytest.mark.parametrize("version", Version)
def test_every_answer_is_valid_by_the_schema_of_its_version(strict: BusUnderTest, version: Version) -> None:
    consumer, provider = strict.consumer.speaking(version), strict.provider.speaking(version)
    fields = {"reference_message_id": strict.ids.new(), "transaction_code": "code"}
    _valid(consumer.send_request(**fields), version)
    taken = _valid(provider.get_request(), version)
    request = taken.operation.request
    _valid(provider.ack(request.metadata.message_id), version)
    _valid(provider.send_response(request.reply_to), version)
    received = _valid(consumer.get_response(), version)
    assert all(result.valid for result in received.signatures(strict.verifier).values())
    _valid(consumer.ack(received.operation.response.metadata.message_id), version)
    _valid(consumer.get_response(), version)
    _valid(consumer.get_status(), version)
    _valid(consumer.send_request(b"<q:Question xmlns:q='%s'/>" % NAMESPACE.encode(), **fields), version)
    refusal = _valid(consumer.get_response(), version)
    assert refusal.operation.response.data.async_status is not None


def test_what_the_real_server_forgives_is_refused_by_the_strict_one(strict: BusUnderTest) -> None:
    reply = strict.consumer.speaking(Version.V1_2).send_request()
    assert reply.fault.kind is FaultKind.INVALID_CONTENT
    assert strict.provider.get_request().operation.request is None


def test_the_bus_as_real_accepts_1_2_without_its_required_fields(under_test: BusUnderTest) -> None:
    assert under_test.consumer.speaking(Version.V1_2).send_request().status == 200
