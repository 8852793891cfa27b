"""The door: signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import authenticate
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from mezhved.cabinet.access.visits import gateway_of
from mezhved.cabinet.accounts import sessions
from mezhved.cabinet.accounts.entering import (
    PASSWORD,
    NoEntry,
    Visitor,
    account_called,
    enter,
    half_way,
    identified,
)
from mezhved.cabinet.accounts.factor import Factors
from mezhved.cabinet.addresses import page_of_ours
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from mezhved.cabinet.models import Account

_LONGEST: Final = 1024
_WRONG: Final = Text(ru="Имя или пароль неверны.", en="The name or the password is wrong.")
_WRONG_CODE: Final = Text(
    ru="Код не подошёл. Проверьте время на телефоне и введите новый код.",
    en="The code does not fit. Check the time of the telephone and enter a new code.",
)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let in who knows the password, and lead to where they wanted to go."""
    target = page_of_ours(request.POST.get("next") or request.GET.get("next", "/"))
    if request.method != "POST":
        return _door(request, target)
    visitor = Visitor.of(request)
    name, password = request.POST.get("name", "").replace("\0", "").strip(), request.POST.get("password", "")
    account = account_called(name[:_LONGEST])
    known = account.user.get_username() if account is not None else name[:_LONGEST]
    wait = visitor.throttle.begin(visitor.address, known)
    if wait:
        return _wait(request, "sign_in", wait, {"next": target})
    user = authenticate(request, username=known, password=password) if len(password) <= _LONGEST else None
    if account is None or user is None:
        # A disabled account looks like a wrong password to whoever does not know it.
        return _failed(visitor, account, known, target)
    visitor.throttle.succeeded(visitor.address, known)
    try:
        return identified(visitor, account, PASSWORD, target)
    except NoEntry as refused:
        return _door(request, target, refused.what, 403)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the one-time code, or a recovery code, of who knows the password already."""
    visitor = Visitor.of(request)
    waiting = half_way(visitor)
    if waiting is None:
        return redirect("cabinet:sign_in")
    if request.method != "POST":
        return render(request, "cabinet/accounts/sign_in_code.html")
    account, target = waiting
    counted = f"{account.user.get_username()}\ncode"
    wait = visitor.throttle.begin(visitor.address, counted)
    if wait:
        return _wait(request, "sign_in_code", wait, {})
    if not _takes(visitor, account, request.POST.get("code", "")[:_LONGEST]):
        visitor.keep("code_failed", account)
        return render(request, "cabinet/accounts/sign_in_code.html", {"problem": _WRONG_CODE}, status=403)
    visitor.throttle.succeeded(visitor.address, counted)
    return enter(visitor, account, target)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    visitor = Visitor.of(request)
    session = sessions.current(request, gateway_of(request))
    if session is not None:
        visitor.keep("signed_out", session.account)
    sessions.end_own(request)
    return redirect("cabinet:sign_in")


def _takes(visitor: Visitor, account: Account, said: str) -> bool:
    factors = Factors.of(visitor.gateway)
    if factors.take_code(account, said, visitor.now):
        return True
    if not factors.take_recovery(account, said):
        return False
    visitor.keep("recovery_code_used", account)
    return True


def _failed(visitor: Visitor, account: Account | None, known: str, target: str) -> HttpResponse:
    visitor.keep("sign_in_failed", account)
    pause = visitor.throttle.pause(visitor.address, known)
    if pause and account is not None:
        visitor.keep("sign_in_paused", account, f"{pause} s")
    return _door(visitor.request, target, _WRONG, 403)


def _door(request: HttpRequest, target: str, problem: Text | None = None, status: int = 200) -> HttpResponse:
    return render(
        request, "cabinet/accounts/sign_in.html", {"next": target, "problem": problem}, status=status
    )


def _wait(request: HttpRequest, page: str, seconds: int, context: dict[str, str]) -> HttpResponse:
    problem = Text(
        ru=f"Слишком много неудачных попыток. Повторите через {seconds} с.",
        en=f"Too many attempts failed. Try again in {seconds} s.",
    )
    answer = render(request, f"cabinet/accounts/{page}.html", {**context, "problem": problem}, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer
