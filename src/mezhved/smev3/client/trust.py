"""Whom the client believes to be SMEV, and what it makes of a signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mezhved.gost import Certificate, ChainChecker
    from mezhved.smev3.signature import SignatureResult


class Standing(Enum):
    """What SMEV's signature is worth."""

    GENUINE = "genuine"
    """Right, and made with a certificate that was named as SMEV's or leads to a trusted authority."""
    UNPROVEN = "unproven"
    """Right, but nobody told the client whom to trust."""
    FOREIGN = "foreign"
    """Right, but made with a certificate that is not SMEV's, or no longer in force."""
    FALSE = "false"
    """Missing, or wrong over the data that came."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """SMEV's signature and its standing; `reason` tells what is amiss."""

    standing: Standing
    signature: SignatureResult | None
    reason: Text | None = None

    @property
    def acceptable(self) -> bool:
        """Whether the message may be acknowledged with `accepted="true"`."""
        return self.standing in {Standing.GENUINE, Standing.UNPROVEN}


class SmevTrust:
    """Pinned certificates of SMEV, or authorities that issue them, or neither.

    A signature by any of `certificates` is SMEV's within the certificate's term; with `chain` any other
    certificate must lead to a trusted authority.
    """

    def __init__(self, certificates: Iterable[Certificate] = (), chain: ChainChecker | None = None) -> None:
        self._pinned = frozenset(certificate.thumbprint for certificate in certificates)
        self._chain = chain

    def judge(self, result: SignatureResult | None, at: datetime) -> Judgement:
        """Judge a signature at a moment (aware); a signature that is not there counts as false."""
        if result is None:
            return Judgement(
                Standing.FALSE, None, Text(ru="подписи СМЭВ нет", en="SMEV's signature is missing")
            )
        if not result.valid or result.certificate is None:
            return Judgement(
                Standing.FALSE, result, Text(ru="подпись СМЭВ неверна", en="SMEV's signature is wrong")
            )
        if not self._pinned and self._chain is None:
            return Judgement(Standing.UNPROVEN, result)
        reason = self._objection(result.certificate, at)
        standing = Standing.GENUINE if reason is None else Standing.FOREIGN
        return Judgement(standing, result, reason)

    def _objection(self, certificate: Certificate, at: datetime) -> Text | None:
        if certificate.thumbprint in self._pinned:
            if certificate.not_before <= at <= certificate.not_after:
                return None
            return Text(ru="сертификат СМЭВ не действует", en="SMEV's certificate is not in force")
        if self._chain is None:
            return Text(
                ru=f"подписано не СМЭВ, а {certificate.subject}",
                en=f"not SMEV signed this but {certificate.subject}",
            )
        verdict = self._chain.check(certificate, at)
        return None if verdict.trusted else verdict.reason
