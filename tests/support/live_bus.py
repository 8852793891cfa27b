"""A bus under test whose registry is that of its database, and which fetches revocation data when told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from structlog.testing import LogCapture

from mezhved.bus.endpoint.application import Application
from mezhved.bus.revocation.fetch_round import Fetching
from mezhved.bus.revocation.keeper import Keeper
from mezhved.registry import SnapshotSource
from mezhved.registry.importing import import_registry
from mezhved.registry.loading import SnapshotLoader, current_revision
from mezhved.registry.models import RevocationSource, TrustedAuthority
from tests.support.exchange import BusUnderTest
from tests.support.registry import registry_document

if TYPE_CHECKING:
    from mezhved.gost import Certificate


class LiveBus(BusUnderTest):
    """The small registry of `tests.support.registry` with the test PKI, on a fresh database."""

    def __init__(self, url: str, **settings: Any) -> None:
        super().__init__(url, **settings)
        import_registry(registry_document(self.pki), Path())
        self.log = LogCapture()
        self.bus = replace(
            self.bus,
            registry=SnapshotSource(SnapshotLoader().load, current_revision, lambda: 0.0, interval=-1.0),
            log=structlog.wrap_logger(None, processors=[self.log]),
        )
        self.application = Application(self.bus, None)
        self.keeper = self.new_keeper()

    def new_keeper(self) -> Keeper:
        """What another worker would do."""
        fetching = Fetching.of(
            self.bus.settings, self.pki.provider, self.clock, lambda: 0.5, self.pki.randomness
        )
        return Keeper(self.bus, fetching)

    def tick(self, **term: float) -> None:
        """Let a time pass, and the keeper do what is due then; what it stored is taken at its next tick."""
        self.clock.advance(**term)
        self.keeper.tick()

    def add_source(
        self, address: str, authority: Certificate | None = None, **values: Any
    ) -> RevocationSource:
        """Register a source of the issuing authority."""
        thumbprint = (authority or self.pki.ca.certificate).thumbprint.hex()
        row = RevocationSource(
            authority=TrustedAuthority.objects.get(thumbprint=thumbprint),
            address=address,
            **({"added_at": self.pki.now} | values),
        )
        row.save()
        return row

    def events(self, *names: str) -> list[Any]:
        """The events logged so far, all or those of these names."""
        return [each for each in self.log.entries if not names or each["event"] in names]
