"""Whether a type demands the official's signature, of requests and of responses apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mezhved.registry import load_snapshot
from mezhved.registry.exporting import export_registry
from mezhved.registry.importing import import_registry
from mezhved.registry.models import ChangeRecord, InformationType
from tests.integration.registry.test_command import Command
from tests.support.registry import PLAIN

if TYPE_CHECKING:
    from tests.support.databases import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def demands() -> tuple[bool, bool]:
    """What the registry demands of a request and of a response of the plain type."""
    snapshot = load_snapshot()
    roots = [snapshot.type_of(PLAIN, name) for name in ("PlainRequest", "PlainResponse")]
    asked, answered = (root is not None and root.demands_personal_signature for root in roots)
    return asked, answered


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("answered", [False, True])
def test_both_come_from_the_document_and_go_back_into_it(
    filled: Database, document: str, *, asked: bool, answered: bool
) -> None:
    flags = (
        f"personal_signature: {str(asked).lower()}\n    personal_signature_response: {str(answered).lower()}"
    )
    changed = document.replace("    owner: 1027700000052\n", f"    owner: 1027700000052\n    {flags}\n", 1)
    import_registry(changed, Path())
    assert demands() == (asked, answered)
    exported = export_registry()
    import_registry("format: mezhved-registry/1\n", Path(), prune=True)
    import_registry(exported, Path())
    assert demands() == (asked, answered)
    assert export_registry() == exported


def test_the_command_changes_one_and_leaves_the_other(filled: Database) -> None:
    command = Command(filled.url)
    command.ok("type", "change", "VS09801", "--personal-signature-response")
    assert demands() == (False, True)
    command.ok("type", "change", "VS09801", "--personal-signature", "--no-personal-signature-response")
    assert demands() == (True, False)
    last = ChangeRecord.objects.latest("id").changes()
    assert {name: last[name] for name in last if name.startswith("personal")} == {
        "personal_signature": (False, True),
        "personal_signature_response": (True, False),
    }


def test_the_page_of_a_type_shows_both(filled: Database) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.create_superuser("keeper"))
    pk = InformationType.objects.get(code="VS09801").pk
    page = client.get(f"/admin/registry/informationtype/{pk}/change/").content.decode()
    assert 'name="personal_signature"' in page
    assert 'name="personal_signature_response"' in page
