"""Keeping what people saw and did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.models import AuditEntry

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Exchange


def record(visit: Visit, action: str, *, exchange: Exchange | None = None, subject: str = "") -> None:
    """Keep that the visit's account did or saw something; `subject` holds no personal data."""
    AuditEntry.objects.create(
        at=visit.now,
        account=visit.account,
        name=visit.account.name,
        action=action,
        exchange=exchange.uid if exchange is not None else None,
        subject=subject[:300],
        address=visit.request.META.get("REMOTE_ADDR", ""),
    )
