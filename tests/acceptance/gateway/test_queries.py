"""Queries that are put together once: the objects are those that Django's own reading gives."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections, transaction

from mezhved.gateway.models import Exchange, InformationSystem, Message
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.gateway.queries import Prepared
from tests.support.gateways import NUMBER

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from tests.support.gateways import GatewayUnderTest


def taken(under_test: GatewayUnderTest, number: int) -> Message:
    draft = RequestDraft(
        under_test.consumer, under_test.plain, NUMBER, client_id=f"client-{number}", options={"node_id": "A"}
    )
    return take_request(under_test.gateway, draft)


def fields(row: Model) -> dict[str, Any]:
    """What an object holds: its fields, and those of the objects it leads to."""
    held: dict[str, Any] = {}
    for name, value in row.__dict__.items():
        if name != "_state":
            held[name] = bytes(value) if isinstance(value, memoryview) else value
    for name, value in row._state.fields_cache.items():
        held[f"{name}."] = None if value is None else fields(value)
    return held


def of_keys(*keys: int) -> QuerySet[Message]:
    found = Message.objects.select_related("exchange__type", "call", "system__connection")
    return found.defer("exchange__type__package").filter(pk__in=keys).order_by("pk")


def of_uid(uid: uuid.UUID) -> QuerySet[Exchange]:
    return (
        Exchange.objects.select_related("type", "department")
        .only("uid", "type__code", "department__code")
        .filter(uid=uid)
    )


def of_client(system: int, client_id: str) -> QuerySet[Message]:
    return Message.objects.filter(system=system, client_id=client_id)


def test_the_objects_are_those_of_djangos_own_reading(under_test: GatewayUnderTest) -> None:
    messages = [taken(under_test, number) for number in range(3)]
    by_keys, by_uid, by_client = Prepared[Message](), Prepared[Exchange](), Prepared[Message]()
    for first, second in ((0, 1), (1, 2), (2, 0)):
        keys = [messages[first].pk, messages[second].pk]
        assert [fields(each) for each in by_keys.rows(of_keys, *keys)] == [
            fields(each) for each in of_keys(*keys)
        ]
        uid = messages[first].exchange.uid
        assert [fields(each) for each in by_uid.rows(of_uid, uid)] == [fields(each) for each in of_uid(uid)]
        said = messages[first].system_id, f"client-{first}"
        assert [each.pk for each in by_client.rows(of_client, *said)] == [messages[first].pk]
    assert by_uid.first(of_uid, uuid.uuid4()) is None
    assert by_keys.rows(of_keys, messages[0].pk)[0].pk == messages[0].pk, "another count, another query"


def test_what_tells_two_forms_apart_is_said(under_test: GatewayUnderTest) -> None:
    message, query = taken(under_test, 1), Prepared[Message]()

    def limited(limit: int) -> list[int]:
        def make(key: int) -> QuerySet[Message]:
            return Message.objects.filter(pk__gte=key).order_by("pk")[:limit]

        return [each.pk for each in query.rows(make, message.pk, apart=limit)]

    other = taken(under_test, 2)
    assert limited(1) == [message.pk]
    assert limited(2) == [message.pk, other.pk]
    assert limited(1) == [message.pk]


def test_a_query_that_can_find_nothing_is_not_asked(under_test: GatewayUnderTest) -> None:
    query = Prepared[Message]()
    for _ in range(2):
        assert query.rows(lambda key: Message.objects.filter(pk__in=(), exchange=key), 1) == []


def test_a_value_that_the_query_changes_is_refused(under_test: GatewayUnderTest) -> None:
    with pytest.raises(ValueError, match="as it is"):
        Prepared[InformationSystem]().rows(
            lambda text: InformationSystem.objects.filter(mnemonic__contains=text), "TEST"
        )


def test_a_row_is_locked_and_a_connection_made_anew_knows_the_query_again(
    under_test: GatewayUnderTest,
) -> None:
    message, query = taken(under_test, 1), Prepared[Exchange]()

    def to_lock(key: int) -> QuerySet[Exchange]:
        return Exchange.objects.select_for_update().filter(pk=key)

    for _ in range(2):
        with transaction.atomic():
            assert query.first(to_lock, message.exchange_id) is not None
            if connection.vendor == "postgresql":
                own = connections["default"].__dict__["mezhved_prepared"]
                assert any(each is not None and "FOR UPDATE" in each.sql for each in own.values())
        connection.close()
