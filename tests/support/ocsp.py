"""A small OCSP responder of the test PKI: it answers what it is told to, rightly or wrongly."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from mezhved.gost import CertId, Name, OcspHash, Reason, der
from mezhved.gost.issuing import Term, issue_end_entity, random_serial
from mezhved.gost.keys import generate_key
from mezhved.gost.ocsp import key_hash
from mezhved.gost.ocsp_signers import NO_CHECK, OCSP_SIGNING
from mezhved.gost.signer import SoftwareSigner
from tests.support.pki import default_curve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mezhved.gost import Certificate
    from tests.support.pki import Authority

BASIC = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
HOUR = timedelta(hours=1)
RESPONDER_NAME = Name(common_name="Тестовая служба OCSP", organization="Тестовый удостоверяющий центр")

__all__ = ["BASIC", "NO_CHECK", "Responder", "delegate", "error_response"]


def delegate(
    authority: Authority, *, usage: tuple[str, ...] = (OCSP_SIGNING,), term: Term | None = None
) -> SoftwareSigner:
    """A certificate of the authority for signing OCSP answers."""
    provider = authority.signer.provider
    key = generate_key(
        authority.signer.key.algorithm, default_curve(authority.signer.key.algorithm), authority.randomness
    )
    certificate = issue_end_entity(
        RESPONDER_NAME,
        provider.public_key(key),
        authority.signer,
        provider,
        term=term or authority.term(),
        serial=random_serial(authority.randomness),
        usage=frozenset(("digitalSignature",)),
        extended_usage=usage,
    )
    return SoftwareSigner(provider, key, certificate)


def error_response(status: int) -> bytes:
    """A response that only tells an error."""
    return der.sequence(der.tlv(der.ENUMERATED, bytes((status,))))


@dataclass(frozen=True)
class Responder:
    """Answers for an authority. `revoked` is by serial number; `unknown` are those it does not know."""

    issuer: Certificate
    signer: SoftwareSigner
    now: datetime
    sent: tuple[bytes, ...] = ()
    revoked: Mapping[int, tuple[datetime, Reason]] = field(default_factory=dict)
    unknown: frozenset[int] = frozenset()
    this_update: datetime | None = None
    next_update: datetime | None = None
    term: timedelta | None = timedelta(hours=6)
    by_key: bool = False
    function: OcspHash = OcspHash.SHA1

    def but(self, **changes: object) -> Responder:
        """The same with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def about(self, *certificates: Certificate, nonce: bytes | None = None) -> bytes:
        """Answer about certificates."""
        provider = self.signer.provider
        return self.answers(
            [CertId.of(each, self.issuer, self.function, provider) for each in certificates], nonce=nonce
        )

    def reply(self, request: bytes, *, with_nonce: bool = True) -> bytes:
        """Answer a request as it came over the wire."""
        fields = der.read(request, "OCSPRequest").fields().take(der.SEQUENCE, "tbsRequest").fields()
        ids = []
        for each in fields.take(der.SEQUENCE, "requestList").children():
            algorithm, name, key, serial = each.fields().take(der.SEQUENCE, "reqCert").children()
            ids.append(CertId(algorithm.fields().any("oid").oid(), name.body, key.body, serial.integer()))
        extensions = fields.perhaps(0xA2, "requestExtensions")
        nonce = None
        if extensions is not None and with_nonce:
            (item,) = extensions.inside().children()
            oid, value = item.children()
            assert oid.oid() == NONCE
            nonce = der.read(value.body, "nonce").body
        return self.answers(ids, nonce=nonce)

    def answers(self, ids: list[CertId], *, nonce: bytes | None = None, extensions: bytes = b"") -> bytes:
        """Write and sign a response about these certificates."""
        name = der.explicit(1, self.signer.certificate.subject_der)
        if self.by_key:
            name = der.explicit(2, der.tlv(der.OCTET_STRING, key_hash(self.signer.certificate)))
        if nonce is not None:
            value = der.tlv(der.OCTET_STRING, der.tlv(der.OCTET_STRING, nonce))
            extensions += der.sequence(der.oid(NONCE), value)
        signed = der.sequence(
            name,
            der.generalized_time(self.now),
            der.sequence(*(self._single(each) for each in ids)),
            der.explicit(1, der.sequence(extensions)) if extensions else b"",
        )
        return self.sealed(signed)

    def sealed(self, signed: bytes) -> bytes:
        """Sign response data, whatever it is."""
        provider = self.signer.provider
        oid = self.signer.certificate.public_key.algorithm.signature_oid
        signature = self.signer.sign_digest(provider.digest(self.signer.digest_algorithm, signed))
        certificates = der.explicit(0, der.sequence(*self.sent)) if self.sent else b""
        basic = der.sequence(signed, der.sequence(der.oid(oid)), der.bit_string(signature), certificates)
        return der.sequence(
            der.tlv(der.ENUMERATED, b"\0"),
            der.explicit(0, der.sequence(der.oid(BASIC), der.tlv(der.OCTET_STRING, basic))),
        )

    def _single(self, name: CertId) -> bytes:
        this_update = self.this_update or self.now
        next_update = self.next_update or (this_update + self.term if self.term else None)
        status = der.tlv(0x80, b"")
        if name.serial in self.unknown:
            status = der.tlv(0x82, b"")
        elif name.serial in self.revoked:
            at, reason = self.revoked[name.serial]
            code = der.explicit(0, der.tlv(der.ENUMERATED, bytes((reason,))))
            status = der.tlv(0xA1, der.generalized_time(at) + code)
        return der.sequence(
            name.der(),
            status,
            der.generalized_time(this_update),
            der.explicit(0, der.generalized_time(next_update)) if next_update else b"",
        )
