"""What wraps the pages of the administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from mezhved.registry.acting import Actor, acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]


def language_by_choice(get_response: Handler) -> Handler:
    """Speak the language the person chose (cookie of `set_language`), else the configured one.

    The browser's own preference is not asked: an official's browser is often an English build.
    """
    known = {code for code, _ in settings.LANGUAGES}

    def handle(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return handle


def account_acts(get_response: Handler) -> Handler:
    """Name the signed-in account as the author of every change made by the request."""

    def handle(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        with acting(Actor(name=request.user.get_username(), via="admin")):
            return get_response(request)

    return handle
