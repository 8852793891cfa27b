"""`mezhved gateway account ...`, and the words of the audit."""

from __future__ import annotations

import ast
import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner
from django.db import connections

import mezhved.cabinet
from mezhved.cabinet.audit_words import ACTIONS
from mezhved.cabinet.models import Account, AuditEntry, Session
from mezhved.cli.gateway import gateway as command
from mezhved.configuration import GatewaySettings
from mezhved.gateway.models import Person
from mezhved.site.setup import configure, use_database
from mezhved.texts import MezhvedError
from tests.support.cabinets import cabinet_over
from tests.support.gateway_keys import gateway_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADD = ("account", "add")


def test_accounts_are_made_locked_and_reset_by_commands(
    gateway_sqlite: Callable[[], str], tmp_path: Path
) -> None:
    database = gateway_sqlite()
    configure(GatewaySettings(database=database))
    use_database(database)
    cabinet = cabinet_over(gateway_alone(database, tmp_path))
    env = {"MEZHVED_GATEWAY_DATABASE": database, "MEZHVED_LANG": "en"}
    run = functools.partial(CliRunner().invoke, command, env=env)

    first = run([*ADD, "chief", "--name", "Пробный Пётр", "--role", "administrator"])
    assert first.exit_code == 0, first.output
    password = re.search(r"one-time password: (\S+)", first.output)
    assert password is not None
    assert cabinet.visitor().post("/sign-in/", {"name": "chief", "password": password[1]}).status_code == 302

    options = ["--name", "Пробная Ирина", "--role", "official", "--department", "north"]
    (tmp_path / "weak").write_text("short\n")
    refused = run([*ADD, "i.ivanova", *options, "--password-file", str(tmp_path / "weak")])
    assert isinstance(refused.exception, MezhvedError)
    assert "at least 12 characters" in str(refused.exception)
    (tmp_path / "password").write_text("five words of my own\n")
    made = run([*ADD, "i.ivanova", *options, "--password-file", str(tmp_path / "password")])
    assert made.output == "made i.ivanova\n", "a password to stay is not printed"
    person = cabinet.visitor()
    said = {"name": "i.ivanova", "password": "five words of my own"}
    assert person.post("/sign-in/", said).status_code == 302
    assert person.get("/").status_code == 200
    assert Person.objects.get().name == "Пробная Ирина"

    assert run(["account", "role", "i.ivanova", "head", "--department", "south"]).exit_code == 0
    assert (
        run(["account", "role", "i.ivanova", "official", "--department", "north", "--remove"]).exit_code == 0
    )
    listed = json.loads(run(["account", "list", "--json"]).output)
    assert [(each["username"], each["roles"]) for each in listed] == [
        ("chief", ["administrator"]),
        ("i.ivanova", ["head:south"]),
    ]
    assert "Пробная Ирина" in run(["account", "list"]).output
    assert Person.objects.get().department.code == "south"
    last = run(["account", "role", "chief", "administrator", "--remove"])
    assert isinstance(last.exception, MezhvedError)
    assert "last administrator" in last.exception.what.en

    assert run(["account", "lock", "i.ivanova"]).exit_code == 0
    assert person.get("/").status_code == 302
    assert cabinet.visitor().post("/sign-in/", said).status_code == 403
    assert run(["account", "unlock", "I.Ivanova"]).exit_code == 0
    assert cabinet.visitor().post("/sign-in/", said).status_code == 302
    reset = run(["account", "reset", "i.ivanova", "--factor"])
    assert "one-time password: " in reset.output
    assert not Session.objects.filter(account__user__username="i.ivanova").exists()
    for wrong in (["lock", "nobody"], ["role", "chief", "head", "--department", "nowhere"]):
        assert isinstance(run(["account", *wrong]).exception, MezhvedError)
    assert {each.account for each in AuditEntry.objects.filter(action="account_added")} == {None}
    assert all(AuditEntry.objects.filter(action="account_added").values_list("name", flat=True))
    assert Account.objects.count() == 2
    connections.close_all()


def recorded() -> Iterator[tuple[str, str]]:
    """Give the actions that the cabinet's code records, with the file of each."""
    folder = Path(mezhved.cabinet.__file__).parent
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in {"record", "keep", "_keep"}:
                continue
            for each in node.args[:2]:
                for constant in ast.walk(each):
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        yield constant.value, file.name


def test_every_action_of_the_audit_has_words() -> None:
    actions = dict(recorded())
    assert {"viewed", "signed_in", "password_reset"} <= set(actions)
    missing = [f"{action} ({file})" for action, file in actions.items() if action not in ACTIONS]
    assert not missing, "\n".join(("add words to cabinet/audit_words.py:", *missing))
