"""The way to an address, step by step: the name, the port, TLS, the server's clock."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mezhved.gateway.checking.findings import Finding, Verdict, ok
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TIMEOUT_SECONDS: Final = 10.0
SKEW_WARNED: Final = timedelta(seconds=60)
SKEW_REFUSED: Final = timedelta(minutes=30)
"""SMEV refuses polls whose time differs by more (SMEV-403)."""
_TERM_WARNED: Final = timedelta(days=30)
_PORTS: Final = {"http": 80, "https": 443, "ftp": 21, "ftpes": 21}


def reach(url: str, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Go the way to an address of SMEV as far as it leads; its WSDL, asked for last, changes nothing.

    A finding of failure is the last one.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80)
    found = _resolve(url, host, port)
    yield found
    if found.verdict is Verdict.FAILURE:
        return
    found = _connect(url, host, port)
    yield found
    if found.verdict is Verdict.FAILURE or parts.scheme not in {"http", "https"}:
        return
    if parts.scheme == "https":
        found = _secure(url, host, port, clock())
        yield found
        if found.verdict is Verdict.FAILURE:
            return
    yield _clock(url, clock)


def _resolve(url: str, host: str, port: int) -> Finding:
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return Finding(
            "dns",
            url,
            Verdict.FAILURE,
            Text(ru=f"имя {host} не находится: {error}", en=f"the name {host} is not found: {error}"),
            Text(ru="проверьте адрес и DNS защищённой сети", en="check the address and the network's DNS"),
        )
    addresses = ", ".join(sorted({str(each[4][0]) for each in known}))
    return ok("dns", url, addresses, addresses)


def _connect(url: str, host: str, port: int) -> Finding:
    began = time.monotonic()
    try:
        with socket.create_connection((host, port), TIMEOUT_SECONDS):
            pass
    except OSError as error:
        return Finding(
            "tcp",
            url,
            Verdict.FAILURE,
            Text(ru=f"порт {port} не отвечает: {error}", en=f"port {port} does not answer: {error}"),
            Text(
                ru="проверьте порт, межсетевой экран и канал до СМЭВ",
                en="check the port, the firewall and the channel to SMEV",
            ),
        )
    told = f"{(time.monotonic() - began) * 1000:.0f}"
    return ok("tcp", url, f"{told} мс", f"{told} ms")


def _secure(url: str, host: str, port: int, now: datetime) -> Finding:
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), TIMEOUT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
            version = secure.version() or "TLS"
    except OSError as error:
        return Finding(
            "tls",
            url,
            Verdict.FAILURE,
            Text(ru=f"TLS не установлен: {error}", en=f"no TLS: {error}"),
            Text(
                ru="проверьте, что на этом порту TLS, сертификат сервера и доверенные корни системы",
                en="check that this port has TLS, the server's certificate and the system's trusted roots",
            ),
        )
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    told = f"{version}, {ends:%Y-%m-%d}"
    if ends - now < _TERM_WARNED:
        cure = Text(ru="предупредите владельца сервера", en="tell the server's owner")
        return Finding("tls", url, Verdict.WARNING, Text(told, told), cure)
    return ok("tls", url, told, told)


def _clock(url: str, clock: Callable[[], datetime]) -> Finding:
    """Compare the clock with the server's Date header."""
    parts = urlsplit(url)
    port = parts.port or _PORTS[parts.scheme]
    host = parts.hostname or ""
    if parts.scheme == "https":
        from http.client import HTTPSConnection  # noqa: PLC0415 - a Python may lack it

        connection: HTTPConnection = HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS)
    else:
        connection = HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    with closing(connection):
        try:
            connection.request("GET", f"{parts.path or '/'}?wsdl", headers={"User-Agent": "mezhved"})
            said = connection.getresponse().getheader("Date")
        except (OSError, HTTPException) as error:
            # What a server says that speaks something else is not shown: it may be anything.
            reason = error if isinstance(error, OSError) else type(error).__name__
            told = Text(ru=f"HTTP не отвечает: {reason}", en=f"no HTTP answer: {reason}")
            cure = Text(ru="по этому адресу не СМЭВ?", en="is it SMEV at this address?")
            return Finding("clock", url, Verdict.FAILURE, told, cure)
    return compared("clock", url, clock(), said)


def compared(check: str, where: str, now: datetime, said: str | None) -> Finding:
    """Return what the difference of two clocks means; `said` is a Date header."""
    try:
        theirs = None if said is None else parsedate_to_datetime(said)
    except ValueError:
        theirs = None
    if theirs is None:
        told = Text(ru="сервер не сообщает времени", en="the server does not tell its time")
        return Finding(check, where, Verdict.WARNING, told)
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    return judged_skew(check, where, now - theirs)


def judged_skew(check: str, where: str, skew: timedelta) -> Finding:
    """Return what a difference of clocks means: ours less theirs."""
    seconds = f"{skew.total_seconds():+.0f}"
    told = Text(ru=f"расхождение {seconds} с", en=f"difference {seconds} s")
    cure = Text(
        ru="включите синхронизацию времени (NTP): опрос с расхождением больше 30 минут СМЭВ отвергает",
        en="turn time synchronisation on (NTP): SMEV refuses polls that are off by more than 30 minutes",
    )
    if abs(skew) >= SKEW_REFUSED:
        return Finding(check, where, Verdict.FAILURE, told, cure)
    if abs(skew) >= SKEW_WARNED:
        return Finding(check, where, Verdict.WARNING, told, cure)
    return Finding(check, where, Verdict.OK, told)
