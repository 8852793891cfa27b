"""A directive registry: records with signatures of their own, routed one by one in 1.3, whole elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.gost.issuing import Term
from mezhved.gost.names import Name
from mezhved.registry import RoutingKind
from mezhved.smev3.messages import (
    InteractionStatus,
    RecordRouting,
    RecordStatus,
    Registry,
    RegistryRecord,
    ValueStatus,
)
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support.routing import batch, record, register_batches, registry_of, send_routed, taken, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.exchange import BusUnderTest, Participant

FOUND, NOT_FOUND = "success", "recipientNotFound"


def to(number: int, *dynamic: str, general: bool = False) -> RecordRouting:
    """Say where a record goes."""
    return RecordRouting(number, general, dynamic)


def signed(under_test: BusUnderTest, *numbers: int) -> tuple[RegistryRecord, ...]:
    """Records that the sender has signed."""
    return tuple(record(under_test, each, signer=under_test.pki.consumer) for each in numbers)


def broken(made: RegistryRecord) -> RegistryRecord:
    """A record whose content was changed after it was signed."""
    assert made.octets is not None
    octets = type(made.octets)(made.octets.octets.replace(b"</i:Text>", b"!</i:Text>"))
    return RegistryRecord(made.record_id, made.record, made.signature, octets)


@pytest.fixture(autouse=True)
def _registered(under_test: BusUnderTest) -> None:
    register_batches(under_test, RoutingKind.REGISTRY, more=())


def test_the_message_goes_whole_to_all_whom_its_records_name(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant
) -> None:
    content = batch(registry_of(*signed(under_test, 1, 2)))

    assert send_routed(sender, content, records=(to(1, "45000000"), to(2, "46000000"))).status == 200

    for each in (provider, bank):
        request = taken(each)
        assert request is not None
        got = Registry.from_xml(parse(request.data.primary_content.octets)[0])
        assert [(each.record_id, each.signature is not None) for each in got.records] == [
            (1, True),
            (2, True),
        ]
    assert sender.get_response().operation.response is None


def test_a_record_may_follow_the_general_routing_and_its_own(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant
) -> None:
    content = batch(registry_of(*signed(under_test, 1, 2, 3)))
    records = (to(1, general=True), to(2, "99", general=True), to(3, "46000000"))

    send_routed(sender, content, dynamic=("45000000",), records=records)

    assert taken(provider) is not None
    assert taken(bank) is not None
    status = told(sender).routing_status
    assert status.dynamic == (ValueStatus("45000000", FOUND),)
    assert status.records == (
        RecordStatus(1, FOUND),
        RecordStatus(2, FOUND, (ValueStatus("99", NOT_FOUND),)),
        RecordStatus(3, FOUND, (ValueStatus("46000000", FOUND),)),
    )


def test_each_record_is_told_why_it_goes_nowhere(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    other = under_test.pki.participants[2]
    foreign = under_test.pki.ca.end_entity(stranger())
    late = under_test.pki.ca.end_entity(stranger(), term=expired(under_test))
    made = (
        *signed(under_test, 1, 2, 3),
        broken(signed(under_test, 4)[0]),
        record(under_test, 5, signer=other),
        record(under_test, 6, signer=foreign),
        record(under_test, 7, signer=late),
        record(under_test, 8),
    )
    routings = (
        *(to(each, "45000000") for each in (1, 4, 5, 6, 7, 8, 77)),
        to(2, "99"),
        to(3, general=True),
        to(1, "45000000"),
    )

    send_routed(sender, batch(registry_of(*made)), records=routings)

    assert taken(provider) is not None
    told_of = [(each.record_id, each.code) for each in told(sender).routing_status.records]
    assert told_of == [
        (1, FOUND),
        (4, "signatureInvalid"),
        (5, "certificateInvalid"),
        (6, "certificateInvalid"),
        (7, "certificateInvalid"),
        (8, FOUND),
        (77, "invalidRegistryRecordId"),
        (2, NOT_FOUND),
        (3, "generalRoutingNotFound"),
        (1, "invalidRegistryRecordId"),
    ]


def test_a_record_that_the_block_does_not_name_follows_the_general_routing(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    content = batch(registry_of(*signed(under_test, 1, 2)))

    send_routed(sender, content, records=(to(1, "45000000"),))
    send_routed(sender, content, dynamic=("45000000",), records=(to(1, general=True),))

    assert [taken(provider) is not None for _ in range(2)] == [True, True]
    assert [(each.record_id, each.code) for each in told(sender).routing_status.records] == [
        (1, FOUND),
        (2, NOT_FOUND),
    ]
    assert sender.get_response().operation.response is None


def test_records_with_one_number_are_nobodys(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    first, second = signed(under_test, 1, 2)
    content = batch(registry_of(first, RegistryRecord(1, second.record, second.signature, second.octets)))

    send_routed(sender, content, records=(to(1, "45000000"),))

    status = told(sender)
    assert status.status_category == InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    assert status.routing_status.records == (RecordStatus(1, "invalidRegistryRecordId"),)
    assert taken(provider) is None


def test_a_bad_record_refuses_a_message_that_is_not_routed_by_records(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    content = batch(registry_of(*signed(under_test, 1), broken(signed(under_test, 2)[0])))

    send_routed(sender, content, dynamic=("45000000",))

    status = told(sender)
    assert status.status_category == InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    assert status.fault.description.startswith("SMEV-100:")
    assert [each.code for each in status.routing_status.records] == [FOUND, "signatureInvalid"]
    assert taken(provider) is None


@pytest.mark.parametrize("version", [Version.V1_1, Version.V1_2])
def test_a_registry_in_an_older_envelope_goes_where_its_type_goes(
    under_test: BusUnderTest, sender: Participant, provider: Participant, version: Version
) -> None:
    register_batches(under_test, RoutingKind.FIXED, more=())
    old = sender.speaking(version)
    good = batch(registry_of(*signed(under_test, 1, 2)))
    bad = batch(registry_of(broken(signed(under_test, 1)[0])))

    assert old.send_request(good).status == 200
    assert old.send_request(bad).status == 200

    assert [taken(provider) is not None for _ in range(2)] == [True, False]
    status = told(old)
    assert status.fault.description.startswith("SMEV-100:")
    assert status.routing_status is None


def eleven_officials(under_test: BusUnderTest) -> bytes:
    """One record that too many have signed."""
    return registry_of(record(under_test, 1, officials=[under_test.pki.official] * 11))


def repeated(under_test: BusUnderTest) -> bytes:
    """Two records with one number."""
    first, second = signed(under_test, 1, 2)
    return registry_of(first, RegistryRecord(1, second.record, second.signature, second.octets))


def too_many(under_test: BusUnderTest) -> bytes:
    """A thousand records and one."""
    return registry_of(*(record(under_test, each) for each in range(1001)))


def two_registries(under_test: BusUnderTest) -> bytes:
    """A thousand records and one in two registries."""
    first = registry_of(*(record(under_test, each) for each in range(1000)))
    return first + registry_of(record(under_test, 1000))


def without_records(under_test: BusUnderTest) -> bytes:
    """An empty registry."""
    return registry_of(record(under_test, 1)).replace(b"RegistryRecord", b"Other")


def numbered(text: bytes) -> Callable[[BusUnderTest], bytes]:
    """A record whose number is this text."""
    return lambda bus: registry_of(record(bus, 1)).replace(b"<ns5:RecordId>1<", b"<ns5:RecordId>%b<" % text)


@pytest.mark.parametrize(
    "registry",
    [
        eleven_officials,
        repeated,
        too_many,
        two_registries,
        without_records,
        numbered(b"one"),
        numbered(b"2147483648"),
        numbered(b"9" * 400),
    ],
)
def test_a_registry_that_breaks_its_schema_is_refused_as_business_data(
    under_test: BusUnderTest,
    sender: Participant,
    provider: Participant,
    registry: Callable[[BusUnderTest], bytes],
) -> None:
    register_batches(under_test, RoutingKind.FIXED, more=())
    old = sender.speaking(Version.V1_1)

    assert old.send_request(batch(registry(under_test))).status == 200

    status = told(old)
    assert status.status_category == InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    assert status.fault.description.startswith("SMEV-403:")
    assert status.fault.fault_type == "InvalidContent"
    assert taken(provider) is None


def test_a_namespace_written_by_character_references_hides_nothing(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    register_batches(under_test, RoutingKind.FIXED, more=())
    hidden = registry_of(broken(signed(under_test, 1)[0])).replace(
        Version.V1_3.directive.encode(), b"&#117;rn" + Version.V1_3.directive[3:].encode()
    )
    assert Version.V1_3.directive.encode() not in batch(hidden)

    sender.send_request(batch(hidden))

    assert told(sender).fault.description.startswith("SMEV-100:")
    assert taken(provider) is None


def test_ten_officials_may_sign_a_record(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    made = record(under_test, 1, officials=[under_test.pki.official] * 10)

    send_routed(sender, batch(registry_of(made)), records=(to(1, "45000000"),))

    assert taken(provider) is not None


def test_a_registry_inside_a_record_is_that_records_content(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    inner = registry_of(broken(signed(under_test, 1)[0]))
    outer = signed(under_test, 1)[0]
    assert outer.octets is not None
    nested = type(outer.octets)(
        outer.octets.octets.replace(b"<i:Text>", b"<i:Nested>" + inner + b"</i:Nested><i:Text>")
    )
    content = batch(registry_of(RegistryRecord(1, outer.record, None, nested), *signed(under_test, 2)))

    send_routed(sender, content, records=(to(1, "45000000"), to(2, "45000000")))

    assert [(each.record_id, each.code) for each in told(sender).routing_status.records] == [
        (1, "signatureInvalid"),
        (2, FOUND),
    ]
    assert taken(provider) is not None


def test_a_thousand_records_of_four_kilobytes_are_judged_in_one_call(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant
) -> None:
    text = "Сведения " * 110
    made = tuple(record(under_test, each, signer=under_test.pki.consumer, text=text) for each in range(1000))
    content = batch(registry_of(*made))
    assert len(content) > 4_000_000
    routings = tuple(to(each, "45000000" if each % 2 else "46000000") for each in range(1000))

    assert send_routed(sender, content, records=routings).status == 200

    assert taken(provider) is not None
    assert taken(bank) is not None
    assert sender.get_response().operation.response is None


def test_an_answer_may_carry_a_registry_too(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    send_routed(sender, batch(registry_of(*signed(under_test, 1))), records=(to(1, "45000000"),))
    request = taken(provider)
    assert request is not None
    made = record(under_test, 1, signer=under_test.pki.provider_system)
    answer = batch(registry_of(made)).replace(b"b:Batch", b"b:Done")

    assert provider.send_response(request.reply_to, answer).status == 200

    assert sender.get_response().operation.response.data.primary_content is not None


def stranger() -> Name:
    """The name in certificates that nobody has registered."""
    return Name(common_name="ИС «Посторонняя»", organization="Тестовый посторонний", ogrn="1027700000074")


def expired(under_test: BusUnderTest) -> Term:
    """A term that is over."""
    now = under_test.pki.now
    return Term(now - timedelta(days=3), now - timedelta(days=1))
