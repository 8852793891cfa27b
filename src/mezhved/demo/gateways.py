"""The demonstration's two gateways with their cabinets: an agency that asks, and a provider that answers."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3
import yaml

from mezhved.demo.catalogue import AGENCY, CHAMBER, SMEV
from mezhved.demo.errors import NotAsExpected
from mezhved.demo.packages import package_zip
from mezhved.demo.people import CARDS, DICTIONARIES, OFFICES
from mezhved.demo.roles import HOST, DemoRole, demand_free
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mezhved.demo.catalogue import DemoParticipant, DemoType
    from mezhved.demo.people import DemoOffice

AFTER_BUS = 75
"""How far the agency's port is above the bus's: 7575 is the official adapter's."""
CALL_SECONDS = 30.0
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class DemoGateway(DemoRole):
    """The gateway of one participant: its cabinet, REST at `/api/v1`, the adapter's service at `/ws`."""

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
    def office(self) -> DemoOffice:
        """Departments, people and types of its cabinet."""
        return next(each for each in OFFICES if each.participant is self.participant)

    @property
    def accounts_file(self) -> Path:
        """Where the passwords of its cabinet's accounts lie: JSON, by the names of accounts."""
        return self.folder / f"{self.name}.accounts.json"

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
        """Write settings and set-up, make the database, the token and the accounts of the cabinet."""
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
        for kind in self.office.types:
            (self.folder / f"{kind.code}.zip").write_bytes(package_zip(kind.package))
        document = self.folder / f"{self.name}.yaml"
        document.write_text(yaml.safe_dump(self._setup(), allow_unicode=True), encoding="utf-8")
        given = {
            "document": str(document.resolve()),
            "right": f"{self.participant.mnemonic}:*:ask,answer,read",
            "people": [dataclasses.asdict(each) for each in self.office.people],
            "dictionaries": dict(DICTIONARIES),
            "cards": CARDS,
            "cards_of": self.office.people[0].department,
        }
        told = json.loads(self.run_module("mezhved.demo.seeding", given=json.dumps(given)))
        _write_secret(self.token_file, told["token"])
        _write_secret(self.accounts_file, json.dumps(told["passwords"], ensure_ascii=False, indent=2))

    def password_of(self, username: str) -> str:
        """Return the password of an account of the cabinet."""
        password: str = json.loads(self.accounts_file.read_text(encoding="utf-8"))[username]
        return password

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
            "types": [_type(each) for each in self.office.types],
            "departments": [dict(each) for each in self.office.departments],
        }


def _type(kind: DemoType) -> dict[str, Any]:
    return {
        "code": kind.code,
        "title": kind.name,
        "namespace": kind.namespace,
        "request_root": kind.request_root,
        "response_root": kind.response_root,
        "package": f"{kind.code}.zip",
    }


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


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

    def prepare(self, migrated: Path | None = None) -> None:
        """Make both anew, side by side, from copies of a migrated database where one is given."""
        for each in self.both:
            each.forget()
            if migrated is not None:
                shutil.copyfile(migrated, each.folder / each.database)
        with ThreadPoolExecutor(len(self.both)) as pool:
            list(pool.map(DemoGateway.prepare, self.both))

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Run both; they come up side by side."""
        with self.agency.started() as first, self.chamber.started() as second:
            self.agency.await_answer(first)
            self.chamber.await_answer(second)
            yield
