"""A test PKI: root, issuing authority, SMEV, three participants, one official. All of them are invented.

Everything follows from the arguments: one seed gives the same keys, serial numbers and octets of the
certificates' signed parts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from mezhved.gost.algorithms import KeyAlgorithm
from mezhved.gost.crl import Reason
from mezhved.gost.curves import CURVES
from mezhved.gost.issuing import (
    RevokedEntry,
    Term,
    issue_ca,
    issue_crl,
    issue_end_entity,
    issue_root,
    random_serial,
)
from mezhved.gost.keys import generate_key
from mezhved.gost.names import Name
from mezhved.gost.provider import load_provider
from mezhved.gost.signer import SoftwareSigner

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.crl import Crl
    from mezhved.gost.curves import Curve
    from mezhved.gost.provider import Provider

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""The moment at which everything of the test PKI is valid."""

ROOT_NAME = Name(
    common_name="Тестовый головной УЦ",
    organization="Тестовое министерство удостоверения",
    ogrn="1027700000019",
    innle="7700000016",
)
CA_NAME = Name(
    common_name="Тестовый УЦ №1",
    organization="Тестовый удостоверяющий центр",
    ogrn="1027700000020",
    innle="7700000023",
)
SMEV_NAME = Name(
    common_name="Тестовая СМЭВ",
    organization="Тестовый оператор СМЭВ",
    ogrn="1027700000030",
    innle="7700000030",
)
PARTICIPANT_NAMES = (
    Name(
        common_name="ИС «Тестовый потребитель»",
        organization="Тестовый орган «Потребитель»",
        ogrn="1027700000041",
        innle="7700000048",
    ),
    Name(
        common_name="ИС «Тестовый поставщик»",
        organization="Тестовый орган «Поставщик»",
        ogrn="1027700000052",
        innle="7700000055",
    ),
    Name(
        common_name="ИС «Тестовый банк»",
        organization="Тестовый банк",
        ogrn="1027700000063",
        innle="7700000062",
    ),
)
OFFICIAL_NAME = Name(
    common_name="Проверкина Проба Пробовна",
    surname="Проверкина",
    given_name="Проба Пробовна",
    title="Тестовый специалист",
    organization="Тестовый орган «Потребитель»",
    ogrn="1027700000041",
    innle="7700000048",
    inn="770000000082",
    snils="00100100112",
)


def seeded(seed: str) -> Callable[[int], bytes]:
    """Return a source of octets that a seed determines, each call giving new ones."""
    counter = 0

    def randomness(count: int) -> bytes:
        nonlocal counter
        counter += 1
        return hashlib.shake_256(f"{seed}/{counter}".encode()).digest(count)

    return randomness


def curve(name: str) -> Curve:
    """Find a curve by its name."""
    return next(item for item in CURVES if item.name == name)


