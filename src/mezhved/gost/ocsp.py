"""OCSP (RFC 6960): what is asked of a responder and what it answers.

Reading trusts nothing: sizes and numbers are bounded, and who may have signed an answer is judged apart
(`ocsp_signers`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.algorithms import Digest
from mezhved.gost.armor import reading_as
from mezhved.gost.certificates import algorithm, read_extensions
from mezhved.gost.crl import Reason, Revocation, read_reason
from mezhved.gost.errors import MalformedOcsp, OcspRefused
from mezhved.gost.names import DistinguishedName
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.provider import Provider

REQUEST_TYPE: Final = "application/ocsp-request"
RESPONSE_TYPE: Final = "application/ocsp-response"
MAX_RESPONSE_OCTETS: Final = 256 * 1024
OCSP_LABEL: Final = "OCSP RESPONSE"

_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_MAX_ANSWERS: Final = 256
_MAX_CERTIFICATES: Final = 16
_GOOD, _REVOKED, _UNKNOWN = 0x80, 0xA1, 0x82
_BY_NAME, _BY_KEY = 0xA1, 0xA2


class OcspHash(Enum):
    """A hash function by which a request names the issuer: its object identifier."""

    SHA1 = "1.3.14.3.2.26"
    SHA256 = "2.16.840.1.101.3.4.2.1"
    STREEBOG256 = Digest.STREEBOG256.oid
    STREEBOG512 = Digest.STREEBOG512.oid
    GOST94 = Digest.GOST94.oid


_OURS: Final = {digest.oid: digest for digest in Digest}


@dataclass(frozen=True, slots=True)
class CertId:
    """A certificate as OCSP names it (RFC 6960 4.1.1)."""

    hash_oid: str
    name_hash: bytes
    key_hash: bytes
    serial: int

    @classmethod
    def of(
        cls, certificate: Certificate, issuer: Certificate, function: OcspHash, provider: Provider
    ) -> CertId:
        """Name a certificate by the hashes of its issuer's name and key."""
        return cls(
            function.value,
            _hash(function, certificate.issuer_der, provider),
            _hash(function, _key_bits(issuer), provider),
            certificate.serial,
        )

    def der(self) -> bytes:
        """Write the structure."""
        return der.sequence(
            der.sequence(der.oid(self.hash_oid), _NULL),
            der.tlv(der.OCTET_STRING, self.name_hash),
            der.tlv(der.OCTET_STRING, self.key_hash),
            der.integer(self.serial),
        )


_NULL: Final = der.tlv(der.NULL, b"")


def _hash(function: OcspHash, octets: bytes, provider: Provider) -> bytes:
    ours = _OURS.get(function.value)
    if ours is not None:
        return provider.digest(ours, octets)
    return hashlib.new(function.name, octets, usedforsecurity=False).digest()


def _key_bits(issuer: Certificate) -> bytes:
    """Return the bits of subjectPublicKey without tag and length, as OCSP hashes them."""
    fields = der.read(issuer.spki, "subjectPublicKeyInfo").fields()
    fields.any("algorithm")
    return fields.take(der.BIT_STRING, "subjectPublicKey").bits()


def key_hash(issuer: Certificate) -> bytes:
    """Return SHA-1 of the key's bits: how a responder names itself by key (RFC 6960 4.2.1)."""
    return hashlib.sha1(_key_bits(issuer), usedforsecurity=False).digest()


def write_request(ids: Iterable[CertId], nonce: bytes | None) -> bytes:
    """Write an OCSPRequest; the nonce has 1 to 32 octets (RFC 8954), None for none. It is not signed."""
    asked = der.sequence(*(der.sequence(each.der()) for each in ids))
    extensions = b""
    if nonce is not None:
        value = der.tlv(der.OCTET_STRING, nonce)
        item = der.sequence(der.oid(_NONCE), der.tlv(der.OCTET_STRING, value))
        extensions = der.explicit(2, der.sequence(item))
    return der.sequence(der.sequence(asked, extensions))


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """What a response says of one certificate.

    `known` is false where the responder does not know it; `revocation` is None unless it is revoked;
    `next_update` None means that newer information can be had at any time.
    """

    id: CertId
    known: bool
    revocation: Revocation | None
    this_update: datetime
    next_update: datetime | None


