"""What is trusted, and what a chain check says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.crl import Crl
    from mezhved.gost.ocsp import OcspResponse
    from mezhved.texts import Text


@dataclass(frozen=True, slots=True)
class Watch:
    """An authority whose certificates must have revocation data: since when (aware UTC), of which kinds."""

    since: datetime
    lists: bool = True
    ocsp: bool = False


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Authorities that are trusted for themselves, others that only lead to them, and revocation data.

    `watched` is by the authority's thumbprint; `asked` tells for a certificate's thumbprint since when
    (aware UTC) OCSP is asked about it.
    """

    roots: tuple[Certificate, ...] = ()
    intermediates: tuple[Certificate, ...] = ()
    crls: tuple[Crl, ...] = ()
    statuses: tuple[OcspResponse, ...] = ()
    watched: Mapping[bytes, Watch] = field(default_factory=dict, hash=False)
    asked: Mapping[bytes, datetime] = field(default_factory=dict, hash=False)

    @property
    def authorities(self) -> tuple[Certificate, ...]:
        """Roots and intermediates, each once."""
        return tuple(dict.fromkeys((*self.roots, *self.intermediates)))

    def data_is_of(self, other: TrustStore) -> bool:
        """Tell whether the revocation data is the very data of the other store."""
        return (
            self.crls is other.crls
            and self.statuses is other.statuses
            and self.watched is other.watched
            and self.asked is other.asked
        )


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
    at which the oldest of the revocation data used was issued, None where there was none of the certificate
    itself; `stale` says what revocation data is out of date and still relied on, within the grace.
    """

    state: ChainState
    chain: tuple[Certificate, ...]
    reason: Text
    crl_issued: datetime | None = None
    stale: Text | None = None

    @property
    def trusted(self) -> bool:
        """Whether the certificate may be relied on."""
        return self.state is ChainState.TRUSTED
