"""One notice over HTTP to an address that nobody vouches for: bounded in time, size and direction."""

from __future__ import annotations

import contextlib
import http.client
import io
import ipaddress
import socket
import ssl
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from mezhved.smev3 import soap
from mezhved.smev3.push import ACTION, PushRefused, read_answer
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LARGEST_ANSWER = 64 * 1024
_HTTPS = 443
_HTTP = 80
_LARGEST_SEND = 64 * 1024


class PushFailed(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """A notice did not get through. `kind` is one word for the log, free of what the other side said."""

    def __init__(self, kind: str, ru: str, en: str) -> None:
        super().__init__(Text(ru=ru, en=en))
        self.kind = kind


class Deliver(Protocol):
    """Carries one notice; raises `PushFailed`."""

    def __call__(self, address: str, body: bytes) -> None:
        """Post the envelope `body` to an address of the registry."""


class HttpDelivery:
    """Posts notices, each over a connection of its own that ends with it.

    The whole notice takes at most `timeout` seconds, however slowly the other side reads and writes; only
    the look-up of the host's name is left to the system's own limit. `networks` are those that may be
    sent to; without them any but link-local, multicast and unspecified addresses, which mean something
    to this machine alone. What was looked up is what is connected to, so a name that changes its address
    in between gains nothing. Redirects are not followed, answers are read up to 64 KiB.
    """

    def __init__(
        self,
        timeout: float,
        networks: Sequence[str] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        look_up: Callable[[str, int], list[Any]] = lambda host, port: socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        ),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout = timeout
        self._networks = [ipaddress.ip_network(each) for each in networks]
        self._clock = clock
        self._look_up = look_up
        self._tls = tls

    def __call__(self, address: str, body: bytes) -> None:
        """Post a notice. Raises `PushFailed`."""
        try:
            status, kind, answer = self._exchange(address, body, self._clock() + self._timeout)
        except PushFailed:
            raise
        except TimeoutError as error:
            raise PushFailed(
                "timeout",
                f"нет ответа за {self._timeout:g} с",
                f"no answer within {self._timeout:g} s",
            ) from error
        except ssl.SSLError as error:
            raise PushFailed("tls", f"TLS: {error.reason}", f"TLS: {error.reason}") from error
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) else None
            raise PushFailed(
                "unreachable",
                f"нет соединения: {told or type(error).__name__}",
                f"no connection: {told or type(error).__name__}",
            ) from error
        except http.client.HTTPException as error:
            raise PushFailed("garbage", "ответ — не HTTP", "the answer is no HTTP") from error
        _judge(status, kind, answer)

    def _exchange(self, address: str, body: bytes, deadline: float) -> tuple[int, str, bytes]:
        parts = urlsplit(address)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (_HTTPS if secure else _HTTP)
        connection = self._connect(host, port, deadline)
        with contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if secure:
                connection.settimeout(self._left(deadline))
                context = self._tls or ssl.create_default_context()
                connection = stack.enter_context(context.wrap_socket(connection, server_hostname=host))
            request = http.client.HTTPConnection(host, parts.port)
            request.sock = _Bounded(connection, lambda: self._left(deadline))
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            request.request("POST", target, body, _HEADERS)
            response = request.getresponse()
            answer = response.read(LARGEST_ANSWER + 1)
            return response.status, response.headers.get("Content-Type", ""), answer

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        """Connect to the first address of the host that may be sent to and answers."""
        found = [place for place in self._look_up(host, port) if self._allowed(place[4][0])]
        if not found:
            raise PushFailed(
                "forbidden", "адрес вне разрешённых сетей", "the address is outside the networks allowed"
            )
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

    def _allowed(self, place: str) -> bool:
        address = ipaddress.ip_address(place.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        if self._networks:
            return any(address in each for each in self._networks)
        return not (address.is_link_local or address.is_multicast or address.is_unspecified)

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


_HEADERS = {
    "Content-Type": soap.CONTENT_TYPE,
    "SOAPAction": f'"{ACTION}"',
    "Accept": "text/xml",
    "User-Agent": "mezhved",
    "Connection": "close",
}


def _judge(status: int, kind: str, answer: bytes) -> None:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise PushFailed("redirect", f"перенаправление (HTTP {status})", f"a redirect (HTTP {status})")
    if len(answer) > LARGEST_ANSWER:
        raise PushFailed(
            "large", f"ответ больше {LARGEST_ANSWER} байт", f"the answer exceeds {LARGEST_ANSWER} octets"
        )
    well = status // 100 == HTTPStatus.OK // 100
    if well or status == HTTPStatus.INTERNAL_SERVER_ERROR:
        try:
            read_answer(kind, answer)
        except PushRefused as error:
            raise PushFailed("refused" if well else "status", error.what.ru, error.what.en) from error
    if not well:
        raise PushFailed("status", f"HTTP {status}", f"HTTP {status}")


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
