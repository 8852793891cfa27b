"""A notice gets through to a service that takes it, and ends in time with every other."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mezhved.bus.push.delivery import LARGEST_ANSWER, HttpDelivery, PushFailed
from mezhved.smev3 import soap
from mezhved.smev3.push import PushNotification, QueueInformation
from mezhved.smev3.push.messages import fault, response
from tests.support.push import answering, http, listening, scripted, whole_request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOTICE = PushNotification(datetime(2026, 5, 4, 9, 0, tzinfo=UTC), (QueueInformation("TEST01.REQUESTS", 3),))
BODY = soap.envelope(NOTICE.to_xml())
TAKEN = soap.envelope(response("взято"))


def failure(address: str, delivery: HttpDelivery | None = None) -> PushFailed:
    with pytest.raises(PushFailed) as caught:
        (delivery or HttpDelivery(60))(address, BODY)
    return caught.value


def test_a_service_takes_the_notice() -> None:
    with listening() as service:
        HttpDelivery(60)(service.address, BODY)
    assert service.notices == [NOTICE]


def test_a_notice_is_posted_as_the_description_says() -> None:
    with scripted(answering(http("200 OK", TAKEN))) as service:
        HttpDelivery(60)(service.address, BODY)
    (heard,) = service.heard
    head, _, body = heard.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /push?system=1 HTTP/1.1"
    assert f"Host: {service.address.split('/')[2]}" in lines
    assert 'SOAPAction: "PushNotification"' in lines
    assert "Content-Type: text/xml;charset=UTF-8" in lines
    assert body == BODY


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "204 No Content"])
def test_an_empty_answer_is_an_answer(status: str) -> None:
    with scripted(answering(http(status))) as service:
        HttpDelivery(60)(service.address, BODY)


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (http("302 Found", b"", "Location: http://127.0.0.1:1/"), "redirect"),
        (http("307 Temporary Redirect", b"", "Location: file:///etc/passwd"), "redirect"),
        (http("404 Not Found"), "status"),
        (http("503 Service Unavailable", b"<html>"), "status"),
        (http("500 Internal Server Error", soap.envelope(fault("занят"))), "status"),
        (http("200 OK", soap.envelope(fault("занят"))), "refused"),
        (http("200 OK", b"<html>hotel wi-fi</html>"), "refused"),
        (http("200 OK", b"\x00\xff" * 500), "refused"),
        (http("200 OK", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "refused"),
        (http("200 OK", TAKEN, kind="text/xml; charset=windows-1251"), "refused"),
        (http("200 OK", b" " * (LARGEST_ANSWER + 1)), "large"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "garbage"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n", "garbage"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000, "garbage"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "garbage"),
        (b"", "unreachable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_other_answer_is_told_apart(octets: bytes, kind: str) -> None:
    with scripted(answering(octets)) as service:
        assert failure(service.address).kind == kind


def test_what_a_service_says_against_a_notice_is_passed_on() -> None:
    with scripted(answering(http("500 Internal Server Error", soap.envelope(fault("ремонт"))))) as service:
        assert "ремонт" in str(failure(service.address).what.ru)


def test_nobody_at_the_address_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/").kind == "unreachable"
    assert failure("http://no-such-host.invalid/").kind == "unreachable"


class Dripping:
    """A clock that a slow service moves on: twenty seconds for every piece that it sends."""

    def __init__(self) -> None:
        self._now = count(0, 20)

    def __call__(self) -> float:
        return float(next(self._now))


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(100_000):
        connection.sendall(b"a")


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    for _ in range(10_000):
        connection.sendall(b" " * 4096)


def forever_continuing(connection: socket.socket) -> None:
    for _ in range(100_000):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("answer", [drip, forever_continuing])
def test_a_service_that_never_ends_its_answer_does_not_hold_the_sender(
    answer: Callable[[socket.socket], None],
) -> None:
    with scripted(answer) as service:
        assert failure(service.address, HttpDelivery(60, clock=Dripping())).kind == "timeout"


def test_an_answer_without_end_is_read_up_to_its_bound() -> None:
    with scripted(endless) as service:
        assert failure(service.address).kind == "large"


def until(told: threading.Event) -> Callable[[socket.socket], None]:
    def answer(_: socket.socket) -> None:
        told.wait(60)

    return answer


def test_a_service_that_never_answers_times_out() -> None:
    hold = threading.Event()
    with scripted(until(hold)) as service:
        assert failure(service.address, HttpDelivery(0.2)).kind == "timeout"
        hold.set()


def test_a_service_that_never_reads_times_out() -> None:
    hold = threading.Event()
    with scripted(until(hold), read=False) as service:
        with pytest.raises(PushFailed) as caught:
            HttpDelivery(0.2)(service.address, b"x" * 50_000_000)
        assert caught.value.kind == "timeout"
        hold.set()


def test_a_false_certificate_is_refused() -> None:
    with scripted(answering(http("200 OK", TAKEN)), read=False) as service:
        address = service.address.replace("http:", "https:")
        assert failure(address).kind in {"tls", "unreachable"}
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


def places(*addresses: str) -> Callable[[str, int], list[Any]]:
    return lambda _, port: [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 0, "", (each, port))
        for each in addresses
    ]


@pytest.mark.parametrize(
    "place", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "::", "fe80::1%lo", "::ffff:169.254.169.254"]
)
def test_addresses_that_mean_something_to_this_machine_alone_are_refused(place: str) -> None:
    delivery = HttpDelivery(1, look_up=places(place))
    assert failure("http://metadata.example/", delivery).kind == "forbidden"


def test_with_networks_named_nothing_else_is_sent_to() -> None:
    with listening() as service:
        inside = HttpDelivery(5, ["10.0.0.0/8", "127.0.0.0/8"])
        inside(service.address, BODY)
        assert failure(service.address, HttpDelivery(5, ["10.0.0.0/8", "fd00::/8"])).kind == "forbidden"
    assert len(service.notices) == 1


def test_what_was_looked_up_is_what_is_connected_to() -> None:
    asked = []

    def look_up(host: str, port: int) -> list[Any]:
        asked.append((host, port))
        return places("169.254.1.1", "127.0.0.1")(host, port)

    with listening() as service:
        HttpDelivery(5, look_up=look_up)(service.address.replace("127.0.0.1", "system.example"), BODY)
    assert len(service.notices) == len(asked) == 1


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for 127.0.0.1, and the certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Тестовая система")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = tmp_path / "system.cert.pem", tmp_path / "system.key.pem"
    trusted.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted


def test_over_tls_the_system_has_to_be_vouched_for(
    certified: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certified

    def secured(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            assert whole_request(wrapped).endswith(BODY)
            wrapped.sendall(http("200 OK", TAKEN))

    with scripted(secured, read=False) as service:
        address = service.address.replace("http:", "https:")
        assert failure(address).kind == "tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        HttpDelivery(60)(address, BODY)
        assert failure(address.replace("127.0.0.1", "localhost")).kind == "tls"
