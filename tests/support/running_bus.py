"""A real `mezhved bus serve` process on a port of its own, with a registry from a document."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bench.installation import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"
_START_SECONDS = 60
_STOP_SECONDS = 20


@dataclass(frozen=True)
class RunningBus:
    """Its folder and where it listens."""

    folder: Path
    port: int
    ftp_port: int
    key: Path
    certificate: Path

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MEZHVED_")}
        return kept | {
            "MEZHVED_LANG": "en",
            "MEZHVED_DATABASE": str(self.folder / "bus.sqlite3"),
            "MEZHVED_LISTEN_PORT": str(self.port),
            "MEZHVED_FTP_PORT": str(self.ftp_port),
            "MEZHVED_FTP_ANONYMOUS": "true",
            "MEZHVED_SMEV_KEY": str(self.key),
            "MEZHVED_SMEV_CERTIFICATE": str(self.certificate),
            "MEZHVED_REGISTRY_POLL_SECONDS": "0.2",
        }

    def command(self, *arguments: str) -> str:
        """Run a command of `mezhved` on this bus's settings; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "mezhved.cli.main", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def log(self) -> str:
        return (self.folder / "bus.log").read_text(encoding="utf-8", errors="replace")

    def healthy(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Run it for the time of the block."""
        with (self.folder / "bus.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mezhved.cli.main", "bus", "serve"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not self.healthy():
                assert process.poll() is None, self.log
                assert time.monotonic() < deadline, self.log
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def running_bus(folder: Path, key: Path, certificate: Path, registry: str) -> Iterator[RunningBus]:
    """Make a database with this registry and serve from it."""
    bus = RunningBus(folder, free_port(), free_port(), key, certificate)
    document = folder / "registry.yaml"
    document.write_text(registry, encoding="utf-8")
    bus.command("bus", "migrate")
    bus.command("registry", "import", str(document))
    with bus.serving():
        yield bus
