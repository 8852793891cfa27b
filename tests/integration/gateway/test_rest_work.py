"""Work on incoming requests through REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.setup import import_setup
from tests.support.providers import ProviderUnderTest, provider_over
from tests.support.registry import CONSUMER, PROVIDER
from tests.support.rest import RestClient, rest_client

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)

SETUP = """
departments:
  - {code: rest, name: Канцелярия, is_default: true, people: [{name: Пробный П. П., is_head: true}]}
  - {code: acts, name: Отдел испытаний, parent: rest}
rules: [{code: all, type: VS09801, term: 1wd}]
"""


@pytest.fixture
def provider(gateway_database: str, tmp_path: Path) -> ProviderUnderTest:
    made = provider_over(gateway_database, tmp_path)
    import_setup(SETUP, tmp_path)
    made.under_test.gateway = made.gateway
    return made


@pytest.fixture
def client(provider: ProviderUnderTest) -> RestClient:
    return rest_client(provider.under_test, (PROVIDER, "VS09801", "answer"))


def test_a_request_goes_from_hand_to_hand(provider: ProviderUnderTest, client: RestClient) -> None:
    place = f"exchanges/{provider.received().uid}"
    begun = client.get(f"{place}/work").json
    assert (begun["department"], begun["rule"], begun["term"]) == ("rest", "all", "1wd")
    assert begun["because"] == ["type VS09801"]
    assert begun["due_at"] == "2026-11-24T20:59:59Z"
    said = {"department": "acts", "executor": "Пробный П. П.", "note": "Вам", "actor": "Главная Г. Г."}
    assert client.post(f"{place}/assign", said).json["department"] == "acts"
    assert client.post(f"{place}/take", {"actor": "Пробный П. П."}).status == 200
    (line,) = client.get("exchanges", executor="Пробный П. П.").json["items"]
    assert (line["department"], line["executor"]) == ("acts", "Пробный П. П.")
    assert client.get("exchanges", executor="archive").json["items"] == []
    assert client.post(f"{place}/take", {}).status == 409
    assert client.post(f"{place}/note", {"note": "Как?", "colleague": "Главная Г. Г."}).status == 200
    assert client.post(f"{place}/pause", {"note": "Ждём"}).json["paused_at"] is not None
    assert client.post(f"{place}/resume", {}).json["paused_at"] is None
    term = {"due_at": "2026-12-01T12:00:00+03:00", "note": "По соглашению"}
    assert client.post(f"{place}/term", term).json["due_at"] == "2026-12-01T09:00:00Z"
    ended = client.post(f"{place}/return", {"note": "Не наш"}).json
    assert [each["kind"] for each in ended["history"]] == [
        *("routed", "assigned", "taken", "noted", "paused", "resumed", "term", "returned")
    ]
    assert ended["history"][1]["actor"] == "Главная Г. Г."


def test_overdue_requests_and_departments_are_listed(provider: ProviderUnderTest, client: RestClient) -> None:
    came = provider.received()
    assert client.get("overdue").json == []
    provider.pass_time(days=3)
    assert [each["id"] for each in client.get("overdue").json] == [str(came.uid)]
    assert client.get("overdue", department="acts").json == []
    assert client.get("overdue", department="nobody").status == 422
    departments = client.get("departments").json
    assert [(each["code"], each["parent"]) for each in departments] == [("acts", "rest"), ("rest", None)]
    assert departments[1]["people"] == [{"name": "Пробный П. П.", "is_head": True}]


def test_only_who_may_answer_works_on_it(provider: ProviderUnderTest) -> None:
    place = f"exchanges/{provider.received().uid}"
    reader = rest_client(provider.under_test, (PROVIDER, "VS09801", "read"))
    assert reader.get(f"{place}/work").status == 200
    assert reader.post(f"{place}/take", {}).status == 403
    stranger = rest_client(provider.under_test, (CONSUMER, "VS09801", "ask"))
    assert stranger.get(f"{place}/work").status == 404
    assert stranger.post(f"{place}/take", {}).status == 404


def test_what_makes_no_sense_is_refused_with_its_place(
    provider: ProviderUnderTest, client: RestClient
) -> None:
    place = f"exchanges/{provider.received().uid}"
    for path, body, where in (
        ("assign", {}, "/executor"),
        ("assign", {"department": "nobody"}, "/department"),
        ("assign", {"executor": "a\nb"}, "/executor"),
        ("return", {"note": ""}, "/note"),
        ("return", {"note": "   "}, "/note"),
        ("note", {}, "/note"),
        ("take", {"who": "x"}, "/who"),
        ("term", {"due_at": "2026-12-01", "note": "x"}, "/due_at"),
    ):
        refused = client.post(f"{place}/{path}", body)
        assert refused.status == 422, (path, refused.body)
        assert refused.json["errors"][0]["path"] == where
    assert client.post(f"{place}/resume", {}).status == 409
