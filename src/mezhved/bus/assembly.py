"""Putting a bus together from its settings: the one place where its parts meet."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mezhved import gost
from mezhved.bus.errors import NotReady
from mezhved.bus.files.blobs import open_blobs
from mezhved.bus.files.ledger import Ledger
from mezhved.bus.metrics import Metrics
from mezhved.bus.quota import Quota
from mezhved.bus.revocation.chains import Chains, rules_of
from mezhved.bus.revocation.report import Board
from mezhved.bus.storage import DatabaseAddress, StorageError, Store
from mezhved.bus.transactions.keys import load_transaction_key
from mezhved.service.logs import bus_log
from mezhved.smev3.ids import MessageIds
from mezhved.smev3.mtom import temporary_file
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from mezhved.bus.transactions.keys import TransactionKey
    from mezhved.configuration import BusSettings
    from mezhved.gost import Provider, Signer, Verifier
    from mezhved.registry import SnapshotSource
    from mezhved.service.blobs import BlobStore


@dataclass(frozen=True, slots=True)
class Bus:
    """All that a call needs. `clock` gives integer microseconds since the epoch, UTC."""

    settings: BusSettings
    provider: Provider
    verifier: Verifier
    signer: Signer
    registry: SnapshotSource
    store: Store
    clock: Callable[[], int]
    ids: MessageIds
    metrics: Metrics
    log: FilteringBoundLogger
    chains: Chains = field(init=False)
    revocation: Board = field(init=False)
    quota: Quota = field(init=False)
    blobs: BlobStore = field(init=False)
    ledger: Ledger = field(init=False)
    arrivals: threading.Event = field(init=False)
    """Set when a message was received in this process that waits for more (`mezhved.bus.processing`)."""
    transactions: TransactionKey | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chains", Chains(self.provider, rules_of(self.settings)))
        object.__setattr__(self, "revocation", Board())
        object.__setattr__(self, "quota", Quota(self.settings.queue_quota, self.store.waiting))
        object.__setattr__(self, "blobs", open_blobs(self.settings))
        object.__setattr__(self, "ledger", Ledger(self.store))
        object.__setattr__(self, "arrivals", threading.Event())
        object.__setattr__(self, "transactions", load_transaction_key(self.settings))

    def problems(self) -> list[Text]:
        """Return why the bus cannot work now; empty when it can sign and store."""
        found = []
        try:
            self.store.ping()
        except StorageError as error:
            found.append(error.what)
        try:
            self.signer.sign_digest(bytes(self.signer.digest_algorithm.size))
        except MezhvedError as error:
            found.append(error.what)
        try:
            temporary_file(self.settings.temporary_folder).close()
        except OSError as error:
            folder = self.settings.temporary_folder or "tmp"
            found.append(
                Text(
                    ru=f"временные файлы не пишутся: {folder}: {error.strerror}",
                    en=f"temporary files cannot be written: {folder}: {error.strerror}",
                )
            )
        now = self.clock() / 1_000_000
        certificate = self.signer.certificate
        if not certificate.not_before.timestamp() <= now <= certificate.not_after.timestamp():
            found.append(
                Text(
                    ru="сертификат шины не действует сейчас",
                    en="the certificate of the bus is not valid now",
                )
            )
        return found


def system_clock() -> int:
    """Return the present, microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


def build_bus(settings: BusSettings) -> Bus:
    """Return a bus over the database of the settings; Django must be configured.

    Raises `NotReady`, `GostError` or `StorageError` with the cure.
    """
    from mezhved.registry.loading import live_snapshots  # noqa: PLC0415 - needs a started Django

    provider = choose_provider(settings)
    return Bus(
        settings=settings,
        provider=provider,
        verifier=gost.Verifier(provider),
        signer=load_signer(settings, provider),
        registry=live_snapshots(settings.registry_poll_seconds),
        store=Store.open(DatabaseAddress.of_url(settings.database)),
        clock=system_clock,
        ids=MessageIds(time.time_ns, os.urandom),
        metrics=Metrics.of_process(),
        log=bus_log(),
    )


def choose_provider(settings: BusSettings) -> Provider:
    """Return the provider of the settings; production does not sign in pure Python unless told so."""
    provider = gost.load_provider(settings.provider)
    if provider.name == "pure" and settings.production and not settings.allow_pure_signing:
        raise NotReady(
            Text(
                ru="в промышленном режиме подписывать на чистом Python нельзя",
                en="production does not sign in pure Python",
            ),
            cure=Text(
                ru="установите libengine-gost-openssl либо разрешите allow_pure_signing",
                en="install libengine-gost-openssl or set allow_pure_signing",
            ),
        )
    return provider


def load_signer(settings: BusSettings, provider: Provider) -> Signer:
    """Return SMEV's own signer from the key and certificate files."""
    if settings.smev_key is None or settings.smev_certificate is None:
        raise NotReady(
            Text(ru="не указан ключ шины", en="the key of the bus is not set"),
            where="smev_key, smev_certificate",
            cure=Text(
                ru="задайте MEZHVED_SMEV_KEY и MEZHVED_SMEV_CERTIFICATE (как сделать ключ: mezhved keys new)",
                en="set MEZHVED_SMEV_KEY and MEZHVED_SMEV_CERTIFICATE (to make a key: mezhved keys new)",
            ),
        )
    password = settings.smev_key_password.encode() or None
    key = gost.load_private_key(_read(settings.smev_key), password)
    certificate = gost.Certificate.parse(_read(settings.smev_certificate))
    if provider.public_key(key) != certificate.public_key:
        raise NotReady(
            Text(ru="ключ шины не от её сертификата", en="the bus's key does not belong to its certificate"),
            where=str(settings.smev_certificate),
            cure=Text(ru="укажите парные файлы", en="give the files of one pair"),
        )
    return gost.SoftwareSigner(provider, key, certificate)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotReady(
            Text(ru=f"файл не читается: {error.strerror}", en=f"the file does not read: {error.strerror}"),
            where=str(path),
        ) from error