@dataclass(frozen=True, slots=True)
class OcspResponse:
    """A parsed basic response; two are equal when their octets are. Times are aware UTC.

    The responder names itself by `responder_name` or `responder_key` (SHA-1 of its key's bits);
    `certificates` are the DER of those it sent along.
    """

    der: bytes = field(repr=False)
    responder_name: DistinguishedName | None = field(compare=False)
    responder_key: bytes | None = field(compare=False)
    produced_at: datetime = field(compare=False)
    answers: tuple[OcspAnswer, ...] = field(compare=False)
    nonce: bytes | None = field(compare=False)
    certificates: tuple[bytes, ...] = field(compare=False, repr=False)
    thumbprint: bytes = field(compare=False, repr=False)
    signed: bytes = field(compare=False, repr=False)
    signature: bytes = field(compare=False, repr=False)
    signature_oid: str = field(compare=False)

    @classmethod
    def parse(cls, data: bytes) -> OcspResponse:
        """Read an OCSPResponse in DER.

        Raises `MalformedOcsp` with what is wrong and where, `OcspRefused` when the responder tells an error.
        """
        if len(data) > MAX_RESPONSE_OCTETS:
            raise MalformedOcsp(
                Text(
                    ru=f"ответ службы OCSP больше {MAX_RESPONSE_OCTETS} байт",
                    en=f"the OCSP response is longer than {MAX_RESPONSE_OCTETS} octets",
                )
            )
        with reading_as(MalformedOcsp):
            return _response(data)

    def __hash__(self) -> int:
        return hash(self.thumbprint)

    def answer(self, certificate: CertId) -> OcspAnswer | None:
        """Return what is said of a certificate."""
        return next((each for each in self.answers if each.id == certificate), None)


_REFUSALS: Final[Mapping[int, Text]] = {
    1: Text(ru="запрос составлен неверно", en="malformed request"),
    2: Text(ru="внутренняя ошибка", en="internal error"),
    3: Text(ru="просит повторить позже", en="try later"),
    5: Text(ru="требует подписанного запроса", en="the request must be signed"),
    6: Text(ru="не отвечает этому клиенту", en="unauthorized"),
}


def _response(octets: bytes) -> OcspResponse:
    outer = der.read(octets, "OCSPResponse").expect(der.SEQUENCE).fields()
    status = outer.take(der.ENUMERATED, "responseStatus").small(255)
    if status != 0:
        told = _REFUSALS.get(status, Text(ru=f"код {status}", en=f"code {status}"))
        raise OcspRefused(
            Text(ru=f"служба OCSP отказала: {told.ru}", en=f"the OCSP responder refused: {told.en}")
        )
    wrapped = outer.take(0xA0, "responseBytes").inside().expect(der.SEQUENCE).fields()
    outer.end()
    kind = wrapped.take(der.OBJECT_IDENTIFIER, "responseType")
    if kind.oid() != _BASIC:
        raise kind.broken("неизвестный вид ответа", "an unknown kind of response")
    basic = wrapped.take(der.OCTET_STRING, "response").string_octets()
    wrapped.end()
    return _basic_response(octets, der.read(basic, "BasicOCSPResponse").expect(der.SEQUENCE).fields())


