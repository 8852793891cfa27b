"""Changes of accounts: made by one piece of code for the pages and for commands, each kept in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from mezhved.cabinet import audit
from mezhved.cabinet.accounts import passwords, sessions
from mezhved.cabinet.accounts.factor import remove_factor
from mezhved.cabinet.models import Account, Assignment, Role
from mezhved.gateway.provider.letters import is_plain
from mezhved.gateway.provider.people import set_places
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.cabinet.audit import Author
    from mezhved.gateway.models import Department

WHOLE_ROLES: Final = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER})
"""Roles that are held in the whole organisation only."""
DEPARTMENT_ROLES: Final = frozenset({Role.OFFICIAL})
"""Roles that are held in departments only."""
_WORKING: Final = frozenset({Role.OFFICIAL, Role.HEAD})
"""Whoever holds them in a department is one of its people, to whom requests are given."""


class AccountRefused(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """A change of an account cannot be made."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """What an author does about accounts; `randomness` makes passwords. Refusals are `MezhvedError`."""

    author: Author
    randomness: Callable[[int], bytes]

    def add(
        self, username: str, *, name: str, position: str = "", email: str = "", password: str | None = None
    ) -> tuple[Account, str]:
        """Make an account; return it with its one-time password, empty when `password` was given to stay.

        Raises `AccountRefused` for a name that is taken or malformed, or a password that is too weak.
        """
        if User.objects.filter(username__iexact=username).exists():
            raise AccountRefused(
                Text(ru="такая учётная запись уже есть", en="there is such an account already"),
                where=username,
            )
        with transaction.atomic():
            user = User(username=username, email=email)
            account = Account(user=user, position=position)
            _name(account, name)
            said = password if password is not None else passwords.one_time_password(self.randomness)
            _check(passwords.faults_of(said, account))
            user.set_password(said)
            _validate(user)
            user.save()
            account.user = user
            if password is None:
                account.temporary_until = self.author.at + passwords.TEMPORARY
            account.save()
            audit.keep(self.author, "account_added", subject=username)
        return account, said if password is None else ""

    def describe(self, account: Account, *, name: str, position: str, email: str) -> None:
        """Write an account's name, position and mail anew; its people in departments follow."""
        with transaction.atomic():
            _name(account, name)
            account.position, account.user.email = position, email
            _validate(account.user)
            account.user.save()
            account.save(update_fields=["name", "position"])
            _keep_places(account)
            self._keep("account_described", account)

    def give(self, account: Account, role: Role, department: Department | None = None) -> Assignment:
        """Give a role; one that is held already is left as it is. Raises `AccountRefused`, `Conflict`."""
        if role in WHOLE_ROLES and department is not None:
            raise AccountRefused(
                Text(
                    ru="эта роль даётся на всю организацию", en="this role is given in the whole organisation"
                ),
                where=role.value,
            )
        if role in DEPARTMENT_ROLES and department is None:
            raise AccountRefused(
                Text(ru="для этой роли нужно подразделение", en="this role needs a department"),
                where=role.value,
            )
        with transaction.atomic():
            made, new = Assignment.objects.get_or_create(account=account, role=role, department=department)
            if new:
                _keep_places(account)
                self._keep("role_given", account, _role(made))
        return made

    def take_away(self, assignment: Assignment) -> None:
        """Take a role away; the last administrator keeps it (`AccountRefused`)."""
        account = assignment.account
        with transaction.atomic():
            told = _role(assignment)
            _lock_administrators()
            assignment.delete()
            _demand_an_administrator()
            _keep_places(account)
            self._keep("role_taken", account, told)

    def switch(self, account: Account, *, active: bool) -> None:
        """Enable or disable an account; a disabled one has no sessions and is nobody's executor."""
        with transaction.atomic():
            _lock_administrators()
            account.user.is_active = active
            account.user.save(update_fields=["is_active"])
            if not active:
                _demand_an_administrator()
                sessions.end_all(account)
            _keep_places(account)
            self._keep("account_enabled" if active else "account_disabled", account)

    def lock(self, account: Account) -> None:
        """Keep an account out until it is unlocked; its sessions end."""
        with transaction.atomic():
            account.locked_at = self.author.at
            account.save(update_fields=["locked_at"])
            sessions.end_all(account)
            self._keep("account_locked", account)

    def unlock(self, account: Account) -> None:
        """Let a locked account in again."""
        with transaction.atomic():
            account.locked_at = None
            account.save(update_fields=["locked_at"])
            self._keep("account_unlocked", account)

    def reset_password(self, account: Account) -> str:
        """Give an account a one-time password and return it; its sessions end."""
        made = passwords.one_time_password(self.randomness)
        with transaction.atomic():
            passwords.set_temporary(account, made, self.author.at)
            sessions.end_all(account)
            self._keep("password_reset", account)
        return made

    def reset_factor(self, account: Account) -> None:
        """Take an account's second factor away; its sessions end."""
        with transaction.atomic():
            remove_factor(account)
            sessions.end_all(account)
            self._keep("factor_reset", account)

    def end_sessions(self, account: Account) -> int:
        """End all sessions of an account; return how many."""
        with transaction.atomic():
            ended = sessions.end_all(account)
            self._keep("sessions_ended", account)
        return ended

    def _keep(self, action: str, account: Account, more: str = "") -> None:
        subject = account.user.get_username()
        audit.keep(self.author, action, subject=f"{subject}: {more}" if more else subject)


def _name(account: Account, name: str) -> None:
    """Name an account; the same stands in Django's table, where passwords are compared with it."""
    if not name.strip() or not all(map(is_plain, name)):
        raise AccountRefused(
            Text(ru="имя — одна строка, не пустая", en="a name is one line, not an empty one"), where="name"
        )
    account.name = account.user.last_name = name.strip()


def _validate(user: User) -> None:
    try:
        user.full_clean()
    except ValidationError as error:
        _check(list(error.messages))


def _check(faults: list[str]) -> None:
    if faults:
        told = " ".join(faults)
        raise AccountRefused(Text(ru=told, en=told))


def _role(assignment: Assignment) -> str:
    where = assignment.department.code if assignment.department is not None else "*"
    return f"{assignment.role} {where}"


def _keep_places(account: Account) -> None:
    places: dict[int, bool] = {}
    if account.user.is_active:
        for each in Assignment.objects.filter(account=account, role__in=_WORKING):
            if each.department_id is not None:
                head = each.role == Role.HEAD
                places[each.department_id] = places.get(each.department_id, False) or head
    set_places(account.user, account.name, places)


def _lock_administrators() -> None:
    """Let changes of administrators go one after the other: two must not remove each other."""
    list(Assignment.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))


def _demand_an_administrator() -> None:
    if not Assignment.objects.filter(role=Role.ADMINISTRATOR, account__user__is_active=True).exists():
        raise AccountRefused(
            Text(
                ru="это последний администратор: без него некому заводить учётные записи",
                en="this is the last administrator: nobody else could make accounts",
            ),
            cure=Text(ru="сначала дайте эту роль другому", en="give the role to somebody else first"),
        )
