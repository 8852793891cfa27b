"""What the hot path learns from the registry, and how soon."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections
from lxml import etree

from mezhved.registry import Direction, Snapshot, SnapshotSource, live_snapshots, load_snapshot
from mezhved.registry.loading import SnapshotLoader, current_revision
from mezhved.registry.models import (
    AccessRight,
    InformationSystem,
    InformationType,
    Participant,
    RevocationList,
    SchemaFile,
    SystemCertificate,
    TrustedAuthority,
    TypeProvider,
    TypeVersion,
)
from tests.support.registry import CODED, NEWS, PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.pki import Pki

pytestmark = pytest.mark.usefixtures("filled")
AT = datetime(2026, 6, 1, tzinfo=UTC)


def mnemonics(systems: tuple[Any, ...]) -> list[str]:
    return sorted(each.mnemonic for each in systems)


def business(namespace: str, inner: str = "", name: str = "CodedRequest") -> etree._Element:
    return etree.fromstring(f"<b xmlns:n='{namespace}'><n:{name}>{inner}</n:{name}></b>")[0]


def ids(snapshot: Snapshot) -> tuple[dict[str, int], dict[str, int]]:
    return {each.mnemonic: each.id for each in snapshot.systems}, {
        each.code: each.id for each in snapshot.types
    }


def test_a_certificate_leads_to_its_system(pki: Pki) -> None:
    snapshot = load_snapshot()

    found = snapshot.system_of(pki.consumer.certificate.thumbprint, AT)

    assert found is not None
    assert (found.mnemonic, found.name, found.environment) == ("TEST01", "ИС «Тестовый потребитель»", "test")
    assert snapshot.system(found.id) is found
    assert snapshot.system_of(pki.official.certificate.thumbprint, AT) is None


def disable_system() -> None:
    InformationSystem.objects.filter(mnemonic="TEST01").update(enabled=False)


def disable_participant() -> None:
    Participant.objects.filter(ogrn="1027700000041").update(enabled=False)


def disable_certificate() -> None:
    SystemCertificate.objects.filter(system__mnemonic="TEST01").update(enabled=False)


def remove_certificate() -> None:
    SystemCertificate.objects.filter(system__mnemonic="TEST01").delete()


def bind_later() -> None:
    SystemCertificate.objects.update(bound_from=datetime(2026, 6, 2, tzinfo=UTC))


def bind_until_earlier() -> None:
    SystemCertificate.objects.update(bound_to=AT)


@pytest.mark.parametrize(
    "change",
    [
        disable_system,
        disable_participant,
        disable_certificate,
        remove_certificate,
        bind_later,
        bind_until_earlier,
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_certificate_that_is_not_in_force_has_no_system(change: Callable[[], None], pki: Pki) -> None:
    change()

    assert load_snapshot().system_of(pki.consumer.certificate.thumbprint, AT) is None


def test_old_and_new_certificates_of_a_system_overlap(pki: Pki) -> None:
    owner = InformationSystem.objects.get(mnemonic="TEST01")
    SystemCertificate(system=owner, der=pki.official.certificate.der).save()

    snapshot = load_snapshot()

    old, new = (snapshot.system_of(each.certificate.thumbprint, AT) for each in (pki.consumer, pki.official))
    assert old is new is not None


def test_a_root_element_leads_to_its_type() -> None:
    snapshot = load_snapshot()
    request = snapshot.type_of(PLAIN, "PlainRequest", AT)
    response = snapshot.type_of(PLAIN, "PlainResponse", AT)
    news = snapshot.type_of(NEWS, "News", AT)

    assert request is not None
    assert response is not None
    assert news is not None
    assert (request.direction, response.direction, news.direction) == (
        Direction.REQUEST,
        Direction.RESPONSE,
        Direction.BROADCAST,
    )
    assert request.type is response.type
    assert (request.type.code, request.version) == ("VS09801", "1.0.0")
    assert snapshot.type_of(PLAIN, "Other") is None
    assert snapshot.type_of("", "PlainRequest") is None


def test_every_version_leads_to_the_one_type() -> None:
    owner = InformationType.objects.get(code="VS09801")
    TypeVersion(type=owner, version="2", namespace="urn://mezhved.example/plain/2", request_root="R").save()

    snapshot = load_snapshot()
    old, new = (
        snapshot.type_of(PLAIN, "PlainRequest"),
        snapshot.type_of("urn://mezhved.example/plain/2", "R"),
    )

    assert old is not None
    assert new is not None
    assert old.type is new.type


@pytest.mark.parametrize("model", [InformationType, TypeVersion])
def test_a_type_outside_its_days_is_not_sent_but_still_fetched(model: Any) -> None:
    model.objects.update(valid_to=date(2026, 5, 31))

    snapshot = load_snapshot()

    assert snapshot.type_of(PLAIN, "PlainRequest", AT) is None
    assert snapshot.type_of(PLAIN, "PlainRequest", datetime(2026, 5, 31, 20, 59, tzinfo=UTC)) is not None
    assert snapshot.type_of(PLAIN, "PlainRequest") is not None


@pytest.mark.parametrize("model", [InformationType, TypeVersion])
def test_a_disabled_type_is_unknown(model: Any) -> None:
    model.objects.update(enabled=False)

    assert load_snapshot().type_of(PLAIN, "PlainRequest") is None


def test_only_a_right_in_force_lets_a_system_send() -> None:
    snapshot = load_snapshot()
    systems, types = ids(snapshot)

    assert snapshot.may_send(systems["TEST01"], types["VS09801"], AT)
    assert not snapshot.may_send(systems["TEST02"], types["VS09801"], AT)
    assert not snapshot.may_send(systems["TEST01"], types["VS09803"], AT)
    assert snapshot.may_send(systems["TEST01"], types["VS09801"], datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    assert not snapshot.may_send(systems["TEST01"], types["VS09801"], datetime(2026, 12, 31, 21, tzinfo=UTC))
    assert not snapshot.may_send(
        systems["TEST01"], types["VS09801"], datetime(2025, 12, 31, 20, 59, tzinfo=UTC)
    )
    assert snapshot.may_send(systems["TEST01"], types["VS09802"], datetime(2050, 1, 1, tzinfo=UTC))
    AccessRight.objects.all().delete()
    assert not load_snapshot().may_send(systems["TEST01"], types["VS09801"], AT)


def test_only_providers_answer() -> None:
    snapshot = load_snapshot()
    systems, types = ids(snapshot)

    assert snapshot.may_answer(systems["TEST02"], types["VS09801"])
    assert not snapshot.may_answer(systems["TEST01"], types["VS09801"])


def recipients(namespace: str, name: str, inner: str = "") -> list[str]:
    snapshot = load_snapshot()
    root = snapshot.type_of(namespace, name)
    assert root is not None
    return mnemonics(snapshot.recipients(root, business(namespace, inner, name)))


def test_fixed_routing_leads_to_the_provider() -> None:
    assert recipients(PLAIN, "PlainRequest") == ["TEST02"]


def test_a_broadcast_goes_to_all_subscribers() -> None:
    assert recipients(NEWS, "News") == ["TEST01", "TEST03"]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<n:Code>45000000</n:Code>", ["TEST02"]),
        ("<n:Code> 46000000\n</n:Code>", ["TEST03"]),
        ("<n:Code>47000000</n:Code>", []),
        ("", []),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_code_leads_to_the_provider_that_registered_it(inner: str, expected: list[str]) -> None:
    assert recipients(CODED, "CodedRequest", inner) == expected


def test_several_providers_of_one_code_are_all_named() -> None:
    twin = InformationSystem.objects.get(mnemonic="TEST01")
    coded = InformationType.objects.get(code="VS09802")
    TypeProvider(type=coded, system=twin, routing_code="45000000").save()

    assert recipients(CODED, "CodedRequest", "<n:Code>45000000</n:Code>") == ["TEST01", "TEST02"]


def test_a_disabled_provider_receives_nothing() -> None:
    InformationSystem.objects.filter(mnemonic="TEST02").update(enabled=False)
    assert recipients(PLAIN, "PlainRequest") == []
    TypeProvider.objects.filter(type__code="VS09803", system__mnemonic="TEST03").update(enabled=False)
    assert recipients(NEWS, "News") == ["TEST01"]


def test_a_version_may_have_its_own_xpath() -> None:
    TypeVersion.objects.filter(type__code="VS09802").update(xpath="t:Other/@code")

    assert recipients(CODED, "CodedRequest", "<n:Other code='46000000'/>") == ["TEST03"]


def test_kinds_of_1_3_route_by_codes_alone() -> None:
    InformationType.objects.filter(code="VS09802").update(routing="dynamic")
    snapshot = load_snapshot()
    root = snapshot.type_of(CODED, "CodedRequest")
    assert root is not None

    assert snapshot.recipients(root, business(CODED, "<n:Code>45000000</n:Code>")) == ()
    assert mnemonics(snapshot.recipients_by_code(root, "45000000")) == ["TEST02"]


def test_schemas_are_those_of_the_version() -> None:
    snapshot = load_snapshot()
    request, coded = snapshot.type_of(PLAIN, "PlainRequest"), snapshot.type_of(CODED, "CodedRequest")
    assert request is not None
    assert coded is not None
    schemas = snapshot.schemas(request)

    assert schemas is not None
    assert schemas.validate(business(PLAIN, "<n:Number>1234</n:Number>", "PlainRequest")) == ()
    assert len(schemas.validate(business(PLAIN, "<n:Number>12</n:Number>", "PlainRequest"))) > 0
    assert snapshot.schemas(coded) is None


def test_trust_holds_enabled_authorities_and_lists(pki: Pki) -> None:
    RevocationList(der=pki.ca.crl(pki.official.certificate).der).save()
    trust = load_snapshot().trust

    assert trust.roots == (pki.root.certificate,)
    assert trust.intermediates == (pki.ca.certificate,)
    assert len(trust.crls) == 1
    TrustedAuthority.objects.update(enabled=False)
    assert load_snapshot().trust.roots == ()


def test_what_is_costly_is_kept_while_it_does_not_change() -> None:
    loader = SnapshotLoader()
    first = loader.load()
    InformationSystem.objects.filter(mnemonic="TEST01").update(name="Иное")
    second = loader.load()

    assert second.revision == first.revision + 1
    assert second.trust is first.trust
    (version,) = first.schema_sets
    assert second.schema_sets[version] is first.schema_sets[version]
    SchemaFile.objects.filter(path="main.xsd").first().delete()
    assert loader.load().schema_sets[version] is not first.schema_sets[version]


def test_a_change_is_in_force_within_the_interval() -> None:
    now = 0.0
    source = SnapshotSource(SnapshotLoader().load, current_revision, lambda: now, 2.0)
    systems, types = ids(source.current())
    right = (systems["TEST02"], types["VS09801"])
    assert not source.current().may_send(*right, AT)

    AccessRight(system_id=systems["TEST02"], type_id=types["VS09801"], valid_from=date(2026, 1, 1)).save()
    now = 2.0

    assert source.current().may_send(*right, AT)


def test_the_picture_is_taken_in_threads_without_leaving_connections() -> None:
    source = live_snapshots(0.05)
    seen: list[tuple[int, bool]] = []

    def work() -> None:
        revision = source.current().revision
        seen.append((revision, connections["default"].connection is None))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert seen == [(current_revision(), True)] * 4


def test_reading_does_not_wait_for_a_writer() -> None:
    before = load_snapshot().revision
    seen: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE registry_revision SET number = number + 1")
        reader = threading.Thread(target=lambda: seen.append(load_snapshot().revision))
        reader.start()
        reader.join(60)
        assert seen == [before]
        cursor.execute("ROLLBACK")
