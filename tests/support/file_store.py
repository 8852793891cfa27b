"""A file store under test: a real FTP server on loopback, its time in the hands of the test."""

from __future__ import annotations

import ftplib
import io
import threading
from typing import TYPE_CHECKING, Any

import structlog

from mezhved.bus.files.blobs import open_blobs
from mezhved.bus.files.ledger import Ledger
from mezhved.bus.files.logins import RegisteredLogin
from mezhved.bus.files.server import Logins, make_server, silence_library
from mezhved.bus.files.uploads import make_uploads
from mezhved.bus.metrics import Metrics
from mezhved.bus.storage import DatabaseAddress, Store
from mezhved.configuration import BusSettings
from tests.support.exchange import Clock

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gost import Provider

HOST = "127.0.0.1"
UUID_1 = "a1b2c3d4-0000-11f1-8000-000000000001"
UUID_2 = "a1b2c3d4-0000-11f1-8000-000000000002"
SENDER, OTHER_SENDER = 1, 3
PASSWORDS = {"tcons1": (SENDER, "secret-1"), "tothr1": (OTHER_SENDER, "secret-3")}
START = 1_790_000_000_000_000


def _registered(login: str) -> RegisteredLogin | None:
    found = PASSWORDS.get(login)
    return None if found is None else RegisteredLogin(found[0], f"hash of {found[1]}")


LOGINS = Logins(_registered, lambda password, hashed: hashed == f"hash of {password}", "nobody's")


class Careless(ftplib.FTP):
    """A client that sends whatever it is given, line ends inside a command too."""

    def putline(self, line: str) -> None:
        assert self.sock is not None
        self.sock.sendall((line + "\r\n").encode(self.encoding))


class FileStoreUnderTest:
    """The server in a thread of this process."""

    def __init__(
        self,
        url: str,
        folder: Path,
        clock: Clock | None = None,
        hashing: Provider | None = None,
        **settings: Any,
    ) -> None:
        silence_library()
        self.folder = folder
        self.settings = BusSettings(database=url, files_folder=folder, **({"ftp_port": 1} | settings))
        self.clock = clock or Clock(START)
        self.store = Store.open(DatabaseAddress.of_url(url))
        self.ledger = Ledger(self.store)
        self.blobs = open_blobs(self.settings)
        log = structlog.wrap_logger(structlog.ReturnLogger())
        self.uploads = make_uploads(
            self.settings, self.ledger, self.blobs, clock=self.clock, log=log, hashing=hashing
        )
        # Any free port: the setting itself cannot say so.
        object.__setattr__(self.settings, "ftp_port", 0)
        self.server = make_server(self.settings, self.uploads, LOGINS, Metrics())
        self.server.handler.auth_failed_timeout = 0.01
        self.server.poll_timeout = 0.05
        self.port: int = self.server.address[1]
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.stop()
        self._thread.join(60)
        self.store.close()

    def connect(self, encoding: str = "utf-8", timeout: float = 20) -> ftplib.FTP:
        client = Careless(encoding=encoding, timeout=timeout)
        client.connect(HOST, self.port)
        return client

    def login(self, user: str = "tcons1", password: str | None = None, encoding: str = "utf-8") -> ftplib.FTP:
        client = self.connect(encoding)
        client.login(user, PASSWORDS[user][1] if password is None else password)
        return client

    def upload(
        self, octets: bytes, name: str = "file.bin", folder: str = UUID_1, user: str = "tcons1"
    ) -> None:
        with self.login(user) as client:
            client.mkd(folder)
            client.storbinary(f"STOR {folder}/{name}", io.BytesIO(octets))

    def contents(self, folder: str = UUID_1, area: int = SENDER) -> list[bytes]:
        found = []
        for each in self.ledger.uploads(area, folder):
            with self.blobs.open(each.key) as file:
                found.append(file.read())
        return found

    def disk(self) -> list[str]:
        """Every name in the store's folder."""
        return sorted(str(each.relative_to(self.folder)) for each in self.folder.rglob("*") if each.is_file())


def download(client: ftplib.FTP, path: str, rest: int | None = None) -> bytes:
    got = io.BytesIO()
    client.retrbinary(f"RETR {path}", got.write, rest=rest)
    return got.getvalue()
