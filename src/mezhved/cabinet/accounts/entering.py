"""How somebody gets in: a way of proving who they are, the second factor where one is set, a session.

A further way of signing in (ESIA) proves who it is by its own pages and then calls `identified`: locks,
the second factor, sessions and the audit are the same for all ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access.visits import gateway_of
from mezhved.cabinet.accounts import sessions
from mezhved.cabinet.accounts.factor import has_factor
from mezhved.cabinet.addresses import address_of, page_of_ours
from mezhved.cabinet.models import Account
from mezhved.site.signing_in.throttle import SignInThrottle
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from mezhved.gateway.assembly import Gateway

_HALF: Final = "mezhved.half-way"
_HALF_LASTS: Final = timedelta(minutes=5)
_MICROSECONDS: Final = 1_000_000


class NoEntry(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """Who it is is known, and that they may not come in."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of proving who one is. `asks_code`: the cabinet's own second factor is still asked for."""

    code: str
    asks_code: bool


PASSWORD: Final = Way("password", asks_code=True)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door."""

    request: HttpRequest
    gateway: Gateway

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        """Return who sent a request."""
        return cls(request, gateway_of(request))

    @property
    def now(self) -> datetime:
        """The gateway's time."""
        return self.gateway.clock()

    @property
    def address(self) -> str:
        """From where."""
        return address_of(self.request, self.gateway)

    def keep(self, action: str, account: Account | None, subject: str = "") -> None:
        """Keep in the audit what happened at the door."""
        name = account.name if account is not None else ""
        audit.keep(audit.Author(self.now, name, account, self.address), action, subject=subject)

    @property
    def throttle(self) -> SignInThrottle:
        """Who counts failures."""
        return SignInThrottle(
            self.gateway.settings.admin_attempts, lambda: int(self.now.timestamp() * _MICROSECONDS)
        )


def account_called(name: str) -> Account | None:
    """Return the account of that sign-in name, whatever the case of its letters."""
    return (
        Account.objects.select_related("user", "second_factor").filter(user__username__iexact=name).first()
        if name
        else None
    )


def identified(visitor: Visitor, account: Account, way: Way, target: str) -> HttpResponse:
    """Go on with somebody who proved who they are: to the second factor, or in, to the page `target`.

    Raises `NoEntry` for an account that is disabled or locked, or whose temporary password ran out.
    """
    if not account.may_enter(visitor.now):
        visitor.keep("sign_in_refused", account)
        raise NoEntry(_why_not(account))
    if way.asks_code and has_factor(account):
        session = visitor.request.session
        sessions.end_own(visitor.request)
        session[_HALF] = {
            "account": account.pk,
            "password": account.user.get_session_auth_hash(),
            "until": (visitor.now + _HALF_LASTS).timestamp(),
            "target": target,
        }
        return redirect("cabinet:sign_in_code")
    return enter(visitor, account, target)


def half_way(visitor: Visitor) -> tuple[Account, str] | None:
    """Return whose code is waited for and where they want to go; None: it is nobody's turn."""
    half = visitor.request.session.get(_HALF)
    if half is None or visitor.now.timestamp() >= half["until"]:
        return None
    account = Account.objects.select_related("user", "second_factor").filter(pk=half["account"]).first()
    if account is None or not account.may_enter(visitor.now) or not has_factor(account):
        return None
    return (account, half["target"]) if account.user.get_session_auth_hash() == half["password"] else None


def enter(visitor: Visitor, account: Account, target: str) -> HttpResponse:
    """Open a session and lead to the page."""
    sessions.begin(visitor.request, visitor.gateway, account)
    visitor.keep("signed_in", account)
    return speaking(redirect(page_of_ours(target)), account)


def speaking(response: HttpResponse, account: Account) -> HttpResponse:
    """Let the browser remember the language that the account chose."""
    from django.conf import settings  # noqa: PLC0415 - of the role that is served

    if account.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            account.language,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _why_not(account: Account) -> Text:
    if not account.user.is_active:
        return Text(
            ru="Учётная запись выключена. Обратитесь к администратору.",
            en="The account is disabled. Ask an administrator.",
        )
    if account.locked_at is not None:
        return Text(
            ru="Учётная запись заблокирована. Обратитесь к офицеру безопасности.",
            en="The account is locked. Ask the security officer.",
        )
    return Text(
        ru="Срок временного пароля вышел. Попросите администратора сбросить пароль.",
        en="The temporary password ran out. Ask an administrator for another.",
    )
