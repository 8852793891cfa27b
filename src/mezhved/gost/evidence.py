"""What revocation data a trust store has about a certificate: lists and OCSP answers, signatures checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gost.cache import BoundedCache
from mezhved.gost.ocsp import CertId, OcspHash
from mezhved.gost.ocsp_signers import NO_CHECK, signer_of

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.crl import Crl, Revocation
    from mezhved.gost.ocsp import OcspAnswer, OcspResponse
    from mezhved.gost.provider import Provider
    from mezhved.gost.verdicts import TrustStore, Watch

_REMEMBERED: Final = 65536
_GATHERED: Final = 4096


@dataclass(frozen=True, slots=True)
class Statement:
    """What one list or one OCSP answer says of one certificate.

    `known` is false for OCSP's "unknown"; `points` are those that a list is for, `own` whether the
    certificate names one of them or the list is for all.
    """

    this_update: datetime
    next_update: datetime | None
    revocation: Revocation | None
    known: bool = True
    points: frozenset[str] = frozenset()
    own: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is said of a certificate.

    `watch` is there where something must be said; `asked_since` tells since when OCSP is asked.
    """

    lists: tuple[Statement, ...] = ()
    answers: tuple[Statement, ...] = ()
    watch: Watch | None = None
    asked_since: datetime | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Both kinds."""
        return (*self.lists, *self.answers)


class SignatureMemory:
    """Signatures of revocation data that were checked: lists may be of many megabytes.

    One object serves many threads and outlives the trust stores whose data it knows.
    """

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._lists: BoundedCache[tuple[bytes, bytes], bool] = BoundedCache(_REMEMBERED)
        self._answers: BoundedCache[tuple[bytes, bytes], tuple[Certificate | None]] = BoundedCache(
            _REMEMBERED
        )

    def is_signed(self, crl: Crl, issuer: Certificate) -> bool:
        """Tell whether the issuer's key signed the list."""
        key = crl.thumbprint, issuer.thumbprint
        known = self._lists.get(key)
        if known is None:
            known = crl.is_signed_by(issuer, self.provider)
            self._lists.put(key, known)
        return known

    def signer_of(self, response: OcspResponse, issuer: Certificate) -> Certificate | None:
        """Return whose key signed the OCSP response, None when nobody's who may."""
        key = response.thumbprint, issuer.thumbprint
        known = self._answers.get(key)
        if known is None:
            known = (signer_of(response, issuer, self.provider),)
            self._answers.put(key, known)
        return known[0]


class RevocationData:
    """The revocation data of one trust store, by issuer."""

    def __init__(self, trust: TrustStore, memory: SignatureMemory) -> None:
        self._memory = memory
        self._asked = trust.asked
        self._lists: dict[object, list[Crl]] = {}
        for crl in dict.fromkeys(trust.crls):
            self._lists.setdefault(crl.issuer_name.comparable, []).append(crl)
        self._answers: dict[CertId, list[tuple[OcspResponse, OcspAnswer]]] = {}
        for response in dict.fromkeys(trust.statuses):
            for answer in response.answers:
                self._answers.setdefault(answer.id, []).append((response, answer))
        self._functions = tuple(
            each for each in OcspHash if each.value in {known.hash_oid for known in self._answers}
        )
        # One authority may have several certificates of one key.
        self._watched: dict[tuple[object, bytes], Watch] = {
            (authority.subject_name.comparable, authority.spki): trust.watched[authority.thumbprint]
            for authority in trust.authorities
            if authority.thumbprint in trust.watched
        }
        self._gathered: BoundedCache[tuple[bytes, bytes], Evidence] = BoundedCache(_GATHERED)

    def about(self, certificate: Certificate, issuer: Certificate) -> Evidence:
        """Gather what is said of a certificate by its issuer or by whom the issuer appointed."""
        key = certificate.thumbprint, issuer.thumbprint
        known = self._gathered.get(key)
        if known is None:
            known = self._gather(certificate, issuer)
            self._gathered.put(key, known)
        return known

    def _gather(self, certificate: Certificate, issuer: Certificate) -> Evidence:
        lists = self.lists(issuer, authorities=certificate.is_ca)
        return Evidence(
            tuple(_said_by_list(each, certificate) for each in lists),
            tuple(self._said_by_ocsp(certificate, issuer)) if self._answers else (),
            self._watched.get((issuer.subject_name.comparable, issuer.spki)),
            self._asked.get(certificate.thumbprint),
        )

    def lists(self, issuer: Certificate, *, authorities: bool) -> list[Crl]:
        """Return the whole lists that the issuer signed, about authorities or about all others."""
        if issuer.key_usage is not None and "cRLSign" not in issuer.key_usage:
            return []
        return [
            crl
            for crl in self._lists.get(issuer.subject_name.comparable, ())
            if (crl.covers_authorities if authorities else crl.covers_others)
            and self._memory.is_signed(crl, issuer)
        ]

    def _said_by_ocsp(self, certificate: Certificate, issuer: Certificate) -> list[Statement]:
        found = []
        for function in self._functions:
            name = CertId.of(certificate, issuer, function, self._memory.provider)
            for response, answer in self._answers.get(name, ()):
                signer = self._memory.signer_of(response, issuer)
                if signer is not None and self._may_answer(signer, issuer, answer):
                    found.append(
                        Statement(answer.this_update, answer.next_update, answer.revocation, answer.known)
                    )
        return found

    def _may_answer(self, signer: Certificate, issuer: Certificate, answer: OcspAnswer) -> bool:
        """Refuse what a delegate said out of its term, and all that a revoked one says."""
        if signer == issuer:
            return True
        if not signer.not_before <= answer.this_update <= signer.not_after:
            return False
        if any(item.oid == NO_CHECK for item in signer.extensions):
            return True
        return not any(each.revocation(signer.serial) for each in self.lists(issuer, authorities=False))


def _said_by_list(crl: Crl, certificate: Certificate) -> Statement:
    own = not crl.points or not crl.points.isdisjoint(certificate.crl_urls)
    revocation = crl.revocation(certificate.serial)
    return Statement(crl.this_update, crl.next_update, revocation, points=crl.points, own=own)
