"""What the endpoint answers besides calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import etree

if TYPE_CHECKING:
    from tests.support.exchange import BusUnderTest


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3"])
def test_the_wsdl_names_the_address_it_was_asked_at(under_test: BusUnderTest, version: str) -> None:
    path = f"/smev/v{version}/ws"
    reply = under_test.http(b"", f"{path}?wsdl", method="GET", HTTP_HOST="smev.example:7500")
    assert reply.status == 200
    wsdl = etree.fromstring(reply.body)
    address = wsdl.find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address is not None
    assert address.get("location") == f"http://smev.example:7500{path}"


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3"])
def test_every_schema_that_the_wsdl_imports_is_served_beside_it(
    under_test: BusUnderTest, version: str
) -> None:
    wsdl = etree.fromstring(under_test.http(b"", f"/smev/v{version}/ws?wsdl", method="GET").body)
    waiting = [
        str(each.get("schemaLocation")) for each in wsdl.iter("{*}import") if each.get("schemaLocation")
    ]
    assert waiting
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = f"/smev/v{version}/ws{name}" if name.startswith("?") else f"/smev/v{version}/{name}"
        reply = under_test.http(b"", path, method="GET")
        assert reply.status == 200, name
        schema = etree.fromstring(reply.body)
        waiting += [str(each.get("schemaLocation")) for each in schema.iter("{*}import")]


def test_no_other_file_is_served(under_test: BusUnderTest) -> None:
    for name in ("__init__.py", "..%2fsettings.toml", "nothing.xsd"):
        assert under_test.http(b"", f"/smev/v1.1/{name}", method="GET").status == 404


def test_a_host_header_cannot_write_into_the_wsdl(under_test: BusUnderTest) -> None:
    reply = under_test.http(b"", "/ws?wsdl", method="GET", HTTP_HOST='x"/><evil>')
    assert b"evil" not in reply.body
    assert b"http://127.0.0.1:7500/ws" in reply.body


def test_health_is_good_while_the_bus_signs_and_stores(under_test: BusUnderTest) -> None:
    reply = under_test.http(b"", "/healthz", method="GET")
    assert (reply.status, json.loads(reply.body)["status"]) == (200, "ok")


def test_health_fails_when_the_database_is_gone(under_test: BusUnderTest) -> None:
    under_test.store.close()
    reply = under_test.http(b"", "/healthz", method="GET")
    assert reply.status == 503
    assert json.loads(reply.body)["problems"]


def test_health_fails_when_the_certificate_of_the_bus_has_expired(under_test: BusUnderTest) -> None:
    under_test.clock.advance(days=800)
    assert under_test.http(b"", "/healthz", method="GET").status == 503


def test_metrics_tell_calls_types_queues_and_signatures(under_test: BusUnderTest) -> None:
    under_test.consumer.send_request()
    under_test.http(b"<a/>")
    under_test.clock.advance(seconds=30)
    text = under_test.http(b"", "/metrics", method="GET").body.decode()
    assert 'mezhved_bus_calls_total{operation="SendRequest",outcome="ok",version="1.1"} 1.0' in text
    assert 'mezhved_bus_calls_total{operation="unknown",outcome="SMEVFailure",version="1.1"} 1.0' in text
    assert 'mezhved_bus_messages_total{kind="request",type="VS00010"} 1.0' in text
    assert 'mezhved_bus_queue_messages{box="requests",system="TPROV1"} 1.0' in text
    assert "mezhved_bus_queue_oldest_seconds" in text
    assert 'mezhved_bus_signature_seconds_count{step="verify"} 1.0' in text


def test_a_call_while_the_database_is_gone_is_a_failure_of_smev(under_test: BusUnderTest) -> None:
    under_test.store.close()
    reply = under_test.consumer.send_request()
    assert (reply.status, reply.fault.description.split(":")[0]) == (500, "SMEV-60")
