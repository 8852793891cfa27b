"""Making CMS SignedData as SMEV 3 takes it for attachments (MR 3.3 section 4.3.1, RFC 5652, RFC 5035)."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, BinaryIO, Final

from mezhved.gost import cms_reading as cms
from mezhved.gost import der
from mezhved.gost.hashing import PIECE_OCTETS, hash_content

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.provider import Provider
    from mezhved.gost.signer import Signer

_NULL: Final = der.tlv(der.NULL, b"")
_EXPLICIT: Final = 0xA0


def sign_cms(
    content: BinaryIO | bytes,
    signer: Signer,
    provider: Provider,
    *,
    at: datetime,
    detached: bool = True,
    cades: bool = False,
) -> bytes:
    """Sign the content; return SignedData in DER.

    Version 1, one signer with its certificate, signed attributes contentType, signingTime (`at`, aware) and
    messageDigest; with `cades`, signingCertificateV2 too (CAdES-BES). A detached content is read in pieces
    and may have any size; an attached one is held in memory (`sign_cms_into` holds none).
    """
    whole = content if isinstance(content, bytes) else None
    if not detached and whole is None:
        whole = content.read()  # type: ignore[union-attr]
    algorithm = signer.digest_algorithm
    digest = hash_content(whole if whole is not None else content, (algorithm,), provider)[algorithm]
    return sign_cms_digest(digest, signer, provider, at=at, cades=cades, attached=None if detached else whole)


def sign_cms_into(
    out: BinaryIO,
    content: BinaryIO,
    signer: Signer,
    provider: Provider,
    *,
    at: datetime,
    cades: bool = False,
) -> None:
    """Write SignedData with the content attached, reading it twice in pieces; `content` must be seekable."""
    start = content.tell()
    algorithm = signer.digest_algorithm
    digest = hash_content(content, (algorithm,), provider)[algorithm]
    size = content.tell() - start
    content.seek(start)
    named = _named(signer.certificate, provider, cades=cades)
    attributes = signed_attributes(digest, at=at, named=named)
    value = signer.sign_digest(provider.digest(algorithm, attributes))
    before, after = _around(attributes, value, signer.certificate, size)
    out.write(before)
    shutil.copyfileobj(content, out, PIECE_OCTETS)
    out.write(after)


def sign_cms_digest(
    digest: bytes,
    signer: Signer,
    provider: Provider,
    *,
    at: datetime,
    cades: bool = False,
    attached: bytes | None = None,
) -> bytes:
    """Sign a content whose digest, of the signer's algorithm, is known already."""
    certificate = signer.certificate
    attributes = signed_attributes(digest, at=at, named=_named(certificate, provider, cades=cades))
    value = signer.sign_digest(provider.digest(signer.digest_algorithm, attributes))
    return assemble_cms(attributes, value, certificate, attached=attached)


def signed_attributes(digest: bytes, *, at: datetime, named: bytes | None = None) -> bytes:
    """Return what a key elsewhere has to sign for a content's digest: a DER SET of attributes.

    Its hash, of the key's algorithm, is what is signed; the value goes into `assemble_cms`. `named` is a
    SigningCertificateV2 (CAdES-BES).
    """
    attributes = [
        _attribute(cms.CONTENT_TYPE, der.oid(cms.DATA)),
        _attribute(cms.SIGNING_TIME, der.time(at)),
        _attribute(cms.MESSAGE_DIGEST, der.tlv(der.OCTET_STRING, digest)),
    ]
    if named is not None:
        attributes.append(_attribute(cms.SIGNING_CERTIFICATE_V2, named))
    return der.set_of(attributes)


def assemble_cms(
    attributes: bytes, value: bytes, certificate: Certificate, *, attached: bytes | None = None
) -> bytes:
    """Return SignedData of signed attributes, the value over them (s||r) and the signer's certificate."""
    size = None if attached is None else len(attached)
    before, after = _around(attributes, value, certificate, size)
    return b"".join((before, attached or b"", after))


def _around(
    attributes: bytes, value: bytes, certificate: Certificate, size: int | None
) -> tuple[bytes, bytes]:
    """Return what stands before and after an attached content of so many octets; None for a detached one."""
    algorithm = certificate.public_key.algorithm
    # The parameters and the key's own identifier are written as CryptoPro and OpenSSL write them.
    digest_algorithm = der.sequence(der.oid(algorithm.digest.oid), _NULL)
    signer_info = der.sequence(
        der.integer(1),
        der.sequence(certificate.issuer_der, der.integer(certificate.serial)),
        digest_algorithm,
        b"\xa0" + attributes[1:],
        der.sequence(der.oid(algorithm.oid), _NULL),
        der.tlv(der.OCTET_STRING, value),
    )
    after = der.explicit(0, certificate.der) + der.set_of([signer_info])
    before = b""
    length = 0 if size is None else size
    # From the innermost header outwards, each with all that it spans.
    if size is not None:
        for tag in (der.OCTET_STRING, _EXPLICIT):
            before = der.header(tag, len(before) + length) + before
    before = der.oid(cms.DATA) + before
    before = der.header(der.SEQUENCE, len(before) + length) + before
    before = der.integer(1) + der.set_of([digest_algorithm]) + before
    whole = length + len(after)
    for tag, inside in ((der.SEQUENCE, b""), (_EXPLICIT, der.oid(cms.SIGNED_DATA)), (der.SEQUENCE, b"")):
        before = inside + der.header(tag, len(before) + whole) + before
    return before, after


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.oid(oid), der.set_of([value]))


def _named(certificate: Certificate, provider: Provider, *, cades: bool) -> bytes | None:
    """Write SigningCertificateV2 (RFC 5035 section 3) where CAdES is wanted."""
    if not cades:
        return None
    algorithm = certificate.public_key.algorithm.digest
    return der.sequence(
        der.sequence(
            der.sequence(
                der.sequence(der.oid(algorithm.oid), _NULL),
                der.tlv(der.OCTET_STRING, provider.digest(algorithm, certificate.der)),
                _issuer_serial(certificate),
            )
        )
    )


def _issuer_serial(certificate: Certificate) -> bytes:
    return der.sequence(
        der.sequence(der.explicit(4, certificate.issuer_der)), der.integer(certificate.serial)
    )
