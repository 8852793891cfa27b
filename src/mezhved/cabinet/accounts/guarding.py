"""What the security officer does: sessions of all, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.accounts.making import AccountRefused
from mezhved.cabinet.accounts.managing import account_at, accounts_by, listed, refuse
from mezhved.cabinet.accounts.sessions import forget_old
from mezhved.cabinet.models import Session
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid

    from django.http import HttpResponse

_ON_A_PAGE = 50


@page(Permission.SECURITY, methods=("GET",))
def security_accounts(visit: Visit) -> HttpResponse:
    """List the accounts, to lock and unlock them."""
    return visit.render("cabinet/accounts/security.html", listed(visit))


@page(Permission.SECURITY, methods=("POST",))
def account_lock(visit: Visit, number: int) -> HttpResponse:
    """Lock or unlock an account, never one's own."""
    account = account_at(number)
    if account.pk == visit.account.pk:
        refuse(
            visit, AccountRefused(Text(ru="себя заблокировать нельзя", en="nobody can lock themselves out"))
        )
    elif visit.request.POST.get("locked") == "yes":
        accounts_by(visit).lock(account)
    else:
        accounts_by(visit).unlock(account)
    return redirect("cabinet:security_accounts")


@page(Permission.SECURITY, methods=("GET",))
def session_list(visit: Visit) -> HttpResponse:
    """List the sessions that are open, of all accounts."""
    forget_old(visit.gateway)
    rows = Session.objects.select_related("account__user").order_by("-seen_at", "pk")
    shown = Paginator(rows, _ON_A_PAGE).get_page(visit.request.GET.get("page"))
    return visit.render("cabinet/accounts/sessions.html", {"shown": shown})


@page(Permission.SECURITY, methods=("POST",))
def session_end(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """End somebody's session."""
    found = Session.objects.select_related("account__user").filter(uid=uid).first()
    if found is None:
        raise Http404
    found.delete()
    audit.record(visit, "session_ended", subject=found.account.user.get_username())
    return redirect("cabinet:session_list")


@page(Permission.SECURITY, methods=("POST",))
def account_sessions_close(visit: Visit, number: int) -> HttpResponse:
    """End all sessions of an account."""
    ended = accounts_by(visit).end_sessions(account_at(number))
    told = Text(ru=f"Завершено сеансов: {ended}.", en=f"Sessions ended: {ended}.")
    messages.success(visit.request, spoken(told))
    return redirect("cabinet:security_accounts")
