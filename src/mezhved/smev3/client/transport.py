"""HTTP beneath the client: one POST, its answer whole, and what may go wrong on the way."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import urllib3

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

MEBIBYTE = 1024 * 1024


class TransportError(MezhvedError):
    """No usable answer came: a connection refused or broken, a time-out, an answer cut short or too large.

    Nothing is known about what the server did with the call: repeat it with the very same octets.
    """


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
    `connections` is how many are kept open; `largest_answer` is in octets.
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
        self._timeout = urllib3.Timeout(connect=connect_timeout, read=read_timeout)
        self._connections = connections
        self._start()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Send `body` and return the whole answer; redirects are not followed."""
        if self._process != os.getpid():
            # Forked: the connections are the parent's, and two processes on one of them mix their answers.
            self._start()
        try:
            pool, target = self._destination(url)
            response = pool.urlopen(
                "POST",
                target,
                body,
                dict(headers),
                retries=False,
                redirect=False,
                assert_same_host=False,
                timeout=self._timeout,
                preload_content=False,
            )
            with response:
                octets = self._read(response, url)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise TransportError(
                Text(ru=f"нет ответа: {error}", en=f"no answer: {error}"), where=url
            ) from error
        return HttpAnswer(response.status, response.headers.get("Content-Type", ""), octets)

    def _start(self) -> None:
        self._process = os.getpid()
        self._pool = urllib3.PoolManager(maxsize=self._connections)
        self._destinations: dict[str, tuple[urllib3.HTTPConnectionPool, str]] = {}

    def _destination(self, url: str) -> tuple[urllib3.HTTPConnectionPool, str]:
        """Return the host's connections and the path; the library would parse the address every time."""
        known = self._destinations.get(url)
        if known is None:
            parts = urlsplit(url)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            known = self._destinations[url] = (self._pool.connection_from_url(url), target)
        return known

    def _read(self, response: urllib3.BaseHTTPResponse, url: str) -> bytes:
        octets = response.read(self._largest, decode_content=True)
        if len(octets) >= self._largest and response.read(1, decode_content=True):
            response.close()
            raise TransportError(
                Text(
                    ru=f"ответ больше {self._largest} байт",
                    en=f"the answer is larger than {self._largest} octets",
                ),
                where=url,
            )
        response.release_conn()
        return octets

    def close(self) -> None:
        """Close the kept connections."""
        self._destinations.clear()
        self._pool.clear()
