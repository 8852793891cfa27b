"""Connections to addresses that nobody vouches for: bounded in time, whatever the other side does."""

from __future__ import annotations

import contextlib
import http.client
import io
import ipaddress
import socket
import ssl
import time
from string import punctuation
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS = {"http": 80, "https": 443}
_LARGEST_SEND = 64 * 1024


class ForbiddenAddress(OSError):  # noqa: N818 - named by what it is
    """The host has no address that may be connected to."""


def look_up(host: str, port: int) -> list[Any]:
    """Ask the system for a host's addresses."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class BoundedHttp:
    """One HTTP exchange over a connection of its own, all of it within `timeout` seconds.

    However slowly the other side reads and writes; only the look-up of the host's name is left to the
    system's own limit. What was looked up is what is connected to, so a name that changes its address in
    between gains nothing.
    """

    def __init__(
        self,
        timeout: float,
        allowed: Callable[[Address], bool],
        *,
        clock: Callable[[], float] = time.monotonic,
        look_up: Callable[[str, int], list[Any]] = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout = timeout
        self._allowed = allowed
        self._clock = clock
        self._look_up = look_up
        self._tls = tls

    @contextlib.contextmanager
    def exchange(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Iterator[http.client.HTTPResponse]:
        """Send one request; its answer is read inside, under the same limit.

        Raises `OSError` (`TimeoutError`, `ssl.SSLError`, `ForbiddenAddress`), `http.client.HTTPException`,
        `ValueError`.
        """
        deadline = self._clock() + self._timeout
        parts = urlsplit(address)
        host, secure = parts.hostname or "", parts.scheme == "https"
        with contextlib.ExitStack() as stack:
            connection = self._connect(host, parts.port or _PORTS[parts.scheme], deadline)
            stack.callback(connection.close)
            if secure:
                connection.settimeout(self._left(deadline))
                context = self._tls or ssl.create_default_context()
                connection = stack.enter_context(context.wrap_socket(connection, server_hostname=host))
            request = http.client.HTTPConnection(host, parts.port)
            request.sock = _Bounded(connection, lambda: self._left(deadline))
            target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=punctuation)
            request.request(method, target, body, {**headers, "Connection": "close"})
            yield request.getresponse()

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        """Connect to the first address of the host that is allowed and answers."""
        found = [place for place in self._look_up(host, port) if self._may(place[4][0])]
        if not found:
            raise ForbiddenAddress("no address of the host is allowed")
        failure: OSError = TimeoutError()
        for family, kind, protocol, _, place in found:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self._left(deadline))
                connection.connect(place)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure

    def _may(self, place: str) -> bool:
        address = ipaddress.ip_address(place.partition("%")[0])
        return self._allowed(getattr(address, "ipv4_mapped", None) or address)

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Bounded:
    """A socket whose every operation takes no longer than what is left: all that `http.client` needs."""

    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        self._connection = connection
        self._left = left

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _LARGEST_SEND):
            self._connection.settimeout(self._left())
            self._connection.sendall(view[start : start + _LARGEST_SEND])

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._connection, self._left))

    def close(self) -> None:
        """Leave the closing to the one who connected: the answer is still to be read."""


class _Reader(io.RawIOBase):
    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        super().__init__()
        self._connection = connection
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._connection.settimeout(self._left())
        return self._connection.recv_into(buffer)
