"""The demonstration's bus: its settings, its database, its process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import urllib3

from mezhved.demo.catalogue import SMEV
from mezhved.demo.errors import CannotStart
from mezhved.demo.pki import TRANSACTION_KEY
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = "bus.toml"
DATABASE = "bus.sqlite3"
LOG = "bus.log"
FILES = "files"
HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
FTP_AFTER = 100
LAST_OF_LOG = 3000
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Ask Linux to stop this process when its parent dies, so that the port does not stay taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _demand_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStart(
                Text(ru=f"порт {port} занят", en=f"port {port} is taken"),
                cure=Text(
                    ru="освободите его или выберите другой: MEZHVED_DEMO_PORT=7501 "
                    f"(порт файлового хранилища на {FTP_AFTER} больше)",
                    en="free it or choose another: MEZHVED_DEMO_PORT=7501 "
                    f"(the file store's port is {FTP_AFTER} above it)",
                ),
            ) from error


@dataclass(frozen=True, slots=True)
class DemoBus:
    """A bus whose state lies in `folder`."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def ftp_port(self) -> int:
        """Where its file store listens."""
        return self.port + FTP_AFTER

    @property
    def file_store(self) -> str:
        """Address of its file store for clients without a login of their own."""
        return f"ftp://{HOST}:{self.ftp_port}"

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.folder / CONFIG

    def forget(self) -> None:
        """Remove the database and log of an earlier run."""
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOG):
            (self.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.folder / FILES, ignore_errors=True)

    def write_config(self) -> None:
        """Write the settings; paths are counted from the file's folder."""
        self.config.write_text(
            "[bus]\n"
            f'database = "{DATABASE}"\n'
            f'listen_host = "{HOST}"\n'
            f"listen_port = {self.port}\n"
            f"ftp_port = {self.ftp_port}\n"
            "ftp_anonymous = true\n"
            f'smev_key = "keys/{SMEV}.key.pem"\n'
            f'smev_certificate = "keys/{SMEV}.cert.pem"\n'
            f'transaction_key = "keys/{TRANSACTION_KEY}"\n'
            "registry_poll_seconds = 0.5\n",
            encoding="utf-8",
        )

    def demand_free_port(self) -> None:
        """Raise `CannotStart` when somebody listens already."""
        for port in (self.port, self.ftp_port):
            _demand_free(port)

    def command(self, *arguments: str) -> str:
        """Run a command of `mezhved` on this bus's settings; `CannotStart` with its words when it fails."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "mezhved.cli.main", *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            what = f"mezhved {' '.join(arguments)}"
            raise CannotStart(
                Text(ru=f"не удалось: {what}", en=f"failed: {what}"),
                where=(done.stderr or done.stdout).strip()[-LAST_OF_LOG:],
            )
        return done.stdout

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the bus; it is stopped gracefully in the end, and when this process is killed."""
        with (self.folder / LOG).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mezhved.cli.main", "bus", "serve"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - no other thread is running yet
            )
        try:
            self._await(process)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        pool = urllib3.PoolManager(retries=False, timeout=2.0)
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                if pool.request("GET", f"{self.address}/healthz").status == 200:  # noqa: PLR2004
                    return
            time.sleep(0.1)
        log = (self.folder / LOG).read_text(encoding="utf-8", errors="replace")
        raise CannotStart(
            Text(ru="шина не поднялась", en="the bus does not come up"),
            where=log.strip()[-LAST_OF_LOG:],
            cure=Text(ru=f"журнал: {self.folder / LOG}", en=f"log: {self.folder / LOG}"),
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MEZHVED_")}
        if "MEZHVED_LANG" in os.environ:
            kept["MEZHVED_LANG"] = os.environ["MEZHVED_LANG"]
        return {**kept, "MEZHVED_CONFIG": str(self.config.resolve())}
