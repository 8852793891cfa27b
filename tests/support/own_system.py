"""A participant's own system on loopback: says what the test tells it to, keeps what it was asked."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Asked:
    """One call as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Says:
    """What the system says."""

    status: int = 200
    content_type: str = "application/xml"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    """Take the call and never answer."""


@dataclass
class OwnSystem:
    """Where it listens, what it will say (the last for ever), what it was asked."""

    url: str = ""
    says: list[Says] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    called: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def own_system() -> Iterator[OwnSystem]:
    """Serve until the context ends."""
    system = OwnSystem()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            system.asked.append(Asked(dict(self.headers), body))
            system.called.set()
            said = system.says.pop(0) if len(system.says) > 1 else system.says[0]
            if said.silent:
                system.ended.wait(60)
                return
            self.send_response(said.status)
            self.send_header("Content-Type", said.content_type)
            self.send_header("Content-Length", str(len(said.body)))
            for name, value in said.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        system.url = f"http://127.0.0.1:{server.server_address[1]}/answers"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield system
        system.ended.set()
        server.shutdown()
        thread.join()
