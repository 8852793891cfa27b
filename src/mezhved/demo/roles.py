"""A role of the demonstration as a process of its own: its settings file, its commands, its log."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import urllib3

from mezhved.demo.errors import CannotStart
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
LAST_OF_LOG = 3000
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Ask Linux to stop this process when its parent dies, so that the port does not stay taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def demand_free(port: int, cure: Text) -> None:
    """Raise `CannotStart` with the cure when somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStart(Text(ru=f"порт {port} занят", en=f"port {port} is taken"), cure=cure) from error


@dataclass(frozen=True, slots=True)
class DemoRole:
    """A role whose settings and log lie in `folder` under its `name`, and which listens on `port`."""

    folder: Path
    port: int
    name: str
    role: str
    """The command's group: bus or gateway."""

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.folder / f"{self.name}.toml"

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / f"{self.name}.log"

    @property
    def database(self) -> str:
        """Name of its database file."""
        return f"{self.name}.sqlite3"

    def forget(self) -> None:
        """Remove the database and log of an earlier run."""
        for name in (self.database, f"{self.database}-wal", f"{self.database}-shm", self.log.name):
            (self.folder / name).unlink(missing_ok=True)

    def command(self, *arguments: str) -> str:
        """Run a command of `mezhved` on these settings; `CannotStart` with its words when it fails."""
        return self.run_module("mezhved.cli.main", *arguments)

    def run_module(self, module: str, *arguments: str, given: str = "") -> str:
        """Run a module of ours on these settings; `CannotStart` with its words when it fails."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", module, *arguments],
            env=self._environment(),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            what = " ".join(("mezhved" if module == "mezhved.cli.main" else module, *arguments))
            raise CannotStart(
                Text(ru=f"не удалось: {what}", en=f"failed: {what}"),
                where=(done.stderr or done.stdout).strip()[-LAST_OF_LOG:],
            )
        return done.stdout

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it; it is stopped gracefully in the end, and when this process is killed."""
        with self.started() as process:
            self.await_answer(process)
            yield process

    @contextlib.contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start it without waiting until it answers."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "mezhved.cli.main", self.role, "serve"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - no other thread is running yet
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def await_answer(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until it answers; `CannotStart` with the end of its log when it does not."""
        deadline = time.monotonic() + START_SECONDS
        pool = urllib3.PoolManager(retries=False, timeout=2.0)
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                if pool.request("GET", f"{self.address}/healthz").status == 200:  # noqa: PLR2004
                    return
            time.sleep(0.1)
        log = self.log.read_text(encoding="utf-8", errors="replace")
        raise CannotStart(
            Text(ru=f"{self.name} не поднимается", en=f"{self.name} does not come up"),
            where=log.strip()[-LAST_OF_LOG:],
            cure=Text(ru=f"журнал: {self.log}", en=f"log: {self.log}"),
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MEZHVED_")}
        if "MEZHVED_LANG" in os.environ:
            kept["MEZHVED_LANG"] = os.environ["MEZHVED_LANG"]
        return {**kept, "MEZHVED_CONFIG": str(self.config.resolve())}
