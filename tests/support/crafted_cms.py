"""SignedData with the oddities of the field: other identifiers, no attributes, BER, several signers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gost import der
from mezhved.gost.cms_reading import CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNED_DATA, SIGNING_TIME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mezhved.gost import Digest, SoftwareSigner

NULL = b"\x05\x00"


def attribute(oid: str, *values: bytes) -> bytes:
    """Write one attribute."""
    return der.sequence(der.oid(oid), der.set_of(values))


def usual_attributes(digest: bytes, at: datetime) -> list[bytes]:
    """Write the attributes that everybody writes."""
    return [
        attribute(CONTENT_TYPE, der.oid(DATA)),
        attribute(SIGNING_TIME, der.time(at)),
        attribute(MESSAGE_DIGEST, der.tlv(der.OCTET_STRING, digest)),
    ]


def by_issuer(signer: SoftwareSigner) -> bytes:
    """Name the signer by issuer and serial number."""
    return der.sequence(signer.certificate.issuer_der, der.integer(signer.certificate.serial))


def by_key(signer: SoftwareSigner) -> bytes:
    """Name the signer by the key's identifier."""
    assert signer.certificate.subject_key_id is not None
    return der.tlv(0x80, signer.certificate.subject_key_id)


@dataclass(frozen=True)
class Parts:
    """One signature's parts, each of which a test may choose."""

    signer: SoftwareSigner
    attributes: Sequence[bytes] | None = None
    content_digest: bytes = b""
    digest: Digest | None = None
    digest_oid: str = ""
    signature_oid: str = ""
    identifier: bytes = b""
    indefinite: bool = False
    signed_order: bool = False

    def write(self) -> bytes:
        """Sign and write the SignerInfo; `signed_order` signs attributes sorted but sends them as given."""
        signer = self.signer
        digest = self.digest or signer.digest_algorithm
        if self.attributes is None:
            signature = signer.sign_digest(self.content_digest)
            attributes = b""
        else:
            body = b"".join(self.attributes)
            hashed = der.set_of(self.attributes) if self.signed_order else der.tlv(der.SET, body)
            signature = signer.sign_digest(signer.provider.digest(digest, hashed))
            attributes = b"\xa0\x80" + body + b"\0\0" if self.indefinite else der.tlv(0xA0, body)
        return der.sequence(
            der.integer(1),
            self.identifier or by_issuer(signer),
            der.sequence(der.oid(self.digest_oid or digest.oid), NULL),
            attributes,
            der.sequence(der.oid(self.signature_oid or signer.key.algorithm.oid), NULL),
            der.tlv(der.OCTET_STRING, signature),
        )


def signed_data(
    infos: Sequence[bytes],
    certificates: Sequence[bytes],
    *,
    content: bytes | None = None,
    content_type: str = DATA,
    indefinite: bool = False,
) -> bytes:
    """Write the SignedData around signatures; `indefinite` as CryptoPro does, content in pieces."""
    wrap = _indefinite if indefinite else der.tlv
    wrapped = b""
    if content is not None:
        if indefinite:
            pieces = [der.tlv(4, content[at : at + 1000]) for at in range(0, len(content), 1000)]
            inner = _indefinite(0x24, b"".join(pieces))
        else:
            inner = der.tlv(4, content)
        wrapped = wrap(0xA0, inner)
    body = (
        der.integer(1)
        + der.set_of([])
        + wrap(der.SEQUENCE, der.oid(content_type) + wrapped)
        + (wrap(0xA0, b"".join(certificates)) if certificates else b"")
        + wrap(der.SET, b"".join(infos))
    )
    return wrap(der.SEQUENCE, der.oid(SIGNED_DATA) + wrap(0xA0, wrap(der.SEQUENCE, body)))


def _indefinite(tag: int, body: bytes) -> bytes:
    return bytes((tag, 0x80)) + body + b"\0\0"
