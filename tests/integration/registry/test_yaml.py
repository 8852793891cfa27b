"""The registry as a file: it comes back exactly, and a mistake in it changes nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mezhved.registry.changes import Outcome
from mezhved.registry.errors import BadDocument, RegistryError
from mezhved.registry.exporting import export_registry
from mezhved.registry.importing import import_registry
from mezhved.registry.models import (
    ChangeRecord,
    InformationSystem,
    Participant,
    Revision,
    RevocationList,
    SchemaFile,
    SystemCertificate,
    TypeVersion,
)
from mezhved.site.setup import use_database
from mezhved.texts import MezhvedError
from tests.support.registry import PART, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database, Engine
    from tests.support.pki import Pki


def test_an_export_fills_another_registry_equally(
    filled: Database, fresh_database: Callable[[Engine], Database], pki: Pki
) -> None:
    RevocationList(der=pki.ca.crl(pki.official.certificate).der).save()
    InformationSystem.objects.filter(mnemonic="TEST03").update(enabled=False, environment="production")
    SystemCertificate.objects.filter(system__mnemonic="TEST01").update(bound_to="2027-01-01T00:00:00+03:00")
    exported = export_registry()

    use_database(fresh_database("sqlite").url)
    import_registry(exported, Path())

    assert export_registry() == exported
    assert not InformationSystem.objects.get(mnemonic="TEST03").enabled
    assert RevocationList.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        SCHEMA.encode(),
        SCHEMA.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + SCHEMA.encode(),
        b'<?xml version="1.0" encoding="windows-1251"?>' + f"{SCHEMA}<!-- Число -->".encode("cp1251"),
        SCHEMA.encode() + b"\n\n  \n",
        ("  \n" + SCHEMA + "<!-- \u2028 \x85 -->").encode(),
    ],
    ids=["plain", "crlf", "bom", "cp1251", "blank end", "line breaks of YAML"],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_schemas_come_back_octet_by_octet(filled: Database, content: bytes) -> None:
    row = SchemaFile.objects.get(path="main.xsd")
    row.content = content
    row.save()
    exported = export_registry()
    import_registry("format: mezhved-registry/1\n", Path(), prune=True)
    import_registry(exported, Path())

    assert bytes(SchemaFile.objects.get(path="main.xsd").content) == content


def test_importing_twice_changes_nothing(filled: Database, document: str) -> None:
    before = (Revision.current(), ChangeRecord.objects.count())

    report = import_registry(document, Path())

    assert not report.changed
    assert report.count(Outcome.UNCHANGED) == 27
    assert (Revision.current(), ChangeRecord.objects.count()) == before


def test_what_the_file_does_not_mention_stays_unless_it_is_to_be_pruned(
    filled: Database, document: str
) -> None:
    Participant(ogrn="1027700000074", inn="7700000087", name="Тестовый гость", kind="other").save()
    TypeVersion.objects.filter(type__code="VS09801").update(version="0.9.0")

    with pytest.raises(RegistryError, match="PlainRequest"):
        import_registry(document, Path())
    TypeVersion.objects.filter(version="0.9.0").update(version="1.0.0")
    assert not import_registry(document, Path()).changed
    report = import_registry(document, Path(), prune=True)

    assert report.rows[Outcome.REMOVED] == [("participant", "1027700000074")]
    assert not import_registry(document, Path(), prune=True).changed


def test_pruning_to_an_empty_file_empties_the_registry(filled: Database) -> None:
    import_registry("format: mezhved-registry/1\n", Path(), prune=True)

    assert export_registry() == "format: mezhved-registry/1\n"


def test_a_rehearsal_tells_and_writes_nothing(database: Database, document: str) -> None:
    report = import_registry(document, Path(), rehearse=True)

    assert report.count(Outcome.CREATED) == 27
    assert Participant.objects.count() == 0
    assert Revision.current() == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("inn: 7700000062", "inn: 7700000063", r"participants\[2\]: inn"),
        ("kind: bank", "kind: shop", r"participants\[2\]: kind"),
        ("kind: bank", "kidn: bank", r"participants\[2\]"),
        ("owner: 1027700000052", "owner: 1027700000999", r"types\[0\]\.owner"),
        (
            "- system: TEST02\n    access",
            "- system: TEST09\n    access",
            r"types\[0\]\.providers\[0\]\.system",
        ),
        ("to: 2026-12-31", "to: 31.12.2026", r"types\[0\]\.access\[0\]\.to"),
        ("to: 2026-12-31", "to: 2025-12-31", r"types\[0\]\.access\[0\]"),
        ("xpath: string(t:Code)", "xpath: string(t:Code", r"types\[1\]: xpath"),
        ("xpath: string(t:Code)", "xpath: ''", r"types\[1\]: xpath"),
        ("routing: xpath", "routing: magic", r"types\[1\]: routing"),
        ("part/types.xsd: |", "part/other.xsd: |", r"types\[0\]\.versions\[0\]\.schemas"),
        ("part/types.xsd: |", "../types.xsd: |", r"types\[0\]\.versions\[0\]\.schemas"),
        ('name="PlainResponse"', 'name="Other"', "PlainResponse"),
        ("-----BEGIN CERT", "-----BEGIN CART", r"participants\[0\]\.systems\[0\]\.certificates\[0\]"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_mistake_is_told_with_its_place_and_nothing_is_written(
    database: Database, document: str, old: str, new: str, told: str
) -> None:
    assert old in document

    with pytest.raises(RegistryError, match=told):
        import_registry(document.replace(old, new, 1), Path())

    assert Participant.objects.count() == 0
    assert Revision.current() == 0
    assert ChangeRecord.objects.count() == 0


def test_a_certificate_of_another_system_is_refused(filled: Database, document: str, pki: Pki) -> None:
    moved = document.replace("mnemonic: TEST01", "mnemonic: TEST07").replace(
        "system: TEST01", "system: TEST07"
    )

    with pytest.raises(RegistryError, match="TEST01"):
        import_registry(moved, Path())


def with_schemas(document: str, given: str) -> str:
    start = document.index("        schemas:\n")
    end = document.index("    providers:")
    return document[:start] + f"        schemas: {given}\n" + document[end:]


def test_schemas_and_certificates_may_lie_in_files(
    database: Database, document: str, pki: Pki, tmp_path: Path
) -> None:
    folder = tmp_path / "xsd" / "part"
    folder.mkdir(parents=True)
    (folder.parent / "main.xsd").write_text(SCHEMA)
    (folder / "types.xsd").write_text(PART)
    (folder / "readme.txt").write_text("не схема")
    (tmp_path / "smev.crl").write_bytes(pki.ca.crl(pki.official.certificate).der)
    text = with_schemas(document, "xsd") + "crls:\n  - file: smev.crl\n"

    import_registry(text, tmp_path)

    assert sorted(SchemaFile.objects.values_list("path", flat=True)) == ["main.xsd", "part/types.xsd"]
    assert RevocationList.objects.get().entries == 1
    with pytest.raises(BadDocument, match=r"crls\[0\]"):
        import_registry(text.replace("smev.crl", "gone.crl"), tmp_path)
    with pytest.raises(RegistryError, match=r"schemas"):
        import_registry(text.replace("schemas: xsd", "schemas: gone"), tmp_path)


def test_schemas_may_come_as_the_official_archive(database: Database, document: str, tmp_path: Path) -> None:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr("main.xsd", SCHEMA)
        archive.writestr("part/types.xsd", PART)
    (tmp_path / "Схема.zip").write_bytes(octets.getvalue())

    import_registry(with_schemas(document, "Схема.zip"), tmp_path)

    assert SchemaFile.objects.count() == 2


def test_a_broken_archive_is_refused(database: Database, document: str, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 garbage")

    with pytest.raises(MezhvedError, match=r"bad\.zip"):
        import_registry(with_schemas(document, "bad.zip"), tmp_path)


def test_an_export_may_put_schemas_beside_the_file(filled: Database, tmp_path: Path) -> None:
    whole = export_registry()
    beside = export_registry(tmp_path)

    assert "PlainRequest" in (tmp_path / "schemas/VS09801-1.0.0/main.xsd").read_text()
    assert "xs:schema" not in beside
    assert not import_registry(beside, tmp_path, prune=True).changed
    assert export_registry() == whole
