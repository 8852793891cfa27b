"""The door: signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import authenticate, login, logout
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def sign_in(request: HttpRequest) -> HttpResponse:
    """Let in who knows the password, and lead to where they wanted to go."""
    target = request.POST.get("next") or request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    if request.method != "POST":
        return render(request, "cabinet/accounts/sign_in.html", {"next": target})
    user = authenticate(request, username=request.POST.get("name", ""), password=request.POST.get("password"))
    if user is None:
        return render(request, "cabinet/accounts/sign_in.html", {"next": target, "failed": True}, status=403)
    login(request, user)
    return redirect(target)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("cabinet:sign_in")
