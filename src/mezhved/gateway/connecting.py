"""The clients of SMEV: one for each system with the key that is in force."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mezhved.gateway.keys import choose_key
from mezhved.gost import ChainChecker
from mezhved.gost.bundles import read_bundle, trust_store
from mezhved.smev3.client import NO_RETRY, HttpAnswer, HttpTransport, Smev3Client, Transport, TransportError
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mezhved.gateway.keys import Keys
    from mezhved.gateway.models import Connection, InformationSystem
    from mezhved.gost import Provider, Signer

KEPT = 256


class Reserve:
    """Asks the reserve address when the main one gives no answer; the octets are the same."""

    def __init__(self, transport: Transport, reserve: str) -> None:
        self._transport = transport
        self._reserve = reserve

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Send to the main address, then to the reserve."""
        try:
            return self._transport.post(url, body, headers)
        except TransportError:
            if not self._reserve:
                raise
            return self._transport.post(self._reserve, body, headers)


class Connections:
    """Gives clients; a change of address, trust or key makes a new one."""

    def __init__(self, provider: Provider, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._provider = provider
        self._keys = keys
        self._clock = clock
        self._transport = HttpTransport()
        self._clients: dict[tuple[object, ...], Smev3Client] = {}
        self._lock = threading.Lock()

    def client(self, system: InformationSystem) -> Smev3Client:
        """Return the system's client; raise `CannotSign`."""
        key, certificate = choose_key(system, self._clock())
        at = system.connection
        address = (at.url, at.reserve_url, at.version, at.smev_certificates, at.authorities)
        known = (system.pk, *address, key.pk, certificate.thumbprint)
        with self._lock:
            found = self._clients.get(known)
            if found is None:
                while len(self._clients) >= KEPT:
                    del self._clients[next(iter(self._clients))]
                found = self._clients[known] = self._make(at, self._keys.signer(key, certificate))
            return found

    def _make(self, at: Connection, signer: Signer) -> Smev3Client:
        pinned = read_bundle(at.smev_certificates.encode()).certificates if at.smev_certificates else ()
        chain = None
        if at.authorities:
            chain = ChainChecker(self._provider, trust_store([read_bundle(at.authorities.encode())]))
        return Smev3Client(
            at.url,
            Version(at.version),
            signer,
            provider=self._provider,
            smev_certificates=pinned,
            chain=chain,
            retry=NO_RETRY,
            transport=Reserve(self._transport, at.reserve_url),
            clock=self._clock,
        )
