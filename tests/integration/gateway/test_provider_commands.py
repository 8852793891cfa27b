"""The commands of departments, rules, terms and the calendar do what they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mezhved.cli.main import cli
from mezhved.gateway.models import CalendarDay, Department, Person, Rule, Term
from mezhved.gateway.setup import import_setup
from mezhved.texts import MezhvedError
from tests.support.gateways import NUMBER, present_pki, setup_document, write_keys
from tests.support.registry import CONSUMER, PROVIDER

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)


@pytest.fixture
def folder(gateway_database: str, tmp_path: Path) -> Path:
    write_keys(tmp_path, present_pki())
    import_setup(setup_document("http://127.0.0.1:1"), tmp_path)
    return tmp_path


def run(database: str, *arguments: str, fails: bool = False) -> Result:
    environment = {"MEZHVED_GATEWAY_DATABASE": database, "MEZHVED_LANG": "en"}
    result = CliRunner().invoke(cli, ["gateway", *arguments], env=environment)
    assert (result.exit_code != 0) is fails, result.output
    return result


def test_departments(gateway_database: str, folder: Path) -> None:
    database = gateway_database
    run(database, "departments", "set", "head", "--name", "Управление", "--email", "h@test.example")
    run(
        database,
        *("departments", "set", "acts", "--name", "Отдел", "--parent", "head", "--system", PROVIDER),
        "--default",
    )
    assert "unchanged 0" in run(database, "departments", "set", "head", "--name", "Управа").output
    assert Department.objects.get(is_default=True).parent == Department.objects.get(code="head")
    run(database, "departments", "person", "acts", "Пробный П. П.", "--email", "p@test.example", "--head")
    (head, acts) = json.loads(run(database, "departments", "list", "--json").output)
    assert (head["code"], acts["people"][0]["is_head"], acts["systems"]) == ("head", True, [PROVIDER])
    run(database, "departments", "person", "acts", "Пробный П. П.", "--remove")
    assert not Person.objects.exists()
    run(database, "departments", "remove", "head", fails=True)
    run(database, "departments", "remove", "acts")
    run(database, "departments", "remove", "acts", fails=True)
    run(database, "departments", "set", "bad code", "--name", "x", fails=True)


def test_rules_are_tried_without_keeping_anything(gateway_database: str, folder: Path) -> None:
    database, file = gateway_database, folder / "request.xml"
    file.write_bytes(NUMBER)
    import_setup(
        """
departments: [{code: rest, name: Канцелярия}]
rules:
  - {code: others, senders: [TEST77]}
  - {code: it, type: VS09801, xpath: //t:Number, values: ['12*'], department: rest, term: 1wd}
""",
        folder,
    )
    moment = "2026-11-23T10:00:00+03:00"
    said = ("rules", "try", str(file), "--system", PROVIDER, "--sender", CONSUMER, "--at", moment)
    told = json.loads(run(database, *said, "--json").output)
    assert (told["rule"], told["department"], told["type"], told["term"]) == ("it", "rest", "VS09801", "1wd")
    assert told["due_at"] == "2026-11-24T20:59:59+00:00"
    lines = run(database, *said).output
    assert "- others: sender TEST01" in lines
    assert "+ it: type VS09801; //t:Number = 12*" in lines
    run(database, "rules", "try", str(file), "--system", "NOBODY", fails=True)
    assert "others" in run(database, "rules", "list").output
    run(database, "rules", "remove", "it")
    assert [each.code for each in Rule.objects.all()] == ["others"]


def test_terms(gateway_database: str, folder: Path) -> None:
    database = gateway_database
    run(database, "terms", "set", "3 working days")
    run(database, "terms", "set", "48h", "--type", "VS09801", "--remind", "4h", "--escalate", "0h")
    assert [each["term"] for each in json.loads(run(database, "terms", "list", "--json").output)] == [
        "3wd",
        "48h",
    ]
    run(database, "terms", "set", "two weeks", fails=True)
    run(database, "terms", "remove", "--type", "VS09801")
    assert Term.objects.get().term == "3wd"
    counted = run(database, "terms", "count", "5wd", "--from", "2026-12-29T10:00:00+03:00").output
    assert counted == "2027-01-14T23:59:59+03:00\n"
    run(database, "terms", "count", "5wd", "--from", "2026-12-29", fails=True)


def test_the_calendar(gateway_database: str, folder: Path) -> None:
    database = gateway_database
    shown = run(database, "calendar", "show", "2026").output
    assert "2026-05: 1- 2- 3- 4 5 6 7 8* 9- 10- 11-" in shown
    assert "working days 247, of them shortened 4" in shown
    run(database, "calendar", "set", "2026-05-08", "off", "--note", "День города")
    assert json.loads(run(database, "calendar", "show", "2026", "--json").output)["2026-05-08"] == "off"
    run(database, "calendar", "unset", "2026-05-08")
    run(database, "calendar", "unset", "2026-05-08", fails=True)
    (folder / "days.yaml").write_text("calendar: [{day: 2028-01-10, kind: 'off'}]")
    run(database, "calendar", "import", str(folder / "days.yaml"))
    assert CalendarDay.objects.get().day.isoformat() == "2028-01-10"
    assert "not known which days off were moved" in run(database, "calendar", "show", "2028").output


def test_the_set_up_is_written_out_and_brought_in(gateway_database: str, folder: Path) -> None:
    database = gateway_database
    run(database, "export", str(folder / "out.yaml"), "--files", "--secrets")
    assert (folder / "out.yaml").stat().st_mode & 0o077 == 0
    assert (folder / "packages/VS09801.zip").is_file()
    told = run(database, "import", str(folder / "out.yaml"), "--prune", "--dry-run", "--json").output
    assert json.loads(told)["changed"] == []
    assert run(database, "export").output.startswith("format: mezhved-gateway/1\n")
    refusal = run(database, "export", str(folder / "out.yaml" / "inside.yaml"), fails=True).exception
    assert isinstance(refusal, MezhvedError)
    assert refusal.cure is not None
