"""A bus to be measured: its keys, registry and database made anew, its process started and stopped."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import urllib3

from mezhved.demo.catalogue import FUND, SMEV, TOWN
from mezhved.demo.pki import make_pki
from mezhved.demo.registry import participant_entry
from mezhved.gost import load_provider
from mezhved.registry.documents import FORMAT, dump_document
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mezhved.demo.pki import Pki

NAMESPACE = "urn://mezhved.example/measure/1.0.0"
REQUEST = (NAMESPACE, "MeasureRequest")
RESPONSE = (NAMESPACE, "MeasureResponse")
CONSUMER, PROVIDER = TOWN.mnemonic, FUND.mnemonic
HOST = "127.0.0.1"
_PORTS = range(12000, 31000)
"""Below those that systems give to connections going out: one that is free now is free a moment later."""
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class CannotMeasure(MezhvedError):  # noqa: N818 - a state, not a failure of the measured
    """The bus to be measured did not come up."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A bus in `folder` over `database` (SQLite path or postgresql://); without FTP where `ftp_port` is 0."""

    folder: Path
    database: str
    workers: int
    port: int
    pki: Pki
    ftp_port: int = 0

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes; quotas are off the way of a long queue."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MEZHVED_")}
        return kept | {
            "MEZHVED_DATABASE": self.database,
            "MEZHVED_LISTEN_PORT": str(self.port),
            "MEZHVED_WORKERS": str(self.workers),
            "MEZHVED_SMEV_KEY": str(self.folder / "keys" / f"{SMEV}.key.pem"),
            "MEZHVED_SMEV_CERTIFICATE": str(self.folder / "keys" / f"{SMEV}.cert.pem"),
            "MEZHVED_QUEUE_QUOTA": "1000000000",
            "MEZHVED_FTP_ENABLED": str(bool(self.ftp_port)),
            "MEZHVED_FTP_PORT": str(self.ftp_port or 1),
            "MEZHVED_FTP_ANONYMOUS": "true",
            "MEZHVED_FILES_FOLDER": str(self.folder / "files"),
        }

    def command(self, *arguments: str) -> str:
        """Run a `mezhved` command on this bus's settings and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "mezhved.cli.main", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise CannotMeasure(
                Text(ru="команда не удалась", en="a command failed"), where=done.stderr[-2000:]
            )
        return done.stdout

    def start(self) -> subprocess.Popen[bytes]:
        """Start the bus and wait until it is healthy; its log is appended to `bus.log`."""
        with (self.folder / "bus.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mezhved.cli.main", "bus", "serve"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        pool = urllib3.PoolManager(retries=False, timeout=2.0)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(urllib3.exceptions.HTTPError, OSError):
                if pool.request("GET", f"{self.address}/healthz").status == 200:  # noqa: PLR2004
                    if self.ftp_port:
                        socket.create_connection((HOST, self.ftp_port), 2.0).close()
                    return process
            time.sleep(0.05)
        kill(process)
        raise CannotMeasure(
            Text(ru="шина не поднялась", en="the bus does not come up"), where=str(self.folder / "bus.log")
        )

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the bus for the time of the block."""
        process = self.start()
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the bus and its workers at once, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def installed(
    folder: Path, *, postgres: str | None, workers: int, ftp: bool = False
) -> Iterator[Installation]:
    """Make a bus ready to start: database migrated, registry filled. The database goes with the block.

    `postgres` is the address of a server where databases may be made; without it SQLite is used. `ftp`
    runs the file store's server too, open to anonymous.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with new_database(folder / "bus.sqlite3", postgres) as database:
        pki = make_pki(folder / "keys", load_provider(), datetime.now(UTC), os.urandom)
        made = Installation(folder, database, workers, free_port(), pki, free_port() if ftp else 0)
        made.command("bus", "migrate")
        document = folder / "registry.yaml"
        document.write_text(_registry(pki), encoding="utf-8")
        made.command("registry", "import", str(document))
        yield made


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    numbers = random.SystemRandom()
    while True:
        port = numbers.choice(_PORTS)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a port of the loopback."""
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


@contextlib.contextmanager
def new_database(file: Path, postgres: str | None) -> Iterator[str]:
    """Give the address of a database that is not there yet: SQLite's file, or one of that server's."""
    if postgres is None:
        yield str(file)
        return
    import psycopg  # noqa: PLC0415 - SQLite needs no driver of PostgreSQL
    from psycopg import sql  # noqa: PLC0415

    name = f"mezhved_bench_{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(postgres)._replace(path=f"/{name}"))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _registry(pki: Pki) -> str:
    schema = resources.files("mezhved.bench").joinpath("schemas", "measure.xsd").read_text(encoding="utf-8")
    return dump_document(
        {
            "format": FORMAT,
            "participants": [participant_entry(each, pki) for each in (TOWN, FUND)],
            "types": [
                {
                    "code": "VS09999",
                    "name": "Измерение",
                    "owner": FUND.ogrn,
                    "versions": [
                        {
                            "version": "1.0.0",
                            "namespace": NAMESPACE,
                            "request_root": REQUEST[1],
                            "response_root": RESPONSE[1],
                            "schemas": {"measure.xsd": schema},
                        }
                    ],
                    "providers": [{"system": FUND.mnemonic}],
                    "access": [{"system": TOWN.mnemonic}],
                }
            ],
            "authorities": [{"root": True, "pem": pki.root.pem}, {"root": False, "pem": pki.ca.pem}],
        }
    )
