"""Participants' push services on real sockets: well-behaved ones and hostile ones."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from mezhved.smev3.push import PushListener, PushNotification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Service:
    """A push service under `address`; `notices` are those it took, `heard` counts connections."""

    address: str
    notices: list[PushNotification] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def take(self, notice: PushNotification) -> None:
        self.notices.append(notice)
        self.arrived.set()

    @property
    def told(self) -> list[dict[str, int]]:
        """The queues of every notice by name."""
        return [{each.name: each.size for each in notice.queues} for notice in self.notices]


@contextlib.contextmanager
def listening() -> Iterator[Service]:
    """A service that takes every notice, made of the library's own WSGI callable."""
    service = Service("")
    server = make_server("127.0.0.1", 0, PushListener(service.take), handler_class=_Silent)
    service.address = f"http://127.0.0.1:{server.server_port}/push"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def scripted(answer: Callable[[socket.socket], None], *, read: bool = True) -> Iterator[Service]:
    """A service that does with each connection what `answer` does, after the request was read."""
    listener = socket.create_server(("127.0.0.1", 0))
    service = Service(f"http://127.0.0.1:{listener.getsockname()[1]}/push?system=1")
    stopped = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if read:
                service.heard.append(whole_request(connection))
            service.arrived.set()
            answer(connection)

    def run() -> None:
        while True:
            connection, _ = listener.accept()
            if stopped.is_set():
                connection.close()
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        stopped.set()
        socket.create_connection(listener.getsockname(), timeout=60).close()
        thread.join()
        listener.close()


def whole_request(connection: socket.socket) -> bytes:
    """Read a request with its Content-Length; `ConnectionError` when it ends before."""

    def more() -> bytes:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError
        return piece

    octets = b""
    while b"\r\n\r\n" not in octets:
        octets += more()
    head, _, body = octets.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += more()
    return head + b"\r\n\r\n" + body


def http(status: str, body: bytes = b"", *headers: str, kind: str = "text/xml") -> bytes:
    """An HTTP answer as octets."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answering(octets: bytes) -> Callable[[socket.socket], None]:
    """An answer that is always the same."""
    return lambda connection: connection.sendall(octets)
