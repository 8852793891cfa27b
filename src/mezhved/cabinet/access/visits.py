"""The door of every page: who asks, and whether it is theirs to ask."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from mezhved.cabinet.access.permissions import Access, Permission, access_of
from mezhved.cabinet.models import Account
from mezhved.gateway.application import GATEWAY_KEY
from mezhved.gateway.provider.work import Actor

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.http import HttpRequest

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange

P = ParamSpec("P")


class Page(Protocol):
    """A view with the permission that its door demands; None: any account."""

    permission: Permission | None

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a call."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of a page by an account that signed in."""

    request: HttpRequest
    gateway: Gateway
    account: Account
    access: Access

    @property
    def now(self) -> datetime:
        """The gateway's time."""
        return self.gateway.clock()

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
) -> Callable[[Callable[Concatenate[Visit, P], HttpResponse]], Page]:
    """Make a view of a function that takes a `Visit`: for accounts that hold the permission, for all on None.

    Who has not signed in is led to the door and back; who lacks the permission is told so.
    """

    def wrap(function: Callable[Concatenate[Visit, P], HttpResponse]) -> Page:
        @functools.wraps(function)
        def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            account = account_of(request)
            if account is None:
                return to_the_door(request)
            visit = Visit(request, gateway_of(request), account, access_of(account))
            if permission is not None and not visit.access.may(permission):
                return visit.render("cabinet/not_allowed.html", {"permission": permission}, status=403)
            return function(visit, *args, **kwargs)

        view.permission = permission  # type: ignore[attr-defined]
        return view  # type: ignore[return-value]

    return wrap


def account_of(request: HttpRequest) -> Account | None:
    """Return the account that signed in, while it may."""
    if not request.user.is_authenticated:
        return None
    return Account.objects.select_related("user").filter(user=request.user, user__is_active=True).first()


def to_the_door(request: HttpRequest) -> HttpResponse:
    """Lead to the page of signing in; part of a page asks the browser to go there whole."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("cabinet:sign_in")})
    address = reverse("cabinet:sign_in")
    return redirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
