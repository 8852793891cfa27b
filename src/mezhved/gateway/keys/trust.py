"""Whom a connection believes: SMEV's certificates, the authorities, what is known of revocation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gost import ChainChecker, RevocationPolicy, TrustStore
from mezhved.gost.bundles import read_bundle, trust_store
from mezhved.gost.cache import BoundedCache

if TYPE_CHECKING:
    from mezhved.gateway.models import Connection
    from mezhved.gost import Certificate, Provider

KEPT = 64


@dataclass(frozen=True, slots=True)
class Trust:
    """What a connection's texts say; `chain` is None where no authority is named."""

    pinned: tuple[Certificate, ...]
    store: TrustStore
    chain: ChainChecker | None


class Trusts:
    """Reads each text once; one object serves many threads."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._known: BoundedCache[tuple[str, str], Trust] = BoundedCache(KEPT)

    def of(self, at: Connection) -> Trust:
        """Return whom the connection believes; raise `GostError` for texts that do not read."""
        said = at.smev_certificates, at.authorities
        known = self._known.get(said)
        if known is None:
            known = self._read(*said)
            self._known.put(said, known)
        return known

    def _read(self, certificates: str, authorities: str) -> Trust:
        pinned = read_bundle(certificates.encode()).certificates if certificates else ()
        store = trust_store([read_bundle(authorities.encode())]) if authorities else TrustStore()
        chain = None
        if authorities:
            # A list that was not renewed must not stop the exchange: it still tells what it revokes.
            chain = ChainChecker(self._provider, store, policy=RevocationPolicy.LENIENT)
        return Trust(pinned, store, chain)
