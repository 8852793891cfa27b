"""`mezhved registry account ...`: who may open the administration pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.registry_options import FILE, RegistryGroup, option, options
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from pathlib import Path

account = RegistryGroup(
    "account", help=str(Text(ru="Учётные записи страниц /admin/.", en="Accounts of the pages at /admin/."))
)
secret = options(
    option(
        "--password-file", "файл с паролем (иначе спросим)", "file with the password (else asked)", type=FILE
    )
)


@account.command("list", help=str(Text(ru="Перечислить учётные записи.", en="List the accounts.")))
def list_accounts() -> None:
    """Print names, roles and the last sign-in."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - needs a started Django

    for user in User.objects.order_by("username"):
        role = "admin" if user.is_superuser else "read-only"
        state = "+" if user.is_active else "-"
        seen = user.last_login.isoformat(timespec="seconds") if user.last_login else "-"
        click.echo(f"{state} {user.username}  {role}  {seen}")


@account.command("add", help=str(Text(ru="Завести учётную запись.", en="Make an account.")))
@click.argument("name")
@option("--read-only", "только смотреть", "may look only", is_flag=True)
@secret
def add_account(name: str, *, read_only: bool, password_file: Path | None) -> None:
    """Make an account that may change everything, or one that may only look."""
    from django.contrib.auth.models import Permission, User  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    if User.objects.filter(username=name).exists():
        raise MezhvedError(
            Text(ru="такая учётная запись есть", en="there is such an account"),
            where=name,
            cure=Text(ru="пароль меняет account password", en="account password changes its password"),
        )
    with transaction.atomic():
        user = User(username=name, is_staff=True, is_superuser=not read_only)
        _set_password(user, password_file)
        if read_only:
            allowed = Permission.objects.filter(
                content_type__app_label="registry", codename__startswith="view_"
            )
            user.user_permissions.set(allowed)
    click.echo(Text(ru=f"заведена {name}", en=f"made {name}"))


@account.command("password", help=str(Text(ru="Сменить пароль.", en="Change the password.")))
@click.argument("name")
@secret
def change_password(name: str, *, password_file: Path | None) -> None:
    """Give an account a new password; its sessions end."""
    _set_password(_found(name), password_file)
    click.echo(Text(ru=f"пароль {name} сменён", en=f"password of {name} changed"))


@account.command("enable", help=str(Text(ru="Включить учётную запись.", en="Enable an account.")))
@click.argument("name")
def enable_account(name: str) -> None:
    """Let the account sign in."""
    _switch(name, active=True)


@account.command("disable", help=str(Text(ru="Выключить учётную запись.", en="Disable an account.")))
@click.argument("name")
def disable_account(name: str) -> None:
    """Let the account sign in no more; its sessions end."""
    _switch(name, active=False)


def _switch(name: str, *, active: bool) -> None:
    user = _found(name)
    user.is_active = active
    user.save()
    click.echo(f"{'+' if active else '-'} {name}")


def _found(name: str) -> Any:
    from django.contrib.auth.models import User  # noqa: PLC0415

    user = User.objects.filter(username=name).first()
    if user is None:
        raise MezhvedError(Text(ru="нет такой учётной записи", en="there is no such account"), where=name)
    return user


def _set_password(user: Any, file: Path | None) -> None:
    """Check a password by Django's rules and save the account. Raises `MezhvedError`."""
    from django.contrib.auth.password_validation import validate_password  # noqa: PLC0415
    from django.core.exceptions import ValidationError  # noqa: PLC0415

    if file is None:
        prompt = str(Text(ru="Пароль", en="Password"))
        password = click.prompt(prompt, hide_input=True, confirmation_prompt=True)
    else:
        password = file.read_text(encoding="utf-8").rstrip("\r\n")
    try:
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
    except ValidationError as error:
        told = " ".join(error.messages)
        raise MezhvedError(Text(ru=told, en=told), where=user.username) from error
    user.save()
