"""What is trusted, and what a chain check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.crl import Crl
    from mezhved.texts import Text


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Authorities that are trusted for themselves, others that only lead to them, and revocation lists."""

    roots: tuple[Certificate, ...] = ()
    intermediates: tuple[Certificate, ...] = ()
    crls: tuple[Crl, ...] = ()


class ChainState(Enum):
    """The outcome of a chain check."""

    TRUSTED = "trusted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNTRUSTED = "untrusted"
    REVOKED = "revoked"
    WRONG_USAGE = "wrong_usage"
    REVOCATION_UNKNOWN = "revocation_unknown"


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """The outcome with its reason.

    `chain` runs from the certificate as far towards the root as it was followed; `crl_issued` is the moment
    at which the oldest of the revocation lists used was issued, None when none was.
    """

    state: ChainState
    chain: tuple[Certificate, ...]
    reason: Text
    crl_issued: datetime | None = None

    @property
    def trusted(self) -> bool:
        """Whether the certificate may be relied on."""
        return self.state is ChainState.TRUSTED
