"""The FTP server of the file store: a process of its own beside the workers of the bus."""

from __future__ import annotations

import logging
import os
import re
import secrets
import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import ThreadedFTPServer

from mezhved.bus.errors import NotReady
from mezhved.bus.files.ftp import channel_class, tls_context
from mezhved.bus.files.logins import Failures, Gate, PasswordMemory
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.files.logins import RegisteredLogin
    from mezhved.bus.files.uploads import Uploads
    from mezhved.bus.metrics import Metrics
    from mezhved.configuration import BusSettings

_POLL_SECONDS = 0.2
_FINISH_SECONDS = 10.0
_FAILURES_OF_ADDRESS = 10


@dataclass(frozen=True, slots=True)
class Logins:
    """Where senders' logins are kept: `find` by name, `check(password, hash)`, `nobody` fits no password."""

    find: Callable[[str], RegisteredLogin | None]
    check: Callable[[str, str], bool]
    nobody: str


class FileServer(ThreadedFTPServer):  # type: ignore[misc]
    """Serves until told to stop; transfers under way are given some seconds to end.

    A connection has a thread, so that a slow disk or database holds up its own client alone.
    """

    def __init__(self, address: tuple[str, int], channel: type[Any], most: int, most_of_address: int) -> None:
        """Bind; raises OSError when the address is taken."""
        self._lock = threading.Lock()
        self._exit = threading.Event()
        self._stopping = threading.Event()
        self.max_cons = most
        self.max_cons_per_ip = most_of_address
        super().__init__(address, channel, ioloop=IOLoop())  # not the library's common one

    def run(self) -> None:
        """Serve until `stop`."""
        while not self._stopping.is_set():
            self.ioloop.loop(_POLL_SECONDS, blocking=False)
        self.del_channel()
        self.socket.close()
        deadline = time.monotonic() + _FINISH_SECONDS
        while self.handler.tally.busy and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        self.close_all()

    def stop(self) -> None:
        """Let `run` end; may be called from a signal's handler or another thread."""
        self._stopping.set()


def make_server(settings: BusSettings, uploads: Uploads, logins: Logins, metrics: Metrics) -> FileServer:
    """Return a bound server. Raises `NotReady` for a wrong certificate, ports or a taken address."""
    passwords = PasswordMemory(logins.check, secrets.token_bytes(32))
    gate = Gate(uploads, logins.find, passwords, nobody=logins.nobody, anonymous=settings.ftp_anonymous)
    channel = channel_class(
        gate,
        Failures(_FAILURES_OF_ADDRESS * settings.ftp_login_attempts, time.monotonic),
        uploads.log,
        metrics,
        tls=_tls(settings),
        tls_required=settings.ftp_tls == "required",
        active=settings.ftp_active,
        timeout=settings.ftp_idle_seconds,
        max_login_attempts=settings.ftp_login_attempts,
        passive_ports=passive_ports(settings.ftp_passive_ports),
        masquerade_address=settings.ftp_masquerade or None,
    )
    address = (settings.ftp_host or settings.listen_host, settings.ftp_port)
    try:
        return FileServer(address, channel, settings.ftp_connections, settings.ftp_connections_per_address)
    except OSError as error:
        raise NotReady(
            Text(
                ru=f"сервер FTP не занял адрес: {error.strerror}",
                en=f"the FTP server could not take its address: {error.strerror}",
            ),
            where=f"{address[0]}:{address[1]}",
            cure=Text(ru="освободите порт или измените ftp_port", en="free the port or change ftp_port"),
        ) from error


def check_ftp_settings(settings: BusSettings) -> None:
    """Raise `NotReady` for settings that the server could not start with."""
    if settings.ftp_enabled:
        passive_ports(settings.ftp_passive_ports)
        _tls(settings)


def passive_ports(text: str) -> list[int] | None:
    """Read `50000-50999`; None for none. Raises `NotReady`."""
    if not text.strip():
        return None
    found = re.fullmatch(r"\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?", text)
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 0 < low <= high < 65536:  # noqa: PLR2004 - ports
        raise NotReady(
            Text(ru="порты пассивного режима не поняты", en="the passive ports are not understood"),
            where="ftp_passive_ports",
            cure=Text(ru="укажите, например, 50000-50999", en="give for example 50000-50999"),
        )
    return list(range(low, high + 1))


def _tls(settings: BusSettings) -> SSL.Context | None:
    if settings.ftp_tls == "off":
        return None
    if settings.ftp_tls_certificate is None or settings.ftp_tls_key is None:
        raise NotReady(
            Text(ru="для TLS нет сертификата или ключа", en="TLS has no certificate or key"),
            where="ftp_tls_certificate, ftp_tls_key",
            cure=Text(ru="укажите оба файла или выключите ftp_tls", en="give both files or turn ftp_tls off"),
        )
    try:
        return tls_context(settings.ftp_tls_certificate, settings.ftp_tls_key)
    except SSL.Error as error:
        raise NotReady(
            Text(ru="сертификат или ключ TLS не читается", en="the TLS certificate or key does not read"),
            where=str(settings.ftp_tls_certificate),
        ) from error


def silence_library() -> None:
    """Keep the library's own lines, which hold names of users and files, out of the log."""
    logger = logging.getLogger("pyftpdlib")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    logger.setLevel(logging.CRITICAL)


def stop_on_signals(server: FileServer) -> None:
    """Stop on SIGTERM and SIGINT, and when the parent process is gone."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        server.stop()

    threading.Thread(target=watch, name="mezhved-parent", daemon=True).start()
