"""Whatever way a row is changed, it is checked, recorded with its author, and the revision moves."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from mezhved.registry.acting import Actor, acting
from mezhved.registry.changes import remove
from mezhved.registry.errors import RegistryError
from mezhved.registry.models import (
    AccessRight,
    ChangeRecord,
    InformationSystem,
    InformationType,
    Revision,
    RevocationList,
    SchemaFile,
    SystemCertificate,
    TrustedAuthority,
    TypeProvider,
    TypeVersion,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.pki import Pki

pytestmark = pytest.mark.usefixtures("filled")


def revision() -> int:
    return Revision.current()


def last_change() -> Any:
    return ChangeRecord.objects.first()


def system(mnemonic: str = "TEST01") -> Any:
    return InformationSystem.objects.get(mnemonic=mnemonic)


def by_save() -> None:
    row = system()
    row.name = "Иное"
    row.save()


def by_update() -> None:
    assert InformationSystem.objects.filter(mnemonic="TEST01").update(name="Иное") == 1


def by_bulk_update() -> None:
    row = system()
    row.name = "Иное"
    InformationSystem.objects.bulk_update([row], ["name"])


def by_related_manager() -> None:
    system().participant.systems.update(name="Иное")


def by_update_or_create() -> None:
    InformationSystem.objects.update_or_create(mnemonic="TEST01", defaults={"name": "Иное"})


def by_fixture() -> None:
    text = serializers.serialize("json", InformationSystem.objects.filter(mnemonic="TEST01"))
    for each in serializers.deserialize("json", text.replace("Тестовый потребитель", "Иной")):
        each.save()


@pytest.mark.parametrize(
    "change", [by_save, by_update, by_bulk_update, by_related_manager, by_update_or_create, by_fixture]
)
def test_every_way_to_change_a_row_is_recorded(change: Callable[[], None]) -> None:
    before = revision()

    with acting(Actor("i.ivanov", "admin")):
        change()

    assert revision() == before + 1
    record = last_change()
    assert (record.actor, record.via, record.action) == ("i.ivanov", "admin", "changed")
    assert (record.model, record.key) == ("informationsystem", "TEST01")
    assert record.changes()["name"][0] == "ИС «Тестовый потребитель»"
    assert record.changes()["name"][1].startswith(("Ин", "ИС «Ин"))


def test_making_and_removing_rows_is_recorded() -> None:
    before = revision()
    rows = [
        InformationSystem(participant=system().participant, mnemonic=f"NEW0{number}", name="Новая")
        for number in range(2)
    ]
    InformationSystem.objects.bulk_create(rows)
    assert revision() == before + 2

    InformationSystem.objects.filter(mnemonic__startswith="NEW").delete()
    assert revision() == before + 4
    actions = [record.action for record in ChangeRecord.objects.all()[:4]]
    assert actions == ["removed", "removed", "created", "created"]
    assert last_change().before["participant"] == "1027700000041"
    assert last_change().after is None


def test_what_goes_with_a_removed_row_is_recorded_too() -> None:
    TypeProvider.objects.all().delete()
    AccessRight.objects.all().delete()
    marker = last_change().pk
    InformationType.objects.get(code="VS09801").delete()

    removed = ChangeRecord.objects.filter(pk__gt=marker, action="removed")
    assert {record.model for record in removed} == {"informationtype", "typeversion", "schemafile"}


def test_a_save_that_changes_nothing_leaves_no_trace() -> None:
    before, record = revision(), last_change().pk

    system().save()

    assert (revision(), last_change().pk) == (before, record)


def test_row_history_and_revision_stand_or_fall_together() -> None:
    before, record = revision(), last_change().pk

    with transaction.atomic():
        by_save()
        assert revision() == before + 1
        transaction.set_rollback(True)

    assert (revision(), last_change().pk) == (before, record)
    assert system().name == "ИС «Тестовый потребитель»"


def test_the_history_cannot_be_rewritten() -> None:
    record = last_change()

    with pytest.raises(TypeError):
        record.save()
    with pytest.raises(TypeError):
        record.delete()


def test_octets_are_kept_in_the_history_by_their_digest() -> None:
    record = ChangeRecord.objects.filter(model="systemcertificate").first()

    assert set(record.after["der"]) == {"octets", "sha256"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ogrn", "1027700000042"),
        ("inn", "7700000049"),
        ("kpp", "12"),
        ("kind", "galactic"),
        ("name", ""),
        ("ogrn", "1027700000052"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wrong_participant_is_refused(field: str, value: str) -> None:
    row = system().participant
    setattr(row, field, value)
    before = revision()

    with pytest.raises(ValidationError) as caught:
        row.save()

    assert field in caught.value.message_dict
    assert revision() == before


def test_one_certificate_cannot_belong_to_two_systems(pki: Pki) -> None:
    twin = SystemCertificate(system=system("TEST02"), der=pki.consumer.certificate.der)

    with pytest.raises(ValidationError, match="TEST01"):
        twin.save()


def test_a_certificate_tells_its_own_fields(pki: Pki) -> None:
    row = SystemCertificate.objects.get(system__mnemonic="TEST01")

    assert row.thumbprint == pki.consumer.certificate.thumbprint.hex()
    assert row.not_after == pki.consumer.certificate.not_after
    assert "1027700000041" in row.subject
    row.subject = "подделка"
    row.save()
    assert "1027700000041" in SystemCertificate.objects.get(pk=row.pk).subject


def test_what_is_no_certificate_is_refused() -> None:
    for row in (SystemCertificate(system=system(), der=b"abc"), TrustedAuthority(), RevocationList(der=b"")):
        with pytest.raises(ValidationError):
            row.save()


def test_an_end_entity_is_no_authority(pki: Pki) -> None:
    with pytest.raises(ValidationError):
        TrustedAuthority(der=pki.consumer.certificate.der, root=True).save()


def version(**values: Any) -> Any:
    owner = InformationType.objects.get(code=values.pop("code", "VS09801"))
    plain = {"version": "9", "namespace": "urn://mezhved.example/new/1", "request_root": "A"}
    return TypeVersion(type=owner, **plain | values)


@pytest.mark.parametrize(
    "values",
    [
        {"namespace": "urn://mezhved.example/plain/1.0.0", "request_root": "PlainRequest"},
        {"namespace": "urn://mezhved.example/plain/1.0.0", "request_root": "PlainResponse"},
        {"response_root": "PlainRequest", "response_namespace": "urn://mezhved.example/plain/1.0.0"},
        {"request_root": "A", "response_root": "A"},
        {"request_root": "not a name"},
        {"request_root": "p:A"},
        {"namespace": "urn://a b"},
        {"xpath": "t:["},
        {"version": "1.0.0"},
        {"code": "VS09803", "response_root": "B"},
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_root_means_one_thing_only(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        version(**values).save()


def test_a_version_may_answer_in_another_namespace() -> None:
    row = version(response_root="A", response_namespace="urn://mezhved.example/new/answer/1")
    row.save()

    assert row.roots == (("urn://mezhved.example/new/1", "A"), ("urn://mezhved.example/new/answer/1", "A"))


def test_routing_codes_stand_where_the_routing_uses_them() -> None:
    fixed = InformationType.objects.get(code="VS09801")
    coded = InformationType.objects.get(code="VS09802")

    for row in (
        TypeProvider(type=fixed, system=system(), routing_code="45"),
        TypeProvider(type=coded, system=system(), routing_code=""),
        TypeProvider(type=coded, system=system(), routing_code="9" * 201),
    ):
        with pytest.raises(ValidationError):
            row.save()


def test_a_system_that_is_referred_to_is_not_removed() -> None:
    with pytest.raises(RegistryError, match="TEST01"):
        remove(system())
    assert system()


def test_a_schema_path_stays_inside_its_set() -> None:
    owner = TypeVersion.objects.get(type__code="VS09801")

    for path in ("../a.xsd", "/a.xsd", "a//b.xsd", "a\\b.xsd", "./a.xsd", ""):
        with pytest.raises(ValidationError):
            SchemaFile(version=owner, path=path, content=b"<a/>").save()


def test_two_writers_wait_for_each_other_in_one_order_only() -> None:
    started = threading.Barrier(2)
    outcomes: list[str] = []

    def work(first: str, second: str) -> None:
        try:
            started.wait(60)
            with transaction.atomic():
                for mnemonic in (first, second):
                    row = system(mnemonic)
                    row.name = f"{row.name} {first}"
                    row.save()
            outcomes.append("written")
        finally:
            connections.close_all()

    before = revision()
    threads = [
        threading.Thread(target=work, args=("TEST01", "TEST02")),
        threading.Thread(target=work, args=("TEST02", "TEST01")),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert outcomes == ["written", "written"]
    assert revision() == before + 4
