"""What a token may not see does not exist for it; what it may see and not do is forbidden."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mezhved.gateway.access import issue, parse_right, recognise, revoke
from mezhved.gateway.errors import Conflict, InvalidMessage, NotFound
from mezhved.gateway.models import (
    AccessToken,
    Direction,
    Event,
    Exchange,
    ExchangeState,
    Message,
    MessageKind,
)
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.registry import CONSUMER, PROVIDER
from tests.support.rest import rest_client


def incoming(under_test: GatewayUnderTest) -> Exchange:
    now = under_test.gateway.clock()
    exchange = Exchange.objects.create(
        system=under_test.provider,
        direction=Direction.IN,
        type=under_test.plain,
        state=ExchangeState.NEW,
        reply_to="somewhere",
        created_at=now,
    )
    message = Message.objects.create(
        exchange=exchange,
        system=under_test.provider,
        direction=Direction.IN,
        kind=MessageKind.REQUEST,
        state="RECEIVED",
        content=NUMBER,
        created_at=now,
    )
    Event.objects.create(
        exchange=exchange, message=message, kind="request_received", state="new", at=now, position=1000
    )
    return exchange


# Rights of the token, then the statuses of: see the own request, see the incoming one, answer it, ask.
MATRIX = [
    ((CONSUMER, "*", "ask"), (200, 404, 404, 201)),
    ((CONSUMER, "VS09801", "ask"), (200, 404, 404, 201)),
    ((CONSUMER, "VS09802", "ask"), (404, 404, 404, 404)),
    ((CONSUMER, "*", "read"), (200, 404, 404, 403)),
    ((CONSUMER, "*", "answer"), (404, 404, 404, 403)),
    ((PROVIDER, "*", "answer"), (404, 200, 201, 403)),
    ((PROVIDER, "VS09801", "answer"), (404, 200, 201, 403)),
    ((PROVIDER, "VS09802", "answer"), (404, 404, 404, 404)),
    ((PROVIDER, "*", "read"), (404, 200, 403, 403)),
    ((PROVIDER, "*", "ask"), (404, 404, 404, 201)),
]


@pytest.mark.parametrize(("right", "expected"), MATRIX)
def test_rights(on_sqlite: GatewayUnderTest, right: tuple[str, str, str], expected: tuple[int, ...]) -> None:
    own = rest_client(on_sqlite).post_xml("requests", NUMBER).json
    came = incoming(on_sqlite)
    client = rest_client(on_sqlite, right)
    refusal = {"reasons": [{"code": "NO_DATA", "text": "нет"}]}
    told = (
        client.get(f"exchanges/{own['id']}").status,
        client.get(f"exchanges/{came.uid}").status,
        client.post(f"exchanges/{came.uid}/refusal", refusal).status,
        client.post_xml("requests", NUMBER).status,
    )
    assert told == expected
    seen = {each["id"] for each in client.get("exchanges", limit=500).json["items"]}
    assert (own["id"] in seen, str(came.uid) in seen) == (expected[0] == 200, expected[1] == 200)
    for place in (f"exchanges/{own['id']}/steps", f"exchanges/{own['id']}/signatures"):
        assert client.get(place).status == expected[0]
    assert client.get(f"messages/{own['message']}/content").status == expected[0]
    assert client.post(f"exchanges/{own['id']}/cancel").status == {200: 200, 404: 404}[expected[0]] or (
        right[2] == "read"
    )
    events = {each["exchange"] for each in client.get("events").json["items"]}
    assert (str(came.uid) in events) == (expected[1] == 200)


def test_a_reader_changes_nothing(on_sqlite: GatewayUnderTest) -> None:
    own = rest_client(on_sqlite).post_xml("requests", NUMBER).json
    came = incoming(on_sqlite)
    reader = rest_client(on_sqlite, (CONSUMER, "*", "read"), (PROVIDER, "*", "read"))
    for place in (f"exchanges/{own['id']}/cancel", f"exchanges/{came.uid}/read"):
        assert reader.post(place).status == 403
    assert reader.post(f"exchanges/{came.uid}/status", {"code": 1, "description": "x"}).status == 403
    assert reader.post_xml(f"exchanges/{came.uid}/answer", NUMBER).status == 403


def test_without_a_token_in_force_there_is_nothing(on_sqlite: GatewayUnderTest) -> None:
    client = rest_client(on_sqlite, name="billing")
    assert client.get("types").status == 200
    revoke("billing", on_sqlite.gateway.clock())
    for token in (client.token, "", "mzg_" + "A" * 43, "пароль", "mzg_" + "A" * 4000):
        client.token = ""
        refused = client.call("GET", "types", HTTP_AUTHORIZATION=f"Bearer {token}" if token else None)
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_token_ends_with_its_term_and_its_use_is_noted(alone: GatewayUnderTest) -> None:
    gateway = alone.gateway
    now = gateway.clock()
    token = issue(
        "short",
        [parse_right("TEST01:VS09801:ask,read")],
        now=now,
        randomness=gateway.randomness,
        expires_at=now + timedelta(days=1),
    )
    caller = recognise(token, now)
    assert caller is not None
    assert caller.rights[0].acts == {"ask", "read"}
    assert AccessToken.objects.get().last_used_at == now
    recognise(token, now + timedelta(seconds=30))
    assert AccessToken.objects.get().last_used_at == now
    recognise(token, now + timedelta(seconds=61))
    assert AccessToken.objects.get().last_used_at == now + timedelta(seconds=61)
    assert recognise(token, now + timedelta(days=1)) is None
    assert token not in str(AccessToken.objects.values())


def test_rights_that_do_not_read_are_refused(on_sqlite: GatewayUnderTest) -> None:
    for said in ("TEST01", "TEST01:*", "TEST01:*:fly", "TEST01:*:ask,", "TEST01:*:"):
        with pytest.raises(InvalidMessage):
            parse_right(said)
    for said in ("NOBODY:*:ask", "TEST01:VS00000:ask", "TEST01@other:*:ask"):
        with pytest.raises(NotFound):
            parse_right(said)
    assert parse_right("TEST01@bus:*:ask").kind is None
    now = on_sqlite.gateway.clock()
    issue("one", [], now=now, randomness=on_sqlite.gateway.randomness)
    with pytest.raises(Conflict):
        issue("one", [], now=now, randomness=on_sqlite.gateway.randomness)


def test_one_token_calls_no_oftener_than_it_may(on_sqlite: GatewayUnderTest) -> None:
    from dataclasses import replace  # noqa: PLC0415

    from mezhved.gateway.application import Application  # noqa: PLC0415

    settings = replace(on_sqlite.gateway.settings, rest_calls_per_minute=2)
    gateway = replace(on_sqlite.gateway, settings=settings)
    client = rest_client(on_sqlite, application=Application(gateway, lambda *_: []))
    answers = [client.get("systems") for _ in range(3)]
    assert [each.status for each in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
