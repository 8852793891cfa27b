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
from mezhved.gateway.keys import FileKeys

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import FilteringBoundLogger

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.keys import Keys
    from mezhved.gost import Provider


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
    connections: Connections = field(init=False)
    to_send: threading.Event = field(default_factory=threading.Event)
    """Set when something was taken in this process that waits to be sent."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "connections", Connections(self.provider, self.keys, self.clock))

    def digest(self, octets: bytes) -> bytes:
        """Return the GOST R 34.11-2012 hash (256 bits) by which steps and files are known."""
        return self.provider.digest(gost.Digest.STREEBOG256, octets)


def build_gateway(settings: GatewaySettings) -> Gateway:
    """Return a gateway over the database of the settings; Django must be configured."""
    provider = gost.load_provider(settings.provider)
    return Gateway(
        settings=settings,
        provider=provider,
        clock=lambda: datetime.now(UTC),
        randomness=os.urandom,
        log=structlog.get_logger("mezhved.gateway"),
        keys=FileKeys(provider),
    )
