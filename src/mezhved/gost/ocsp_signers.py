"""Who may answer for an authority by OCSP (RFC 6960 4.2.2.2): itself, or whom it appointed for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gost.certificates import Certificate, is_signed
from mezhved.gost.errors import GostError
from mezhved.gost.ocsp import key_hash

if TYPE_CHECKING:
    from mezhved.gost.ocsp import OcspResponse
    from mezhved.gost.provider import Provider

OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
_SIGNING: Final = frozenset(("digitalSignature", "nonRepudiation"))


def signer_of(response: OcspResponse, issuer: Certificate, provider: Provider) -> Certificate | None:
    """Return the certificate whose key signed the response, None when nobody signed it who may.

    That is the issuer itself, or a certificate sent along which this very issuer's key signed, with
    id-kp-OCSPSigning and a key for signatures, in force when the response was produced. Whether that
    certificate was revoked is asked of the issuer's lists.
    """
    for candidate in (issuer, *_delegates(response, issuer, provider)):
        if _names(response, candidate) and is_signed(
            response.signed, response.signature, response.signature_oid, candidate, provider
        ):
            return candidate
    return None


def _names(response: OcspResponse, candidate: Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name.comparable == candidate.subject_name.comparable
    return response.responder_key == key_hash(candidate)


def _delegates(response: OcspResponse, issuer: Certificate, provider: Provider) -> list[Certificate]:
    found = []
    for octets in response.certificates:
        try:
            candidate = Certificate.parse(octets)
        except GostError:
            continue
        if _may_answer(candidate, issuer, response) and candidate.is_signed_by(issuer, provider):
            found.append(candidate)
    return found


def _may_answer(candidate: Certificate, issuer: Certificate, response: OcspResponse) -> bool:
    unknown = [oid for oid in candidate.unknown_critical if oid != NO_CHECK]
    return (
        OCSP_SIGNING in candidate.extended_key_usage
        and candidate.issuer_name.comparable == issuer.subject_name.comparable
        and candidate.not_before <= response.produced_at <= candidate.not_after
        and (candidate.key_usage is None or bool(candidate.key_usage & _SIGNING))
        and not unknown
    )
