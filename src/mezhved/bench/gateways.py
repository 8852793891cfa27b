"""A gateway to be measured, or killed: its database made anew and set up for the bus beside it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

import urllib3
import yaml

from mezhved.bench.installation import (
    CONSUMER,
    HOST,
    NAMESPACE,
    PROVIDER,
    REQUEST,
    RESPONSE,
    CannotMeasure,
    free_port,
    kill,
    new_database,
)
from mezhved.demo.catalogue import SMEV
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mezhved.bench.installation import Installation

TYPE = "VS09999"
_START_SECONDS = 90.0
_STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class GatewayInstallation:
    """A gateway of these systems in `folder`, over `database`, that talks to `bus`."""

    folder: Path
    database: str
    port: int
    bus: Installation
    settings: Mapping[str, str]

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MEZHVED_")}
        return kept | {
            "MEZHVED_GATEWAY_DATABASE": self.database,
            "MEZHVED_GATEWAY_FOLDER": str(self.folder / "contents"),
            "MEZHVED_GATEWAY_LISTEN_PORT": str(self.port),
            **{f"MEZHVED_GATEWAY_{name.upper()}": value for name, value in self.settings.items()},
        }

    def command(self, *arguments: str) -> str:
        """Run a `mezhved gateway` command on its settings and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "mezhved.cli.main", "gateway", *arguments],
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

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it for the time of the block; its log is appended to `gateway.log`."""
        with (self.folder / "gateway.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mezhved.cli.main", "gateway", "serve"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._await(process)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                kill(process)

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        pool = urllib3.PoolManager(retries=False, timeout=2.0)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(urllib3.exceptions.HTTPError, OSError):
                if pool.request("GET", f"{self.address}/healthz").status == 200:  # noqa: PLR2004
                    return
            time.sleep(0.05)
        raise CannotMeasure(
            Text(ru="шлюз не поднялся", en="the gateway does not come up"),
            where=str(self.folder / "gateway.log"),
        )


@contextlib.contextmanager
def installed_gateway(
    folder: Path,
    bus: Installation,
    *,
    postgres: str | None,
    systems: tuple[str, ...] = (CONSUMER, PROVIDER),
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[GatewayInstallation]:
    """Make a gateway of these systems ready to start; its database goes with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with new_database(folder / "gateway.sqlite3", postgres) as database:
        made = GatewayInstallation(folder, database, free_port(), bus, settings)
        made.command("migrate")
        package = folder / "measure"
        package.mkdir(exist_ok=True)
        schema = resources.files("mezhved.bench").joinpath("schemas", "measure.xsd")
        (package / "measure.xsd").write_text(schema.read_text(encoding="utf-8"), encoding="utf-8")
        document = folder / "gateway.yaml"
        document.write_text(_setup(bus, systems), encoding="utf-8")
        made.command("import", str(document))
        yield made


def _setup(bus: Installation, systems: tuple[str, ...]) -> str:
    keys = bus.folder / "keys"
    return yaml.safe_dump(
        {
            "connections": [
                {
                    "name": "bus",
                    "environment": "test",
                    "version": "1.2",
                    "url": f"{bus.address}/smev/v1.2/ws",
                    "smev_certificates": [str(keys / f"{SMEV}.cert.pem")],
                    "file_store_url": f"ftp://{HOST}:{bus.ftp_port}" if bus.ftp_port else "",
                }
            ],
            "systems": [
                {
                    "mnemonic": each,
                    "connection": "bus",
                    "polls_requests": each == PROVIDER,
                    "polls_responses": True,
                    "keys": [
                        {
                            "name": "main",
                            "key_file": str(keys / f"{each}.key.pem"),
                            "certificate": str(keys / f"{each}.cert.pem"),
                        }
                    ],
                }
                for each in systems
            ],
            "types": [
                {
                    "code": TYPE,
                    "namespace": NAMESPACE,
                    "request_root": REQUEST[1],
                    "response_root": RESPONSE[1],
                    "package": "measure",
                }
            ],
        },
        allow_unicode=True,
    )
