"""A caller, known by its token, and what it may see and do."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from django.db.models import Q

from mezhved.gateway.models import AccessRight, AccessToken, Direction

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.models import Exchange

Act = Literal["ask", "answer", "read"]

TOKEN: Final = re.compile(r"mzg_[A-Za-z0-9_-]{43}")
_NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Right:
    """What may be done in a system with a type; `type` None is every type and what has none."""

    system: int
    type: int | None
    acts: frozenset[Act]

    def covers(self, system: int, kind: int | None) -> bool:
        """Tell whether the right is about this system and type."""
        return self.system == system and self.type in {None, kind}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a token with its rights."""

    token: int
    name: str
    rights: tuple[Right, ...]

    @property
    def systems(self) -> tuple[int, ...]:
        """The systems that it has any right in."""
        return tuple(dict.fromkeys(each.system for each in self.rights if each.acts))

    def may(self, act: Act, system: int, kind: int | None) -> bool:
        """Tell whether it may do this."""
        return any(act in each.acts and each.covers(system, kind) for each in self.rights)

    def may_see(self, exchange: Exchange) -> bool:
        """Tell whether it may know that the exchange exists."""
        return any(
            each.covers(exchange.system_id, exchange.type_id) and exchange.direction in _directions(each)
            for each in self.rights
        )

    def knows_type(self, kind: int) -> bool:
        """Tell whether it may know that the type exists."""
        return any(each.acts and each.type in {None, kind} for each in self.rights)

    def visible(self, to_exchange: str = "") -> Q:
        """Return the condition of what it may see, `to_exchange` being the way there (`exchange__`)."""
        condition = Q(pk__in=())
        for right in self.rights:
            directions = _directions(right)
            if not directions:
                continue
            said = {f"{to_exchange}system_id": right.system, f"{to_exchange}direction__in": directions}
            if right.type is not None:
                said[f"{to_exchange}type_id"] = right.type
            condition |= Q(**said)
        return condition

    def visible_counts(self) -> Q:
        """Return the condition of the daily counts of what it may see."""
        return self.visible()


def _directions(right: Right) -> list[str]:
    if "read" in right.acts:
        return [Direction.IN, Direction.OUT]
    seen = []
    if "ask" in right.acts:
        seen.append(Direction.OUT)
    if "answer" in right.acts:
        seen.append(Direction.IN)
    return [str(each) for each in seen]


def recognise(token: str, now: datetime) -> Caller | None:
    """Return the caller of a token in force, None for any other; its use is noted, to the minute."""
    if TOKEN.fullmatch(token) is None:
        return None
    row = AccessToken.objects.filter(digest=token_digest(token), revoked_at=None).first()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    if row.last_used_at is None or now - row.last_used_at >= _NOTED_EVERY:
        AccessToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return caller_of(row)


def caller_of(row: AccessToken) -> Caller:
    """Return the caller of a token's record."""
    return Caller(row.pk, row.name, tuple(_right(each) for each in AccessRight.objects.filter(token=row)))


def token_digest(token: str) -> str:
    """Return what a token is known by in the database."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def _right(row: AccessRight) -> Right:
    said: tuple[tuple[Act, bool], ...] = (
        ("ask", row.may_ask),
        ("answer", row.may_answer),
        ("read", row.may_read),
    )
    return Right(row.system_id, row.type_id, frozenset(act for act, may in said if may))
