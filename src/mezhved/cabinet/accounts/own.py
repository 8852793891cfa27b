"""One's own account: roles in words, password, sessions, language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from mezhved.cabinet import audit
from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.access.visits import factor_is_compulsory
from mezhved.cabinet.accounts import passwords, sessions
from mezhved.cabinet.accounts.confirming import password_problem
from mezhved.cabinet.accounts.entering import speaking
from mezhved.cabinet.accounts.factor import has_factor
from mezhved.cabinet.accounts.words import roles_in_words
from mezhved.cabinet.models import RecoveryCode, Session
from mezhved.cabinet.wording import spoken
from mezhved.site.settings import SHORTEST_PASSWORD
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid

    from django.http import HttpResponse


@page(None, methods=("GET",))
def account(visit: Visit) -> HttpResponse:
    """Show one's own account."""
    return visit.render(
        "cabinet/accounts/account.html",
        {
            "roles": roles_in_words(visit.account),
            "sessions": Session.objects.filter(account=visit.account).order_by("-seen_at"),
            "factor": has_factor(visit.account),
            "compulsory": factor_is_compulsory(visit),
            "recovery": RecoveryCode.objects.filter(account=visit.account).count(),
            "languages": settings.LANGUAGES,
        },
    )


@sensitive_post_parameters("current", "new", "again")
@page(None, unready=True)
def account_password(visit: Visit) -> HttpResponse:
    """Change one's own password; all other sessions end."""
    wrong: dict[str, list[str]] = {}
    if visit.request.method == "POST":
        wrong = _problems(visit)
        if not wrong:
            return _change(visit)
    context = {
        "wrong": wrong,
        "first": visit.account.temporary_until is not None,
        "shortest": SHORTEST_PASSWORD,
    }
    return visit.render("cabinet/accounts/password.html", context, 422 if wrong else 200)


@page(None, methods=("GET",), unready=True)
def account_session(visit: Visit) -> HttpResponse:
    """Tell a page that stood open for long whose session it is, and the token that its forms need now."""
    return JsonResponse({"account": visit.account.pk, "token": get_token(visit.request)})


@page(None, methods=("POST",))
def account_session_end(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """End one of one's own sessions."""
    found = Session.objects.filter(account=visit.account, uid=uid).first()
    if found is None:
        raise Http404
    if visit.session is not None and found.pk == visit.session.pk:
        audit.record(visit, "signed_out")
        sessions.end_own(visit.request)
        return redirect("cabinet:sign_in")
    found.delete()
    audit.record(visit, "session_ended", subject=visit.account.user.get_username())
    messages.success(visit.request, spoken(Text(ru="Сеанс завершён.", en="The session is ended.")))
    return redirect("cabinet:account")


@page(None, methods=("POST",))
def account_sessions_end(visit: Visit) -> HttpResponse:
    """End all of one's own sessions but this one."""
    ended = sessions.end_all(visit.account, but=visit.session)
    audit.record(visit, "sessions_ended", subject=visit.account.user.get_username())
    told = Text(ru=f"Завершено сеансов: {ended}.", en=f"Sessions ended: {ended}.")
    messages.success(visit.request, spoken(told))
    return redirect("cabinet:account")


@page(None, methods=("POST",))
def account_language(visit: Visit) -> HttpResponse:
    """Choose the language that the pages speak after every sign-in."""
    chosen = visit.request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        visit.account.language = chosen
        visit.account.save(update_fields=["language"])
    return speaking(redirect("cabinet:account"), visit.account)


def _problems(visit: Visit) -> dict[str, list[str]]:
    posted = visit.request.POST
    new = posted.get("new", "")
    refused = password_problem(visit, posted.get("current", ""))
    if refused is not None:
        return {"current": [spoken(refused)]}
    found = passwords.faults_of(new, visit.account)
    if visit.account.user.check_password(new):
        found.append(spoken(Text(ru="Это прежний пароль.", en="That is the old password.")))
    if found:
        return {"new": found}
    if new != posted.get("again", ""):
        return {"again": [spoken(Text(ru="Пароли не совпали.", en="The passwords differ."))]}
    return {}


def _change(visit: Visit) -> HttpResponse:
    with transaction.atomic():
        passwords.set_own(visit.account, visit.request.POST["new"])
        sessions.end_all(visit.account, but=visit.session)
        audit.record(visit, "password_changed")
    # The browser gets a new cookie; sessions under the old password are worth nothing.
    update_session_auth_hash(visit.request, visit.account.user)
    told = Text(
        ru="Пароль сменён, остальные сеансы завершены.",
        en="The password is changed, other sessions are ended.",
    )
    messages.success(visit.request, spoken(told))
    return redirect("cabinet:account")
