"""Accounts as administrators see them: who there is, what they may do, first and forgotten passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.accounts.asked import Added, Described, Placed
from mezhved.cabinet.accounts.factor import has_factor
from mezhved.cabinet.accounts.making import AccountRefused, Accounts
from mezhved.cabinet.accounts.words import ROLE_HINTS, ROLES, state_of
from mezhved.cabinet.audit import Author
from mezhved.cabinet.models import Account, Assignment, Role
from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import Department
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse, QueryDict

_ON_A_PAGE = 50


def accounts_by(visit: Visit) -> Accounts:
    """Return what the visit may do about accounts, in its own name."""
    return Accounts(Author.of(visit), visit.gateway.randomness)


def found_accounts(visit: Visit) -> QuerySet[Account]:
    """Return the accounts that the words `find` of the address look for, by name."""
    rows = Account.objects.select_related("user", "second_factor")
    for word in visit.request.GET.get("find", "").replace("\0", " ").split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(user__username__icontains=word))
    return rows.order_by("name", "pk")


def listed(visit: Visit) -> dict[str, Any]:
    """Return one page of the accounts with their roles and states, for a template."""
    shown = Paginator(found_accounts(visit), _ON_A_PAGE).get_page(visit.request.GET.get("page"))
    roles: dict[int, list[Assignment]] = {}
    for held in (
        Assignment.objects.filter(account__in=list(shown)).select_related("department").order_by("pk")
    ):
        roles.setdefault(held.account_id, []).append(held)
    rows = [
        {
            "account": each,
            "roles": [(ROLES[held.role], held.department) for held in roles.get(each.pk, [])],
            "state": state_of(each),
            "factor": has_factor(each),
        }
        for each in shown
    ]
    return {"rows": rows, "shown": shown, "find": visit.request.GET.get("find", "")}


def account_at(number: int) -> Account:
    """Return an account by its number; raise `Http404`."""
    found = Account.objects.select_related("user", "second_factor").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def refuse(visit: Visit, error: MezhvedError) -> None:
    """Tell on the next page why something was not done."""
    told = spoken(error.what) + (f": {spoken(error.cure)}" if error.cure is not None else "")
    messages.error(visit.request, told)


@page(Permission.ACCOUNTS, methods=("GET",))
def account_list(visit: Visit) -> HttpResponse:
    """List the accounts, found by name."""
    return visit.render("cabinet/accounts/list.html", listed(visit))


@page(Permission.ACCOUNTS)
def account_add(visit: Visit) -> HttpResponse:
    """Make an account with its first role; its one-time password is shown this once."""
    form = Added(_posted(visit), departments=_departments())
    if visit.request.method != "POST" or not form.is_valid():
        return _adding(visit, form)
    said, by = form.cleaned_data, accounts_by(visit)
    try:
        with transaction.atomic():
            account, password = by.add(
                said["username"], name=said["name"], position=said["position"], email=said["email"]
            )
            by.give(account, Role(said["role"]), said["department"])
    except MezhvedError as error:
        form.add_error(None, spoken(error.what))
        return _adding(visit, form)
    return _tell_password(visit, account, password)


@page(Permission.ACCOUNTS)
def account_card(visit: Visit, number: int) -> HttpResponse:
    """Show an account and change who it is."""
    account = account_at(number)
    initial = {"name": account.name, "position": account.position, "email": account.user.email}
    form = Described(_posted(visit), initial=initial)
    if visit.request.method == "POST" and form.is_valid():
        try:
            accounts_by(visit).describe(account, **form.cleaned_data)
        except MezhvedError as error:
            form.add_error(None, spoken(error.what))
            account = account_at(number)
        else:
            messages.success(visit.request, spoken(Text(ru="Записано.", en="Saved.")))
            return redirect("cabinet:account_card", number)
    context = {
        "account": account,
        "form": form,
        "placing": Placed(departments=_departments()),
        "assignments": [
            (each, ROLES[each.role])
            for each in Assignment.objects.filter(account=account).select_related("department").order_by("pk")
        ],
        "hints": [(ROLES[each], ROLE_HINTS[each]) for each in reversed(Role)],
        "state": state_of(account),
        "factor": has_factor(account),
        "own": account.pk == visit.account.pk,
    }
    return visit.render("cabinet/accounts/card.html", context, 422 if form.errors else 200)


@page(Permission.ACCOUNTS, methods=("POST",))
def account_role_add(visit: Visit, number: int) -> HttpResponse:
    """Give an account a role."""
    account = account_at(number)
    form = Placed(visit.request.POST, departments=_departments())
    if form.is_valid():
        said = form.cleaned_data
        try:
            accounts_by(visit).give(account, Role(said["role"]), said["department"])
        except MezhvedError as error:
            refuse(visit, error)
    else:
        refuse(visit, AccountRefused(Text(ru="такой роли нет", en="there is no such role")))
    return redirect("cabinet:account_card", number)


@page(Permission.ACCOUNTS, methods=("POST",))
def account_role_remove(visit: Visit, number: int, assignment: int) -> HttpResponse:
    """Take a role from an account; nobody takes the administrator's role from themselves."""
    rows = Assignment.objects.select_related("account__user", "department")
    found = rows.filter(pk=assignment, account=number).first()
    if found is None:
        raise Http404
    if found.account_id == visit.account.pk and found.role == Role.ADMINISTRATOR:
        refuse(visit, _yourself())
    else:
        try:
            accounts_by(visit).take_away(found)
        except MezhvedError as error:
            refuse(visit, error)
    return redirect("cabinet:account_card", number)


