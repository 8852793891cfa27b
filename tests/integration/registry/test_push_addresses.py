"""Where systems want to be told of messages: by command, by YAML, in the browser, in the history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from mezhved.cli.registry import registry
from mezhved.registry import load_snapshot
from mezhved.registry.errors import BadDocument, RegistryError
from mezhved.registry.exporting import export_registry
from mezhved.registry.importing import import_registry
from mezhved.registry.models import ChangeRecord, InformationSystem, PushAddress
from mezhved.registry.models.push import check_push_address

if TYPE_CHECKING:
    from tests.support.databases import Database

ADDRESS = "https://system.example:8443/push?system=1"


def given(mnemonic: str = "TEST02", address: str = ADDRESS) -> PushAddress:
    row = PushAddress(system=InformationSystem.objects.get(mnemonic=mnemonic), address=address)
    row.save()
    return row


def known() -> dict[str, str]:
    """The addresses in force, as the bus sees them."""
    snapshot = load_snapshot()
    names = {each.id: each.mnemonic for each in snapshot.systems}
    return {names[system]: address for system, address in snapshot.push_addresses.items()}


@pytest.mark.usefixtures("filled")
def test_an_address_counts_while_it_and_its_system_are_enabled() -> None:
    assert known() == {}
    row = given()
    assert known() == {"TEST02": ADDRESS}
    PushAddress.objects.update(enabled=False)
    assert known() == {}
    PushAddress.objects.update(enabled=True)
    row.system.enabled = False
    row.system.save()
    assert known() == {}


@pytest.mark.usefixtures("filled")
def test_a_system_has_one_address() -> None:
    given()
    with pytest.raises(ValidationError):
        given(address="http://other.example/")


@pytest.mark.parametrize(
    "address",
    [
        "http://system.example",
        "http://10.1.2.3:8080/push",
        "http://[fd00::1]:8080/push",
        "https://xn--80ak6aa92e.example/a%20b?c=d&e=%D1%84",
    ],
)
def test_a_plain_address_is_taken(address: str) -> None:
    check_push_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "system.example/push",
        "ftp://system.example/",
        "file:///etc/passwd",
        "http:///push",
        "http://user:secret@system.example/",
        "http://system.example/#part",
        "http://system.example:0/",
        "http://system.example:99999/",
        "http://system.example:x/",
        "http://[::1/",
        "http://система.example/",
        "http://system.example/a b",
        "http://system.example/\r\nHost: other",
        "http://system.example\\@other.example/",
        "javascript:alert(1)",
    ],
)
def test_everything_else_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        check_push_address(address)


@pytest.mark.usefixtures("filled")
def test_the_history_tells_who_gave_which_address() -> None:
    row = given()
    row.address = "http://other.example/"
    row.save()
    row.delete()
    found = [
        (each.action, each.key, dict(each.changes()).get("address"))
        for each in ChangeRecord.objects.filter(model="pushaddress").order_by("id")
    ]
    assert found == [
        ("created", "TEST02", (None, ADDRESS)),
        ("changed", "TEST02", (ADDRESS, "http://other.example/")),
        ("removed", "TEST02", ("http://other.example/", None)),
    ]


def test_an_export_brings_addresses_elsewhere(filled: Database) -> None:
    given()
    given("TEST03", "http://bank.example/")
    PushAddress.objects.filter(system__mnemonic="TEST03").update(enabled=False)
    exported = export_registry()
    PushAddress.objects.all().delete()
    import_registry(exported, Path())
    assert export_registry() == exported
    assert known() == {"TEST02": ADDRESS}
    assert PushAddress.objects.count() == 2
    without = exported.replace(f"    push:\n      address: {ADDRESS}\n", "")
    assert without != exported
    import_registry(without, Path())
    assert PushAddress.objects.count() == 2
    import_registry(without, Path(), prune=True)
    assert [each.key for each in PushAddress.objects.all()] == ["TEST03"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("push: http://a.example/", BadDocument),
        ("push: {address: http://a.example/, port: 1}", BadDocument),
        ("push: {enabled: true}", BadDocument),
        ("push: {address: nowhere}", RegistryError),
    ],
)
def test_a_wrong_address_in_a_file_is_told_with_its_place(
    filled: Database, written: str, error: type[RegistryError]
) -> None:
    document = export_registry().replace("  - mnemonic: TEST02\n", f"  - mnemonic: TEST02\n    {written}\n")
    with pytest.raises(error, match=r"systems\[0\]"):
        import_registry(document, Path())
    assert PushAddress.objects.count() == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_addresses_are_kept_by_commands(filled: Database) -> None:
    environment = {"MEZHVED_DATABASE": filled.url, "MEZHVED_CONFIG": "", "MEZHVED_LANG": "en"}

    def run(*arguments: str) -> Any:
        return CliRunner(env=environment).invoke(registry, arguments)

    assert run("push", "add", "TEST02", ADDRESS).stdout == "created: pushaddress TEST02\n"
    assert json.loads(run("push", "show", "TEST02", "--json").stdout)["address"] == ADDRESS
    assert run("push", "change", "TEST02", "http://other.example/").exit_code == 0
    assert "http://other.example/" in run("push", "list").stdout
    assert known() == {"TEST02": "http://other.example/"}
    assert run("push", "disable", "TEST02").exit_code == 0
    assert known() == {}
    assert isinstance(run("push", "add", "TEST02", ADDRESS).exception, RegistryError)
    assert isinstance(run("push", "add", "TEST03", "nowhere").exception, RegistryError)
    assert run("push", "remove", "TEST02").exit_code == 0
    assert PushAddress.objects.count() == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_addresses_are_kept_in_the_browser(filled: Database) -> None:
    browser = Client(headers={"host": "localhost"})
    browser.force_login(User.objects.create_superuser("p.proverkina"))
    system = InformationSystem.objects.get(mnemonic="TEST02")
    place = "/admin/registry/pushaddress/"
    values = {"system": system.pk, "address": "nowhere", "enabled": "on"}
    refused = browser.post(f"{place}add/", values)
    assert (refused.status_code, PushAddress.objects.count()) == (200, 0)
    assert "https://узел:порт/путь" in refused.content.decode()
    assert browser.post(f"{place}add/", values | {"address": ADDRESS}).status_code == 302
    row = PushAddress.objects.get()
    for page in ("", f"{row.pk}/change/", "?q=TEST02"):
        assert ADDRESS in browser.get(f"{place}{page}").content.decode()
    assert ADDRESS in browser.get(f"/admin/registry/informationsystem/{system.pk}/change/").content.decode()
    assert ChangeRecord.objects.get(model="pushaddress").actor == "p.proverkina"
