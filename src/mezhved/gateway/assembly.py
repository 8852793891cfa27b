"""Putting a gateway together from its settings: the one place where its parts meet."""

from __future__ import annotations

import os
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from mezhved import gost
from mezhved.gateway.catalogue import Catalogue
from mezhved.gateway.connecting import Connections
from mezhved.gateway.keys import FileKeys, KeyRing, Trusts
from mezhved.gateway.kinds import Kinds
from mezhved.gateway.provider.rulebook import Rulebook
from mezhved.gateway.signing import RemoteKeys, choose_provider
from mezhved.gateway.waking import Bell, News, Wakers
from mezhved.gateway.watching.metrics import Metrics
from mezhved.gateway.watching.subjects import Subjects
from mezhved.service.blobs import LocalBlobStore
from mezhved.smev3.ids import MessageIds

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import FilteringBoundLogger

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.keys import Keys
    from mezhved.gost import Provider
    from mezhved.service.blobs import BlobStore
    from mezhved.smev3.client import Transport


@dataclass(frozen=True, slots=True)
class Gateway:
    """All that the gateway works with. `clock` gives aware moments; `owner` names the process."""

    settings: GatewaySettings
    provider: Provider
    clock: Callable[[], datetime]
    randomness: Callable[[int], bytes]
    log: FilteringBoundLogger
    keys: Keys
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    catalogue: Catalogue = field(default_factory=Catalogue)
    trusts: Trusts = field(init=False)
    ring: KeyRing = field(init=False)
    connections: Connections = field(init=False)
    to_send: Bell = field(default_factory=Bell)
    """Rung when something was taken in this process that waits to be sent."""
    to_answer: threading.Event = field(default_factory=threading.Event)
    """Set when a request came to this process that is answered without people."""
    rulebook: Rulebook = field(default_factory=Rulebook)
    """By what it is decided whose an incoming request is."""
    wakers: Wakers = field(default_factory=Wakers)
    news: News = field(default_factory=News)
    kinds: Kinds = field(init=False)
    transport: Transport | None = None
    """Carries the calls to SMEV; plain HTTP without it."""
    blobs: BlobStore = field(init=False)
    """The contents of files above 64 KiB."""
    metrics: Metrics = field(default_factory=Metrics.of_process)
    subjects: Subjects = field(init=False)
    message_ids: MessageIds = field(init=False)
    """Makes the MessageIDs that messages get when they are taken."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "subjects", Subjects(self.settings.folder, self.randomness))
        object.__setattr__(self, "kinds", Kinds(self.clock))
        object.__setattr__(self, "blobs", LocalBlobStore(self.settings.folder / "files"))
        ids = MessageIds(lambda: int(self.clock().timestamp() * 1_000_000_000), self.randomness)
        object.__setattr__(self, "message_ids", ids)
        trusts = Trusts(self.provider)
        ring = KeyRing(self.keys, trusts, self.clock)
        object.__setattr__(self, "trusts", trusts)
        object.__setattr__(self, "ring", ring)
        object.__setattr__(
            self,
            "connections",
            Connections(self.provider, ring, trusts, self.clock, log=self.log, transport=self.transport),
        )

    def digest(self, octets: bytes) -> bytes:
        """Return the GOST R 34.11-2012 hash (256 bits) by which steps and files are known."""
        return self.provider.digest(gost.Digest.STREEBOG256, octets)


def build_gateway(settings: GatewaySettings) -> Gateway:
    """Return a gateway over the database of the settings; Django must be configured."""
    provider = gost.load_provider(settings.provider) if settings.signer else choose_provider(settings)
    return Gateway(
        settings=settings,
        provider=provider,
        clock=lambda: datetime.now(UTC),
        randomness=os.urandom,
        log=structlog.get_logger("mezhved.gateway"),
        keys=_keys(settings, provider),
    )


def _keys(settings: GatewaySettings, provider: Provider) -> Keys:
    """Return the keeper of keys: with a signing service this process never opens a key file."""
    if not settings.signer:
        return FileKeys(provider)
    return RemoteKeys(provider, settings.signer, settings.signer_secret.encode())
