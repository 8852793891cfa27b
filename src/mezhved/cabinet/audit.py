"""Keeping what people saw and did. Rows are added and read, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.cabinet.addresses import address_of
from mezhved.cabinet.models import Account, AuditEntry

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Exchange


@dataclass(frozen=True, slots=True)
class Author:
    """Who did something, when (an aware moment) and from which address."""

    at: datetime
    name: str = ""
    account: Account | None = None
    address: str = ""

    @classmethod
    def of(cls, visit: Visit) -> Author:
        """Return the author of what a visit does."""
        address = address_of(visit.request, visit.gateway)
        return cls(visit.now, visit.account.name, visit.account, address)


def record(visit: Visit, action: str, *, exchange: Exchange | None = None, subject: str = "") -> None:
    """Keep that the visit's account did or saw something; `subject` holds no personal data.

    Words for the action stand in `audit_words`.
    """
    keep(Author.of(visit), action, exchange=exchange, subject=subject)


def keep(author: Author, action: str, *, exchange: Exchange | None = None, subject: str = "") -> None:
    """Keep that somebody did or saw something, in the transaction that is open."""
    AuditEntry.objects.create(
        at=author.at,
        account=author.account,
        name=author.name,
        action=action,
        exchange=exchange.uid if exchange is not None else None,
        subject=subject[:300],
        address=author.address,
    )
