"""The page of one's own second factor: setting it up with a picture, recovery codes, turning it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from mezhved.cabinet import audit
from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.access.visits import factor_is_compulsory
from mezhved.cabinet.accounts import codes
from mezhved.cabinet.accounts.confirming import password_problem
from mezhved.cabinet.accounts.factor import Factors, has_factor, remove_factor
from mezhved.cabinet.models import RecoveryCode, SecondFactor
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.http import HttpResponse

_WRONG_CODE = Text(
    ru="Код не подошёл. Проверьте время на телефоне и введите новый код.",
    en="The code does not fit. Check the time of the telephone and enter a new code.",
)


@page(None, methods=("GET",), unready=True)
def account_factor(visit: Visit) -> HttpResponse:
    """Show whether a second factor is in force, and the picture of one that is being set up."""
    return _show(visit)


@sensitive_post_parameters("password")
@page(None, methods=("POST",), unready=True)
def account_factor_start(visit: Visit) -> HttpResponse:
    """Offer a new secret; where a factor is in force, for the password only."""
    if has_factor(visit.account):
        refused = _refusal(visit)
        if refused is not None:
            return refused
    Factors.of(visit.gateway).offered(visit.account)
    return redirect("cabinet:account_factor")


@page(None, methods=("POST",), unready=True)
def account_factor_confirm(visit: Visit) -> HttpResponse:
    """Put the offered secret into force by a code of it, and show the recovery codes this once."""
    said = visit.request.POST.get("code", "")
    with transaction.atomic():
        made = Factors.of(visit.gateway).confirm(visit.account, said, visit.now)
        if made is not None:
            audit.record(visit, "factor_set")
    if made is None:
        return _show(visit, {"wrong_code": _WRONG_CODE}, 422)
    return visit.render("cabinet/accounts/recovery.html", {"codes": made, "just_set": True})


@page(None, methods=("POST",), unready=True)
def account_factor_cancel(visit: Visit) -> HttpResponse:
    """Forget a secret that was offered."""
    Factors.of(visit.gateway).drop_offer(visit.account)
    return redirect("cabinet:account_factor")


@sensitive_post_parameters("password")
@page(None, methods=("POST",))
def account_factor_codes(visit: Visit) -> HttpResponse:
    """Make new recovery codes for the password; the former ones are void."""
    refused = _refusal(visit)
    if refused is not None:
        return refused
    if not has_factor(visit.account):
        return redirect("cabinet:account_factor")
    with transaction.atomic():
        made = Factors.of(visit.gateway).renew_recovery(visit.account)
        audit.record(visit, "recovery_codes_made")
    return visit.render("cabinet/accounts/recovery.html", {"codes": made})


@sensitive_post_parameters("password")
@page(None, methods=("POST",))
def account_factor_off(visit: Visit) -> HttpResponse:
    """Turn the second factor off for the password, where the account may be without one."""
    refused = _refusal(visit)
    if refused is not None:
        return refused
    if factor_is_compulsory(visit):
        told = Text(
            ru="Вашей роли второй фактор обязателен. Сменить телефон можно, выключить — нельзя.",
            en="Your role must have a second factor: you can change the telephone, not turn it off.",
        )
        return _show(visit, {"wrong_password": told}, 403)
    with transaction.atomic():
        remove_factor(visit.account)
        audit.record(visit, "factor_removed")
    messages.success(visit.request, spoken(Text(ru="Второй фактор выключен.", en="It is turned off.")))
    return redirect("cabinet:account_factor")


def _refusal(visit: Visit) -> HttpResponse | None:
    problem = password_problem(visit, visit.request.POST.get("password", ""))
    return None if problem is None else _show(visit, {"wrong_password": problem}, 422)


def _show(visit: Visit, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    row = SecondFactor.objects.filter(account=visit.account).first()
    context: dict[str, Any] = {
        "in_force": row if row is not None and row.sealed is not None else None,
        "compulsory": factor_is_compulsory(visit),
        "recovery": RecoveryCode.objects.filter(account=visit.account).count(),
        **(more or {}),
    }
    if row is not None and row.pending is not None:
        secret = Factors.of(visit.gateway).offered(visit.account)
        host = visit.request.get_host().partition(":")[0]
        uri = codes.provisioning_uri(
            secret, visit.account.user.get_username(), spoken(Text(ru="Межвед", en="Mezhved")) + f" {host}"
        )
        context |= {"picture": codes.picture(uri), "secret": codes.in_groups(codes.base32(secret))}
    return visit.render("cabinet/accounts/factor.html", context, status)
