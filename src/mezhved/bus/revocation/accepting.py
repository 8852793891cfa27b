"""Whether what a source gave may be kept: ours, signed, whole, and no step back. Nothing here does I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mezhved.gost import CertId, Crl, GostError, OcspResponse, parse_crls, signer_of
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost import Certificate, OcspAnswer, OcspHash, Provider

AHEAD: Final = timedelta(minutes=5)
"""How far a source's clock may be ahead of ours."""


class Unacceptable(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """What came cannot be relied on. `kind` is one word for the log and the metrics."""

    def __init__(self, kind: str, what: Text) -> None:
        super().__init__(what)
        self.kind = kind


def accept_list(
    octets: bytes, authority: Certificate, held: datetime | None, provider: Provider, now: datetime
) -> Crl:
    """Return the authority's list; `held` is when the one kept so far was issued.

    Of several lists in one file the authority's newest counts. Raises `Unacceptable`.
    """
    try:
        lists = parse_crls(octets)
    except GostError as error:
        raise Unacceptable("malformed", error.what) from error
    own = [each for each in lists if each.issuer_name.comparable == authority.subject_name.comparable]
    if not own:
        raise Unacceptable(
            "foreign",
            Text(
                ru="список отзыва другого издателя",
                en="the revocation list is another issuer's",
            ),
        )
    found = max(own, key=lambda crl: crl.this_update)
    if found.unusable is not None:
        raise Unacceptable("unusable", found.unusable)
    _check_age(found.this_update, held, now)
    if authority.key_usage is not None and "cRLSign" not in authority.key_usage:
        raise Unacceptable(
            "usage",
            Text(
                ru="ключ УЦ не предназначен для подписи списков отзыва (keyUsage)",
                en="the authority's key is not for signing revocation lists (keyUsage)",
            ),
        )
    if not found.is_signed_by(authority, provider):
        raise Unacceptable("signature", _WRONG_SIGNATURE)
    return found


_WRONG_SIGNATURE: Final = Text(
    ru="подпись не сходится с ключом удостоверяющего центра",
    en="the signature does not fit the authority's key",
)


@dataclass(frozen=True, slots=True)
class Question:
    """What OCSP is asked of a certificate; `held` is when the answer kept so far was given."""

    certificate: Certificate
    issuer: Certificate
    function: OcspHash
    nonce: bytes
    held: datetime | None

    def id(self, provider: Provider) -> CertId:
        """Name the certificate as the request does."""
        return CertId.of(self.certificate, self.issuer, self.function, provider)


def accept_answer(
    octets: bytes, question: Question, provider: Provider, now: datetime
) -> tuple[OcspResponse, OcspAnswer]:
    """Return the response and what it says of the certificate asked about.

    A response that repeats no nonce is accepted: many are made ahead. Raises `Unacceptable`.
    """
    try:
        response = OcspResponse.parse(octets)
    except GostError as error:
        raise Unacceptable("malformed", error.what) from error
    if response.nonce is not None and response.nonce != question.nonce:
        raise Unacceptable(
            "replayed",
            Text(ru="ответ OCSP — на другой запрос", en="the OCSP response is to another request"),
        )
    answer = response.answer(question.id(provider))
    if answer is None:
        raise Unacceptable(
            "foreign",
            Text(ru="ответ OCSP — о другом сертификате", en="the OCSP response is about another certificate"),
        )
    signer = signer_of(response, question.issuer, provider)
    if signer is None:
        raise Unacceptable(
            "signature",
            Text(
                ru="ответ OCSP не подписан ни удостоверяющим центром, ни назначенной им службой",
                en="the OCSP response is signed neither by the authority nor by whom it appointed",
            ),
        )
    if signer != question.issuer and not signer.not_before <= now <= signer.not_after:
        raise Unacceptable(
            "signature",
            Text(
                ru="сертификат службы OCSP не действует",
                en="the OCSP responder's certificate is not in force",
            ),
        )
    _check_age(answer.this_update, question.held, now)
    return response, answer


def _check_age(this_update: datetime, held: datetime | None, now: datetime) -> None:
    if this_update > now + AHEAD:
        raise Unacceptable(
            "future",
            Text(
                ru=f"данные об отзыве из будущего: {this_update:%Y-%m-%d %H:%M:%S} UTC",
                en=f"the revocation data is from the future: {this_update:%Y-%m-%d %H:%M:%S} UTC",
            ),
        )
    if held is not None and this_update < held:
        raise Unacceptable(
            "older",
            Text(
                ru="данные об отзыве старше уже имеющихся",
                en="the revocation data is older than what is at hand",
            ),
        )
