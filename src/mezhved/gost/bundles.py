"""Files with certificates, revocation lists, OCSP answers as authorities hand them out: PEM, DER, PKCS#7."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gost.armor import pem_blocks, to_pem
from mezhved.gost.certificates import CERTIFICATE_LABELS, Certificate
from mezhved.gost.cms_reading import CMS_LABELS, parse_cms
from mezhved.gost.crl import CRL_LABELS, Crl
from mezhved.gost.errors import GostError, MalformedCertificate
from mezhved.gost.ocsp import OCSP_LABEL, OcspResponse
from mezhved.gost.verdicts import TrustStore
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one file held, in its order."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[Crl, ...] = ()
    statuses: tuple[OcspResponse, ...] = ()

    @property
    def pem(self) -> str:
        """All of it as PEM."""
        told = [to_pem(each.der, OCSP_LABEL) for each in self.statuses]
        return "".join((*(each.pem for each in self.certificates), *(each.pem for each in self.crls), *told))


def read_bundle(data: bytes) -> Bundle:
    """Read what a file holds; raise `MalformedCertificate` when nothing of it is there."""
    if data[:1] != b"\x30":
        # `certutil -encode` of Windows writes lists and .p7b under the label of a certificate, too.
        parts = [_of_anything(item) for item in pem_blocks(data, CERTIFICATE_LABELS)]
        parts += [Bundle(crls=(Crl.parse(item),)) for item in pem_blocks(data, CRL_LABELS)]
        parts += [_of_cms(item) for item in pem_blocks(data, CMS_LABELS)]
        parts += [_of_ocsp(item) for item in pem_blocks(data, frozenset((OCSP_LABEL,)))]
        if parts:
            return _joined(parts)
    return _of_anything(data)


def trust_store(bundles: Iterable[Bundle], *, partial: bool = False) -> TrustStore:
    """Trust the self-issued certificates and take the others as steps towards them.

    With `partial` the others are trusted for themselves, too.
    """
    whole = _joined(bundles)
    roots = tuple(item for item in whole.certificates if partial or item.is_self_issued)
    others = tuple(item for item in whole.certificates if item not in roots)
    return TrustStore(roots, others, whole.crls, whole.statuses)


def _of_anything(data: bytes) -> Bundle:
    try:
        return Bundle(certificates=(Certificate.parse(data),))
    except MalformedCertificate as error:
        for reader in (_of_crl, _of_cms, _of_ocsp):
            try:
                return reader(data)
            except GostError:
                continue
        raise MalformedCertificate(
            Text(
                ru=f"нет ни сертификата, ни списка отзыва; как сертификат не читается: {error.what.ru}",
                en="neither a certificate nor a revocation list; it does not read as a certificate: "
                f"{error.what.en}",
            ),
            where=error.where,
        ) from None


def _of_crl(data: bytes) -> Bundle:
    return Bundle(crls=(Crl.parse(data),))


def _of_ocsp(data: bytes) -> Bundle:
    return Bundle(statuses=(OcspResponse.parse(data),))


def _of_cms(data: bytes) -> Bundle:
    signed = parse_cms(data)
    return Bundle(
        tuple(Certificate.parse(item) for item in signed.certificates),
        tuple(Crl.parse(item) for item in signed.crls),
    )


def _joined(bundles: Iterable[Bundle]) -> Bundle:
    parts = tuple(bundles)
    return Bundle(
        tuple(item for part in parts for item in part.certificates),
        tuple(item for part in parts for item in part.crls),
        tuple(item for part in parts for item in part.statuses),
    )
