"""Addresses are told of events: signed, again after a failure, never inside the own network."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.gateway.access import revoke
from mezhved.gateway.application import Application
from mezhved.gateway.journal import seal
from mezhved.gateway.models import Delivery, DeliveryState, KeyWarning, SigningKey
from mezhved.gateway.webhooks.delivering import Notifier
from mezhved.gateway.webhooks.planning import of_keys, plan
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.registry import CONSUMER
from tests.support.rest import RestClient, rest_client

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = ("127.0.0.0/8",)


class Listener:
    """A participant's system that takes notices."""

    def __init__(self) -> None:
        self.notices: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.status = 200
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.notices.append((dict(self.headers), body))
                listener.paths.append(self.path)
                self.send_response(listener.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def open_inside(alone: GatewayUnderTest) -> GatewayUnderTest:
    """The gateway may tell addresses of this machine."""
    settings = replace(alone.gateway.settings, webhook_networks=LOOPBACK)
    return replace(alone, gateway=replace(alone.gateway, settings=settings))


def send_one(under_test: GatewayUnderTest, client: RestClient) -> dict[str, Any]:
    taken: dict[str, Any] = client.post_xml("requests", NUMBER).json
    while seal(under_test.gateway):
        pass
    return taken


def test_a_notice_is_signed_and_says_what_happened(open_inside: GatewayUnderTest, listener: Listener) -> None:
    client = rest_client(open_inside)
    send_one(open_inside, client)  # before the address was known: it is not told of it
    made = client.post("webhooks", {"url": listener.address})
    assert made.status == 201, made.body
    taken = send_one(open_inside, client)
    plan(open_inside.gateway.clock())
    assert Notifier(open_inside.gateway).deliver_due() == 1
    headers, body = listener.notices[0]
    said = json.loads(body)
    assert said["event"]["exchange"] == taken["id"]
    assert said["event"]["kind"] == "request_taken"
    assert set(said["event"]) == {
        "position",
        "kind",
        "at",
        "exchange",
        "message",
        "state",
        "system",
        "type",
        "direction",
    }
    moment, mac = (each.partition("=")[2] for each in headers["Mezhved-Signature"].split(","))
    expected = hmac.new(made.json["secret"].encode(), f"{moment}.".encode() + body, hashlib.sha256)
    assert mac == expected.hexdigest()
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert "secret" not in client.get(f"webhooks/{made.json['id']}").json


def test_an_address_is_told_that_a_key_runs_out(open_inside: GatewayUnderTest, listener: Listener) -> None:
    inside, gateway = rest_client(open_inside), open_inside.gateway
    other = rest_client(open_inside, ("TEST02", "*", "answer"), name="other")
    unasked = {"url": listener.address, "kinds": ["request_taken"]}
    uid = inside.post("webhooks", {"url": listener.address, "kinds": ["key_runs_out"]}).json["id"]
    assert inside.post("webhooks", unasked).status == 201
    assert other.post("webhooks", {"url": listener.address}).status == 201
    key = SigningKey.objects.create(system=open_inside.consumer, name="next", certificate="", key_file="")
    now = gateway.clock()
    warning = KeyWarning.objects.create(key=key, thumbprint="ab" * 32, days=14, not_after=now, at=now)
    for _ in range(2):
        of_keys(warning)
    assert Notifier(gateway).deliver_due() == 1
    ((_, body),) = listener.notices
    told = json.loads(body)["event"]
    assert (told["kind"], told["system"], told["exchange"]) == ("key_runs_out", CONSUMER, None)
    assert (told["key"]["name"], told["key"]["days"]) == ("next", 14)
    (listed,) = inside.get(f"webhooks/{uid}/deliveries").json
    assert (listed["kind"], listed["event"], listed["state"]) == ("key_runs_out", 0, "delivered")


def test_it_is_tried_again_ever_later_and_given_up_after_a_day(
    open_inside: GatewayUnderTest, listener: Listener
) -> None:
    client = rest_client(open_inside)
    webhook = client.post("webhooks", {"url": listener.address, "kinds": ["request_taken"]}).json["id"]
    send_one(open_inside, client)
    listener.status = 500
    notifier = Notifier(open_inside.gateway)
    plan(open_inside.gateway.clock())
    assert notifier.deliver_due() == 1
    assert notifier.deliver_due() == 0  # not at once again
    tries = 1
    for _ in range(60):
        open_inside.clock.advance(minutes=30)
        tries += notifier.deliver_due()
    told = client.get(f"webhooks/{webhook}/deliveries").json[0]
    assert (told["state"], told["last_status"], told["problem"]) == ("dead", 500, "refused")
    assert 10 < tries < 40
    listener.status = 204
    again = client.post(f"webhooks/{webhook}/deliveries/{told['id']}/redeliver")
    assert again.json["state"] == "waiting"
    assert notifier.deliver_due() == 1
    assert client.get(f"webhooks/{webhook}/deliveries").json[0]["state"] == "delivered"
    ids = {json.loads(body)["delivery"] for _, body in listener.notices}
    assert ids == {told["id"]}


def test_an_address_hears_only_what_its_token_may_see(
    open_inside: GatewayUnderTest, listener: Listener
) -> None:
    asking = rest_client(open_inside)
    other = rest_client(open_inside, ("TEST02", "*", "answer"), name="other")
    revoked = rest_client(open_inside, (CONSUMER, "*", "ask"), name="revoked")
    for each in (other, revoked):
        assert each.post("webhooks", {"url": listener.address}).status == 201
    revoke("revoked", open_inside.gateway.clock())
    send_one(open_inside, asking)
    plan(open_inside.gateway.clock())
    assert Notifier(open_inside.gateway).deliver_due() == 0
    assert listener.notices == []


def test_an_address_belongs_to_its_token(open_inside: GatewayUnderTest, listener: Listener) -> None:
    one, two = rest_client(open_inside), rest_client(open_inside)
    webhook = one.post("webhooks", {"url": listener.address}).json["id"]
    assert two.get("webhooks").json == []
    for method, place in (
        ("GET", f"webhooks/{webhook}"),
        ("DELETE", f"webhooks/{webhook}"),
        ("GET", f"webhooks/{webhook}/deliveries"),
    ):
        assert two.call(method, place).status == 404
    assert one.call("DELETE", f"webhooks/{webhook}").status == 204
    assert one.get("webhooks").json == []


INNER = [
    "http://localhost/x",
    "http://127.0.0.1/x",
    "http://127.1/x",
    "http://2130706433/x",
    "http://[::1]/x",
    "http://[::ffff:127.0.0.1]/x",
    "http://[::ffff:10.0.0.1]:8080/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://10.0.0.5/",
    "http://169.254.169.254/latest/meta-data",
    "http://192.168.1.1/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
]


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_never_told(
    on_sqlite: GatewayUnderTest, listener: Listener, address: str
) -> None:
    client = rest_client(on_sqlite)
    made = client.post("webhooks", {"url": address})
    if made.status == 201:  # a name: it is judged when it is looked up
        send_one(on_sqlite, client)
        plan(on_sqlite.gateway.clock())
        assert Notifier(on_sqlite.gateway).deliver_due() == 1
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.problem) == (DeliveryState.WAITING, "forbidden_address")
    else:
        assert made.status == 422
        assert made.json["errors"][0]["path"] == "/url"
    assert listener.notices == []


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://user:pw@example.org/",
        "x",
        "http://a:99999/",
    ],
)
def test_what_is_no_http_address_is_refused(client: RestClient, address: str) -> None:
    assert client.post("webhooks", {"url": address}).status == 422


