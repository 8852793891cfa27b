"""A server on 127.0.0.1 that answers as it is told, call after call, and remembers what it was sent."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `promised` is the Content-Length when it shall differ from the truth (a cut answer)."""

    body: bytes
    status: int = 200
    content_type: str = "text/xml;charset=UTF-8"
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Take the call, then close the connection without a word."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class StandIn:
    """The script that is left, the calls that came, and how many connections they came by."""

    url: str
    script: list[Reply | Drop] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    connections: int = 0


def _handler(state: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            state.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.calls.append(Call(self.path, dict(self.headers), body))
            reply = state.script.pop(0)
            if isinstance(reply, Drop):
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            length = len(reply.body) if reply.promised is None else reply.promised
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.promised is not None

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@contextlib.contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run the server for the time of a test."""
    state = StandIn("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/smev/v1.2/ws"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
