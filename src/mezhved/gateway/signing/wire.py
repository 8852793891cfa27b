"""What the gateway and the signing service say to each other: short frames of JSON over a local socket.

A frame is its length (four octets, big endian), with a shared secret an HMAC-SHA256, and a JSON object. The
service begins with a nonce; each frame's HMAC covers the nonce, the direction and the number of the frame,
so that no frame can be used twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from typing import Any, Final

LARGEST: Final = 8192
"""Octets of a frame: names and digests are short."""
NONCE_OCTETS: Final = 32
_MAC_OCTETS: Final = 32
_LENGTH_OCTETS: Final = 4


class BrokenTalk(Exception):  # noqa: N818
    """The other side closed, or said what cannot be understood or believed."""


class Talk:
    """One connection, from either side; one thread at a time. Raises `BrokenTalk` and `OSError`."""

    def __init__(self, connection: socket.socket, secret: bytes, *, serves: bool) -> None:
        self._connection = connection
        self._secret = secret
        self._out, self._in = (b"s", b"c") if serves else (b"c", b"s")
        self._sent = self._got = 0
        self._nonce = b""

    def greet(self, nonce: bytes) -> None:
        """Begin, as the service."""
        self._connection.sendall(nonce)
        self._nonce = nonce

    def be_greeted(self) -> None:
        """Begin, as the gateway."""
        self._nonce = self._exactly(NONCE_OCTETS)

    def send(self, said: dict[str, Any]) -> None:
        """Send one object."""
        body = json.dumps(said, ensure_ascii=False).encode()
        self._sent += 1
        frame = self._mac(self._out, self._sent, body) + body
        if len(frame) > LARGEST:
            raise BrokenTalk("too long")
        self._connection.sendall(len(frame).to_bytes(_LENGTH_OCTETS, "big") + frame)

    def receive(self) -> dict[str, Any]:
        """Wait for one object."""
        length = int.from_bytes(self._exactly(_LENGTH_OCTETS), "big")
        if length > LARGEST:
            raise BrokenTalk("too long")
        frame = self._exactly(length)
        size = _MAC_OCTETS if self._secret else 0
        mac, body = frame[:size], frame[size:]
        self._got += 1
        if not hmac.compare_digest(mac, self._mac(self._in, self._got, body)):
            raise BrokenTalk("not authentic")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BrokenTalk("no JSON") from error
        if not isinstance(said, dict):
            raise BrokenTalk("no object")
        return said

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _mac(self, direction: bytes, number: int, body: bytes) -> bytes:
        if not self._secret:
            return b""
        covered = b"".join((self._nonce, direction, number.to_bytes(8, "big"), body))
        return hmac.digest(self._secret, covered, hashlib.sha256)

    def _exactly(self, count: int) -> bytes:
        pieces = b""
        while len(pieces) < count:
            piece = self._connection.recv(count - len(pieces))
            if not piece:
                raise BrokenTalk("closed")
            pieces += piece
        return pieces


def address_of(said: str) -> tuple[socket.AddressFamily, Any]:
    """Return the family and address of `unix:/path` or `tcp:host:port`, as the settings allow them."""
    kind, _, place = said.partition(":")
    if kind == "unix":
        return socket.AF_UNIX, place
    host, _, port = place.rpartition(":")
    host = host.strip("[]")
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, int(port))
