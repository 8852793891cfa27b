"""Certificate revocation lists (RFC 5280 section 5), also those with a million entries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.armor import pem_blocks, reading_as, to_der, to_pem
from mezhved.gost.certificates import (
    algorithm,
    is_signed,
    read_authority_key_id,
    read_extensions,
    read_point,
)
from mezhved.gost.crl_index import SerialIndex
from mezhved.gost.errors import MalformedCrl
from mezhved.gost.names import DistinguishedName
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.gost.certificates import Certificate, Extension
    from mezhved.gost.provider import Provider

CRL_LABELS: Final = frozenset(("X509 CRL",))
_NUMBER: Final = "2.5.29.20"
_AUTHORITY_KEY_ID: Final = "2.5.29.35"
_ISSUING_POINT: Final = "2.5.29.28"
_REASON: Final = "2.5.29.21"
_INVALIDITY: Final = "2.5.29.24"
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
_DELTA: Final = "2.5.29.27"
_UNDERSTOOD: Final = frozenset((_NUMBER, _AUTHORITY_KEY_ID, _ISSUING_POINT))
_POINT_NAME, _USERS_ONLY, _AUTHORITIES_ONLY, _INDIRECT, _ATTRIBUTES_ONLY = 0xA0, 0x81, 0x82, 0x84, 0x85


class Reason(IntEnum):
    """Why a certificate was revoked (RFC 5280 5.3.1)."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    CA_COMPROMISE = 2
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    CERTIFICATE_HOLD = 6
    REMOVE_FROM_CRL = 8
    PRIVILEGE_WITHDRAWN = 9
    AA_COMPROMISE = 10

    @property
    def text(self) -> Text:
        """The reason in words."""
        return _REASONS[self]


_REASONS: Final[Mapping[Reason, Text]] = {
    Reason.UNSPECIFIED: Text(ru="причина не указана", en="no reason given"),
    Reason.KEY_COMPROMISE: Text(ru="ключ скомпрометирован", en="key compromise"),
    Reason.CA_COMPROMISE: Text(ru="ключ УЦ скомпрометирован", en="CA key compromise"),
    Reason.AFFILIATION_CHANGED: Text(ru="изменилась принадлежность", en="affiliation changed"),
    Reason.SUPERSEDED: Text(ru="заменён другим", en="superseded"),
    Reason.CESSATION_OF_OPERATION: Text(ru="прекращение деятельности", en="cessation of operation"),
    Reason.CERTIFICATE_HOLD: Text(ru="действие приостановлено", en="certificate hold"),
    Reason.REMOVE_FROM_CRL: Text(ru="исключён из списка", en="removed from the list"),
    Reason.PRIVILEGE_WITHDRAWN: Text(ru="полномочия отозваны", en="privilege withdrawn"),
    Reason.AA_COMPROMISE: Text(ru="ключ центра атрибутов скомпрометирован", en="AA key compromise"),
}