@dataclass(frozen=True)
class Authority:
    """Someone who issues: give it names, take certificates and lists."""

    signer: SoftwareSigner
    randomness: Callable[[int], bytes]
    now: datetime

    @property
    def certificate(self) -> Certificate:
        """The authority's own certificate."""
        return self.signer.certificate

    def term(self, before: timedelta = timedelta(days=30), after: timedelta = timedelta(days=365)) -> Term:
        """From some time before now until some time after."""
        return Term(self.now - before, self.now + after)

    def end_entity(
        self,
        name: Name,
        *,
        term: Term | None = None,
        algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256,
        curve: Curve | None = None,
        serial: int | None = None,
        **options: object,
    ) -> SoftwareSigner:
        """Make a key and its certificate."""
        provider = self.signer.provider
        key = generate_key(algorithm, curve or default_curve(algorithm), self.randomness)
        certificate = issue_end_entity(
            name,
            provider.public_key(key),
            self.signer,
            provider,
            term=term or self.term(),
            serial=random_serial(self.randomness) if serial is None else serial,
            **options,  # type: ignore[arg-type]
        )
        return SoftwareSigner(provider, key, certificate)

    def authority(
        self,
        name: Name,
        *,
        term: Term | None = None,
        algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256,
        path_length: int | None = 0,
        **options: object,
    ) -> Authority:
        """Make a subordinate authority."""
        provider = self.signer.provider
        key = generate_key(algorithm, default_curve(algorithm), self.randomness)
        certificate = issue_ca(
            name,
            provider.public_key(key),
            self.signer,
            provider,
            term=term or self.term(timedelta(days=365), timedelta(days=5 * 365)),
            serial=random_serial(self.randomness),
            path_length=path_length,
            **options,  # type: ignore[arg-type]
        )
        return Authority(SoftwareSigner(provider, key, certificate), self.randomness, self.now)

    def crl(
        self,
        *revoked: Certificate,
        at: datetime | None = None,
        reason: Reason = Reason.KEY_COMPROMISE,
        this_update: datetime | None = None,
        next_update: datetime | None = None,
        number: int = 1,
    ) -> Crl:
        """Make a list of the certificates revoked an hour ago, good from an hour ago for a week."""
        hour = timedelta(hours=1)
        return issue_crl(
            self.signer,
            self.signer.provider,
            [RevokedEntry(item.serial, at or self.now - hour, reason) for item in revoked],
            this_update=this_update or self.now - hour,
            next_update=next_update or self.now + timedelta(days=7),
            number=number,
        )


@dataclass(frozen=True)
class Pki:
    """The whole test PKI."""

    provider: Provider
    now: datetime
    randomness: Callable[[int], bytes]
    root: Authority
    ca: Authority
    smev: SoftwareSigner
    participants: tuple[SoftwareSigner, SoftwareSigner, SoftwareSigner]
    official: SoftwareSigner

    @property
    def consumer(self) -> SoftwareSigner:
        """The first participant's system."""
        return self.participants[0]

    @property
    def provider_system(self) -> SoftwareSigner:
        """The second participant's system."""
        return self.participants[1]


def default_curve(algorithm: KeyAlgorithm) -> Curve:
    """XchA for keys of 256 bits, tc26-512-A for those of 512."""
    wanted = "1.2.643.7.1.2.1.2.1" if algorithm is KeyAlgorithm.GOST2012_512 else "1.2.643.2.2.36.0"
    return next(item for item in CURVES if item.oid == wanted)


def make_root(
    provider: Provider,
    now: datetime,
    randomness: Callable[[int], bytes],
    *,
    name: Name = ROOT_NAME,
    algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256,
    term: Term | None = None,
    path_length: int | None = None,
) -> Authority:
    """Make a root authority."""
    key = generate_key(algorithm, default_curve(algorithm), randomness)
    certificate = issue_root(
        name,
        key,
        provider,
        term=term or Term(now - timedelta(days=730), now + timedelta(days=10 * 365)),
        serial=random_serial(randomness),
        path_length=path_length,
    )
    return Authority(SoftwareSigner(provider, key, certificate), randomness, now)


def make_pki(
    provider: Provider,
    now: datetime = NOW,
    randomness: Callable[[int], bytes] | None = None,
    *,
    algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256,
) -> Pki:
    """Make a test PKI; what it uses comes in as arguments."""
    source = randomness or seeded("mezhved test pki")
    root = make_root(provider, now, source, algorithm=algorithm)
    ca = root.authority(CA_NAME, algorithm=algorithm)
    return Pki(
        provider=provider,
        now=now,
        randomness=source,
        root=root,
        ca=ca,
        smev=ca.end_entity(SMEV_NAME, algorithm=algorithm),
        participants=(
            ca.end_entity(PARTICIPANT_NAMES[0], algorithm=algorithm),
            ca.end_entity(PARTICIPANT_NAMES[1], algorithm=algorithm),
            ca.end_entity(PARTICIPANT_NAMES[2], algorithm=algorithm),
        ),
        official=ca.end_entity(OFFICIAL_NAME, algorithm=algorithm),
    )


@cache
def shared_pki(algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256) -> Pki:
    """Return one PKI for all the tests of a process, made with the best provider here."""
    return make_pki(load_provider(), algorithm=algorithm)
