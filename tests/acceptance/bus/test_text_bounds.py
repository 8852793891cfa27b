"""Texts as long as the schema allows go through; longer ones are refused before they reach the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.smev3.faults import FaultKind

if TYPE_CHECKING:
    from tests.support.databases import Database
    from tests.support.exchange import BusUnderTest


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """All of this is judged before any database is asked."""
    return sqlite_database


@pytest.mark.parametrize("sign", ["x", "ж"])
def test_the_longest_transaction_code_can_be_answered(under_test: BusUnderTest, sign: str) -> None:
    code = sign * 1500
    under_test.consumer.send_request(transaction_code=code, node_id="у" * 50)
    request = under_test.provider.get_request().operation.request
    assert len(request.reply_to) <= 4000
    assert request.data.transaction_code == code
    assert under_test.provider.send_response(request.reply_to).status == 200
    response = under_test.consumer.get_response(node_id="у" * 50).operation.response
    assert response.original_transaction_code == code


@pytest.mark.parametrize("fields", [{"transaction_code": "x" * 1501}, {"node_id": "n" * 51}])
def test_a_text_longer_than_the_schema_allows_is_refused(
    under_test: BusUnderTest, fields: dict[str, str]
) -> None:
    reply = under_test.consumer.send_request(**fields)
    assert reply.fault.kind is FaultKind.INVALID_CONTENT
    assert reply.fault.description == "SMEV-403:Нарушен формат бизнес-конверта."


def test_a_node_that_no_request_can_name_is_refused(under_test: BusUnderTest) -> None:
    assert under_test.consumer.get_response(node_id="n" * 51).fault.kind is FaultKind.INVALID_CONTENT


def test_a_return_address_may_come_back_wrapped(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    given = under_test.provider.get_request().operation.request.reply_to
    wrapped = "\n  ".join(["", given[:76], given[76:], ""])
    assert under_test.provider.send_response(wrapped).status == 200


def test_an_acknowledged_identifier_may_be_printed_prettily(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    taken = under_test.provider.get_request().operation.request.metadata.message_id
    assert under_test.provider.ack(f"\n      {taken}\n   ").status == 200
    assert under_test.provider.ack(taken).fault.kind is FaultKind.TARGET_MESSAGE_IS_NOT_FOUND
