"""`mezhved registry ...` from the first participant to the exported file."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from django.contrib.auth.models import User

from mezhved.cli.registry import registry
from mezhved.registry import load_snapshot
from mezhved.registry.acting import system_user
from mezhved.registry.models import ChangeRecord, SchemaFile
from mezhved.texts import MezhvedError
from tests.support.registry import PART, PLAIN, SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.databases import Database
    from tests.support.pki import Pki

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Command:
    """The command on one database."""

    def __init__(self, address: str) -> None:
        self._environment = {"MEZHVED_DATABASE": address, "MEZHVED_CONFIG": ""}

    def run(self, *arguments: str) -> Result:
        return CliRunner(env=self._environment).invoke(registry, arguments)

    def ok(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
        return result.stdout

    def refused(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert isinstance(result.exception, MezhvedError), (arguments, result.output, result.exception)
        return str(result.exception)

    def read(self, *arguments: str) -> Any:
        return json.loads(self.ok(*arguments, "--json"))


@pytest.fixture
def command(database: Database) -> Command:
    """The command on an empty registry."""
    return Command(database.url)


@pytest.fixture
def on_filled(filled: Database) -> Command:
    """The command on the small registry."""
    return Command(filled.url)


def test_a_registry_is_made_by_commands_alone(command: Command, pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text(pki.consumer.certificate.pem)
    (tmp_path / "chain.pem").write_text(pki.root.certificate.pem)
    (tmp_path / "ca.crl").write_bytes(pki.ca.crl(pki.official.certificate).der)
    (tmp_path / "xsd/part").mkdir(parents=True)
    (tmp_path / "xsd/main.xsd").write_text(SCHEMA)
    (tmp_path / "xsd/part/types.xsd").write_text(PART)

    for line in (
        "participant add 1027700000041 --name Орган --kind municipal --inn 7700000048",
        "system add TEST01 --participant 1027700000041 --name ИС",
        f"certificate add TEST01 {tmp_path}/c.pem --from 2026-01-01",
        "type add VS1 --owner 1027700000041 --name Вид --from 2026-01-01 --to 2026-12-31",
        f"version add VS1 1.10 --namespace {PLAIN} --request-root PlainRequest",
        f"version change VS1/1.10 --response-root PlainResponse --schemas {tmp_path}/xsd",
        "provider add VS1 TEST01",
        "access add VS1 TEST01 --from 2026-01-01",
        f"authority add {tmp_path}/chain.pem --root",
        f"crl add {tmp_path}/ca.crl",
    ):
        command.ok(*line.split())

    snapshot = load_snapshot()
    (system,) = snapshot.systems
    (information_type,) = snapshot.types
    assert snapshot.system_of(pki.consumer.certificate.thumbprint, pki.now) == system
    assert snapshot.may_send(system.id, information_type.id, pki.now)
    assert snapshot.type_of(PLAIN, "PlainRequest", pki.now)
    assert snapshot.trust.roots == (pki.root.certificate,)
    assert len(snapshot.trust.crls) == 1
    assert SchemaFile.objects.count() == 2
    assert {(each.actor, each.via) for each in ChangeRecord.objects.all()} == {(system_user(), "cli")}


TABLES = {
    "participant": "1027700000041",
    "system": "TEST01",
    "type": "VS09801",
    "version": "VS09801/1.0.0",
    "provider": "VS09802/TEST03/46000000",
    "access": "VS09801/TEST01/2026-01-01",
}


@pytest.mark.parametrize(("table", "key"), TABLES.items())
def test_every_table_is_listed_and_shown(on_filled: Command, table: str, key: str) -> None:
    assert key.split("/", maxsplit=1)[0] in on_filled.ok(table, "list")
    assert key in [row["key"] for row in on_filled.read(table, "list")]
    assert on_filled.read(table, "show", key)["key"] == key
    assert key in on_filled.ok(table, "show", key)
    assert "нет записи" in on_filled.refused(table, "show", "NONE")


def test_certificates_are_named_by_the_beginning_of_their_thumbprint(on_filled: Command, pki: Pki) -> None:
    thumbprint = pki.consumer.certificate.thumbprint.hex()

    assert on_filled.read("certificate", "show", thumbprint[:8].upper())["system"] == "TEST01"
    on_filled.refused("certificate", "show", thumbprint[:7])
    on_filled.ok("certificate", "disable", thumbprint[:12])
    assert load_snapshot().system_of(pki.consumer.certificate.thumbprint, pki.now) is None


@pytest.mark.parametrize(("table", "key"), [each for each in TABLES.items() if each[0] != "access"])
def test_rows_are_disabled_and_enabled(on_filled: Command, table: str, key: str) -> None:
    on_filled.ok(table, "disable", key)
    assert on_filled.read(table, "show", key)["enabled"] is False
    on_filled.ok(table, "enable", key)
    assert "без изменений" in on_filled.ok(table, "enable", key)
    assert on_filled.read(table, "show", key)["enabled"] is True


def test_rows_are_changed_field_by_field(on_filled: Command) -> None:
    on_filled.ok("participant", "change", "1027700000041", "--kpp", "770001001")
    on_filled.ok("system", "change", "TEST01", "--environment", "production")
    on_filled.ok("type", "change", "VS09802", "--xpath", "string(p:A)", "--namespace", "p=urn:p")
    on_filled.ok("version", "change", "VS09802/1.0.0", "--to", "2030-01-01")
    on_filled.ok("access", "change", "VS09801/TEST01/2026-01-01", "--to", "-")

    assert on_filled.read("participant", "show", "1027700000041")["kpp"] == "770001001"
    assert on_filled.read("system", "show", "TEST01")["environment"] == "production"
    assert on_filled.read("type", "show", "VS09802")["xpath_namespaces"] == {"p": "urn:p"}
    assert on_filled.read("version", "show", "VS09802/1.0.0")["valid_to"] == "2030-01-01"
    assert on_filled.read("access", "show", "VS09801/TEST01/2026-01-01")["valid_to"] is None


def test_what_is_used_is_not_removed_and_the_users_are_named(on_filled: Command) -> None:
    assert "TEST01" in on_filled.refused("participant", "remove", "1027700000041")
    on_filled.ok("access", "remove", "VS09801/TEST01/2026-01-01")
    assert "TEST01" not in on_filled.ok("access", "list").split("VS09802")[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("participant add 1027700000042 --name А --kind bank --inn 7700000048", "ОГРН"),
        ("participant add 1027700000041 --name А --kind bank --inn 7700000048", "1027700000041"),
        ("system add ПЛОХО --participant 1027700000041 --name А", "mnemonic"),
        ("system add TEST09 --participant 1027700000000 --name А", "1027700000000"),
        ("type add VS1 --owner 1027700000041 --name А --routing xpath", "xpath"),
        ("provider add VS09802 TEST01", "routing_code"),
        ("access add VS09801 TEST01 --from 2026-01-01", "VS09801/TEST01"),
        ("access add VS09801 TEST01 --from 2027-01-01 --to 2026-01-01", "valid_to"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(on_filled: Command, line: str, told: str) -> None:
    assert told in on_filled.refused(*line.split())


@pytest.mark.parametrize(
    "line",
    [
        "system add TEST09",
        "access add VS09801 TEST01 --from 01.01.2026",
        "type add VS1 --name А",
        "import /no",
    ],
)
def test_wrong_usage_ends_with_2(on_filled: Command, line: str) -> None:
    assert on_filled.run(*line.split()).exit_code == 2


def test_an_export_is_imported_elsewhere(on_filled: Command, tmp_path: Path) -> None:
    exported = on_filled.ok("export")
    beside = tmp_path / "registry.yaml"
    on_filled.ok("export", str(beside), "--schema-files")

    empty = tmp_path / "empty.yaml"
    empty.write_text("format: mezhved-registry/1\n")
    on_filled.ok("import", str(empty), "--prune")
    assert on_filled.ok("export") == empty.read_text()
    assert "создано 27" in on_filled.ok("import", str(beside), "--dry-run")
    assert len(on_filled.read("import", str(beside))["created"]) == 27
    assert on_filled.ok("export") == exported


def test_the_history_tells_who_changed_what(on_filled: Command) -> None:
    on_filled.ok("system", "change", "TEST01", "--name", "Новое имя")

    text = on_filled.ok("history", "--limit", "1")
    record = on_filled.read("history", "--table", "informationsystem", "--key", "TEST01", "--limit", "1")

    assert "-> Новое имя" in text
    assert (record["actor"], record["via"], record["action"]) == (system_user(), "cli", "changed")
    assert record["after"]["name"] == "Новое имя"


def test_an_account_of_the_pages_is_made_and_closed(command: Command, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("Пробный-пароль-1\n")
    bad.write_text("12345\n")

    command.refused("account", "add", "admin", "--password-file", str(bad))
    command.ok("account", "add", "admin", "--password-file", str(good))
    command.refused("account", "add", "admin", "--password-file", str(good))
    command.ok("account", "add", "reader", "--read-only", "--password-file", str(good))
    command.ok("account", "disable", "admin")
    listed = command.ok("account", "list")

    assert "- admin  admin" in listed
    assert "+ reader  read-only" in listed
    reader = User.objects.get(username="reader")
    assert reader.check_password("Пробный-пароль-1")
    assert reader.has_perm("registry.view_participant")
    assert not reader.has_perm("registry.change_participant")


def test_help_needs_no_database(database: Database) -> None:
    result = CliRunner(env={"MEZHVED_DATABASE": "/nonexistent/x"}).invoke(
        registry, ["system", "add", "--help"]
    )

    assert result.exit_code == 0


def test_an_unmigrated_database_is_told_with_the_cure(database: Database, tmp_path: Path) -> None:
    told = Command(str(tmp_path / "new.sqlite3")).refused("participant", "list")

    assert "mezhved bus migrate" in told
    assert "mezhved bus migrate" in Command("/nonexistent/x.sqlite3").refused("participant", "list")


def test_the_author_is_the_user_of_the_operating_system(database: Database) -> None:
    assert system_user()
    assert os.environ.get("SUDO_USER", "") in system_user()
