"""Queries that are put together once: the objects are those that Django's own reading gives."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from mezhved.gateway import rows, statements
from mezhved.gateway.models import (
    Direction,
    Event,
    Exchange,
    ExchangeState,
    InformationSystem,
    Message,
    MessageKind,
    MessageState,
    Step,
)
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


def of_events(after: int) -> QuerySet[Event, Any]:
    found = Event.objects.filter(pk__gt=after).order_by("pk")
    return found.values_list("kind", "at", "exchange__uid", "exchange__type__code", "message__options")


def test_columns_without_objects_are_those_of_values_list(under_test: GatewayUnderTest) -> None:
    for number in range(2):
        taken(under_test, number)
    query = Prepared[Event]()
    assert query.tuples(of_events, 0)
    for _ in range(2):
        assert [tuple(each) for each in query.tuples(of_events, 0)] == list(of_events(0))


def written(under_test: GatewayUnderTest) -> tuple[Exchange, Message]:
    """An exchange with a message, put in without Django's constructor."""
    zone = timezone(timedelta(hours=3))
    exchange = rows.new(
        Exchange,
        system_id=under_test.consumer.pk,
        direction=Direction.OUT,
        state=ExchangeState.SENDING,
        created_at=datetime(2031, 5, 6, 7, 8, 9, 123456, zone),
        routing={"because": ["\u042f", None, 1.5]},
    )
    rows.insert(exchange)
    message = rows.new(
        Message,
        exchange_id=exchange.pk,
        system_id=under_test.consumer.pk,
        direction=Direction.OUT,
        kind=MessageKind.REQUEST,
        state=MessageState.DRAFT,
        content=b"\x00\xff",
        created_at=datetime(2031, 5, 6, tzinfo=UTC),
    )
    rows.give(message, exchange=exchange)
    return exchange, rows.insert(message)


def test_what_is_written_without_objects_of_django_is_what_it_would_have_written(
    under_test: GatewayUnderTest,
) -> None:
    exchange, message = written(under_test)
    for made, model in ((exchange, Exchange), (message, Message)):
        read = model._default_manager.get(pk=made.pk)
        assert fields(read) == {name: value for name, value in fields(made).items() if "." not in name}
        twin = model(**{each.attname: getattr(made, each.attname) for each in model._meta.concrete_fields})
        assert fields(twin) == fields(read), "no column is missing"
    assert message.exchange is exchange
    assert Message.objects.filter(exchange=exchange, details={}, options={}, problem__isnull=True).exists()
    rows.update(exchange, "state")
    exchange.state, exchange.closed_at = ExchangeState.ANSWERED, datetime(2032, 1, 1, tzinfo=UTC)
    rows.update(exchange, "state", "closed_at")
    again = Exchange.objects.get(pk=exchange.pk)
    assert (again.state, again.closed_at) == ("answered", datetime(2032, 1, 1, tzinfo=UTC))


def test_rows_of_one_statement_are_told_in_order_and_unknown_columns_are_refused(
    under_test: GatewayUnderTest,
) -> None:
    exchange, message = written(under_test)
    said = {"exchange_id": exchange.pk, "message_id": message.pk, "at": message.created_at, "digest": b""}
    kinds = ("call", "receipt", "received")
    keys = rows.add_all(Step, [{**said, "kind": each} for each in kinds])
    assert [Step.objects.get(pk=each).kind for each in keys] == list(kinds)
    assert rows.add_all(Step, []) == []
    with pytest.raises(TypeError, match="has no step"):
        rows.new(Step, **said, step=1)
    with pytest.raises(ValueError, match="zone"):
        rows.add(Step, **{**said, "kind": "call", "at": datetime(2031, 1, 1)})  # noqa: DTZ001


def test_statements_belong_to_djangos_transactions_and_raise_its_errors(
    under_test: GatewayUnderTest,
) -> None:
    exchange, _ = written(under_test)
    told: list[str] = []

    def listen(execute: Any, sql: str, *rest: Any) -> Any:
        told.append(sql)
        return execute(sql, *rest)

    with transaction.atomic():
        assert statements.change("UPDATE gateway_exchange SET author = %s", ["somebody"]) >= 1
        transaction.set_rollback(True)
    assert Exchange.objects.get(pk=exchange.pk).author == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.change("UPDATE gateway_exchange SET direction = NULL WHERE id = %s", [exchange.pk])
    with connection.execute_wrapper(listen):
        assert statements.rows("SELECT id FROM gateway_exchange WHERE id = %s", [exchange.pk]) == [
            (exchange.pk,)
        ]
    assert len(told) == 1, "who examines statements sees these too"


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
