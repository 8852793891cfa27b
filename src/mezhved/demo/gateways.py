"""The demonstration's two gateways: an agency that asks by REST, and a provider that answers."""

from __future__ import annotations

import contextlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3
import yaml

from mezhved.demo.catalogue import AGENCY, CHAMBER, INN, SMEV
from mezhved.demo.errors import NotAsExpected
from mezhved.demo.packages import package_zip
from mezhved.demo.roles import HOST, DemoRole, demand_free
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mezhved.demo.catalogue import DemoParticipant

AFTER_BUS = 75
"""How far the agency's port is above the bus's: 7575 is the official adapter's."""
CALL_SECONDS = 30.0
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class DemoGateway(DemoRole):
    """The gateway of one participant, with REST at `/api/v1` and the adapter's service at `/ws`."""

    participant: DemoParticipant
    bus: str
    """Address of the bus."""

    @classmethod
    def of(cls, folder: Path, bus_port: int, participant: DemoParticipant, number: int) -> DemoGateway:
        """Return the gateway; `number` counts the gateways from 0."""
        port = bus_port + AFTER_BUS + number
        name = f"gateway-{participant.mnemonic}"
        return cls(folder, port, name, "gateway", participant, f"http://{HOST}:{bus_port}")

    @property
    def files(self) -> Path:
        """Folder of the contents of files."""
        return self.folder / f"{self.name}-files"

    @property
    def token_file(self) -> Path:
        """Where the token of its REST lies."""
        return self.folder / f"{self.name}.token"

    def forget(self) -> None:
        """Remove the database, the files and the log of an earlier run."""
        DemoRole.forget(self)
        shutil.rmtree(self.files, ignore_errors=True)

    def demand_free_port(self) -> None:
        """Raise `CannotStart` when somebody listens already."""
        cure = Text(
            ru=f"освободите его или сдвиньте все порты: MEZHVED_DEMO_PORT (шлюзы на {AFTER_BUS} выше)",
            en=f"free it, or move all ports: MEZHVED_DEMO_PORT (the gateways are {AFTER_BUS} above it)",
        )
        demand_free(self.port, cure)

    def prepare(self) -> None:
        """Write settings and set-up, make the database and the token."""
        self.config.write_text(
            "[gateway]\n"
            f'database = "{self.database}"\n'
            f'folder = "{self.files.name}"\n'
            f'listen_host = "{HOST}"\n'
            f"listen_port = {self.port}\n"
            "shortest_pause_seconds = 0.1\n"
            "longest_pause_seconds = 1.0\n",
            encoding="utf-8",
        )
        package = self.folder / f"{INN.code}.zip"
        package.write_bytes(package_zip(INN.package))
        document = self.folder / f"{self.name}.yaml"
        document.write_text(yaml.safe_dump(self._setup(), allow_unicode=True), encoding="utf-8")
        self.command("gateway", "migrate")
        self.command("gateway", "import", str(document.resolve()))
        right = f"{self.participant.mnemonic}:*:ask,answer,read"
        told = self.command("gateway", "token", "new", "demo", "--right", right)
        self.token_file.touch(mode=0o600)
        self.token_file.write_text(told.strip().splitlines()[-1], encoding="ascii")

    def call(self, method: str, path: str, said: Mapping[str, Any] | None = None) -> Any:
        """Make a call of REST and return its JSON; `NotAsExpected` with the refusal's words."""
        answer = urllib3.request(
            method,
            f"{self.address}/api/v1{path}",
            body=None if said is None else json.dumps(said, ensure_ascii=False).encode(),
            headers={
                "Authorization": f"Bearer {self.token_file.read_text(encoding='ascii')}",
                "Content-Type": "application/json",
            },
            timeout=CALL_SECONDS,
            retries=False,
        )
        if answer.status not in _SUCCESS:
            words = answer.data.decode(errors="replace")
            raise NotAsExpected(Text(ru=f"{method} {path}: {words}", en=f"{method} {path}: {words}"))
        return json.loads(answer.data) if answer.data else None

    def _setup(self) -> dict[str, Any]:
        mnemonic = self.participant.mnemonic
        key = {
            "name": "main",
            "key_file": f"keys/{mnemonic}.key.pem",
            "certificate": f"keys/{mnemonic}.cert.pem",
        }
        return {
            "connections": [
                {
                    "name": "bus",
                    "environment": "test",
                    "version": "1.2",
                    "url": f"{self.bus}/smev/v1.2/ws",
                    "smev_certificates": [f"keys/{SMEV}.cert.pem"],
                    "authorities": ["keys/ca-chain.pem"],
                }
            ],
            "systems": [
                {
                    "mnemonic": mnemonic,
                    "name": self.participant.system_name,
                    "connection": "bus",
                    "keys": [key],
                }
            ],
            "types": [
                {
                    "code": INN.code,
                    "title": INN.name,
                    "namespace": INN.namespace,
                    "request_root": INN.request_root,
                    "response_root": INN.response_root,
                    "package": f"{INN.code}.zip",
                }
            ],
        }


@dataclass(frozen=True, slots=True)
class Gateways:
    """The agency's and the provider's."""

    agency: DemoGateway
    chamber: DemoGateway

    @classmethod
    def of(cls, folder: Path, bus_port: int) -> Gateways:
        """Return both."""
        return cls(DemoGateway.of(folder, bus_port, AGENCY, 0), DemoGateway.of(folder, bus_port, CHAMBER, 1))

    @property
    def both(self) -> tuple[DemoGateway, DemoGateway]:
        """Both, the agency first."""
        return self.agency, self.chamber

    def prepare(self) -> None:
        """Make both anew, side by side: each takes some commands one after the other."""
        for each in self.both:
            each.forget()
        with ThreadPoolExecutor(len(self.both)) as pool:
            list(pool.map(DemoGateway.prepare, self.both))

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Run both."""
        with self.agency.serving(), self.chamber.serving():
            yield
