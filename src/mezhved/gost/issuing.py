"""Making certificates and revocation lists (RFC 5280, RFC 9215): for test contours and closed networks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.certificates import KEY_USAGES, Certificate
from mezhved.gost.crl import Crl, Reason
from mezhved.gost.errors import GostError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from mezhved.gost.keys import PrivateKey, PublicKey
    from mezhved.gost.names import Name
    from mezhved.gost.provider import Provider
    from mezhved.gost.signer import Signer

CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"
EMAIL_PROTECTION: Final = "1.3.6.1.5.5.7.3.4"
CA_USAGE: Final = frozenset(("keyCertSign", "cRLSign"))
END_ENTITY_USAGE: Final = frozenset(
    ("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment")
)
_SERIAL_OCTETS: Final = 16


class CannotIssue(GostError):  # noqa: N818
    """What was asked for would be no right certificate or list."""


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when; aware moments, whole seconds are kept."""

    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything of a certificate except who signs it."""

    subject: bytes
    public_key: PublicKey
    term: Term
    serial: int
    usage: frozenset[str]
    is_ca: bool
    path_length: int | None = None
    extended_usage: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()


def random_serial(randomness: Callable[[int], bytes]) -> int:
    """Make a positive serial number of 16 octets (RFC 5280 4.1.2.2)."""
    return int.from_bytes(randomness(_SERIAL_OCTETS)) >> 1 | 1


def issue_root(
    name: Name,
    key: PrivateKey,
    provider: Provider,
    *,
    term: Term,
    serial: int,
    path_length: int | None = None,
) -> Certificate:
    """Make a self-signed certificate of an authority."""
    public = provider.public_key(key)
    plan = _Plan(name.der(), public, term, serial, CA_USAGE, is_ca=True, path_length=path_length)
    signed = _to_be_signed(plan, plan.subject, key_identifier(public), key.algorithm.signature_oid)
    digest = provider.digest(key.algorithm.digest, signed)
    return Certificate.parse(_sealed(signed, key.algorithm.signature_oid, provider.sign(key, digest)))


def issue_ca(
    name: Name,
    public_key: PublicKey,
    issuer: Signer,
    provider: Provider,
    *,
    term: Term,
    serial: int,
    path_length: int | None = 0,
    crl_urls: tuple[str, ...] = (),
) -> Certificate:
    """Make a subordinate authority's certificate."""
    plan = _Plan(name.der(), public_key, term, serial, CA_USAGE, is_ca=True, path_length=path_length)
    return _issue(replace(plan, crl_urls=crl_urls), issuer, provider)


def issue_end_entity(
    subject: Name,
    public_key: PublicKey,
    issuer: Signer,
    provider: Provider,
    *,
    term: Term,
    serial: int,
    usage: frozenset[str] = END_ENTITY_USAGE,
    extended_usage: tuple[str, ...] = (CLIENT_AUTH, EMAIL_PROTECTION),
    crl_urls: tuple[str, ...] = (),
) -> Certificate:
    """Make a certificate of a system or a person."""
    plan = _Plan(
        subject.der(),
        public_key,
        term,
        serial,
        usage,
        is_ca=False,
        extended_usage=extended_usage,
        crl_urls=crl_urls,
    )
    return _issue(plan, issuer, provider)


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """One certificate to be put on a list."""

    serial: int
    at: datetime
    reason: Reason = Reason.UNSPECIFIED


def issue_crl(
    issuer: Signer,
    provider: Provider,
    entries: Iterable[RevokedEntry],
    *,
    this_update: datetime,
    next_update: datetime | None,
    number: int,
) -> Crl:
    """Make a revocation list (RFC 5280 5)."""
    revoked = b"".join(_revoked(entry) for entry in entries)
    extensions = [_extension("2.5.29.20", der.integer(number))]
    if issuer.certificate.subject_key_id is not None:
        extensions.insert(0, _authority_key_id(issuer.certificate.subject_key_id))
    oid = issuer.certificate.public_key.algorithm.signature_oid
    signed = der.sequence(
        der.integer(1),
        der.sequence(der.oid(oid)),
        issuer.certificate.subject_der,
        der.time(this_update),
        der.time(next_update) if next_update is not None else b"",
        der.tlv(der.SEQUENCE, revoked) if revoked else b"",
        der.explicit(0, der.sequence(*extensions)),
    )
    return Crl.parse(_sealed(signed, oid, _signature(signed, issuer, provider)))


