"""The administration site: its titles, its language switch, its door."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse

from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class MezhvedAdminSite(AdminSite):
    """Pages at /admin/, in Russian, with English on request."""

    site_title = lazy_text("Межвед", "Mezhved")
    site_header = lazy_text("Межвед: реестр обмена СМЭВ 3", "Mezhved: the registry of the SMEV 3 exchange")
    index_title = lazy_text("Администрирование", "Administration")

    def __init__(
        self, name: str = "admin", clock: Callable[[], int] = lambda: time.time_ns() // 1000
    ) -> None:
        """Take the clock by which attempts to sign in are slowed down: microseconds since the epoch."""
        super().__init__(name)
        self._clock = clock

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Let in, unless too many attempts failed lately: then say for how long to wait."""
        if request.method != "POST":
            return super().login(request, extra_context)
        from mezhved.site.signing_in.throttle import SignInThrottle, caller_address  # noqa: PLC0415 - after the start

        throttle = SignInThrottle(settings.SIGN_IN_ATTEMPTS, self._clock)
        address = caller_address(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            frozenset(settings.SIGN_IN_PROXIES),
        )
        account = request.POST.get("username", "")
        wait = throttle.begin(address, account)
        if wait:
            return self._wait(request, wait, extra_context)
        response = super().login(request, extra_context)
        # The user may be signed in from before: only a password that was right leads on.
        if response.status_code == HTTPStatus.FOUND:
            throttle.succeeded(address, account)
        return response

    def _wait(self, request: HttpRequest, seconds: int, extra: dict[str, Any] | None) -> HttpResponse:
        context = {
            **self.each_context(request),
            "title": lazy_text("Вход", "Sign in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            "form": _Refusing(seconds, request),
            **(extra or {}),
        }
        return TemplateResponse(
            request,
            self.login_template or "admin/login.html",
            context,
            status=HTTPStatus.TOO_MANY_REQUESTS,
            headers={"Retry-After": str(seconds)},
        )


class _Refusing(AdminAuthenticationForm):
    """The form of signing in that looks at no password."""

    def __init__(self, seconds: int, request: HttpRequest) -> None:
        super().__init__(request, data={"username": request.POST.get("username", ""), "password": "-"})
        self._seconds = seconds

    def clean(self) -> dict[str, Any]:
        raise ValidationError(
            lazy_text(
                f"Слишком много неудачных попыток. Повторите через {self._seconds} с.",
                f"Too many attempts failed. Try again in {self._seconds} s.",
            )
        )
