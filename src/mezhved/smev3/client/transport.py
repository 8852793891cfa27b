"""HTTP beneath the client: one POST, its answer whole, and what may go wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import urllib3

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

MEBIBYTE = 1024 * 1024
CHUNK = 256 * 1024


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
    """Connections that are kept and used again, from any number of threads.

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
        self._pool = urllib3.PoolManager(
            num_pools=2,
            maxsize=connections,
            timeout=urllib3.Timeout(connect=connect_timeout, read=read_timeout),
            retries=False,
        )

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Send `body` and return the whole answer; redirects are not followed."""
        try:
            response = self._pool.request(
                "POST", url, body=body, headers=dict(headers), preload_content=False, redirect=False
            )
            with response:
                octets = self._read(response, url)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise TransportError(
                Text(ru=f"нет ответа: {error}", en=f"no answer: {error}"), where=url
            ) from error
        return HttpAnswer(response.status, response.headers.get("Content-Type", ""), octets)

    def _read(self, response: urllib3.BaseHTTPResponse, url: str) -> bytes:
        pieces = []
        size = 0
        for piece in response.stream(CHUNK, decode_content=True):
            size += len(piece)
            if size > self._largest:
                response.close()
                raise TransportError(
                    Text(
                        ru=f"ответ больше {self._largest} байт",
                        en=f"the answer is larger than {self._largest} octets",
                    ),
                    where=url,
                )
            pieces.append(piece)
        response.release_conn()
        return b"".join(pieces)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.clear()
