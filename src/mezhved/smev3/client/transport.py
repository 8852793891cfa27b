"""HTTP beneath the client: one POST, its answer whole, and what may go wrong on the way."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mezhved.smev3.client.http1 import Connection, Destination, TooLarge, header_lines
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

MEBIBYTE = 1024 * 1024


class TransportError(MezhvedError):
    """No usable answer came: a connection refused or broken, a time-out, an answer cut short or too large.

    Nothing is known about what the server did with the call: repeat it with the very same octets.
    """


class NotConnected(TransportError):  # noqa: N818 - what did not happen
    """No connection could be made: not one octet of the call has left, so nobody can have taken it."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer of the server, of any status."""

    status: int
    content_type: str
    body: bytes


class Transport(Protocol):
    """Carries one call. An answer of any HTTP status is an answer; raises `TransportError` without one."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Send `body` and return the whole answer."""
        ...


class HttpTransport:
    """Connections that are kept and used again, from any number of threads and on both sides of a fork.

    `connect_timeout` and `read_timeout` are seconds (the second one between two pieces of the answer);
    `connections` is how many are kept open for one address; `largest_answer` is in octets. Over https the
    server's certificate must lead to an authority that the system trusts. Redirects are not followed.
    """

    def __init__(
        self,
        *,
        connect_timeout: float = 10.0,
        read_timeout: float = 60.0,
        connections: int = 8,
        largest_answer: int = 32 * MEBIBYTE,
    ) -> None:
        self._largest = largest_answer
        self._connecting, self._reading = connect_timeout, read_timeout
        self._connections = connections
        self._tls: ssl.SSLContext | None = None
        self._start()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Send `body` and return the whole answer; `ValueError` for a URL or header that is none."""
        if self._process != os.getpid():
            # Forked: the connections are the parent's, and two processes on one of them mix their answers.
            self._start()
        known = self._destinations.get(url)
        if known is None:
            known = self._destinations[url] = (Destination.of(url), [])
        destination, idle = known
        lines = header_lines(headers)
        try:
            connection = self._connection(destination, idle)
        except (OSError, UnicodeError) as error:  # a name that DNS cannot even be asked for is not found
            raise NotConnected(
                Text(ru=f"нет соединения: {error}", en=f"no connection: {error}"), where=url
            ) from error
        try:
            try:
                answer = connection.post(destination, body, lines, self._largest)
            except BaseException:
                connection.close()
                raise
        except TooLarge as error:
            raise TransportError(
                Text(
                    ru=f"ответ больше {self._largest} байт",
                    en=f"the answer is larger than {self._largest} octets",
                ),
                where=url,
            ) from error
        except OSError as error:
            raise TransportError(
                Text(ru=f"нет ответа: {error}", en=f"no answer: {error}"), where=url
            ) from error
        if answer.reusable and len(idle) < self._connections:
            idle.append(connection)
        else:
            connection.close()
        return HttpAnswer(answer.status, answer.content_type, answer.body)

    def _start(self) -> None:
        self._process = os.getpid()
        self._destinations: dict[str, tuple[Destination, list[Connection]]] = {}

    def _connection(self, destination: Destination, idle: list[Connection]) -> Connection:
        """Return a connection that nobody else uses: the one used last, else a new one."""
        while idle:
            try:
                kept = idle.pop()
            except IndexError:
                break  # another thread was quicker
            if not kept.is_stale():
                return kept
            kept.close()
        context = self._context() if destination.secure else None
        return Connection(destination, context, connecting=self._connecting, reading=self._reading)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            import ssl  # noqa: PLC0415 - a Python may lack it, and http needs none

            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls

    def close(self) -> None:
        """Close the kept connections."""
        for _, idle in self._destinations.values():
            while idle:
                idle.pop().close()
        self._destinations.clear()
