"""Sessions: one row a sign-in, without which a browser's cookie opens nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.auth import login, logout
from django.contrib.sessions.backends.db import SessionStore

from mezhved.cabinet.addresses import address_of
from mezhved.cabinet.models import Session

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from mezhved.cabinet.models import Account
    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.assembly import Gateway

KEY: Final = "mezhved.session"
BACKGROUND: Final = "X-Background"
"""The header of what a page asks by itself: it does not keep a session alive."""
_NOTED_EVERY: Final = timedelta(minutes=1)
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_BROWSER_LIMIT: Final = 300


def begin(request: HttpRequest, gateway: Gateway, account: Account) -> Session:
    """Open a session; the browser gets a new cookie, whatever it came with is forgotten."""
    end_own(request)
    forget_old(gateway)
    login(request, account.user, backend=_BACKEND)
    return note(request, gateway, account)


def note(request: HttpRequest, gateway: Gateway, account: Account) -> Session:
    """Write down the sign-in that Django's session of the request belongs to."""
    now = gateway.clock()
    made = Session.objects.create(
        uid=uuid.UUID(bytes=gateway.randomness(16), version=4),
        account=account,
        started_at=now,
        seen_at=now,
        address=address_of(request, gateway),
        browser=request.META.get("HTTP_USER_AGENT", "")[:_BROWSER_LIMIT],
    )
    request.session[KEY] = str(made.uid)
    return made


def current(request: HttpRequest, gateway: Gateway) -> Session | None:
    """Return the session of a request while it lasts and its account may enter; end one that ran out."""
    if not request.user.is_authenticated:
        return None
    found = (
        Session.objects.select_related("account__user", "account__second_factor")
        .filter(uid=request.session.get(KEY), account__user=request.user)
        .first()
    )
    if found is None:
        return None
    now = gateway.clock()
    if _is_over(found, gateway.settings, now) or not found.account.may_enter(now):
        found.delete()
        logout(request)
        return None
    if now - found.seen_at >= _NOTED_EVERY and BACKGROUND not in request.headers:
        Session.objects.filter(pk=found.pk).update(seen_at=now)
    return found


def end_own(request: HttpRequest) -> None:
    """End the session of a request, if it has one; the cookie is worth nothing any more."""
    Session.objects.filter(uid=request.session.get(KEY)).delete()
    logout(request)


def end_all(account: Account, but: Session | None = None) -> int:
    """End all sessions of an account, but one where one is named; return how many."""
    rows = Session.objects.filter(account=account)
    deleted, _ = (rows.exclude(pk=but.pk) if but is not None else rows).delete()
    return deleted


def forget_old(gateway: Gateway) -> int:
    """Delete the rows of sessions that ran out, Django's and ours; return how many of ours."""
    SessionStore.clear_expired()
    now, settings = gateway.clock(), gateway.settings
    old = Session.objects.filter(started_at__lte=now - timedelta(hours=settings.session_hours))
    idle = Session.objects.filter(seen_at__lte=now - timedelta(minutes=settings.session_idle_minutes))
    return old.delete()[0] + idle.delete()[0]


def _is_over(session: Session, settings: GatewaySettings, now: datetime) -> bool:
    return now - session.started_at >= timedelta(
        hours=settings.session_hours
    ) or now - session.seen_at >= timedelta(minutes=settings.session_idle_minutes)