def test_an_address_in_letters_of_its_language_is_told(
    open_inside: GatewayUnderTest, listener: Listener
) -> None:
    client = rest_client(open_inside)
    client.post("webhooks", {"url": listener.address.replace("/hook?a=1", "/хук?вид=%D0%9A&b=1")})
    send_one(open_inside, client)
    plan(open_inside.gateway.clock())
    assert Notifier(open_inside.gateway).deliver_due() == 1
    assert listener.paths == ["/%D1%85%D1%83%D0%BA?%D0%B2%D0%B8%D0%B4=%D0%9A&b=1"]
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def test_a_redirect_is_not_followed(open_inside: GatewayUnderTest, listener: Listener) -> None:
    client = rest_client(open_inside)
    client.post("webhooks", {"url": listener.address})
    send_one(open_inside, client)
    listener.status = 307
    plan(open_inside.gateway.clock())
    Notifier(open_inside.gateway).deliver_due()
    assert len(listener.notices) == 1
    assert Delivery.objects.get().problem == "refused"


def test_a_token_has_a_bounded_number_of_addresses(on_sqlite: GatewayUnderTest) -> None:
    client = rest_client(on_sqlite, application=Application(on_sqlite.gateway, lambda *_: []))
    answers = {client.post("webhooks", {"url": f"https://example.org/{each}"}).status for each in range(20)}
    assert answers == {201}
    assert client.post("webhooks", {"url": "https://example.org/"}).status == 409
