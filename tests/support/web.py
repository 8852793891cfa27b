"""A web server on loopback that answers as it is told: rightly, slowly, brokenly, without end."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Page = bytes | Callable[["Asked"], bytes] | Iterator[bytes]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


def page(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str) -> bytes:
    """An answer that sends elsewhere."""
    return page(b"", "302 Found", Location=location)


@dataclass
class Web:
    """Pages by path: octets, what makes them from the request, or `None` for an answer that never comes."""

    port: int
    pages: dict[str, bytes | Callable[[Asked], bytes] | None] = field(default_factory=dict)
    endless: dict[str, bytes] = field(default_factory=dict)
    """By path what is sent after the page, again and again until the other side has enough."""
    asked: list[Asked] = field(default_factory=list)

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"http://{host}:{self.port}{path}"

    def serve(self, connection: socket.socket, ended: threading.Event) -> None:
        """Answer one connection."""
        with connection, suppress(OSError):
            asked = _read(connection)
            self.asked.append(asked)
            path = asked.line.split()[1]
            answer = self.pages.get(path, page(b"", "404 Not Found"))
            if answer is None:
                ended.wait(30)
                return
            connection.sendall(answer if isinstance(answer, bytes) else answer(asked))
            while path in self.endless and not ended.is_set():
                connection.sendall(self.endless[path])
                ended.wait(0.01)


def _read(connection: socket.socket) -> Asked:
    def more() -> bytes:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError
        return piece

    data = b""
    while b"\r\n\r\n" not in data:
        data += more()
    head, _, body = data.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += more()
    return Asked(line, headers, body)


@contextmanager
def serving() -> Iterator[Web]:
    """Serve on a free port of 127.0.0.1."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        web = Web(listener.getsockname()[1])

        def run() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=web.serve, args=(connection, ended), daemon=True).start()

        threading.Thread(target=run, daemon=True).start()
        try:
            yield web
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
