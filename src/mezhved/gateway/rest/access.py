"""What a call reaches: only what its token may see exists for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest  # noqa: TC002 - read by the framework
from ninja.security import HttpBearer

from mezhved.gateway.access import recognise
from mezhved.gateway.errors import Flaw, NotAllowed
from mezhved.gateway.models import Exchange, Message
from mezhved.gateway.queries import Prepared
from mezhved.gateway.rest.problems import Problem, bad, not_found
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

    from mezhved.gateway.access import Act, Caller
    from mezhved.gateway.models import InformationSystem, InformationType
    from mezhved.gateway.rest.calls import Call, Shared


_EXCHANGE: Final = Prepared[Exchange]()


class Token(HttpBearer):
    """`Authorization: Bearer mzg_...`."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Return the caller that the header names; the framework would read all headers for this one."""
        known: Caller | None = request.recognised  # type: ignore[attr-defined]
        if known is not None:
            return known
        scheme, _, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
        return self.authenticate(request, token) if scheme.lower() == self.openapi_scheme else None

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Return the caller of the token."""
        shared: Shared = request.shared  # type: ignore[attr-defined]
        caller = recognise(token, shared.gateway.clock())
        wait = shared.pace.wait_of(caller.token) if caller is not None else 0.0
        if wait:
            often = Text(ru="токен вызывает чаще, чем разрешено", en="the token calls more often than it may")
            raise Problem(429, often, headers={"Retry-After": str(math.ceil(wait))})
        return caller


def exchange_of(call: Call, uid: uuid.UUID) -> Exchange:
    """Return an exchange that the caller may see."""
    found = _EXCHANGE.first(lambda uid: _visible(call, uid), uid, apart=call.auth.rights)
    if found is None:
        raise not_found(Text(ru="такого обмена нет", en="there is no such exchange"))
    return found


def _visible(call: Call, uid: uuid.UUID) -> QuerySet[Exchange]:
    found = Exchange.objects.select_related("system__connection", "type").defer("type__package")
    return found.filter(call.auth.visible(), uid=uid)


def message_of(call: Call, uid: uuid.UUID) -> Message:
    """Return a message of an exchange that the caller may see."""
    found = (
        Message.objects.select_related("exchange__type")
        .defer("exchange__type__package")
        .filter(call.auth.visible("exchange__"), uid=uid)
        .first()
    )
    if found is None:
        raise not_found(Text(ru="такого сообщения нет", en="there is no such message"))
    return found


def type_of(call: Call, code: str) -> InformationType:
    """Return a type that the caller may know of."""
    found = call.shared.known.type_of_code(code)
    if found is None or not call.auth.knows_type(found.pk):
        raise not_found(Text(ru=f"вида сведений {code} нет", en=f"there is no type {code}"))
    return found


def system_for(call: Call, kind: InformationType, named: str | None) -> InformationSystem:
    """Return the system that asks: the one named, or the only one that may ask for the type."""
    known = call.shared.known.systems(call.auth.systems, named or "")
    if named and not known:
        what = Text(ru=f"системы {named} нет", en=f"there is no system {named}")
        raise Problem(404, what, (Flaw("/system", what),))
    asking = [each for each in known if call.auth.may("ask", each.pk, kind.pk)]
    if not asking:
        raise NotAllowed(
            Text(
                ru=f"токену нельзя запрашивать вид сведений {kind.code}",
                en=f"the token may not ask for the type {kind.code}",
            ),
            cure=Text(ru="дайте токену право ask", en="give the token the right `ask`"),
        )
    if len(asking) > 1:
        names = ", ".join(f"{each.mnemonic}@{each.connection.name}" for each in asking)
        raise bad("/system", f"укажите систему: {names}", f"name the system: {names}")
    return asking[0]


def demand(call: Call, act: Act, exchange: Exchange) -> None:
    """Raise `NotAllowed` unless the caller may do this about the exchange."""
    if not call.auth.may(act, exchange.system_id, exchange.type_id):
        raise NotAllowed(
            Text(ru=f"у токена нет права {act}", en=f"the token has no right `{act}`"),
            where=str(exchange.uid),
        )
