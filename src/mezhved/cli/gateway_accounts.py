"""`mezhved gateway account ...`: who may open the cabinet, and as what."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.gateway_setup import FILE, ready, text_of
from mezhved.texts import MezhvedError, Text, language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mezhved.cabinet.accounts.making import Accounts
    from mezhved.cabinet.models import Account
    from mezhved.gateway.models import Department

_ROLES = ("administrator", "security_officer", "head", "official", "observer")


def _option(name: str, ru: str, en: str, **more: Any) -> Callable[[Any], Any]:
    return click.option(name, help=str(Text(ru=ru, en=en)), **more)


class _Command(click.Command):
    """A command whose texts of Django are in the reader's language."""

    def invoke(self, ctx: click.Context) -> Any:
        """Start Django over the gateway's database first."""
        from django.utils import translation  # noqa: PLC0415 - slow to import

        ready(ctx.obj)
        with translation.override(language()):
            return super().invoke(ctx)


class _Group(click.Group):
    command_class = _Command


@click.group(cls=_Group, help=str(Text(ru="Учётные записи кабинета.", en="Accounts of the cabinet.")))
def account() -> None:
    """Accounts."""


_department = _option("--department", "код подразделения; без него — вся организация", "department's code")


@account.command("add", help=str(Text(ru="Завести учётную запись.", en="Make an account.")))
@click.argument("username")
@_option("--name", "фамилия, имя, отчество", "full name", required=True)
@_option("--role", "роль", "role", type=click.Choice(_ROLES), required=True)
@_department
@_option("--position", "должность", "position", default="")
@_option("--email", "почта", "mail", default="")
@_option(
    "--password-file",
    "файл с постоянным паролем; без него печатается одноразовый",
    "file with a password to stay; without it a one-time password is printed",
    type=FILE,
)
def add(  # noqa: PLR0917 - the options of a command
    username: str,
    name: str,
    role: str,
    department: str | None,
    position: str,
    email: str,
    password_file: Path | None,
) -> None:
    """Make an account with its first role."""
    from django.db import transaction  # noqa: PLC0415 - needs a started Django

    from mezhved.cabinet.models import Role  # noqa: PLC0415

    password = text_of(password_file).rstrip("\r\n") if password_file is not None else None
    with transaction.atomic():
        made, once = _accounts().add(username, name=name, position=position, email=email, password=password)
        _accounts().give(made, Role(role), _department_of(department))
    click.echo(Text(ru=f"заведена {username}", en=f"made {username}"))
    _print_password(once)


