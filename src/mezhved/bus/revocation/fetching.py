"""Fetching revocation data from an address or a file: bounded in size, time and direction."""

from __future__ import annotations

import http.client
import os
import ssl
import stat
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from mezhved.gost.ocsp import MAX_RESPONSE_OCTETS, REQUEST_TYPE, RESPONSE_TYPE
from mezhved.service.bounded import BoundedHttp, ForbiddenAddress
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.service.bounded import Address

_PIECE: Final = 64 * 1024
_REDIRECTS: Final = 3
_MOVED: Final = frozenset((301, 302, 303, 307, 308))
_LONGEST_MARK: Final = 100


class FetchFailed(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """Nothing usable came. `kind` is one word for the log and the metrics."""

    def __init__(self, kind: str, ru: str, en: str) -> None:
        super().__init__(Text(ru=ru, en=en))
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a source tells whether its data changed: ETag and Last-Modified, or a file's time and size."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source gave; `octets` None: what was fetched before has not changed."""

    octets: bytes | None
    marks: Marks


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches over http, https and from files.

    One fetch takes at most `timeout` seconds, gives at most `largest` octets, and follows redirects to the
    same host or to one of `redirect_hosts` only, three at most and never from https to http. Nothing is
    decompressed. Link-local, multicast and unspecified addresses are never connected to.
    """

    timeout: float
    largest: int
    redirect_hosts: frozenset[str] = frozenset()
    tls: ssl.SSLContext | None = None

    def get(self, address: str, marks: Marks, *, outside: bool = False) -> Fetched:
        """Fetch a list unless it is the one with these marks. Raises `FetchFailed`.

        `outside`: the address was chosen by somebody else than the operator, so nothing of this machine
        is read.
        """
        if not address.startswith(("http://", "https://")):
            return self._read_file(unquote(address.removeprefix("file://")), marks)
        headers = {"Accept": "application/pkix-crl, */*", "Accept-Encoding": "identity", **_AGENT}
        if marks.etag:
            headers["If-None-Match"] = marks.etag
        if marks.modified:
            headers["If-Modified-Since"] = marks.modified
        place = address
        for _ in range(_REDIRECTS + 1):
            fetched = self._get_once(place, headers, marks, outside=outside)
            if isinstance(fetched, Fetched):
                return fetched
            place = self._redirected(place, fetched)
        raise FetchFailed("redirect", "перенаправлений слишком много", "too many redirects")

    def ask(self, address: str, request: bytes, *, outside: bool = False) -> bytes:
        """Post an OCSP request and return the response. Redirects are not followed. Raises `FetchFailed`."""
        headers = {"Content-Type": REQUEST_TYPE, "Accept": RESPONSE_TYPE, "Accept-Encoding": "identity"}
        try:
            with self._http(outside).exchange("POST", address, request, headers | _AGENT) as response:
                _expect_ok(response.status)
                return _body(response, MAX_RESPONSE_OCTETS)
        except _FAILURES as error:
            raise self._failure(error) from error

    def _get_once(
        self, place: str, headers: Mapping[str, str], marks: Marks, *, outside: bool
    ) -> Fetched | str:
        """Return what came, or where else it is said to be."""
        try:
            with self._http(outside).exchange("GET", place, None, headers) as response:
                if response.status in _MOVED:
                    return response.headers.get("Location", "")
                if response.status == HTTPStatus.NOT_MODIFIED and marks != Marks():
                    return Fetched(None, marks)
                _expect_ok(response.status)
                found = Marks(_mark(response, "ETag"), _mark(response, "Last-Modified"))
                return Fetched(_body(response, self.largest), found)
        except _FAILURES as error:
            raise self._failure(error) from error

    def _redirected(self, place: str, location: str) -> str:
        """Return the address to go on with. Raises `FetchFailed` when it leads elsewhere."""
        target = ""
        try:
            target = urljoin(place, location)
            old, new = urlsplit(place), urlsplit(target)
            same = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
            listed = new.hostname in self.redirect_hosts and new.scheme in {"https", old.scheme}
            right = (same or listed) and "@" not in new.netloc
        except ValueError:
            right = False
        if not right or not target.isascii() or not target.isprintable() or " " in target:
            raise FetchFailed(
                "redirect",
                "перенаправление на другой узел не разрешено",
                "a redirect to another host is not allowed",
            )
        return target

    def _http(self, outside: bool) -> BoundedHttp:  # noqa: FBT001 - private, one caller's name for it
        return BoundedHttp(self.timeout, _not_ours if outside else _reachable, tls=self.tls)

    def _read_file(self, path: str, marks: Marks) -> Fetched:
        try:
            # Without O_NONBLOCK a named pipe would hold the thread for ever.
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor
                found = os.fstat(handle)
                if not stat.S_ISREG(found.st_mode):
                    raise FetchFailed("unreadable", "это не обычный файл", "this is no regular file")
                now = Marks("", f"{found.st_mtime_ns}/{found.st_size}/{found.st_ino}")
                if now == marks:
                    return Fetched(None, marks)
                octets = file.read(self.largest + 1)
        except OSError as error:
            told = error.strerror or type(error).__name__
            raise FetchFailed(
                "unreadable", f"файл не читается: {told}", f"the file does not read: {told}"
            ) from error
        if len(octets) > self.largest:
            raise _too_large(self.largest)
        return Fetched(octets, now)

    def _failure(self, error: Exception) -> FetchFailed:
        """Say in our words what went wrong; what the other side said stays out."""
        if isinstance(error, TimeoutError):
            ru, en = f"нет ответа за {self.timeout:g} с", f"no answer within {self.timeout:g} s"
            return FetchFailed("timeout", ru, en)
        if isinstance(error, ForbiddenAddress):
            return FetchFailed("forbidden", "адрес узла не разрешён", "the host's address is not allowed")
        if isinstance(error, ssl.SSLError):
            return FetchFailed("tls", f"TLS: {error.reason}", f"TLS: {error.reason}")
        if isinstance(error, http.client.IncompleteRead):
            return FetchFailed("truncated", "ответ оборвался", "the answer broke off")
        if isinstance(error, http.client.HTTPException):
            return FetchFailed("garbage", "ответ — не HTTP", "the answer is no HTTP")
        told = getattr(error, "strerror", None) or type(error).__name__
        return FetchFailed("unreachable", f"нет соединения: {told}", f"no connection: {told}")


_FAILURES: Final = (OSError, http.client.HTTPException, ValueError)
_AGENT: Final = {"User-Agent": "mezhved"}


def _expect_ok(status: int) -> None:
    if status != HTTPStatus.OK:
        raise FetchFailed("status", f"HTTP {status}", f"HTTP {status}")


def _body(response: http.client.HTTPResponse, largest: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchFailed(
            "encoded", "ответ сжат, хотя об этом не просили", "the answer is compressed, unasked"
        )
    length: Any = response.length
    if length is not None and length > largest:
        raise _too_large(largest)
    whole = bytearray()
    while piece := response.read(_PIECE):
        whole += piece
        if len(whole) > largest:
            raise _too_large(largest)
    if length is not None and len(whole) < length:
        raise http.client.IncompleteRead(b"", length - len(whole))
    return bytes(whole)


def _mark(response: http.client.HTTPResponse, name: str) -> str:
    """Keep a mark only if it can be sent back as it is."""
    value = response.headers.get(name, "").strip()
    return value if len(value) <= _LONGEST_MARK and value.isascii() and value.isprintable() else ""


def _too_large(largest: int) -> FetchFailed:
    return FetchFailed("large", f"больше {largest} байт", f"larger than {largest} octets")


def _reachable(address: Address) -> bool:
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)


def _not_ours(address: Address) -> bool:
    return _reachable(address) and not address.is_loopback
