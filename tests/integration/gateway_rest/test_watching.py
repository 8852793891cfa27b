"""Counts, metrics and health."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mezhved.gateway.application import Application
from mezhved.gateway.journal import seal
from mezhved.gateway.models import DayCount, SigningKey
from mezhved.gateway.watching.counting import Counter, count_events
from mezhved.gateway.watching.figures import figures
from mezhved.gateway.watching.statistics import statistics
from tests.support.documentation import GATEWAY
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.rest import RestClient, rest_client


def happen(under_test: GatewayUnderTest, client: RestClient, count: int) -> None:
    for _ in range(count):
        client.post_xml("requests", NUMBER)
    while seal(under_test.gateway):
        pass


def test_events_are_counted_once_by_day(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    happen(alone, client, 3)
    assert count_events() == 3
    assert count_events() == 0
    happen(alone, client, 2)
    alone.clock.advance(days=1)
    happen(alone, client, 1)
    assert Counter(alone.gateway).tick() > 0
    today = date.today()  # noqa: DTZ011
    counted = statistics(today - timedelta(days=2), today + timedelta(days=2), ["day", "type"])
    assert [(each.type, each.kind, each.events) for each in counted] == [
        ("VS09801", "request_taken", 5),
        ("VS09801", "request_taken", 1),
    ]
    together = statistics(today - timedelta(days=2), today + timedelta(days=2), [])
    assert [(each.day, each.events) for each in together] == [(None, 6)]
    assert DayCount.objects.count() == 2


def test_statistics_show_what_the_token_may_see(on_sqlite: GatewayUnderTest) -> None:
    happen(on_sqlite, rest_client(on_sqlite), 2)
    count_events()
    told = rest_client(on_sqlite).get("statistics", by=["system"]).json["items"]
    assert [(each["system"], each["events"], each["day"]) for each in told] == [("TEST01", 2, None)]
    other = rest_client(on_sqlite, ("TEST02", "*", "read"))
    assert other.get("statistics").json["items"] == []
    assert other.get("statistics", since="2026-01-02", until="2026-01-01").status == 422


def scraped(application: Application) -> dict[str, dict[tuple[str, ...], float]]:
    told: list[Any] = []
    body = b"".join(
        application({"PATH_INFO": "/metrics"}, lambda status, headers: told.append((status, headers)))
    )
    assert told[0][0].startswith("200")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(body.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.values()))] = sample.value
    return found


def test_metrics_tell_of_queues_counts_and_certificates(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    happen(alone, client, 2)
    count_events()
    alone.clock.advance(seconds=100)
    told = scraped(client.application)
    assert told["mezhved_gateway_events_total"] == {("TEST01", "VS09801", "request_taken", "sending"): 2.0}
    assert told["mezhved_gateway_outbox_messages"] == {("TEST01",): 2.0}
    assert told["mezhved_gateway_outbox_oldest_seconds"]["TEST01",] >= 100
    assert told["mezhved_gateway_certificate_days_left"]["TEST01", "main", "organisation"] > 0
    assert told["mezhved_gateway_rest_calls_total"] == {("201", "POST api/v1/requests"): 2.0}
    client.get("no/such/place")
    client.call("BREW", "requests")
    calls = scraped(client.application)["mezhved_gateway_rest_calls_total"]
    assert ("404", "GET unknown") in calls
    assert ("405", "other api/v1/requests") in calls


def health(application: Application) -> tuple[str, Any]:
    told: list[Any] = []
    body = b"".join(application({"PATH_INFO": "/healthz"}, lambda status, _: told.append(status)))
    return told[0][:3], json.loads(body)


def test_health_looks_at_keys_and_threads(on_sqlite: GatewayUnderTest) -> None:
    gateway = on_sqlite.gateway
    assert health(Application(gateway, lambda *_: [])) == ("200", {"status": "ok"})
    dead = Counter(replace(gateway, owner="dead"))
    dead.stop()
    dead.start()
    dead.join()
    status, told = health(Application(gateway, lambda *_: [], lambda: [dead]))
    assert (status, told["problems"]) == ("503", {"threads": "mezhved-counter"})
    for key in SigningKey.objects.filter(system__mnemonic="TEST02"):
        key.is_active = False
        key.save()
    status, told = health(Application(gateway, lambda *_: []))
    assert (status, told["problems"]) == ("503", {"keys": "TEST02"})


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_metric_is_described(on_sqlite: GatewayUnderTest, language: str) -> None:
    told = on_sqlite.gateway.metrics.exposition(figures(on_sqlite.gateway.clock())).decode()
    families = list(text_string_to_metric_families(told))
    names = {f"{each.name}_total" if each.type == "counter" else each.name for each in families}
    described = set(re.findall(r"`(mezhved_gateway_\w+)`", GATEWAY[language].read_text(encoding="utf-8")))
    assert described == {each for each in names if each.startswith("mezhved_gateway_")}