def key_identifier(key: PublicKey) -> bytes:
    """Name a key by SHA-1 of its bits (RFC 5280 4.2.1.2, method 1)."""
    bits = der.tlv(der.OCTET_STRING, key.octets)
    return hashlib.sha1(bits, usedforsecurity=False).digest()


def _issue(plan: _Plan, issuer: Signer, provider: Provider) -> Certificate:
    authority = issuer.certificate
    if not authority.is_ca:
        raise CannotIssue(
            Text(
                ru=f"издатель {authority.subject} — не удостоверяющий центр",
                en=f"the issuer {authority.subject} is no certification authority",
            )
        )
    authority_key = authority.subject_key_id or key_identifier(authority.public_key)
    oid = authority.public_key.algorithm.signature_oid
    signed = _to_be_signed(plan, authority.subject_der, authority_key, oid)
    return Certificate.parse(_sealed(signed, oid, _signature(signed, issuer, provider)))


def _signature(signed: bytes, issuer: Signer, provider: Provider) -> bytes:
    return issuer.sign_digest(provider.digest(issuer.digest_algorithm, signed))


def _sealed(signed: bytes, oid: str, signature: bytes) -> bytes:
    return der.sequence(signed, der.sequence(der.oid(oid)), der.bit_string(signature))


def _to_be_signed(plan: _Plan, issuer: bytes, authority_key: bytes, oid: str) -> bytes:
    if plan.term.not_before > plan.term.not_after:
        raise CannotIssue(
            Text(ru="срок кончается раньше, чем начинается", en="the term ends before it begins")
        )
    if plan.serial <= 0:
        raise CannotIssue(Text(ru="серийный номер не положителен", en="the serial number is not positive"))
    return der.sequence(
        der.explicit(0, der.integer(2)),
        der.integer(plan.serial),
        der.sequence(der.oid(oid)),
        issuer,
        der.sequence(der.time(plan.term.not_before), der.time(plan.term.not_after)),
        plan.subject,
        plan.public_key.spki(),
        der.explicit(3, der.sequence(*_extensions(plan, authority_key))),
    )


def _extensions(plan: _Plan, authority_key: bytes) -> list[bytes]:
    unknown = plan.usage.difference(KEY_USAGES)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise CannotIssue(Text(ru=f"нет такого применения ключа: {names}", en=f"no such key usage: {names}"))
    length = b"" if plan.path_length is None else der.integer(plan.path_length)
    constraints = der.sequence(der.boolean(value=True), length) if plan.is_ca else der.sequence()
    usage = der.bit_flags(KEY_USAGES.index(name) for name in plan.usage)
    items = [
        _extension("2.5.29.19", constraints, critical=True),
        _extension("2.5.29.15", usage, critical=True),
        _extension("2.5.29.14", der.tlv(der.OCTET_STRING, key_identifier(plan.public_key))),
        _authority_key_id(authority_key),
    ]
    if plan.extended_usage:
        items.append(_extension("2.5.29.37", der.sequence(*(der.oid(oid) for oid in plan.extended_usage))))
    if plan.crl_urls:
        items.append(_extension("2.5.29.31", der.sequence(*(_point(url) for url in plan.crl_urls))))
    return items


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    flag = der.boolean(value=True) if critical else b""
    return der.sequence(der.oid(oid), flag, der.tlv(der.OCTET_STRING, value))


def _authority_key_id(identifier: bytes) -> bytes:
    return _extension("2.5.29.35", der.sequence(der.tlv(0x80, identifier)))


def _point(url: str) -> bytes:
    if not url.isascii():
        raise CannotIssue(Text(ru=f"адрес «{url}» не ASCII", en=f'the address "{url}" is not ASCII'))
    return der.sequence(der.explicit(0, der.explicit(0, der.tlv(0x86, url.encode()))))


def _revoked(entry: RevokedEntry) -> bytes:
    reason = der.tlv(der.ENUMERATED, bytes((entry.reason.value,)))
    extensions = b"" if entry.reason is Reason.UNSPECIFIED else der.sequence(_extension("2.5.29.21", reason))
    return der.sequence(der.integer(entry.serial), der.time(entry.at), extensions)
