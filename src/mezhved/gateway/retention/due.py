"""Which exchanges are to be forgotten now, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mezhved.gateway.models import Exchange, InformationType

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from mezhved.configuration import GatewaySettings


@dataclass(frozen=True, slots=True)
class Rule:
    """So many days after the end of an exchange of a type; `type` None: of no known type."""

    type: int | None
    code: str
    days: int

    @property
    def name(self) -> str:
        """What the trace calls it."""
        return f"{self.code} {self.days}"


def rules(settings: GatewaySettings) -> list[Rule]:
    """Return the rules in force."""
    kinds = InformationType.objects.filter(retention_days__gt=0).order_by("code")
    found = [Rule(each.pk, each.code, each.retention_days) for each in kinds.defer("package")]
    if settings.unknown_type_retention_days:
        found.append(Rule(None, "-", settings.unknown_type_retention_days))
    return found


def due(rule: Rule, now: datetime) -> QuerySet[Exchange]:
    """Return the exchanges that ended that long ago and hold their data still, the oldest first."""
    ended_before = now - timedelta(days=rule.days)
    return Exchange.objects.filter(
        type=rule.type, forgotten_at__isnull=True, closed_at__isnull=False, closed_at__lte=ended_before
    ).order_by("closed_at", "pk")