@page(Permission.ACCOUNTS, methods=("POST",))
def account_switch(visit: Visit, number: int) -> HttpResponse:
    """Enable or disable an account, never one's own."""
    account = account_at(number)
    if account.pk == visit.account.pk:
        refuse(visit, _yourself())
    else:
        try:
            accounts_by(visit).switch(account, active=visit.request.POST.get("active") == "yes")
        except MezhvedError as error:
            refuse(visit, error)
    return redirect("cabinet:account_card", number)


@page(Permission.ACCOUNTS, methods=("POST",))
def account_password_reset(visit: Visit, number: int) -> HttpResponse:
    """Give an account a one-time password, shown this once."""
    account = account_at(number)
    if account.pk == visit.account.pk:
        refuse(visit, _yourself())
        return redirect("cabinet:account_card", number)
    return _tell_password(visit, account, accounts_by(visit).reset_password(account))


@page(Permission.ACCOUNTS, methods=("POST",))
def account_factor_reset(visit: Visit, number: int) -> HttpResponse:
    """Take an account's second factor away: the telephone is lost."""
    account = account_at(number)
    if account.pk == visit.account.pk:
        refuse(visit, _yourself())
    else:
        accounts_by(visit).reset_factor(account)
        told = Text(
            ru="Второй фактор сброшен: человек настроит его заново.",
            en="The second factor is reset: the person sets it up anew.",
        )
        messages.success(visit.request, spoken(told))
    return redirect("cabinet:account_card", number)


def _posted(visit: Visit) -> QueryDict | None:
    """Return what was posted, be it nothing; None: the form is looked at for the first time."""
    return visit.request.POST if visit.request.method == "POST" else None


def _departments() -> QuerySet[Department]:
    return Department.objects.filter(is_active=True).order_by("name")


def _adding(visit: Visit, form: Added) -> HttpResponse:
    hints = [(ROLES[each], ROLE_HINTS[each]) for each in reversed(Role)]
    return visit.render(
        "cabinet/accounts/add.html", {"form": form, "hints": hints}, 422 if form.errors else 200
    )


def _tell_password(visit: Visit, account: Account, password: str) -> HttpResponse:
    return visit.render("cabinet/accounts/one_time.html", {"account": account, "password": password})


def _yourself() -> AccountRefused:
    return AccountRefused(
        Text(
            ru="с собственной учётной записью этого не сделать",
            en="this cannot be done to one's own account",
        ),
        cure=Text(ru="попросите другого администратора", en="ask another administrator"),
    )
