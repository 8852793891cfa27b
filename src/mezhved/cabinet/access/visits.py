"""The door of every page: who asks, and whether it is theirs to ask."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import resolve, reverse

from mezhved.cabinet import audit
from mezhved.cabinet.access.permissions import WITH_POWER, Access, Permission, access_of
from mezhved.cabinet.accounts import sessions
from mezhved.cabinet.accounts.factor import has_factor
from mezhved.cabinet.addresses import page_of_ours
from mezhved.cabinet.wording import spoken
from mezhved.gateway.application import GATEWAY_KEY
from mezhved.gateway.provider.work import Actor
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.http import HttpRequest

    from mezhved.cabinet.models import Account, Session
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange

P = ParamSpec("P")
_OVER: Final = Text(
    ru="Сеанс закончился. Войдите снова — вернётесь туда, где были.",
    en="The session is over. Sign in again: you will be led back to where you were.",
)
VISIT_KEY = "mezhved.visit"
"""Under which the visit travels with a call, for pages that tell of an error."""


class Page(Protocol):
    """A view with the permission that its door demands; None: any account."""

    permission: Permission | None
    methods: tuple[str, ...]
    unready: bool

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a call."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of a page by an account that signed in."""

    request: HttpRequest
    gateway: Gateway
    account: Account
    access: Access
    session: Session | None = None
    """By which the account came in; None: of work that goes on without a browser."""

    @property
    def now(self) -> datetime:
        """The gateway's time."""
        return self.gateway.clock()

    @property
    def is_part(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return is_part(self.request)

    @property
    def actor(self) -> Actor:
        """The account as the history of requests names it."""
        return Actor(self.account.name, self.account.user)

    def render(
        self, template: str, context: Mapping[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        """Return a page, or a part of one."""
        return render(self.request, template, {"visit": self, **(context or {})}, status=status)

    def exchange(self, uid: uuid.UUID, permission: Permission = Permission.SEE) -> Exchange:
        """Return an exchange that the account may see; raise `Http404` for any other."""
        found = (
            self.access.exchanges(permission)
            .select_related("system__connection", "type", "department")
            .defer("type__package")
            .filter(uid=uid)
            .first()
        )
        if found is None:
            raise Http404
        return found


def gateway_of(request: HttpRequest) -> Gateway:
    """Return the gateway that the pages belong to."""
    gateway: Gateway = request.META[GATEWAY_KEY]
    return gateway


def page(
    permission: Permission | None,
    *,
    methods: tuple[str, ...] = ("GET", "POST"),
    unready: bool = False,
) -> Callable[[Callable[Concatenate[Visit, P], HttpResponse]], Page]:
    """Make a view of a function that takes a `Visit`: for accounts that hold the permission, for all on None.

    A method that is not among `methods` is answered 405 before all else. Who has not signed in is led to the
    door and back; who lacks the permission is told so. An account that still has to change its first password
    or to set its second factor up is led there first, except by pages that are for the `unready`.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def wrap(function: Callable[Concatenate[Visit, P], HttpResponse]) -> Page:
        @functools.wraps(function)
        def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            gateway = gateway_of(request)
            had_one = sessions.KEY in request.session
            session = sessions.current(request, gateway)
            if session is None:
                if had_one:
                    _tell_it_is_over(request)
                return to_the_door(request)
            visit = Visit(request, gateway, session.account, access_of(session.account), session)
            request.META[VISIT_KEY] = visit
            duty = "" if unready else duty_of(visit)
            if duty:
                return lead(request, reverse(duty))
            if permission is not None and not visit.access.may(permission):
                audit.record(visit, "refused", subject=_name_of(request))
                return visit.render("cabinet/not_allowed.html", {"permission": permission}, status=403)
            return function(visit, *args, **kwargs)

        view.permission = permission  # type: ignore[attr-defined]
        view.methods = allowed  # type: ignore[attr-defined]
        view.unready = unready  # type: ignore[attr-defined]
        return view  # type: ignore[return-value]

    return wrap


def duty_of(visit: Visit) -> str:
    """Return the name of the page where the account has to do something before all else; empty: nothing."""
    if visit.account.temporary_until is not None:
        return "cabinet:account_password"
    if factor_is_compulsory(visit) and not has_factor(visit.account):
        return "cabinet:account_factor"
    return ""


def factor_is_compulsory(visit: Visit) -> bool:
    """Tell whether the account must have a second factor."""
    settings = visit.gateway.settings
    return settings.totp_required or (
        settings.production and any(visit.access.may(each) for each in WITH_POWER)
    )


def to_the_door(request: HttpRequest) -> HttpResponse:
    """Lead to the page of signing in, and from there back to what was looked at."""
    address = reverse("cabinet:sign_in")
    whole = request.method in {"GET", "HEAD"} and not is_part(request)
    back = request.get_full_path() if whole else _looked_at(request)
    return lead(request, f"{address}?{urlencode({'next': back})}" if back else address)


def _looked_at(request: HttpRequest) -> str:
    """Return the page of ours from which a part was asked for or a form was sent; empty: unknown."""
    said = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if said.netloc != request.get_host():
        return ""
    found = page_of_ours(f"{said.path}?{said.query}" if said.query else said.path, home="")
    shown = found and "GET" in getattr(resolve(said.path).func, "methods", ())
    return found if shown else ""


def _tell_it_is_over(request: HttpRequest) -> None:
    """Say at the door, once, why one is there."""
    request.session.pop(sessions.KEY, None)
    messages.info(request, spoken(_OVER))


def lead(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to a page; part of a page asks the browser to go there whole."""
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _name_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match is not None else ""


def is_part(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"
