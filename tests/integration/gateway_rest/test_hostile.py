"""Whatever comes in, a problem goes out: right status, right form, nothing kept, nothing told."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from mezhved.configuration import GatewaySettings
from mezhved.gateway.application import Application
from mezhved.gateway.models import Attachment, Exchange
from mezhved.site.setup import configure
from tests.support.gateways import NUMBER, GatewayUnderTest, gateway_over
from tests.support.rest import Part, RestClient, rest_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JSON = "application/json"


@pytest.fixture(scope="module")
def kept(gateway_sqlite: Callable[[], str], keys_folder: Path) -> tuple[str, RestClient]:
    """One gateway for all of these: nothing that comes here is kept."""
    address = gateway_sqlite()
    return address, rest_client(gateway_over(address, keys_folder, "http://127.0.0.1:9", language="en"))


@pytest.fixture
def client(kept: tuple[str, RestClient]) -> Iterator[RestClient]:
    address, made = kept
    configure(GatewaySettings(database=address, language="en"))
    yield made
    connections.close_all()


def refused(answer: Any, status: int) -> Any:
    assert answer.status == status, (answer.status, answer.body[:300])
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert not Exchange.objects.exists()
    return problem


BODIES = [
    (b"", 400),
    (b"{", 400),
    (b"\xff\xfe", 400),
    (b'{"type": "\\ud800"}', 400),
    (b"[" * 100_000, 400),
    (b"null", 422),
    (b"[]", 422),
    (b"{}", 422),
    (b'{"type": 5, "xml": "<a/>"}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "content": {}}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "unknown": 1}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "test": "yes"}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "client_id": "a\\u0000b"}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "client_id": "%s"}' % (b"x" * 300), 422),
    (b'{"type": "VS09801", "xml": "<a/>", "eol": "tomorrow"}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "eol": "2026-01-01T00:00:00"}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "eol": "0001-01-01T00:00:00+14:00"}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "system": "NOBODY"}', 404),
    (b'{"type": "nothing", "xml": "<a/>"}', 404),
    (b'{"type": "VS09801", "xml": "<a/>", "transaction_code": "a\\uffffb"}', 422),
    (b'{"type": "VS09801", "xml": "<a/>", "node_id": "a\\ufffeb"}', 422),
    (b'{"type": "VS09801", "content": {"Number": NaN}}', 422),
    (b'{"type": "VS09801", "content": {"Number": "\\u0000"}}', 422),
    (b'{"type": "VS09801", "content": ' + b'{"a":' * 150 + b"1" + b"}" * 150 + b"}", 422),
]


@pytest.mark.parametrize(("body", "status"), BODIES)
def test_bodies(client: RestClient, body: bytes, status: int) -> None:
    refused(client.call("POST", "requests", body, JSON), status)


@pytest.mark.parametrize("name", ["client_id", "case_number", "transaction_code"])
def test_texts_of_an_address_that_are_not_utf8_are_refused_not_confused(
    client: RestClient, name: str
) -> None:
    query = f"{name}=%EF%F0%E8"
    refused(client.call("POST", "requests", NUMBER, "application/xml", QUERY_STRING=query), 422)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"since": "2026-11-22T00:00:00 03:00"}, "must be a moment with its zone"),
        ({"since": "2026-11-22"}, "must be a moment with its zone"),
        ({"before": "9999-12-31T23:59:59Z"}, "a year from 1900 to 2999"),
    ],
)
def test_a_moment_that_does_not_read_is_told_in_words_with_its_cure(
    client: RestClient, query: dict[str, str], text: str
) -> None:
    (flaw,) = client.get("exchanges", **query).json["errors"]
    assert flaw["text"] == text
    assert ("%2B" in flaw["cure"]) == ("moment" in text)


class Never:
    """A body that does not come."""

    def read(self, _octets: int = -1) -> bytes:
        raise AssertionError("nobody may wait for it")

    readline = read


@pytest.mark.parametrize("content_type", [JSON, "multipart/form-data; boundary=x"])
def test_nobody_waits_for_what_a_stranger_sends(client: RestClient, content_type: str) -> None:
    stranger = replace(client, token="mzg_unknown")
    environ = {"wsgi.input": Never(), "CONTENT_LENGTH": "5000"}
    refused(stranger.call("POST", "requests", b"", content_type, **environ), 401)


XML = [
    b"",
    b"<a",
    b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
    b"<?xml version='1.0' encoding='UTF-7'?><a/>",
    b"<a>" * 5000,
    b"<a " + b" ".join(b"x%d=''" % each for each in range(2000)) + b"/>",
    b"\x00" * 100,
    NUMBER + NUMBER,
]


@pytest.mark.parametrize("xml", XML)
def test_xml(client: RestClient, xml: bytes) -> None:
    refused(client.post_xml("requests", xml, type="VS09801"), 422)


def test_an_entity_from_outside_is_never_read(client: RestClient) -> None:
    told = client.post_xml("requests", XML[2], type="VS09801").body
    assert b"root:" not in told


CALLS = [
    ("POST", "requests", "text/plain", 415),
    ("POST", "requests", "", 415),
    ("PUT", "requests", JSON, 405),
    ("DELETE", "exchanges", "", 405),
    ("TRACE", "types", "", 405),
    ("GET", "no/such/place", "", 404),
    ("GET", "", "", 404),
    ("GET", "/api/", "", 404),
    ("GET", "/api/v2/types", "", 404),
    ("GET", "exchanges/../../etc/passwd", "", 404),
    ("GET", "exchanges/not-a-uuid", "", 422),
    ("GET", "types/%00", "", 404),
    ("GET", "types/" + "x" * 101, "", 422),
    ("GET", "types/a\x00b", "", 422),
    ("POST", "openapi.json", "", 405),
]


@pytest.mark.parametrize(("method", "path", "content_type", "status"), CALLS)
def test_calls(client: RestClient, method: str, path: str, content_type: str, status: int) -> None:
    answer = client.call(method, path, b"{}" if content_type else b"", content_type)
    refused(answer, status)
    if status == 405:
        assert answer.headers["Allow"]


QUERIES: list[dict[str, Any]] = [
    {"limit": 0},
    {"limit": "many"},
    {"limit": 10**30},
    {"stat": "new"},
    {"state": "unknown"},
    {"cursor": "AAAA"},
    {"cursor": "!"},
    {"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LjE"},
    {"since": "2026-13-01T00:00:00Z"},
    {"since": "1234567890"},
    {"person": "a\x00b"},
    {"person": ""},
    {"person": "x" * 201},
    {"message_id": "1"},
]


@pytest.mark.parametrize("query", QUERIES)
def test_queries(client: RestClient, query: dict[str, Any]) -> None:
    problem = refused(client.get("exchanges", **query), 422)
    assert problem["errors"][0]["path"].startswith(f"query.{next(iter(query))}")


SEARCHES = ["'; DROP TABLE gateway_exchange; --", "%", "١٢٣", "\u202e", "x" * 200, "-"]


def test_whatever_is_searched_for(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    assert client.post_xml("requests", NUMBER).status == 201
    for person in SEARCHES:
        assert client.get("exchanges", person=person).json["items"] == [], person


def test_bodies_are_bounded_before_they_are_read(on_sqlite: GatewayUnderTest) -> None:
    client = rest_client(on_sqlite)

    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"x" * size

    stream = Endless()
    said: dict[str, Any] = {"wsgi.input": stream, "CONTENT_LENGTH": str(10**15)}
    answer = client.call("POST", "requests", b"", JSON, **said)
    refused(answer, 413)
    assert stream.taken <= 64 * 1024 * 1024
    chunked: dict[str, Any] = {
        "wsgi.input": Endless(),
        "CONTENT_LENGTH": None,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    refused(client.call("POST", "requests", b"", JSON, **chunked), 413)
    refused(client.call("POST", "requests", b"{}", JSON, CONTENT_LENGTH="100"), 400)
    refused(client.call("POST", "requests", b"{}", JSON, HTTP_CONTENT_ENCODING="gzip"), 415)


def test_bodies_with_files_are_bounded_too(on_sqlite: GatewayUnderTest) -> None:
    settings = replace(on_sqlite.gateway.settings, max_body_octets=2048)
    gateway = replace(on_sqlite.gateway, settings=settings)
    client = rest_client(on_sqlite, application=Application(gateway, lambda *_: []))
    refused(client.post_parts("requests", [Part("files", b"x" * 3000, "a")]), 413)
    body = b'--b\r\nContent-Disposition: form-data; name="xml"\r\n\r\n'
    kind = "multipart/form-data; boundary=b"
    refused(client.call("POST", "requests", body, kind, CONTENT_LENGTH=None), 411)
    for broken in ("multipart/form-data", "multipart/form-data; boundary=" + "x" * 300):
        refused(client.call("POST", "requests", body, broken), 400)
    refused(client.call("POST", "requests", body, kind), 400)
    many = [Part("files", b"", f"{each}.txt") for each in range(20)]
    assert client.post_parts("requests", many).status in {413, 422}


NAMES = [
    "../../etc/passwd",
    "C:\\windows\\x.exe",
    "a\tb.txt",
    "\u202efdp.exe",
    "." * 300,
    "x" * 400 + ".pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_are_names_only(on_sqlite: GatewayUnderTest, name: str) -> None:
    client = rest_client(on_sqlite)
    parts = [Part("xml", NUMBER), Part("files", b"content", name, "text/plain<b>")]
    taken = client.post_parts("requests", parts)
    assert taken.status == 201, taken.body
    assert Attachment.objects.count() == 1
    for kept in Attachment.objects.all():
        assert not set("/\\\t\u202e") & set(kept.name)
        assert 0 < len(kept.name) <= 255
        assert kept.mime_type == "application/octet-stream"
        got = client.get(f"messages/{taken.json['message']}/files/1")
        assert "\n" not in got.headers["Content-Disposition"]
        assert got.body == b"content"


def test_a_defect_tells_nothing_but_its_number(on_sqlite: GatewayUnderTest) -> None:
    broken = replace(on_sqlite.gateway, clock=None)  # type: ignore[arg-type]
    client = rest_client(on_sqlite, application=Application(broken, lambda *_: []))
    problem = refused(client.get("types"), 500)
    assert "clock" not in json.dumps(problem)


def test_other_hosts_are_not_served(client: RestClient) -> None:
    refused(client.call("GET", "types", HTTP_HOST="evil.example"), 400)


def test_head_gives_the_headers_alone(client: RestClient) -> None:
    head = client.call("HEAD", "types")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["Content-Length"]) > 2
