"""One row of the set-up written alone, as pages do; contents that any table names are kept."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from mezhved.cabinet.models import Job
from mezhved.configuration import GatewaySettings
from mezhved.gateway.assembly import build_gateway
from mezhved.gateway.errors import WrongContour
from mezhved.gateway.files.cleaning import clean
from mezhved.gateway.models import Connection, Department, InformationSystem
from mezhved.gateway.setup import BadSetup, Outcome, import_setup
from mezhved.gateway.setup.changes import put
from mezhved.service.blobs import BlobMissing, new_key
from tests.support.gateways import Clock

if TYPE_CHECKING:
    from pathlib import Path


def test_a_row_is_written_with_its_relations_or_not_at_all(gateway_database: str) -> None:
    at = Connection.objects.create(name="one", environment="test", url="http://smev.example.test/1")
    system = InformationSystem.objects.create(mnemonic="800001", connection=at)
    row = Department(code="north", name="Пробный отдел")
    assert put(row, {}, related={"systems": [system]}) is Outcome.CREATED
    assert put(row, {"name": "Пробный отдел"}, related={"systems": [system]}) is Outcome.UNCHANGED
    assert put(row, {}, related={"systems": []}) is Outcome.CHANGED
    with pytest.raises(WrongContour):
        put(Connection(name="two"), {"environment": "production", "url": "http://smev.example.test/1"})
    assert Connection.objects.count() == 1


def test_what_is_refused_is_told_by_field_in_both_languages(gateway_database: str) -> None:
    with pytest.raises(BadSetup) as refused:
        put(Department(code="n o", name=""), {"opens": "18:00", "closes": "09:00"}, "departments[0]")
    fields = refused.value.fields
    assert fields["closes"].ru == "конец дня раньше начала"
    assert fields["closes"].en == "the day ends before it begins"
    assert (fields["name"].ru, fields["name"].en) == ("заполните это поле", "fill this in")
    assert fields["code"].en.startswith("a code has Latin letters")
    assert refused.value.where == "departments[0]"
    assert not Department.objects.exists()


def test_a_document_of_somebody_elsewhere_names_no_file_of_this_machine(
    gateway_database: str, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    document = "connections:\n- {name: x, environment: test, url: http://x.test, authorities: [%s]}\n" % (
        tmp_path / "ca.pem"
    )
    with pytest.raises(BadSetup) as refused:
        import_setup(document, None)
    assert refused.value.where == "connections[0].authorities"
    assert not Connection.objects.exists()


def test_a_content_that_any_table_names_outlives_the_cleaning(gateway_database: str, tmp_path: Path) -> None:
    settings = GatewaySettings(database=gateway_database, folder=tmp_path, provider="pure")
    gateway, clock = build_gateway(settings), Clock()
    object.__setattr__(gateway, "clock", clock)
    named, lost = new_key(), new_key()
    for key in (named, lost):
        gateway.blobs.put(key, io.BytesIO(b"content"))
    Job.objects.create(kind="tests", title={"ru": "", "en": ""}, result=named, created_at=clock())
    clock.advance(days=2)
    assert clean(gateway) == 1
    assert gateway.blobs.size(named) == len(b"content")
    with pytest.raises(BlobMissing):
        gateway.blobs.size(lost)
