"""Logins to the file store: kept as hashes, one for a system, by every way into the registry."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from mezhved.cli.registry import registry
from mezhved.registry.changes import Outcome
from mezhved.registry.exporting import export_registry
from mezhved.registry.importing import import_registry
from mezhved.registry.logins import check_password, file_login
from mezhved.registry.models import ChangeRecord, InformationSystem
from mezhved.site.setup import use_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database, Engine

pytestmark = pytest.mark.usefixtures("filled")


def with_login(document: str, **fields: str) -> str:
    """The small registry, its first system with a login."""
    found = re.search(r"^( *)(- )?mnemonic: TEST01\n", document, re.MULTILINE)
    assert found is not None
    indent = " " * (len(found[1]) + len(found[2] or ""))
    lines = "".join(f"{indent}{name}: {value}\n" for name, value in fields.items())
    return document[: found.end()] + lines + document[found.end() :]


def system(mnemonic: str = "TEST01") -> InformationSystem:
    return InformationSystem.objects.get(mnemonic=mnemonic)


def give(row: InformationSystem, login: str, password: str) -> None:
    row.file_login = login
    row.set_file_password(password)
    row.save()


def test_a_login_opens_by_its_password_only() -> None:
    give(system(), "test01", "пароль")
    found = file_login("test01")
    assert found is not None
    assert found.system_id == system().pk
    assert check_password("пароль", found.password_hash)
    assert not check_password("другой", found.password_hash)
    assert "пароль" not in found.password_hash
    assert file_login("TEST01") is None
    assert file_login("") is None


def test_a_disabled_system_and_one_without_a_password_have_no_login() -> None:
    row = system()
    row.file_login = "test01"
    row.save()
    assert file_login("test01") is None
    give(row, "test01", "x")
    row.enabled = False
    row.save()
    assert file_login("test01") is None


@pytest.mark.parametrize("login", ["anonymous", "Anonymous", "a b", "логин", "../etc", "a" * 30, "a/b"])
def test_what_cannot_be_a_login_is_refused(login: str) -> None:
    with pytest.raises(ValidationError):
        give(system(), login, "x")


def test_one_login_has_one_system() -> None:
    give(system(), "login", "x")
    with pytest.raises(ValidationError):
        give(system("TEST02"), "login", "x")


def test_the_history_tells_that_a_password_changed_and_not_which() -> None:
    give(system(), "login", "first")
    give(system(), "login", "second")
    record = ChangeRecord.objects.first()
    assert record is not None
    before, after = record.changes()["file_password"]
    assert before != after
    assert len(after) == 12
    assert system().file_password not in str(record.after)


def test_yaml_takes_a_password_in_words_once_and_gives_its_hash(
    document: str, fresh_database: Callable[[Engine], Database]
) -> None:
    given = with_login(document, file_login="login", file_password="secret")
    assert import_registry(given, Path()).count(Outcome.CHANGED) == 1
    assert import_registry(given, Path()).count(Outcome.CHANGED) == 0
    exported = export_registry()
    assert "secret" not in exported

    use_database(fresh_database("sqlite").url)
    import_registry(exported, Path())
    found = file_login("login")
    assert found is not None
    assert check_password("secret", found.password_hash)
    assert export_registry() == exported


def test_the_command_takes_the_password_from_a_file(filled: Database, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    environment = {"MEZHVED_DATABASE": filled.url, "MEZHVED_CONFIG": ""}
    told = CliRunner(env=environment).invoke(
        registry,
        [
            "system",
            "change",
            "TEST01",
            "--file-login",
            "login",
            "--file-password-file",
            str(tmp_path / "password"),
        ],
    )
    assert told.exit_code == 0, told.output
    found = file_login("login")
    assert found is not None
    assert check_password("secret", found.password_hash)
    shown = CliRunner(env=environment).invoke(registry, ["system", "show", "TEST01", "--json"])
    assert "secret" not in shown.output
    assert found.password_hash not in shown.output


def test_a_password_is_set_in_the_browser_and_never_shown() -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.create_superuser("p.proverkina"))
    row = system()
    address = f"/admin/registry/informationsystem/{row.pk}/change/"
    page = client.get(address).content.decode()
    values = {
        "participant": str(row.participant_id),
        "mnemonic": row.mnemonic,
        "name": row.name,
        "environment": row.environment,
        "file_login": "login",
        "new_file_password": "secret",
        "enabled": "on",
    }
    for prefix in ("certificates", "push_address"):
        if f"{prefix}-TOTAL_FORMS" in page:
            values |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    answer = client.post(address, values)
    assert answer.status_code == 302, answer.content.decode()
    found = file_login("login")
    assert found is not None
    assert check_password("secret", found.password_hash)
    assert found.password_hash not in client.get(address).content.decode()