def _basic_response(octets: bytes, basic: der.Fields) -> OcspResponse:
    signed = basic.take(der.SEQUENCE, "tbsResponseData")
    signature_oid = algorithm(basic, "signatureAlgorithm")
    signature = basic.take(der.BIT_STRING, "signature").bits()
    certificates = basic.perhaps(0xA0, "certs")
    basic.end()
    sent = certificates.inside().children(limit=_MAX_CERTIFICATES) if certificates is not None else ()

    fields = signed.fields()
    version = fields.perhaps(0xA0, "version")
    if version is not None and version.inside().expect(der.INTEGER).small() != 0:
        raise version.broken("неизвестная версия", "an unknown version")
    responder = fields.any("responderID")
    if responder.tag not in {_BY_NAME, _BY_KEY}:
        raise responder.broken("негодное имя службы", "a bad responderID")
    named = responder.inside()
    produced_at = fields.take(der.GENERALIZED_TIME, "producedAt").time()
    answers = fields.take(der.SEQUENCE, "responses")
    wrapper = fields.perhaps(0xA1, "responseExtensions")
    fields.end()
    return OcspResponse(
        der=octets,
        responder_name=DistinguishedName.read(named) if responder.tag == _BY_NAME else None,
        responder_key=named.expect(der.OCTET_STRING).body if responder.tag == _BY_KEY else None,
        produced_at=produced_at,
        answers=tuple(_answer(each) for each in answers.children("response", limit=_MAX_ANSWERS)),
        nonce=_nonce(wrapper),
        certificates=tuple(each.raw for each in sent),
        thumbprint=hashlib.sha256(octets).digest(),
        signed=signed.raw,
        signature=signature,
        signature_oid=signature_oid,
    )


def _nonce(wrapper: der.Node | None) -> bytes | None:
    """Read the nonce; a critical extension that is not understood makes the response unusable."""
    if wrapper is None:
        return None
    found: bytes | None = None
    for item in read_extensions(wrapper.inside()):
        if item.oid == _NONCE:
            # Some responders put the octets in without the OCTET STRING that RFC 8954 demands.
            try:
                found = der.read(item.value, "nonce").expect(der.OCTET_STRING).body
            except der.Asn1Error:
                found = item.value
        elif item.critical:
            raise wrapper.broken(
                f"неизвестное критическое расширение {item.oid}", f"unknown critical extension {item.oid}"
            )
    return found


def _answer(node: der.Node) -> OcspAnswer:
    fields = node.expect(der.SEQUENCE).fields()
    certificate = _cert_id(fields.take(der.SEQUENCE, "certID"))
    status = fields.any("certStatus")
    this_update = fields.take(der.GENERALIZED_TIME, "thisUpdate").time()
    next_update = fields.perhaps(0xA0, "nextUpdate")
    extensions = fields.perhaps(0xA1, "singleExtensions")
    fields.end()
    for item in read_extensions(extensions.inside()) if extensions is not None else ():
        if item.critical:
            raise node.broken(
                f"неизвестное критическое расширение {item.oid}", f"unknown critical extension {item.oid}"
            )
    return OcspAnswer(
        id=certificate,
        known=status.tag in {_GOOD, _REVOKED},
        revocation=_revocation(status),
        this_update=this_update,
        next_update=next_update.inside().expect(der.GENERALIZED_TIME).time() if next_update else None,
    )


def _cert_id(node: der.Node) -> CertId:
    fields = node.fields()
    oid = algorithm(fields, "hashAlgorithm")
    names = fields.take(der.OCTET_STRING, "issuerNameHash").string_octets()
    keys = fields.take(der.OCTET_STRING, "issuerKeyHash").string_octets()
    serial = fields.take(der.INTEGER, "serialNumber").integer()
    fields.end()
    return CertId(oid, names, keys, serial)


def _revocation(status: der.Node) -> Revocation | None:
    """Read certStatus; a revocation that is broken inside revokes for ever."""
    if status.tag == _REVOKED:
        try:
            fields = status.fields()
            at = fields.any("revocationTime").time()
            reason = fields.perhaps(0xA0, "revocationReason")
        except der.Asn1Error:
            at, reason = datetime.min.replace(tzinfo=UTC), None
        return Revocation(at, at, Reason.UNSPECIFIED if reason is None else read_reason(reason.inside()))
    if status.tag not in {_GOOD, _UNKNOWN}:
        raise status.broken("неизвестное состояние сертификата", "an unknown status of a certificate")
    return None
