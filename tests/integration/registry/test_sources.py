"""Sources of revocation data in the registry: by command, by YAML, in the snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError

from mezhved.cli.main import cli
from mezhved.gost import der
from mezhved.registry import load_snapshot
from mezhved.registry.exporting import export_registry
from mezhved.registry.importing import import_registry
from mezhved.registry.models import (
    ChangeRecord,
    Revision,
    RevocationList,
    RevocationRecord,
    RevocationSource,
    TrustedAuthority,
)
from mezhved.site.setup import use_database
from tests.support.crafted_certificates import extension, sealed
from tests.support.ocsp import Responder

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database, Engine
    from tests.support.pki import Pki

ADDRESS = "http://crl.example/ca.crl"


def mezhved(database: Database, *arguments: str) -> str:
    done = CliRunner(env={"MEZHVED_DATABASE": database.url, "MEZHVED_LANG": "en"}).invoke(cli, [*arguments])
    assert done.exit_code == 0, done.output
    use_database(database.url)
    return done.output


def source(pki: Pki, **values: object) -> RevocationSource:
    authority = TrustedAuthority.objects.get(thumbprint=pki.ca.certificate.thumbprint.hex())
    row = RevocationSource(authority=authority, **({"address": ADDRESS} | values))
    row.save()
    return row


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_source_is_added_changed_disabled_and_removed_by_command(filled: Database, pki: Pki) -> None:
    authority = pki.ca.certificate.thumbprint.hex()
    mezhved(filled, "registry", "source", "add", authority[:16], ADDRESS, "--period", "600")
    mezhved(
        filled, "registry", "source", "add", authority, "https://ocsp.example/", "--ocsp", "--hash", "gost94"
    )
    listed = mezhved(filled, "registry", "source", "list")
    assert f"crl/{authority[:16]}/{ADDRESS}" in listed
    key = f"ocsp/{authority[:16]}"
    mezhved(filled, "registry", "source", "change", key, "--hash", "sha256")
    mezhved(filled, "registry", "source", "disable", key)
    row = RevocationSource.objects.get(kind="ocsp")
    assert (row.function, row.enabled, row.period_seconds) == ("sha256", False, 3600)
    mezhved(filled, "registry", "source", "remove", f"crl/{authority[:16]}/{ADDRESS}")
    assert RevocationSource.objects.count() == 1
    actions = ChangeRecord.objects.filter(model="revocationsource").values_list("action", flat=True)
    assert sorted(actions) == ["changed", "changed", "created", "created", "removed"]


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("crl", "ftp://crl.example/ca.crl"),
        ("crl", "relative/path.crl"),
        ("crl", "http://user:secret@crl.example/"),
        ("crl", "http:///ca.crl"),
        ("crl", "http://crl.example/a b"),
        ("crl", "http://crl.example:99999/"),
        ("crl", "ldap://crl.example/cn=ca"),
        ("crl", "javascript:alert(1)"),
        ("ocsp", "/var/lib/ocsp"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_address_that_cannot_be_fetched_is_refused(
    filled: Database, pki: Pki, kind: str, address: str
) -> None:
    with pytest.raises(ValidationError):
        source(pki, kind=kind, address=address)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_list_that_is_no_whole_list_is_refused_with_its_reason(filled: Database, pki: Pki) -> None:
    oid = pki.ca.certificate.public_key.algorithm.signature_oid
    signed = der.sequence(
        der.integer(1),
        der.sequence(der.oid(oid)),
        pki.ca.certificate.subject_der,
        der.time(pki.now),
        der.explicit(0, der.sequence(extension("2.5.29.27", der.integer(1), critical=True))),
    )
    with pytest.raises(ValidationError, match="delta"):
        RevocationList(der=sealed(pki.ca.signer, signed, oid)).save()


def test_sources_come_back_from_yaml(
    filled: Database, fresh_database: Callable[[Engine], Database], pki: Pki
) -> None:
    source(pki, period_seconds=77)
    source(pki, kind="ocsp", address="http://ocsp.example/", function="streebog256", enabled=False)
    exported = export_registry()
    assert not import_registry(exported, Path(), prune=True).changed

    use_database(fresh_database("sqlite").url)
    import_registry(exported, Path())
    assert export_registry() == exported
    assert {(row.kind, row.period_seconds, row.enabled) for row in RevocationSource.objects.all()} == {
        ("crl", 77, True),
        ("ocsp", 3600, False),
    }


def test_the_snapshot_has_what_was_fetched_while_its_source_is_enabled(filled: Database, pki: Pki) -> None:
    lists, ocsp = source(pki), source(pki, kind="ocsp", address="http://ocsp.example/")
    crl = pki.ca.crl(pki.smev.certificate)
    octets = Responder(pki.ca.certificate, pki.ca.signer, pki.now).about(pki.official.certificate)
    asked = pki.official.certificate.thumbprint
    rows = (
        RevocationRecord(source=lists, asked_since=5, der=crl.der, thumbprint=crl.thumbprint.hex()),
        RevocationRecord(
            source=ocsp, subject=asked.hex(), asked_since=7_000_000, der=octets, thumbprint="ab" * 32
        ),
    )
    for each in rows:
        each.save()

    trust = load_snapshot().trust
    assert trust.crls == (crl,)
    assert [each.der for each in trust.statuses] == [octets]
    watch = trust.watched[pki.ca.certificate.thumbprint]
    assert watch.since == min(lists.added_at, ocsp.added_at)
    assert watch.lists
    assert watch.ocsp
    assert trust.asked[asked].timestamp() == 7

    lists.enabled = False
    lists.save()
    trust = load_snapshot().trust
    assert trust.crls == ()
    assert not trust.watched[pki.ca.certificate.thumbprint].lists

    before = Revision.current()
    TrustedAuthority.objects.get(pk=ocsp.authority.pk).delete()
    assert Revision.current() > before
    assert load_snapshot().trust.statuses == ()
