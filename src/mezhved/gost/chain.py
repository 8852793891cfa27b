"""Judging a certificate: the way to a trusted authority, terms, usage, revocation (RFC 5280 section 6)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mezhved.gost.cache import BoundedCache
from mezhved.gost.evidence import RevocationData, SignatureMemory
from mezhved.gost.paths import MAX_PATH, Path, PathFinder, PathSearch
from mezhved.gost.revocation import RevocationPolicy, RevocationRules, RevocationState, judge_revocation
from mezhved.gost.verdicts import ChainState, ChainVerdict, TrustStore
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.provider import Provider

__all__ = [
    "MAX_PATH",
    "ChainChecker",
    "ChainState",
    "ChainVerdict",
    "RevocationPolicy",
    "RevocationRules",
    "TrustStore",
]

_CACHED_OCTETS: Final = 16384
_SIGNING: Final = frozenset(("digitalSignature", "nonRepudiation"))


class ChainChecker:
    """Judges certificates against one trust store; one object serves many threads.

    What costs signatures (the ways to the roots, the signatures of revocation data) is found once per
    certificate and kept, for at most `capacity` certificates; terms and revocation are judged anew for every
    moment, so that no verdict outlives the certificate's term or the data's age. A changed trust store takes
    a new checker (`renewed`).
    """

    def __init__(
        self,
        provider: Provider,
        trust: TrustStore,
        *,
        policy: RevocationPolicy = RevocationPolicy.WHEN_PRESENT,
        rules: RevocationRules | None = None,
        capacity: int = 4096,
        memory: SignatureMemory | None = None,
        revocation: RevocationData | None = None,
    ) -> None:
        """Judge by `rules`; `policy` alone stands for rules without any grace.

        `memory` and `revocation` are what another checker of the same data made already.
        """
        self.trust = trust
        self.rules = rules or RevocationRules(policy)
        self._capacity = capacity
        self._memory = memory or SignatureMemory(provider)
        self._finder = PathFinder(provider, trust)
        self._searches: BoundedCache[bytes, PathSearch] = BoundedCache(capacity)
        self.revocation = revocation or RevocationData(trust, self._memory)

    def renewed(self, trust: TrustStore) -> ChainChecker:
        """Return the checker of a changed trust store; of this one it keeps only what is still true.

        The ways to the roots stay while the authorities are the same; signatures are of octets, so those
        that were checked stay checked.
        """
        same = trust.data_is_of(self.trust)
        fresh = ChainChecker(
            self._memory.provider,
            trust,
            rules=self.rules,
            capacity=self._capacity,
            memory=self._memory,
            revocation=self.revocation if same else None,
        )
        if (trust.roots, trust.intermediates) == (self.trust.roots, self.trust.intermediates):
            fresh._searches = self._searches
        return fresh

    def widened(self, others: tuple[Certificate, ...]) -> ChainChecker:
        """Return a checker that also goes over these certificates, which nobody vouches for."""
        intermediates = (*self.trust.intermediates, *others)
        return self.renewed(replace(self.trust, intermediates=intermediates))

    def prepare(self) -> None:
        """Check the signatures of all lists now, so that no certificate waits for those of large ones."""
        for authority in self.trust.authorities:
            for about_authorities in (False, True):
                self.revocation.lists(authority, authorities=about_authorities)

    def check(self, certificate: Certificate, at: datetime) -> ChainVerdict:
        """Judge a signer's certificate at a moment (aware); what a certificate holds never raises."""
        own = _judge_term(certificate, at)
        if own is not None:
            return ChainVerdict(own[0], (certificate,), own[1])
        if certificate.key_usage is not None and not certificate.key_usage & _SIGNING:
            return ChainVerdict(
                ChainState.WRONG_USAGE,
                (certificate,),
                Text(
                    ru=f"ключ {certificate.subject} не предназначен для подписи",
                    en=f"the key of {certificate.subject} is not meant for signing",
                ),
            )
        search = self._search(certificate)
        first: ChainVerdict | None = None
        for path in search.paths:
            verdict = self._judge(path, at)
            if verdict.trusted:
                return verdict
            first = first or verdict
        return first or ChainVerdict(ChainState.UNTRUSTED, (certificate,), search.failure)

    def _search(self, certificate: Certificate) -> PathSearch:
        known = self._searches.get(certificate.thumbprint)
        if known is None:
            known = self._finder.search(certificate)
            if len(certificate.der) <= _CACHED_OCTETS:
                self._searches.put(certificate.thumbprint, known)
        return known

    def _judge(self, path: Path, at: datetime) -> ChainVerdict:
        if path.fault is not None:
            return ChainVerdict(path.fault[0], path.chain, path.fault[1])
        for authority in path.chain[1:]:
            term = _judge_term(authority, at)
            if term is not None:
                return ChainVerdict(term[0], path.chain, term[1])
        issued: list[datetime | None] = []
        unknown: Text | None = None
        stale: Text | None = None
        for certificate, issuer in pairwise(path.chain):
            evidence = self.revocation.about(certificate, issuer)
            finding = judge_revocation(certificate, evidence, at, self.rules)
            if finding.state is RevocationState.REVOKED:
                return ChainVerdict(ChainState.REVOKED, path.chain, finding.reason, finding.issued)
            if finding.state is RevocationState.UNKNOWN and unknown is None:
                unknown = finding.reason
            if finding.stale and stale is None:
                stale = finding.reason
            issued.append(finding.issued)
        # What is known of an authority says nothing of the certificate itself, the first of the chain.
        known_of = min((each for each in issued if each), default=None) if issued and issued[0] else None
        if unknown is not None:
            return ChainVerdict(ChainState.REVOCATION_UNKNOWN, path.chain, unknown, known_of)
        root = path.chain[-1].subject
        return ChainVerdict(
            ChainState.TRUSTED,
            path.chain,
            Text(
                ru=f"цепочка ведёт к доверенному УЦ {root}",
                en=f"the chain leads to the trusted authority {root}",
            ),
            known_of,
            stale,
        )


def _judge_term(certificate: Certificate, at: datetime) -> tuple[ChainState, Text] | None:
    if at < certificate.not_before:
        since = f"{certificate.not_before:%Y-%m-%d %H:%M:%S} UTC"
        return ChainState.NOT_YET_VALID, Text(
            ru=f"срок действия сертификата {certificate.subject} не начался: действителен с {since}",
            en=f"the certificate of {certificate.subject} is not valid yet: valid since {since}",
        )
    if at > certificate.not_after:
        until = f"{certificate.not_after:%Y-%m-%d %H:%M:%S} UTC"
        return ChainState.EXPIRED, Text(
            ru=f"срок действия сертификата {certificate.subject} истёк: действителен до {until}",
            en=f"the certificate of {certificate.subject} has expired: valid until {until}",
        )
    return None
