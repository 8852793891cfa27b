"""The demonstration's own certification authority, and a key with a certificate for everyone in it.

Files of `<folder>`: `<name>.key.pem` (PKCS#8, no password) and `<name>.cert.pem` for the names `root`, `ca`,
`smev`, `official`, `stranger` and every participant's mnemonic; `ca-chain.pem` holds root and CA;
`transaction.key.pem` is the RSA key that the bus signs transaction codes with. They are test keys: anybody
who can read the folder can sign with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mezhved.demo.catalogue import OFFICIAL, PARTICIPANTS, SMEV, TOWN
from mezhved.gost import (
    Certificate,
    GostError,
    KeyAlgorithm,
    Name,
    PrivateKey,
    Provider,
    SoftwareSigner,
    Term,
    curve_by_name,
    dump_private_key,
    generate_key,
    issue_ca,
    issue_end_entity,
    issue_root,
    load_private_key,
    random_serial,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

ROOT = "root"
CA = "ca"
STRANGER = "stranger"
CHAIN = "ca-chain.pem"
TRANSACTION_KEY = "transaction.key.pem"
TRANSACTION_KEY_BITS = 2048
CURVE = "CryptoPro-XchA"
YEARS = timedelta(days=365)
LEAST_LEFT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pki:
    """Everybody's signer by name, and the two authorities."""

    folder: Path
    root: Certificate
    ca: Certificate
    signers: dict[str, SoftwareSigner]


@dataclass(frozen=True, slots=True)
class _Maker:
    folder: Path
    provider: Provider
    now: datetime
    randomness: Callable[[int], bytes]

    def key(self) -> PrivateKey:
        return generate_key(KeyAlgorithm.GOST2012_256, curve_by_name(CURVE), self.randomness)

    def term(self, years: int) -> Term:
        return Term(self.now - timedelta(hours=1), self.now + years * YEARS)

    def write(self, name: str, key: PrivateKey, certificate: Certificate) -> SoftwareSigner:
        path = self.folder / f"{name}.key.pem"
        path.touch(mode=0o600)
        path.write_bytes(dump_private_key(key))
        (self.folder / f"{name}.cert.pem").write_text(certificate.pem)
        return SoftwareSigner(self.provider, key, certificate)

    def end_entity(self, name: str, subject: Name, issuer: SoftwareSigner) -> SoftwareSigner:
        key = self.key()
        certificate = issue_end_entity(
            subject,
            self.provider.public_key(key),
            issuer,
            self.provider,
            term=self.term(1),
            serial=random_serial(self.randomness),
        )
        return self.write(name, key, certificate)


def subjects() -> dict[str, Name]:
    """Return the names that the certificates are issued to."""
    names = {
        SMEV: Name(common_name="Межвед: демонстрационная шина", organization="Межвед (тестовый контур)"),
        OFFICIAL: Name(
            common_name="Примеров Пример Примерович",
            surname="Примеров",
            given_name="Пример Примерович",
            title="Специалист (тестовый)",
            organization=TOWN.name,
            ogrn=TOWN.ogrn,
            inn="990000001006",
            snils="99000000254",
        ),
        STRANGER: Name(common_name="Система без регистрации", organization="Никому не известный орган"),
    }
    for each in PARTICIPANTS:
        names[each.mnemonic] = Name(
            common_name=each.system_name, organization=each.name, ogrn=each.ogrn, innle=each.inn
        )
    return names


def make_pki(folder: Path, provider: Provider, now: datetime, randomness: Callable[[int], bytes]) -> Pki:
    """Make all keys and certificates anew and write them into `folder`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    maker = _Maker(folder, provider, now, randomness)
    root_key = maker.key()
    root = issue_root(
        Name(common_name="Межвед: тестовый корневой УЦ", organization="Межвед (тестовый контур)"),
        root_key,
        provider,
        term=maker.term(20),
        serial=random_serial(randomness),
    )
    root_signer = maker.write(ROOT, root_key, root)
    ca_key = maker.key()
    ca = issue_ca(
        Name(common_name="Межвед: тестовый УЦ", organization="Межвед (тестовый контур)"),
        provider.public_key(ca_key),
        root_signer,
        provider,
        term=maker.term(10),
        serial=random_serial(randomness),
    )
    ca_signer = maker.write(CA, ca_key, ca)
    signers = {name: maker.end_entity(name, subject, ca_signer) for name, subject in subjects().items()}
    (folder / CHAIN).write_text(root.pem + ca.pem)
    _write_transaction_key(folder / TRANSACTION_KEY)
    return Pki(folder, root, ca, signers)


def _write_transaction_key(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=TRANSACTION_KEY_BITS)
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def read_pki(folder: Path, provider: Provider, now: datetime) -> Pki | None:
    """Read what an earlier run left; `None` when something is missing, damaged or about to expire."""
    try:
        signers = {name: _read(folder, name, provider) for name in subjects()}
        root = Certificate.parse((folder / f"{ROOT}.cert.pem").read_bytes())
        ca = Certificate.parse((folder / f"{CA}.cert.pem").read_bytes())
    except (OSError, GostError):
        return None
    if not (folder / TRANSACTION_KEY).is_file():
        return None
    certificates = [root, ca, *(signer.certificate for signer in signers.values())]
    if any(certificate.not_after < now + LEAST_LEFT for certificate in certificates):
        return None
    if any(
        provider.public_key(signer.key) != signer.certificate.public_key
        or not signer.certificate.is_signed_by(ca, provider)
        for signer in signers.values()
    ):
        return None
    return Pki(folder, root, ca, signers)


def _read(folder: Path, name: str, provider: Provider) -> SoftwareSigner:
    key = load_private_key((folder / f"{name}.key.pem").read_bytes())
    certificate = Certificate.parse((folder / f"{name}.cert.pem").read_bytes())
    return SoftwareSigner(provider, key, certificate)
