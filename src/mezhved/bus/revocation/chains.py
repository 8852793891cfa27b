"""The chain checker of the newest trust store, and certificates met that OCSP ought to be asked about."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mezhved.gost import ChainChecker, ChainState, RevocationPolicy, RevocationRules

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.configuration import BusSettings
    from mezhved.gost import Certificate, ChainVerdict, Provider, TrustStore

_MOST_MET: Final = 1000


def rules_of(settings: BusSettings) -> RevocationRules:
    """Return how the settings want revocation data to be judged."""
    return RevocationRules(
        RevocationPolicy.REQUIRED if settings.revocation_required else RevocationPolicy.WHEN_PRESENT,
        grace=timedelta(seconds=settings.revocation_grace_seconds),
        without_term=timedelta(seconds=settings.revocation_term_seconds),
    )


class Chains:
    """The chain checker of the newest trust store; what was true of an older one only is forgotten."""

    def __init__(self, provider: Provider, rules: RevocationRules) -> None:
        self.rules = rules
        self._provider = provider
        self._lock = threading.Lock()
        self._current: tuple[TrustStore, ChainChecker] | None = None
        self._met: dict[bytes, Certificate] = {}

    def checker(self, trust: TrustStore) -> ChainChecker | None:
        """Return the checker, None when no root is registered and only bound certificates count."""
        if not trust.roots:
            return None
        current = self._current
        if current is not None and current[0] is trust:
            return current[1]
        with self._lock:
            current = self._current
            if current is not None and current[0] is trust:
                return current[1]
            if current is None:
                checker = ChainChecker(self._provider, trust, rules=self.rules)
            else:
                checker = current[1].renewed(trust)
            self._current = (trust, checker)
            return checker

    def check(
        self, trust: TrustStore, certificate: Certificate, at: datetime, others: tuple[Certificate, ...] = ()
    ) -> ChainVerdict | None:
        """Judge a certificate; `others` came along with it and may lead to a trusted authority.

        None when no root is registered. A certificate whose authority is asked by OCSP, and which was
        never asked about, is noted for `take_met`.
        """
        checker = self.checker(trust)
        if checker is None:
            return None
        verdict = checker.check(certificate, at)
        steps = tuple(each for each in others if each != certificate)
        if verdict.state is ChainState.UNTRUSTED and steps:
            verdict = checker.widened(steps).check(certificate, at)
        if trust.watched and len(verdict.chain) > 1 and len(self._met) < _MOST_MET:
            watch = trust.watched.get(verdict.chain[1].thumbprint)
            if watch is not None and watch.ocsp:
                self._met[certificate.thumbprint] = certificate
        return verdict

    def take_met(self) -> tuple[Certificate, ...]:
        """Return the certificates met since the last time, at most a thousand."""
        met, self._met = self._met, {}
        return tuple(met.values())
