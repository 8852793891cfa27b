"""Routing by the sender (1.3), officials' signatures and rights: in every way the registry is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from mezhved.registry import RoutingKind, load_snapshot
from mezhved.registry.changes import Outcome
from mezhved.registry.errors import RegistryError
from mezhved.registry.exporting import export_registry
from mezhved.registry.importing import import_registry
from mezhved.registry.models import (
    ChangeRecord,
    InformationSystem,
    InformationType,
    Participant,
    PersonalAccess,
    TypeProvider,
)
from tests.integration.registry.test_command import Command

if TYPE_CHECKING:
    from tests.support.databases import Database

NAMESPACE = "urn://mezhved.example/batch/1.0.0"
TYPE = f"""
  - code: VS09804
    name: Пакет сведений
    owner: 1027700000052
    routing: registry
    more_routings: [dynamic, identifier]
    personal_signature: true
    personal_access: true
    versions:
      - version: 1.0.0
        namespace: {NAMESPACE}
        request_root: Batch
    providers:
      - system: TEST02
        code: " ОКТМО   45000000 "
      - system: TEST03
    access:
      - system: TEST01
    officials:
      - system: TEST01
        official: 001-001-001 12
        to: 2026-12-31
      - system: TEST01
        official: 1027700000041
"""
AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def document_of_batches(document: str) -> str:
    """The small registry with one type more."""
    return document.replace("\nauthorities:", f"{TYPE}authorities:", 1)


@pytest.fixture
def batches(filled: Database, document_of_batches: str) -> Database:
    """A database with that registry."""
    import_registry(document_of_batches, Path())
    return filled


def test_what_the_document_says_is_in_force(batches: Database) -> None:
    snapshot = load_snapshot()
    root = snapshot.type_of(NAMESPACE, "Batch", AT)
    systems = {each.mnemonic: each for each in snapshot.systems}

    assert root is not None
    assert root.type.routing is RoutingKind.REGISTRY
    assert root.type.personal_access
    assert root.demands_personal_signature
    for kind in (RoutingKind.DYNAMIC, RoutingKind.IDENTIFIER):
        for value, found in {
            "ОКТМО 45000000": ["TEST02"],
            "ОКТМО\n 45000000": ["TEST02"],
            "TEST03": ["TEST03"],
            "1027700000063": ["TEST03"],
            "TEST01": [],
            "test03": [],
            "": [],
        }.items():
            recipients = snapshot.recipients_by_value(root, kind, value)
            assert [each.mnemonic for each in recipients] == found, value
    consumer = systems["TEST01"].id
    for number, known in {"00100100112": True, "1027700000041": True, "00100100211": False}.items():
        assert snapshot.official_may_send(consumer, root.type.id, [number], AT) is known
    assert not snapshot.official_may_send(
        consumer, root.type.id, ["00100100112"], datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert not snapshot.official_may_send(systems["TEST03"].id, root.type.id, ["00100100112"], AT)


def test_a_code_comes_before_a_mnemonic(batches: Database) -> None:
    information_type = InformationType.objects.get(code="VS09804")
    bank = InformationSystem.objects.get(mnemonic="TEST03")
    TypeProvider(type=information_type, system=bank, routing_code="TEST02").save()
    snapshot = load_snapshot()
    root = snapshot.type_of(NAMESPACE, "Batch", AT)
    assert root is not None

    found = snapshot.recipients_by_value(root, RoutingKind.DYNAMIC, "TEST02")

    assert [each.mnemonic for each in found] == ["TEST03"]


def test_an_export_comes_back_and_again_changes_nothing(batches: Database, document_of_batches: str) -> None:
    exported = export_registry()

    assert not import_registry(document_of_batches, Path()).changed
    import_registry("format: mezhved-registry/1\n", Path(), prune=True)
    import_registry(exported, Path())

    assert export_registry() == exported
    assert not import_registry(document_of_batches, Path()).changed
    assert PersonalAccess.objects.count() == 2


def test_an_official_that_the_file_does_not_mention_is_pruned(
    batches: Database, document_of_batches: str
) -> None:
    without = document_of_batches.replace("      - system: TEST01\n        official: 1027700000041\n", "")

    report = import_registry(without, Path(), prune=True)

    assert [key for _, key in report.rows[Outcome.REMOVED]] == ["VS09804/TEST01/1027700000041"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[dynamic, identifier]", "[dynamic, fixed]", "more_routings"),
        ("[dynamic, identifier]", "dynamic", "more_routings"),
        ("001-001-001 12", "001-001-999 00", "official"),
        ("1027700000041\n", "1027700000042\n", "official"),
        ("routing: registry", "broadcast: true\n    routing: registry", "broadcast"),
    ],
)
def test_a_mistake_is_refused_with_its_place(
    filled: Database, document_of_batches: str, old: str, new: str, place: str
) -> None:
    head, tail = document_of_batches.split("  - code: VS09804", 1)
    wrong = head + "  - code: VS09804" + tail.replace(old, new, 1)

    with pytest.raises(RegistryError, match=place):
        import_registry(wrong, Path())

    assert not InformationType.objects.filter(code="VS09804").exists()


def test_codes_of_xpath_are_bounded_at_200_and_needed(filled: Database) -> None:
    coded = InformationType.objects.get(code="VS09802")
    bank = InformationSystem.objects.get(mnemonic="TEST03")
    for code in ("", "9" * 201):
        with pytest.raises(ValidationError):
            TypeProvider(type=coded, system=bank, routing_code=code).save()
    TypeProvider(type=coded, system=bank, routing_code="9" * 200).save()
    coded.more_routings = ["dynamic"]
    coded.save()
    TypeProvider(type=coded, system=bank, routing_code="9" * 500).save()
    TypeProvider(type=coded, system=bank, routing_code="").save()


@pytest.mark.usefixtures("filled")
def test_the_own_kind_is_not_listed_among_the_others() -> None:
    row = InformationType(
        code="VS09809",
        name="Повтор",
        owner=Participant.objects.get(ogrn="1027700000052"),
        routing="dynamic",
        more_routings=["registry", "dynamic", "registry"],
    )
    row.save()

    assert row.more_routings == ["registry"]


def test_commands_keep_officials_and_kinds(batches: Database) -> None:
    command = Command(batches.url)

    command.ok("type", "change", "VS09801", "--more-routing", "identifier", "--more-routing", "dynamic")
    command.ok("type", "change", "VS09801", "--personal-access")
    added = command.ok("official", "add", "VS09801", "TEST01", "001-001-001 12", "--to", "2026-12-31")
    command.ok("official", "change", "VS09801/TEST01/00100100112", "--to", "2026-11-30")
    shown = command.read("official", "show", "VS09801/TEST01/00100100112", "--json")
    listed = command.ok("official", "list")
    refused = command.refused("official", "add", "VS09801", "TEST01", "12345")

    assert "VS09801/TEST01/00100100112" in added
    assert shown["valid_to"] == "2026-11-30"
    assert listed.count("TEST01") == 6
    assert "СНИЛС" in refused
    assert command.read("type", "show", "VS09801", "--json")["more_routings"] == ["dynamic", "identifier"]
    command.ok("type", "change", "VS09801", "--more-routing", "none", "--no-personal-access")
    state = command.read("type", "show", "VS09801", "--json")
    assert (state["more_routings"], state["personal_access"]) == ([], False)
    command.ok("official", "remove", "VS09801/TEST01/00100100112")


def test_pages_keep_officials_and_kinds(batches: Database) -> None:
    admin = Client(headers={"host": "localhost"})
    admin.force_login(User.objects.create_superuser("p.proverkina"))
    row = InformationType.objects.get(code="VS09804")

    page = admin.get(f"/admin/registry/informationtype/{row.pk}/change/").content.decode()
    official = PersonalAccess.objects.get(official="00100100112")
    opened = admin.get(f"/admin/registry/personalaccess/{official.pk}/change/")
    inlines = {
        f"{prefix}-{name}": "0"
        for prefix in ("versions", "providers", "rights", "officials")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    values = {
        "code": row.code,
        "name": row.name,
        "owner": row.owner_id,
        "routing": "dynamic",
        "more_routings": ["identifier"],
        "xpath_namespaces": "{}",
        "enabled": "on",
        **inlines,
    }
    sent = admin.post(f"/admin/registry/informationtype/{row.pk}/change/", values)

    assert 'type="checkbox"' in page.split('id="id_more_routings"')[1][:600]
    assert opened.status_code == 200
    assert sent.status_code == 302, sent.content.decode()
    row.refresh_from_db()
    assert (row.routing, row.more_routings, row.personal_access) == ("dynamic", ["identifier"], False)


def test_the_history_tells_of_officials(batches: Database) -> None:
    row = PersonalAccess.objects.get(official="00100100112")
    row.valid_to = date(2026, 11, 30)
    row.save()

    record = ChangeRecord.objects.first()

    assert record is not None
    assert (record.model, record.key) == ("personalaccess", "VS09804/TEST01/00100100112")
    assert record.changes()["valid_to"] == ("2026-12-31", "2026-11-30")
