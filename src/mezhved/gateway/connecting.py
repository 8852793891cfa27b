"""The clients of SMEV: one for each system with the key that is in force."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import quote

from mezhved.gateway.reserve import Reserve, Resting
from mezhved.smev3.client import NO_RETRY, FileStore, HttpTransport, Smev3Client
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from structlog.typing import FilteringBoundLogger

    from mezhved.gateway.keys import KeyRing, Trusts
    from mezhved.gateway.models import Connection, InformationSystem
    from mezhved.gost import Provider, Signer
    from mezhved.smev3.client import Transport

KEPT = 256


class Connections:
    """Gives clients; a change of address, trust or key makes a new one."""

    def __init__(
        self,
        provider: Provider,
        ring: KeyRing,
        trusts: Trusts,
        clock: Callable[[], datetime],
        *,
        log: FilteringBoundLogger,
        transport: Transport | None = None,
    ) -> None:
        """`transport` carries the calls; plain HTTP without it."""
        self._provider = provider
        self._ring = ring
        self._trusts = trusts
        self._clock = clock
        self._log = log
        self._transport = transport or HttpTransport()
        self._reserves: dict[tuple[str, str], Reserve] = {}
        self.resting = Resting(clock)
        self._clients: dict[tuple[object, ...], Smev3Client] = {}
        self._lock = threading.Lock()

    def client(self, system: InformationSystem) -> Smev3Client:
        """Return the system's client; raise `CannotSign`."""
        key = self._ring.choose(system)
        at = system.connection
        address = (at.url, at.reserve_url, at.version, at.smev_certificates, at.authorities)
        known = (system.pk, *address, key.row.pk, key.certificate.thumbprint)
        with self._lock:
            found = self._clients.get(known)
            if found is None:
                while len(self._clients) >= KEPT:
                    del self._clients[next(iter(self._clients))]
                found = self._clients[known] = self._make(at, self._ring.signer_of(key))
            return found

    def file_store(self, system: InformationSystem) -> FileStore | None:
        """Return SMEV's file store as the system's connection names it; None where it names none."""
        at = system.connection
        if not at.file_store_url:
            return None
        scheme, _, place = at.file_store_url.partition("://")
        if at.file_store_login:
            login = quote(at.file_store_login, safe="")
            place = f"{login}:{quote(at.file_store_password, safe='')}@{place.rpartition('@')[2]}"
        return FileStore(f"{scheme}://{place}")

    def _reserve(self, at: Connection) -> Reserve:
        """Return the pair of addresses, one for all clients of it: they change over together."""
        known = (at.url, at.reserve_url)
        if known not in self._reserves:
            self._reserves[known] = Reserve(self._transport, at.reserve_url, self._clock, self._log)
        return self._reserves[known]

    def _make(self, at: Connection, signer: Signer) -> Smev3Client:
        trust = self._trusts.of(at)
        return Smev3Client(
            at.url,
            Version(at.version),
            signer,
            provider=self._provider,
            smev_certificates=trust.pinned,
            chain=trust.chain,
            retry=NO_RETRY,
            transport=self._reserve(at),
            clock=self._clock,
        )
