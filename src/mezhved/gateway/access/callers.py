"""A caller, known by its token, and what it may see and do."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from django.db.models import Q

from mezhved.gateway.models import AccessRight, AccessToken, Direction
from mezhved.gateway.statements import moment, rows

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


def _directions(right: Right) -> list[str]:
    if "read" in right.acts:
        return [Direction.IN, Direction.OUT]
    seen = []
    if "ask" in right.acts:
        seen.append(Direction.OUT)
    if "answer" in right.acts:
        seen.append(Direction.IN)
    return [str(each) for each in seen]


# Asked at every call: plain SQL takes a tenth of what the models take.
_FIND = """
SELECT token.id, token.name, token.last_used_at IS NULL OR token.last_used_at <= %s,
       given.system_id, given.type_id, given.may_ask, given.may_answer, given.may_read
FROM gateway_access_token token LEFT JOIN gateway_access_right given ON given.token_id = token.id
WHERE token.digest = %s AND token.revoked_at IS NULL
  AND (token.expires_at IS NULL OR token.expires_at > %s)
ORDER BY given.id
"""


def recognise(token: str, now: datetime) -> Caller | None:
    """Return the caller of a token in force, None for any other; its use is noted, to the minute."""
    if TOKEN.fullmatch(token) is None:
        return None
    found = rows(_FIND, [moment(now - _NOTED_EVERY), token_digest(token), moment(now)])
    if not found:
        return None
    key, name, is_stale = found[0][:3]
    if is_stale:
        AccessToken.objects.filter(pk=key).update(last_used_at=now)
    rights = (Right(row[3], row[4], _acts(*row[5:])) for row in found if row[3] is not None)
    return Caller(key, name, tuple(rights))


def caller_of(row: AccessToken) -> Caller:
    """Return the caller of a token's record."""
    rights = AccessRight.objects.filter(token=row).order_by("pk")
    return Caller(
        row.pk,
        row.name,
        tuple(
            Right(each.system_id, each.type_id, _acts(each.may_ask, each.may_answer, each.may_read))
            for each in rights
        ),
    )


def token_digest(token: str) -> str:
    """Return what a token is known by in the database."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def _acts(may_ask: object, may_answer: object, may_read: object) -> frozenset[Act]:
    said: tuple[tuple[Act, object], ...] = (("ask", may_ask), ("answer", may_answer), ("read", may_read))
    return frozenset(act for act, may in said if may)