@dataclass(frozen=True, slots=True)
class Revocation:
    """One entry: when it was revoked, since when it is not to be trusted, and why."""

    at: datetime
    since: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Crl:
    """A parsed list; two are equal when their octets are. Times are aware UTC.

    `covers_authorities` and `covers_others` tell whose certificates the list is about; both are false for
    lists that are not whole (delta, indirect, by reason) or that have an unknown critical extension, and
    `unusable` says which of these it is. `points` are the addresses of the distribution point that the list
    is for, empty where it is for all.
    """

    der: bytes = field(repr=False)
    issuer: str = field(compare=False)
    issuer_name: DistinguishedName = field(compare=False, repr=False)
    this_update: datetime = field(compare=False)
    next_update: datetime | None = field(compare=False)
    number: int | None = field(compare=False)
    authority_key_id: bytes | None = field(compare=False)
    covers_authorities: bool = field(compare=False)
    covers_others: bool = field(compare=False)
    unusable: Text | None = field(compare=False)
    points: frozenset[str] = field(compare=False)
    thumbprint: bytes = field(compare=False, repr=False)
    signature: bytes = field(compare=False, repr=False)
    signature_oid: str = field(compare=False)
    _signed: slice = field(compare=False, repr=False)
    _index: SerialIndex = field(compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Crl:
        """Read DER, PEM or bare base64; raise `MalformedCrl` with what is wrong and where."""
        with reading_as(MalformedCrl):
            return _crl(to_der(data, CRL_LABELS, certutil=True))

    def __hash__(self) -> int:
        return hash(self.thumbprint)

    def __len__(self) -> int:
        """Count the revoked certificates."""
        return self._index.count

    def revocation(self, serial: int) -> Revocation | None:
        """Find the entry of a serial number."""
        entry = self._index.find(serial)
        return None if entry is None else _entry(entry)

    def is_signed_by(self, issuer: Certificate, provider: Provider) -> bool:
        """Verify the list's signature with the issuer's key, and nothing else."""
        signed = memoryview(self.der)[self._signed]
        return is_signed(signed, self.signature, self.signature_oid, issuer, provider)

    @property
    def pem(self) -> str:
        """The list as PEM."""
        return to_pem(self.der, "X509 CRL")


def parse_crls(data: bytes) -> tuple[Crl, ...]:
    """Read every list of a PEM file, or the one of a DER file; raise `MalformedCrl`."""
    blocks = () if data[:1] == b"\x30" else pem_blocks(data, CRL_LABELS)
    return tuple(Crl.parse(block) for block in blocks) if blocks else (Crl.parse(data),)


def _crl(octets: bytes) -> Crl:
    outer = der.read(octets, "CertificateList").expect(der.SEQUENCE).fields()
    signed = outer.take(der.SEQUENCE, "tbsCertList")
    algorithm(outer, "signatureAlgorithm")
    signature = outer.take(der.BIT_STRING, "signatureValue").bits()
    outer.end()

    fields = signed.fields()
    version = fields.perhaps(der.INTEGER, "version")
    if version is not None:
        version.small()
    signature_oid = algorithm(fields, "signature")
    issuer = DistinguishedName.read(fields.take(der.SEQUENCE, "issuer"))
    this_update = fields.any("thisUpdate").time()
    has_next = fields.peek() in {der.UTC_TIME, der.GENERALIZED_TIME}
    next_update = fields.any("nextUpdate").time() if has_next else None
    revoked = fields.perhaps(der.SEQUENCE, "revokedCertificates")
    wrapper = fields.perhaps(0xA0, "crlExtensions")
    fields.end()

    extensions = read_extensions(wrapper.inside()) if wrapper is not None else ()
    known = {item.oid: item.value for item in extensions}
    unusable = _unknown(extensions)
    scope = _Scope(authorities=False, others=False, unusable=unusable)
    if unusable is None:
        scope = _scope(known.get(_ISSUING_POINT))
    number = known.get(_NUMBER)
    return Crl(
        der=octets,
        issuer=str(issuer),
        issuer_name=issuer,
        this_update=this_update,
        next_update=next_update,
        number=None if number is None else der.read(number, "cRLNumber").expect(der.INTEGER).integer(),
        authority_key_id=read_authority_key_id(known.get(_AUTHORITY_KEY_ID)),
        covers_authorities=scope.authorities,
        covers_others=scope.others,
        unusable=scope.unusable,
        points=scope.points,
        thumbprint=hashlib.sha256(octets).digest(),
        signature=signature,
        signature_oid=signature_oid,
        _signed=slice(signed.start, signed.after),
        _index=SerialIndex(octets, revoked),
    )


def _entry(entry: der.Node) -> Revocation:
    """Read an entry; a broken one revokes for ever, since its serial number is on the list."""
    try:
        fields = entry.fields()
        fields.take(der.INTEGER, "userCertificate")
        at = since = fields.any("revocationDate").time()
        extensions = fields.perhaps(der.SEQUENCE, "crlEntryExtensions")
        reason = Reason.UNSPECIFIED
        for item in read_extensions(extensions) if extensions is not None else ():
            if item.oid == _REASON:
                reason = read_reason(der.read(item.value, "reasonCode"))
            elif item.oid == _INVALIDITY:
                since = min(at, der.read(item.value, "invalidityDate").time())
    except der.Asn1Error:
        return Revocation(_LONG_AGO, _LONG_AGO, Reason.UNSPECIFIED)
    return Revocation(at, since, reason)


def read_reason(node: der.Node) -> Reason:
    """Read CRLReason; a reason that RFC 5280 does not know is none given."""
    try:
        return Reason(node.expect(der.ENUMERATED).integer())
    except ValueError:
        return Reason.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class _Scope:
    authorities: bool
    others: bool
    unusable: Text | None = None
    points: frozenset[str] = frozenset()


def _unknown(extensions: tuple[Extension, ...]) -> Text | None:
    """Say which extension forbids to take the list for a whole one."""
    if any(item.oid == _DELTA for item in extensions):
        return Text(
            ru="это список изменений (delta CRL), нужен полный",
            en="this is a delta list, a whole one is needed",
        )
    unknown = ", ".join(item.oid for item in extensions if item.critical and item.oid not in _UNDERSTOOD)
    if not unknown:
        return None
    return Text(
        ru=f"неизвестные критические расширения: {unknown}", en=f"unknown critical extensions: {unknown}"
    )


def _scope(value: bytes | None) -> _Scope:
    """Read IssuingDistributionPoint (RFC 5280 5.2.5): whether the list is about authorities, about others."""
    if value is None:
        return _Scope(authorities=True, others=True)
    flags = dict.fromkeys((_USERS_ONLY, _AUTHORITIES_ONLY, _INDIRECT, _ATTRIBUTES_ONLY), False)
    reasons, points = False, frozenset[str]()
    for node in der.read(value, "issuingDistributionPoint").expect(der.SEQUENCE).children():
        if node.tag in flags:
            flags[node.tag] = node.boolean()
        elif node.tag == _POINT_NAME:
            points = frozenset(read_point(node))
        else:
            reasons = True
    for bad, why in (
        (flags[_INDIRECT], Text(ru="это косвенный список (indirect CRL)", en="this is an indirect list")),
        (reasons, Text(ru="список не обо всех причинах отзыва", en="the list is about some reasons only")),
        (
            flags[_ATTRIBUTES_ONLY],
            Text(ru="список об атрибутных сертификатах", en="the list is about attribute certificates"),
        ),
    ):
        if bad:
            return _Scope(authorities=False, others=False, unusable=why)
    return _Scope(authorities=not flags[_USERS_ONLY], others=not flags[_AUTHORITIES_ONLY], points=points)
