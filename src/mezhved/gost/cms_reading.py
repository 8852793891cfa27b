"""Reading CMS (PKCS#7) SignedData as it is found in the field (RFC 5652 section 5, RFC 2315 section 9)."""

from __future__ import annotations

import mmap
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.armor import der_end, reading_as, to_der
from mezhved.gost.certificates import algorithm
from mezhved.gost.errors import MalformedCms
from mezhved.gost.hashing import PIECE_OCTETS
from mezhved.gost.names import DistinguishedName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

CMS_LABELS: Final = frozenset(("CMS", "PKCS7", "PKCS #7 SIGNED DATA", "SIGNATURE"))

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
DATA: Final = "1.2.840.113549.1.7.1"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECTION: Final = "1.2.840.113549.1.9.52"
SHA1: Final = "1.3.14.3.2.26"
SHA256: Final = "2.16.840.1.101.3.4.2.1"

_MAX_SIGNERS: Final = 16
_MAX_ATTRIBUTES: Final = 64
_MAX_CERTIFICATES: Final = 4096


@dataclass(frozen=True, slots=True)
class SignedAttributes:
    """The signed attributes: what is hashed, and what they say.

    `encodings` are the octets that may have been hashed: as they came, under the tag of a SET; and, if they
    came in another order than DER's, in DER's. `certificate_digests` are pairs of a digest's identifier and
    value for the signer's own certificate (CAdES); `protection` is the pair of digest and signature algorithm
    of RFC 6211.
    """

    encodings: tuple[bytes, ...] = field(repr=False)
    content_type: str | None
    message_digest: bytes | None
    signing_time: datetime | None
    certificate_digests: tuple[tuple[str, bytes], ...]
    protection: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signature: whose (`issuer` and `serial`, or `key_id`), with what, over what."""

    issuer: DistinguishedName | None
    serial: int | None
    key_id: bytes | None
    digest_oid: str
    signature_oid: str
    attributes: SignedAttributes | None
    signature: bytes


@dataclass(frozen=True, slots=True)
class AttachedContent:
    """A content inside its SignedData: read in pieces from where it lies, never taken out whole."""

    _node: der.Node = field(repr=False)

    def pieces(self) -> Iterator[bytes]:
        """Yield the octets; raise `MalformedCms` where a content sent in pieces is broken."""
        with reading_as(MalformedCms):
            for start, end in self._places():
                for at in range(start, end, PIECE_OCTETS):
                    yield self._node.octets[at : min(at + PIECE_OCTETS, end)]

    def _places(self) -> Iterator[tuple[int, int]]:
        if self._node.tag in {der.OCTET_STRING, der.OCTET_STRING | der.CONSTRUCTED}:
            return self._node.string_places()
        # PKCS#7 1.5 hashes the contents' octets of whatever stands here (RFC 2315 9.3).
        return iter(((self._node.content, self._node.end),))


@dataclass(frozen=True, slots=True)
class SignedData:
    """A CMS SignedData; `attached` is None when its content lies elsewhere (detached)."""

    content_type: str
    attached: AttachedContent | None
    certificates: tuple[bytes, ...] = field(repr=False)
    crls: tuple[bytes, ...] = field(repr=False)
    signers: tuple[SignerInfo, ...]

    @property
    def content(self) -> bytes | None:
        """The attached content, all of it in memory."""
        return None if self.attached is None else b"".join(self.attached.pieces())


def parse_cms(data: der.Octets) -> SignedData:
    """Read DER, BER, PEM or bare base64; raise `MalformedCms` with what is wrong and where.

    DER and BER are read where they lie: a mapped file is not brought into memory.
    """
    with reading_as(MalformedCms):
        if data[:1] == b"\x30":
            return _signed_data(data, der_end(data))
        octets = to_der(data[:], CMS_LABELS, certutil=True)
        return _signed_data(octets, len(octets))


@contextmanager
def mapped_cms(path: Path) -> Iterator[der.Octets]:
    """Give a signature's file to `parse_cms` or `verify_cms` without reading it; raise `OSError`.

    Nothing that was read from it may be used afterwards.
    """
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
            yield octets


def _signed_data(octets: der.Octets, end: int) -> SignedData:
    outer = der.read(octets, "ContentInfo", limit=end).expect(der.SEQUENCE).fields()
    kind = outer.take(der.OBJECT_IDENTIFIER, "contentType")
    if kind.oid() != SIGNED_DATA:
        raise kind.broken(f"не SignedData, а {kind.oid()}", f"not SignedData, but {kind.oid()}")
    fields = outer.take(0xA0, "content").inside("SignedData").expect(der.SEQUENCE).fields()
    outer.end()
    fields.take(der.INTEGER, "version").small()
    fields.take(der.SET, "digestAlgorithms")
    content_type, attached = _content(fields.take(der.SEQUENCE, "encapContentInfo"))
    certificates = _members(fields.perhaps(0xA0, "certificates"))
    crls = _members(fields.perhaps(0xA1, "crls"))
    signers = fields.take(der.SET, "signerInfos")
    fields.end()
    infos = tuple(_signer(node) for node in signers.children("signerInfo", limit=_MAX_SIGNERS))
    return SignedData(content_type, attached, certificates, crls, infos)


def _content(node: der.Node) -> tuple[str, AttachedContent | None]:
    fields = node.fields()
    kind = fields.take(der.OBJECT_IDENTIFIER, "eContentType").oid()
    wrapper = fields.perhaps(0xA0, "eContent")
    fields.end()
    if wrapper is None:
        return kind, None
    return kind, AttachedContent(wrapper.inside())


def _members(node: der.Node | None) -> tuple[bytes, ...]:
    """Take the plain members of a set; the tagged ones are other kinds of certificates."""
    if node is None:
        return ()
    items = node.children(limit=_MAX_CERTIFICATES)
    return tuple(item.raw for item in items if item.tag == der.SEQUENCE)


def _signer(node: der.Node) -> SignerInfo:
    fields = node.expect(der.SEQUENCE).fields()
    fields.take(der.INTEGER, "signerInfo.version").small()
    identifier = fields.any("sid")
    issuer, serial, key_id = _identifier(identifier)
    digest_oid = algorithm(fields, "digestAlgorithm")
    attributes = fields.perhaps(0xA0, "signedAttrs")
    signature_oid = algorithm(fields, "signatureAlgorithm")
    signature = fields.any("signature")
    if signature.tag & ~der.CONSTRUCTED != der.OCTET_STRING:
        signature.expect(der.OCTET_STRING)
    fields.perhaps(0xA1, "unsignedAttrs")
    fields.end()
    return SignerInfo(
        issuer,
        serial,
        key_id,
        digest_oid,
        signature_oid,
        None if attributes is None else _attributes(attributes),
        signature.string_octets(),
    )


def _identifier(node: der.Node) -> tuple[DistinguishedName | None, int | None, bytes | None]:
    if node.tag == 0x80:  # noqa: PLR2004
        return None, None, node.body
    if node.tag == 0xA0:  # noqa: PLR2004
        # Some write the tag as an explicit one.
        return None, None, node.inside().string_octets()
    fields = node.expect(der.SEQUENCE).fields()
    issuer = DistinguishedName.read(fields.take(der.SEQUENCE, "sid.issuer"))
    serial = fields.take(der.INTEGER, "sid.serialNumber").integer()
    fields.end()
    return issuer, serial, None


def _attributes(node: der.Node) -> SignedAttributes:
    pieces: list[bytes] = []
    values: dict[str, der.Node] = {}
    for item in node.children("signedAttrs", limit=_MAX_ATTRIBUTES):
        fields = item.expect(der.SEQUENCE).fields()
        oid = fields.take(der.OBJECT_IDENTIFIER, "attrType").oid()
        if oid in values:
            raise item.broken(f"атрибут {oid} встречается дважды", f"the attribute {oid} comes twice")
        values[oid] = fields.take(der.SET, f"attribute {oid}")
        fields.end()
        pieces.append(item.raw)
    came = _retagged(node)
    sorted_ = der.set_of(pieces)
    content_type = _one(values, CONTENT_TYPE)
    message_digest = _one(values, MESSAGE_DIGEST)
    signing_time = _one(values, SIGNING_TIME)
    return SignedAttributes(
        encodings=(came,) if came == sorted_ else (came, sorted_),
        content_type=None if content_type is None else content_type.expect(der.OBJECT_IDENTIFIER).oid(),
        message_digest=None if message_digest is None else _octets(message_digest),
        signing_time=None if signing_time is None else signing_time.time(),
        certificate_digests=_certificate_digests(values),
        protection=_protection(_one(values, ALGORITHM_PROTECTION)),
    )


def _retagged(node: der.Node) -> bytes:
    """Put the tag of a SET in place of [0], over the octets that came (RFC 5652 5.4)."""
    raw = node.raw
    if raw[1] == 0x80:  # noqa: PLR2004
        return der.tlv(der.SET, node.body)
    return bytes((der.SET,)) + raw[1:]


def _one(values: Mapping[str, der.Node], oid: str) -> der.Node | None:
    node = values.get(oid)
    return None if node is None else node.inside(f"attribute {oid}")


def _octets(node: der.Node) -> bytes:
    if node.tag & ~der.CONSTRUCTED != der.OCTET_STRING:
        node.expect(der.OCTET_STRING)
    return node.string_octets()


def _certificate_digests(values: Mapping[str, der.Node]) -> tuple[tuple[str, bytes], ...]:
    """Read what CAdES says of the signer's certificate: the first of each list (RFC 5035 section 3-5)."""
    found: list[tuple[str, bytes]] = []
    for oid, usual in ((SIGNING_CERTIFICATE, SHA1), (SIGNING_CERTIFICATE_V2, SHA256)):
        value = _one(values, oid)
        if value is None:
            continue
        identifiers = value.expect(der.SEQUENCE).fields().take(der.SEQUENCE, f"attribute {oid}")
        fields = identifiers.fields().take(der.SEQUENCE, "ESSCertID").fields()
        named = oid == SIGNING_CERTIFICATE_V2 and fields.peek() == der.SEQUENCE
        digest = algorithm(fields, "ESSCertIDv2.hashAlgorithm") if named else usual
        found.append((digest, fields.take(der.OCTET_STRING, "ESSCertID.certHash").body))
    return tuple(found)


def _protection(node: der.Node | None) -> tuple[str, str] | None:
    """Read cmsAlgorithmProtection (RFC 6211 section 2)."""
    if node is None:
        return None
    fields = node.expect(der.SEQUENCE).fields()
    digest = algorithm(fields, "cmsAlgorithmProtection.digestAlgorithm")
    inner = fields.perhaps(0xA1, "cmsAlgorithmProtection.signatureAlgorithm")
    if inner is None:
        return None
    return digest, inner.fields().take(der.OBJECT_IDENTIFIER, "signatureAlgorithm").oid()
