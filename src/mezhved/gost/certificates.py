"""X.509 certificates with GOST keys as they are found in the field (RFC 5280, RFC 9215)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.algorithms import KeyAlgorithm
from mezhved.gost.armor import pem_blocks, reading_as, to_der, to_pem
from mezhved.gost.errors import MalformedCertificate, MalformedKey, UnsupportedAlgorithm
from mezhved.gost.keys import PublicKey
from mezhved.gost.names import DistinguishedName
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost.provider import Octets, Provider

MAX_CERTIFICATE_OCTETS: Final = 65536
"""More than any certificate found has; keeps caches bounded in memory, too."""

KEY_USAGES: Final = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
CERTIFICATE_LABELS: Final = frozenset(("CERTIFICATE", "X509 CERTIFICATE"))

_MAX_ITEMS: Final = 128
_KEY_USAGE: Final = "2.5.29.15"
_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_SUBJECT_KEY_ID: Final = "2.5.29.14"
_AUTHORITY_KEY_ID: Final = "2.5.29.35"
_EXTENDED_KEY_USAGE: Final = "2.5.29.37"
_CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
_INFORMATION_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
_OCSP: Final = "1.3.6.1.5.5.7.48.1"
_URI: Final = 0x86
_UNDERSTOOD: Final = frozenset(
    (
        _KEY_USAGE,
        _BASIC_CONSTRAINTS,
        _SUBJECT_KEY_ID,
        _AUTHORITY_KEY_ID,
        _EXTENDED_KEY_USAGE,
        _CRL_DISTRIBUTION_POINTS,
        "2.5.29.16",  # privateKeyUsagePeriod: bounds signing, not checking
        "2.5.29.17",  # subjectAltName: further names, none of which is relied on
        "2.5.29.18",  # issuerAltName
        "2.5.29.32",  # certificatePolicies: every policy is acceptable
        "1.2.643.100.111",  # subjectSignTool (order of the FSB No. 795)
        "1.2.643.100.112",  # issuerSignTool
        "1.2.643.100.114",  # identificationKind
    )
)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: `value` is the DER inside its OCTET STRING."""

    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """A parsed certificate; two are equal when their octets are.

    `subject` and `issuer` are RFC 2253 text; times are aware UTC; `thumbprint` is SHA-256 of the DER;
    `key_usage` is None when the certificate does not bound it; `path_length` None when unbounded.
    """

    der: bytes = field(repr=False)
    subject: str = field(compare=False)
    issuer: str = field(compare=False)
    subject_name: DistinguishedName = field(compare=False, repr=False)
    issuer_name: DistinguishedName = field(compare=False, repr=False)
    serial: int = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    thumbprint: bytes = field(compare=False)
    key_usage: frozenset[str] | None = field(compare=False)
    extended_key_usage: frozenset[str] = field(compare=False)
    is_ca: bool = field(compare=False)
    path_length: int | None = field(compare=False)
    subject_key_id: bytes | None = field(compare=False)
    authority_key_id: bytes | None = field(compare=False)
    crl_urls: tuple[str, ...] = field(compare=False)
    extensions: tuple[Extension, ...] = field(compare=False, repr=False)
    issuer_der: bytes = field(compare=False, repr=False)
    subject_der: bytes = field(compare=False, repr=False)
    spki: bytes = field(compare=False, repr=False)
    signed: bytes = field(compare=False, repr=False)
    signature: bytes = field(compare=False, repr=False)
    signature_oid: str = field(compare=False)
    _key: PublicKey | None = field(compare=False, repr=False)
    _key_problem: Text | None = field(compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Certificate:
        """Read DER, PEM or bare base64; raise `MalformedCertificate` with what is wrong and where."""
        with reading_as(MalformedCertificate):
            octets = to_der(data, CERTIFICATE_LABELS)
        if len(octets) > MAX_CERTIFICATE_OCTETS:
            raise MalformedCertificate(
                Text(
                    ru=f"сертификат больше {MAX_CERTIFICATE_OCTETS} байт",
                    en=f"the certificate is longer than {MAX_CERTIFICATE_OCTETS} octets",
                )
            )
        with reading_as(MalformedCertificate):
            return _certificate(octets)

    @property
    def public_key(self) -> PublicKey:
        """The subject's key; raise `UnsupportedAlgorithm` when it is none of GOST R 34.10."""
        if self._key is None:
            raise UnsupportedAlgorithm(
                self._key_problem or Text(ru="ключ не ГОСТ", en="not a GOST key"),
                where=f"{self.subject}, subjectPublicKeyInfo",
            )
        return self._key

    @property
    def has_gost_key(self) -> bool:
        """Whether `public_key` can be had."""
        return self._key is not None

    @property
    def is_self_issued(self) -> bool:
        """Whether the subject and the issuer have one name."""
        return self.subject_name.comparable == self.issuer_name.comparable

    @property
    def unknown_critical(self) -> tuple[str, ...]:
        """Critical extensions that this room does not understand, as dotted numbers."""
        return tuple(item.oid for item in self.extensions if item.critical and item.oid not in _UNDERSTOOD)

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Addresses of OCSP responders (authorityInfoAccess, RFC 5280 4.2.2.1); none of a broken one."""
        value = next((item.value for item in self.extensions if item.oid == _INFORMATION_ACCESS), None)
        try:
            return () if value is None else _ocsp_urls(value)
        except der.Asn1Error:
            return ()

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return to_pem(self.der, "CERTIFICATE")

    def is_signed_by(self, issuer: Certificate, provider: Provider) -> bool:
        """Verify the certificate's signature with the issuer's key, and nothing else."""
        return is_signed(self.signed, self.signature, self.signature_oid, issuer, provider)


def is_signed(octets: Octets, signature: bytes, oid: str, signer: Certificate, provider: Provider) -> bool:
    """Verify a signature of X.509 kind (s||r, algorithm by `oid`) with a certificate's key."""
    if not signer.has_gost_key:
        return False
    key = signer.public_key
    if key.algorithm.signature_oid != oid:
        return False
    return provider.verify(key, provider.digest(key.algorithm.digest, octets), signature)


def parse_certificates(data: bytes) -> tuple[Certificate, ...]:
    """Read every certificate of a PEM file, or the one of a DER file; raise `MalformedCertificate`."""
    blocks = () if data[:1] == b"\x30" else pem_blocks(data, CERTIFICATE_LABELS)
    return tuple(Certificate.parse(block) for block in blocks) if blocks else (Certificate.parse(data),)


def _certificate(octets: bytes) -> Certificate:
    outer = der.read(octets, "Certificate").expect(der.SEQUENCE).fields()
    signed = outer.take(der.SEQUENCE, "tbsCertificate")
    algorithm(outer, "signatureAlgorithm")
    signature = outer.take(der.BIT_STRING, "signature").bits()
    outer.end()

    fields = signed.fields()
    version = fields.perhaps(0xA0, "version")
    if version is not None:
        version.inside().expect(der.INTEGER).small()
    serial = fields.take(der.INTEGER, "serialNumber").integer()
    # The inner algorithm counts: the outer one is not covered by the signature.
    signature_oid = algorithm(fields, "signature")
    issuer = fields.take(der.SEQUENCE, "issuer")
    not_before, not_after = _validity(fields.take(der.SEQUENCE, "validity"))
    subject = fields.take(der.SEQUENCE, "subject")
    spki = fields.take(der.SEQUENCE, "subjectPublicKeyInfo")
    for tag in (0x81, 0xA1, 0x82, 0xA2):
        fields.perhaps(tag, "uniqueID")
    wrapper = fields.perhaps(0xA3, "extensions")
    fields.end()

    extensions = read_extensions(wrapper.inside()) if wrapper is not None else ()
    known = {item.oid: item.value for item in extensions}
    is_ca, path_length = _basic_constraints(known.get(_BASIC_CONSTRAINTS))
    issuer_name, subject_name = DistinguishedName.read(issuer), DistinguishedName.read(subject)
    key, key_problem = _public_key(spki)
    return Certificate(
        der=octets,
        subject=str(subject_name),
        issuer=str(issuer_name),
        subject_name=subject_name,
        issuer_name=issuer_name,
        serial=serial,
        not_before=not_before,
        not_after=not_after,
        thumbprint=hashlib.sha256(octets).digest(),
        key_usage=_key_usage(known.get(_KEY_USAGE)),
        extended_key_usage=_extended_key_usage(known.get(_EXTENDED_KEY_USAGE)),
        is_ca=is_ca,
        path_length=path_length,
        subject_key_id=_subject_key_id(known.get(_SUBJECT_KEY_ID)),
        authority_key_id=read_authority_key_id(known.get(_AUTHORITY_KEY_ID)),
        crl_urls=_crl_urls(known.get(_CRL_DISTRIBUTION_POINTS)),
        extensions=extensions,
        issuer_der=issuer.raw,
        subject_der=subject.raw,
        spki=spki.raw,
        signed=signed.raw,
        signature=signature,
        signature_oid=signature_oid,
        _key=key,
        _key_problem=key_problem,
    )


def algorithm(fields: der.Fields, name: str) -> str:
    """Read an AlgorithmIdentifier's object identifier; parameters may be anything."""
    return fields.take(der.SEQUENCE, name).fields().take(der.OBJECT_IDENTIFIER, name).oid()


def _validity(node: der.Node) -> tuple[datetime, datetime]:
    fields = node.fields()
    period = fields.any("notBefore").time(), fields.any("notAfter").time()
    fields.end()
    return period


def _public_key(spki: der.Node) -> tuple[PublicKey | None, Text | None]:
    oid = algorithm(spki.fields(), "subjectPublicKeyInfo.algorithm")
    try:
        return PublicKey.from_spki(spki.raw), None
    except UnsupportedAlgorithm as error:
        return None, error.what
    except MalformedKey as error:
        if oid not in {known.oid for known in KeyAlgorithm}:
            return None, error.what
        raise der.Asn1Error(error.what, f"{spki.name} {error.where}".strip()) from None


def read_extensions(node: der.Node) -> tuple[Extension, ...]:
    """Read Extensions (RFC 5280 4.1); one extension twice is an error (4.2)."""
    found: dict[str, Extension] = {}
    for item in node.expect(der.SEQUENCE).children("extension", limit=_MAX_ITEMS):
        fields = item.expect(der.SEQUENCE).fields()
        oid = fields.take(der.OBJECT_IDENTIFIER, "extnID").oid()
        flag = fields.perhaps(der.BOOLEAN, f"extension {oid}, critical")
        value = fields.take(der.OCTET_STRING, f"extension {oid}").string_octets()
        fields.end()
        if oid in found:
            raise item.broken(f"расширение {oid} встречается дважды", f"extension {oid} comes twice")
        found[oid] = Extension(oid, critical=flag is not None and flag.boolean(), value=value)
    return tuple(found.values())


def _key_usage(value: bytes | None) -> frozenset[str] | None:
    if value is None:
        return None
    flags = der.read(value, "keyUsage").expect(der.BIT_STRING).flags()
    return frozenset(KEY_USAGES[flag] for flag in flags if flag < len(KEY_USAGES))


def _basic_constraints(value: bytes | None) -> tuple[bool, int | None]:
    if value is None:
        return False, None
    fields = der.read(value, "basicConstraints").expect(der.SEQUENCE).fields()
    flag = fields.perhaps(der.BOOLEAN, "basicConstraints.cA")
    length = fields.perhaps(der.INTEGER, "basicConstraints.pathLenConstraint")
    fields.end()
    return flag is not None and flag.boolean(), None if length is None else length.small()


def _extended_key_usage(value: bytes | None) -> frozenset[str]:
    if value is None:
        return frozenset()
    node = der.read(value, "extKeyUsage").expect(der.SEQUENCE)
    return frozenset(item.expect(der.OBJECT_IDENTIFIER).oid() for item in node.children(limit=_MAX_ITEMS))


def _subject_key_id(value: bytes | None) -> bytes | None:
    return None if value is None else der.read(value, "subjectKeyIdentifier").expect(der.OCTET_STRING).body


def read_authority_key_id(value: bytes | None) -> bytes | None:
    """Read the key identifier of AuthorityKeyIdentifier (RFC 5280 4.2.1.1)."""
    if value is None:
        return None
    identifier = (
        der.read(value, "authorityKeyIdentifier").expect(der.SEQUENCE).fields().perhaps(0x80, "keyIdentifier")
    )
    return None if identifier is None else identifier.body


def _crl_urls(value: bytes | None) -> tuple[str, ...]:
    if value is None:
        return ()
    urls: list[str] = []
    for point in der.read(value, "cRLDistributionPoints").expect(der.SEQUENCE).children(limit=_MAX_ITEMS):
        name = point.expect(der.SEQUENCE).fields().perhaps(0xA0, "distributionPoint")
        if name is not None:
            urls += read_point(name)
    return tuple(urls)


def read_point(name: der.Node) -> list[str]:
    """Read the addresses of a DistributionPointName (RFC 5280 4.2.1.13)."""
    full = name.fields().perhaps(0xA0, "fullName")
    if full is None:
        return []
    return [item.text() for item in full.children(limit=_MAX_ITEMS) if item.tag == _URI]


def _ocsp_urls(value: bytes) -> tuple[str, ...]:
    urls: list[str] = []
    for item in der.read(value, "authorityInfoAccess").expect(der.SEQUENCE).children(limit=_MAX_ITEMS):
        fields = item.expect(der.SEQUENCE).fields()
        method, place = fields.take(der.OBJECT_IDENTIFIER, "accessMethod"), fields.any("accessLocation")
        if method.oid() == _OCSP and place.tag == _URI:
            urls.append(place.text())
    return tuple(urls)
