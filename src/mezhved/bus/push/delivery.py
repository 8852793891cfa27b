"""One notice over HTTP to an address that nobody vouches for: bounded in time, size and direction."""

from __future__ import annotations

import http.client
import ipaddress
import ssl
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from mezhved.service.bounded import BoundedHttp, ForbiddenAddress, look_up
from mezhved.smev3 import soap
from mezhved.smev3.push import ACTION, PushRefused, read_answer
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LARGEST_ANSWER = 64 * 1024


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

    The whole notice takes at most `timeout` seconds, however slowly the other side reads and writes.
    `networks` are those that may be sent to; without them any but link-local, multicast and unspecified
    addresses, which mean something to this machine alone. Redirects are not followed, answers are read
    up to 64 KiB.
    """

    def __init__(
        self,
        timeout: float,
        networks: Sequence[str] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        look_up: Callable[[str, int], list[Any]] = look_up,
    ) -> None:
        self._timeout = timeout
        self._networks = [ipaddress.ip_network(each) for each in networks]
        self._http = BoundedHttp(timeout, self._allowed, clock=clock, look_up=look_up)

    def __call__(self, address: str, body: bytes) -> None:
        """Post a notice. Raises `PushFailed`."""
        try:
            with self._http.exchange("POST", address, body, _HEADERS) as response:
                answer = response.read(LARGEST_ANSWER + 1)
            status, kind = response.status, response.headers.get("Content-Type", "")
        except ForbiddenAddress as error:
            raise PushFailed(
                "forbidden", "адрес вне разрешённых сетей", "the address is outside the networks allowed"
            ) from error
        except TimeoutError as error:
            seconds = f"{self._timeout:g}"
            raise PushFailed(
                "timeout", f"нет ответа за {seconds} с", f"no answer within {seconds} s"
            ) from error
        except ssl.SSLError as error:
            raise PushFailed("tls", f"TLS: {error.reason}", f"TLS: {error.reason}") from error
        except (OSError, ValueError) as error:
            told = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
            raise PushFailed("unreachable", f"нет соединения: {told}", f"no connection: {told}") from error
        except http.client.HTTPException as error:
            raise PushFailed("garbage", "ответ — не HTTP", "the answer is no HTTP") from error
        _judge(status, kind, answer)

    def _allowed(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        if self._networks:
            return any(address in each for each in self._networks)
        return not (address.is_link_local or address.is_multicast or address.is_unspecified)


_HEADERS = {
    "Content-Type": soap.CONTENT_TYPE,
    "SOAPAction": f'"{ACTION}"',
    "Accept": "text/xml",
    "User-Agent": "mezhved",
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
