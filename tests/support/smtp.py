"""A small SMTP server on loopback that keeps what it is sent, and refuses what it is told to."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socketserver
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


@dataclass
class Received:
    """One letter as it came."""

    sender: str
    recipients: list[str]
    octets: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.octets, policy=email.policy.default)


@dataclass
class SmtpServer:
    """Where it listens, what it got, and what it says to recipients."""

    port: int = 0
    letters: list[Received] = field(default_factory=list)
    refusals: dict[str, bytes] = field(default_factory=dict)
    """Replies to RCPT by address, such as `550 no such user`."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        kept: SmtpServer = self.server.kept  # type: ignore[attr-defined]
        sender, recipients = "", list[str]()
        self._say(b"220 test")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                self._say(b"250-test\r\n250 SIZE 1000000")
            elif verb == b"MAIL":
                sender, recipients = _address(line), []
                self._say(b"250 ok")
            elif verb == b"RCPT":
                reply = kept.refusals.get(_address(line), b"250 ok")
                if reply.startswith(b"250"):
                    recipients.append(_address(line))
                self._say(reply)
            elif verb == b"DATA":
                self._say(b"354 go on")
                octets = b"".join(iter(self.rfile.readline, b".\r\n"))
                kept.letters.append(Received(sender, recipients, octets))
                self._say(b"250 kept")
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 ok")

    def _say(self, reply: bytes) -> None:
        self.wfile.write(reply + b"\r\n")


def _address(line: bytes) -> str:
    return line.decode().partition("<")[2].partition(">")[0]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextlib.contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """Serve until the context ends."""
    kept = SmtpServer()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.kept = kept  # type: ignore[attr-defined]
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()
