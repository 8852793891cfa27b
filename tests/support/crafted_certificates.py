"""Certificates and lists with odd parts, rightly signed: what the project itself would not issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gost import der
from mezhved.gost.names import Name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mezhved.gost.signer import SoftwareSigner

RSA_SPKI = der.sequence(
    der.sequence(der.oid("1.2.840.113549.1.1.1"), b"\x05\x00"),
    der.bit_string(der.sequence(der.integer((1 << 2047) + 9), der.integer(65537))),
)


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    """Write one extension."""
    flag = der.boolean(value=True) if critical else b""
    return der.sequence(der.oid(oid), flag, der.tlv(der.OCTET_STRING, value))


BASIC_CA = extension("2.5.29.19", der.sequence(der.boolean(value=True)), critical=True)


def crafted(
    issuer: SoftwareSigner,
    *,
    subject: bytes | None = None,
    issuer_name: bytes | None = None,
    serial: bytes = der.integer(77),
    spki: bytes | None = None,
    extensions: Sequence[bytes] | None = (),
    term: tuple[datetime, datetime] | None = None,
    version: int | None = 2,
    signature_oid: str | None = None,
    signature: bytes | None = None,
) -> bytes:
    """Write a certificate of the given parts and sign it."""
    oid = signature_oid or issuer.certificate.public_key.algorithm.signature_oid
    since, until = term or (issuer.certificate.not_before, issuer.certificate.not_after)
    wrapped = b"" if extensions is None else der.explicit(3, der.sequence(*extensions))
    signed = der.sequence(
        b"" if version is None else der.explicit(0, der.integer(version)),
        serial,
        der.sequence(der.oid(oid)),
        issuer_name or issuer.certificate.subject_der,
        der.sequence(der.time(since), der.time(until)),
        subject or Name(common_name="Тестовая диковина").der(),
        spki or issuer.certificate.spki,
        wrapped,
    )
    return sealed(issuer, signed, oid, signature)


def sealed(issuer: SoftwareSigner, signed: bytes, oid: str, signature: bytes | None = None) -> bytes:
    """Put algorithm and signature after the signed part."""
    digest = issuer.provider.digest(issuer.digest_algorithm, signed)
    return der.sequence(
        signed, der.sequence(der.oid(oid)), der.bit_string(signature or issuer.sign_digest(digest))
    )
