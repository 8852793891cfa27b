"""What every answer of the pages carries, and which bodies are not read at all."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.accounts.sessions import KEY
from mezhved.gateway.application import GATEWAY_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, no script or style inside a page."""
PERMISSIONS_POLICY: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
STRANGERS_BODY: Final = 64 * 1024
"""Greatest body, octets, of those who have not signed in: the form of signing in is all they send."""


def guarded(get_response: Handler) -> Handler:
    """Tell browsers what a page may load, and that nothing of it is to be kept by others."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return handle


def bounded(get_response: Handler) -> Handler:
    """Refuse a body by its announced length, before anybody reads it.

    A body without a length is not read at all: Django takes it for an empty one.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if _announced(request) > _limit(request):
            from mezhved.cabinet.errors import told  # noqa: PLC0415 - after the start

            return told(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return get_response(request)

    return handle


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request: HttpRequest) -> int:
    gateway = request.META.get(GATEWAY_KEY)
    if gateway is None or _announced(request) <= STRANGERS_BODY:
        return STRANGERS_BODY
    known = KEY in request.session and request.user.is_authenticated
    limit: int = gateway.settings.max_body_octets
    return limit if known else STRANGERS_BODY