@account.command("list", help=str(Text(ru="Перечислить учётные записи.", en="List the accounts.")))
@click.option("--json", "as_json", is_flag=True, help="JSON")
def list_accounts(*, as_json: bool) -> None:
    """Print every account with its roles, its state and whether it has a second factor."""
    rows = [_row(each) for each in _all()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        factor = "totp" if row["second_factor"] else "-"
        roles = ", ".join(row["roles"]) or "-"
        click.echo(f"{row['username']}  {row['name']}  {row['state']}  {factor}  {roles}")


@account.command("lock", help=str(Text(ru="Заблокировать; сеансы завершатся.", en="Lock; sessions end.")))
@click.argument("username")
def lock(username: str) -> None:
    """Keep an account out."""
    _accounts().lock(_found(username))
    click.echo(Text(ru=f"заблокирована {username}", en=f"locked {username}"))


@account.command("unlock", help=str(Text(ru="Разблокировать и включить.", en="Unlock and enable.")))
@click.argument("username")
def unlock(username: str) -> None:
    """Let an account in again, whoever kept it out."""
    found = _found(username)
    _accounts().unlock(found)
    if not found.user.is_active:
        _accounts().switch(found, active=True)
    click.echo(Text(ru=f"разблокирована {username}", en=f"unlocked {username}"))


@account.command("role", help=str(Text(ru="Дать роль или снять.", en="Give a role or take it away.")))
@click.argument("username")
@click.argument("role", type=click.Choice(_ROLES))
@_department
@_option("--remove", "снять", "take away", is_flag=True)
def role(username: str, role: str, department: str | None, *, remove: bool) -> None:
    """Give an account a role in a department or in the whole organisation."""
    from mezhved.cabinet.models import Assignment, Role  # noqa: PLC0415 - needs a started Django

    found, where = _found(username), _department_of(department)
    if not remove:
        _accounts().give(found, Role(role), where)
    else:
        held = (
            Assignment.objects.select_related("account__user", "department")
            .filter(account=found, role=role, department=where)
            .first()
        )
        if held is None:
            raise MezhvedError(Text(ru="такой роли у неё нет", en="it does not have that role"), where=role)
        _accounts().take_away(held)
    click.echo(f"{username}  {', '.join(_row(found)['roles']) or '-'}")


@account.command("reset", help=str(Text(ru="Выдать одноразовый пароль.", en="Issue a one-time password.")))
@click.argument("username")
@_option("--factor", "сбросить и второй фактор", "reset the second factor too", is_flag=True)
def reset(username: str, *, factor: bool) -> None:
    """Print a new one-time password; the account's sessions end."""
    found = _found(username)
    if factor:
        _accounts().reset_factor(found)
    _print_password(_accounts().reset_password(found))


@account.command(
    "audit",
    help=str(
        Text(
            ru="Проверить цепочку журнала действий: записи не изменены и не удалены. Код 1 — нарушена.",
            en="Check the chain of the audit: no entry was changed or deleted. Code 1: it is broken.",
        )
    ),
)
@_option(
    "--known",
    "место, записанное раньше (МЕСТО:ЗВЕНО, из этой команды или события audit_chain)",
    "a place noted earlier (PLACE:LINK, of this command or the event audit_chain)",
    metavar="PLACE:LINK",
)
def check_audit(known: str | None) -> None:
    """Compute the chain anew."""
    from mezhved.cabinet.accounts.chain import Place, verify  # noqa: PLC0415 - needs a started Django
    from mezhved.gost import load_provider  # noqa: PLC0415

    noted = None
    if known is not None:
        position, _, link = known.partition(":")
        try:
            noted = Place(int(position), bytes.fromhex(link))
        except ValueError as error:
            raise click.BadParameter(known, param_hint="--known") from error
    found = verify(load_provider(), noted)
    if found.problem is not None:
        raise MezhvedError(
            found.problem,
            where=str(Text(ru="журнал действий", en="the audit")),
            cure=Text(
                ru="сравните базу с её резервными копиями: до этого места журнал цел",
                en="compare the database with its backups: up to this place the audit is whole",
            ),
        )
    click.echo(
        Text(
            ru=f"цепочка цела: {found.last.written}, ещё без звена записей: {found.unlinked}",
            en=f"the chain holds: {found.last.written}, entries without a link yet: {found.unlinked}",
        )
    )


def _print_password(password: str) -> None:
    if password:
        click.echo(
            Text(
                ru=f"одноразовый пароль: {password} (три дня)",
                en=f"one-time password: {password} (three days)",
            )
        )


def _accounts() -> Accounts:
    from mezhved.cabinet.accounts.making import Accounts  # noqa: PLC0415 - needs a started Django
    from mezhved.cabinet.audit import Author  # noqa: PLC0415
    from mezhved.registry.acting import system_user  # noqa: PLC0415

    return Accounts(Author(datetime.now(UTC), system_user()), os.urandom)


def _all() -> list[Account]:
    from mezhved.cabinet.models import Account  # noqa: PLC0415 - needs a started Django

    return list(Account.objects.select_related("user", "second_factor").order_by("user__username"))


def _found(username: str) -> Account:
    from mezhved.cabinet.accounts.entering import account_called  # noqa: PLC0415 - needs a started Django

    found = account_called(username)
    if found is None:
        raise MezhvedError(Text(ru="нет такой учётной записи", en="there is no such account"), where=username)
    return found


def _department_of(code: str | None) -> Department | None:
    from mezhved.gateway.models import Department  # noqa: PLC0415 - needs a started Django

    if code is None:
        return None
    found = Department.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise MezhvedError(Text(ru="нет такого подразделения", en="there is no such department"), where=code)
    return found


def _row(each: Account) -> dict[str, Any]:
    from mezhved.cabinet.accounts.factor import has_factor  # noqa: PLC0415 - needs a started Django
    from mezhved.cabinet.accounts.words import state_of  # noqa: PLC0415
    from mezhved.cabinet.models import Assignment  # noqa: PLC0415

    held = Assignment.objects.filter(account=each).order_by("pk").values_list("role", "department__code")
    return {
        "username": each.user.get_username(),
        "name": each.name,
        "state": str(state_of(each)[1]),
        "second_factor": has_factor(each),
        "roles": [f"{role}:{code}" if code else role for role, code in held],
    }
