"""Giving tokens out and taking them back."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mezhved.gateway.access.callers import token_digest
from mezhved.gateway.access.systems import find_system
from mezhved.gateway.errors import Conflict, InvalidMessage, NotFound
from mezhved.gateway.models import AccessRight, AccessToken, InformationType
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from mezhved.gateway.access.callers import Act
    from mezhved.gateway.models import InformationSystem

_OCTETS: Final = 32
_ACTS: Final[tuple[Act, ...]] = ("ask", "answer", "read")
_CURE: Final = Text(
    ru="запишите так: МНЕМОНИКА:КОД_ВИДА_СВЕДЕНИЙ:ask,answer,read; вместо кода * — все виды",
    en="write it so: MNEMONIC:TYPE_CODE:ask,answer,read; * in place of the code is every type",
)


@dataclass(frozen=True, slots=True)
class RightDraft:
    """A right to be given; `kind` None is every type."""

    system: InformationSystem
    kind: InformationType | None
    acts: frozenset[Act]


def parse_right(said: str) -> RightDraft:
    """Read `SYSTEM:TYPE:ask,answer,read`; raise `InvalidMessage`, `NotFound`."""
    name, found, rest = said.partition(":")
    code, also_found, words = rest.rpartition(":")
    acts = frozenset(act for act in _ACTS if act in words.split(","))
    if not (found and also_found) or len(acts) != len(words.split(",")):
        raise InvalidMessage(
            Text(ru=f"не читается право «{said}»", en=f"the right {said!r} does not read"), cure=_CURE
        )
    return RightDraft(find_system(name), None if code == "*" else _type(code), acts)


def issue(
    name: str,
    rights: Iterable[RightDraft],
    *,
    now: datetime,
    randomness: Callable[[int], bytes],
    expires_at: datetime | None = None,
) -> str:
    """Make a token and return it: it is told this once. Raises `Conflict` where the name is taken."""
    token = "mzg_" + base64.urlsafe_b64encode(randomness(_OCTETS)).rstrip(b"=").decode("ascii")
    with transaction.atomic():
        if AccessToken.objects.filter(name=name).exists():
            raise Conflict(
                Text(ru="токен с таким именем уже есть", en="there is a token of this name already"),
                where=name,
                cure=Text(
                    ru="дайте другое имя: имя стоит в журнале и не повторяется",
                    en="give another name: it stands in the journal and is not used twice",
                ),
            )
        row = AccessToken.objects.create(
            name=name, digest=token_digest(token), created_at=now, expires_at=expires_at
        )
        for each in rights:
            grant(row, each)
    return token


def grant(token: AccessToken, right: RightDraft) -> AccessRight:
    """Give a token a right more; what it may do in the same system with the same type is replaced."""
    with transaction.atomic():
        AccessRight.objects.filter(token=token, system=right.system, type=right.kind).delete()
        return AccessRight.objects.create(
            token=token,
            system=right.system,
            type=right.kind,
            may_ask="ask" in right.acts,
            may_answer="answer" in right.acts,
            may_read="read" in right.acts,
        )


def withdraw(token: AccessToken, key: int) -> None:
    """Take a right away from a token. Raises `NotFound`."""
    if not AccessRight.objects.filter(token=token, pk=key).delete()[0]:
        raise NotFound(
            Text(ru="такого права у токена нет", en="the token has no such right"), where=token.name
        )


def revoke(name: str, now: datetime) -> None:
    """Take a token back, at once; its record stays. Raises `NotFound`."""
    if not AccessToken.objects.filter(name=name, revoked_at=None).update(revoked_at=now):
        raise NotFound(
            Text(ru="действующего токена с таким именем нет", en="no token in force has this name"),
            where=name,
        )


def _type(code: str) -> InformationType:
    found = InformationType.objects.filter(code=code).first()
    if found is None:
        raise NotFound(
            Text(ru=f"вида сведений {code} в шлюзе нет", en=f"the gateway has no type {code}"), cure=_CURE
        )
    return found
