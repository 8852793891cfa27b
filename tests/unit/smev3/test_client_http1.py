"""An answer is read as RFC 9112 says whatever a server makes of it, and never without bound."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
import ssl
import threading
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.smev3.client.http1 import Connection, Destination, header_lines
from mezhved.smev3.client.transport import HttpTransport, TransportError
from tests.support.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 1000
OK = b"HTTP/1.1 200 OK\r\n"


class Server:
    """Answers each call with the octets that are next; an empty one closes the connection first."""

    def __init__(self, *answers: bytes, context: ssl.SSLContext | None = None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while self.answers:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            try:
                if self._context is not None:
                    connection = self._context.wrap_socket(connection, server_side=True)
                self.connections += 1
                self._serve(connection)
            except OSError:
                self.answers.pop(0)
            finally:
                connection.close()

    def _serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reader:
            while self.answers:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    line = reader.readline()
                    if not line:
                        return
                    head += line
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
                self.requests.append(head + reader.read(length))
                answer = self.answers.pop(0)
                connection.sendall(answer)
                if not answer.endswith(b"\0keep") and b"keep" not in answer[:60]:
                    return

    def close(self) -> None:
        self._listener.close()


@contextmanager
def transport_to(*answers: bytes, largest: int = LARGEST) -> Iterator[tuple[Server, HttpTransport, str]]:
    server = Server(*answers)
    transport = HttpTransport(connect_timeout=60, read_timeout=60, largest_answer=largest)
    try:
        yield server, transport, f"http://127.0.0.1:{server.port}/ws"
    finally:
        transport.close()
        server.close()


def body_of(answer: bytes) -> bytes:
    with transport_to(answer) as (_, transport, url):
        return transport.post(url, b"x", {}).body


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK + b"Content-Length: 3\r\n\r\nabc", b"abc"),
        (OK + b"CONTENT-LENGTH:3\r\n\r\nabc", b"abc"),
        (OK + b"Content-Length: 3, 3\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200\nContent-Length: 3\n\nabc", b"abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", b"to the end"),
        (OK + b"\r\nto the end", b"to the end"),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
            b"abc0123456789",
        ),
        (OK + b"Transfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nTrailer: x\r\n\r\n", b"a"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", b"a"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (OK + b"X: folded\r\n over two lines\r\nContent-Length: 1\r\n\r\na", b"a"),
        (OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"packed", mtime=0), b"packed"),
        (OK + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"packed"), b"packed"),
    ],
)
def test_every_form_of_an_answer_is_read(answer: bytes, body: bytes) -> None:
    assert body_of(answer) == body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"HTTP/1.1",
        b"HTTP/2 200\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        OK + b"Content-Length: 5\r\n\r\nabc",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 1, 2\r\n\r\nab",
        OK + b"Content-Length: \xb2\r\n\r\nab",
        OK + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001,
        OK + b"\r\n" + b"x" * 1001,
        OK + b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001,
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1f4\r\n" + b"x" * 500 + b"\r\n1f5\r\n" + b"x" * 501,
        OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nab",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        OK + b"X: " + b"x" * 70000 + b"\r\n\r\n",
        OK + b"X: y\r\n" * 300 + b"\r\n",
        OK + b"Content-Encoding: gzip\r\n\r\nnot packed",
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 1001, mtime=0),
    ],
)
def test_what_is_no_answer_is_a_transport_error(answer: bytes) -> None:
    with transport_to(answer) as (_, transport, url), pytest.raises(TransportError) as caught:
        transport.post(url, b"x", {})
    assert caught.value.where == url


@given(
    answer=st.binary(max_size=200),
    start=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n"]),
)
@examples(60)
def test_any_octets_are_an_answer_or_a_transport_error(answer: bytes, start: bytes) -> None:
    with transport_to(start + answer) as (_, transport, url), suppress(TransportError):
        assert 100 <= transport.post(url, b"x", {}).status <= 999


@pytest.mark.parametrize(
    "first",
    [
        b"HTTP/1.1 200 keep\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1",
        b"HTTP/1.0 200 keep\r\nContent-Length: 1\r\n\r\n1",
        b"HTTP/1.1 200 keep\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n1\r\n1\r\n0\r\n\r\n",
        b"HTTP/1.1 200 keep\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 smuggled\r\nContent-Length: 1\r\n\r\n!",
    ],
    ids=["close", "HTTP/1.0", "two lengths", "more than the answer"],
)
def test_a_connection_in_doubt_is_not_used_again(first: bytes) -> None:
    last = b"HTTP/1.1 200 keep\r\nContent-Length: 1\r\n\r\n2"
    with transport_to(first, last) as (server, transport, url):
        assert transport.post(url, b"x", {}).body == b"1"
        assert transport.post(url, b"x", {}).body == b"2"
        assert server.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew() -> None:
    one, two = (OK + b"Content-Length: 1\r\n\r\n" + each for each in (b"1", b"2"))
    with transport_to(one, two) as (server, transport, url):
        assert transport.post(url, b"x", {}).body == b"1"
        for _ in range(1000):  # the server's end of the connection arrives when it does
            _, idle = transport._destinations[url]
            if idle[0].is_stale():
                break
            threading.Event().wait(0.005)
        assert transport.post(url, b"x", {}).body == b"2"
        assert server.connections == 2


def test_a_call_is_one_request_with_the_headers_given() -> None:
    with transport_to(OK + b"Content-Length: 0\r\n\r\n") as (server, transport, url):
        transport.post(url + "?a=б", b"body", {"SOAPAction": '"urn:Ack"'})
        port = url.partition("127.0.0.1:")[2].partition("/")[0]
    assert server.requests == [
        b"POST /ws?a=%D0%B1 HTTP/1.1\r\nHost: 127.0.0.1:" + port.encode() + b"\r\n"
        b'Accept-Encoding: identity\r\nContent-Length: 4\r\nSOAPAction: "urn:Ack"\r\n\r\nbody'
    ]


@pytest.mark.parametrize(
    ("url", "host", "port", "named"),
    [
        ("http://smev.example/ws", "smev.example", 80, b"smev.example"),
        ("https://smev.example/ws", "smev.example", 443, b"smev.example"),
        ("https://smev.example:80/ws", "smev.example", 80, b"smev.example:80"),
        ("http://[::1]:7500/ws", "::1", 7500, b"[::1]:7500"),
        ("http://смэв.рф/", "xn--b1ato3c.xn--p1ai", 80, b"xn--b1ato3c.xn--p1ai"),
    ],
)
def test_the_host_is_named_as_the_address_names_it(url: str, host: str, port: int, named: bytes) -> None:
    destination = Destination.of(url)
    assert (destination.host, destination.port) == (host, port)
    assert b"\r\nHost: " + named + b"\r\n" in destination.head


@pytest.mark.parametrize("url", ["ftp://smev.example/", "smev.example", "http:///ws", "http://a:b/"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Destination.of(url)


@pytest.mark.parametrize("value", ["a\r\nHost: evil", "a\nb", "a\rb", "a\0b"])
def test_a_header_cannot_bring_others_along(value: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        header_lines({"X": value})
    with pytest.raises(ValueError, match="one line"):
        header_lines({value: "x"})


def test_a_refusal_that_comes_before_the_body_was_taken_is_read() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        connection, _ = listener.accept()
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass
        connection.close()

    thread = threading.Thread(target=refuse)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    answer = HttpTransport(connect_timeout=60, read_timeout=60).post(url, b"x" * (8 << 20), {})
    thread.join()
    listener.close()
    assert (answer.status, answer.body) == (413, b"no")


def test_a_server_of_https_must_prove_who_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x509 = pytest.importorskip("cryptography.x509", reason="makes the certificate of the test")
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    answer = b"HTTP/1.1 200 keep\r\nContent-Length: 1\r\n\r\n1"
    server = Server(answer, answer, answer, answer, context=context)
    url = f"https://localhost:{server.port}/"
    with pytest.raises(TransportError):
        HttpTransport(connect_timeout=60, read_timeout=60).post(url, b"x", {})
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    trusting = HttpTransport(connect_timeout=60, read_timeout=60)
    assert [trusting.post(url, b"x", {}).body for _ in range(2)] == [b"1", b"1"]
    trusting.close()  # the server serves one connection at a time
    with pytest.raises(TransportError):  # named otherwise than its certificate says
        trusting.post(url.replace("localhost", "127.0.0.1"), b"x", {})
    trusting.close()
    server.close()


def test_a_silent_server_is_waited_for_no_longer_than_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(TransportError):
            HttpTransport(connect_timeout=60, read_timeout=0.05).post(url, b"x", {})


def test_a_connection_reads_no_more_than_the_bound_allows() -> None:
    server = Server(OK + b"Content-Length: 11\r\n\r\n" + b"x" * 11)
    destination = Destination.of(f"http://127.0.0.1:{server.port}/")
    connection = Connection(destination, None, connecting=5, reading=5)
    with pytest.raises(OSError, match=r".*"):
        connection.post(destination, b"", b"", 10)
    connection.close()
    server.close()
