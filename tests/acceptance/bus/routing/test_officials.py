"""PersonalAccessDenied: a type may demand a right of the official who signed (1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.registry import Period, RoutingKind
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages import InteractionStatus, RecordRouting
from mezhved.smev3.signature import sign
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support.exchange import CONSUMER, OTHER
from tests.support.pki import OFFICIAL_NAME
from tests.support.routing import (
    BATCH_TYPE,
    batch,
    record,
    register_batches,
    registry_of,
    send_routed,
    taken,
    told,
)

if TYPE_CHECKING:
    from tests.support.exchange import BusUnderTest, Participant

SNILS, OGRN = OFFICIAL_NAME.snils, OFFICIAL_NAME.ogrn


def demand(under_test: BusUnderTest, routing: RoutingKind = RoutingKind.REGISTRY) -> None:
    """Make the type demand an official's right."""
    register_batches(under_test, routing, personal_signature=True, personal_access=True)


def permit(
    under_test: BusUnderTest, number: str, system: int = CONSUMER, period: Period | None = None
) -> None:
    """Register an official for a system."""
    rights = {(system, BATCH_TYPE, number): (period or Period(),)}
    under_test.change_registry(personal_rights=dict(under_test.snapshot.personal_rights) | rights)


def signed_by_official(under_test: BusUnderTest) -> tuple[bytes, Fragment]:
    """Business data and an official's signature over them."""
    content = batch(attributes=' Id="BUSINESS"', code="1")
    return content, Fragment(sign(parse(content), under_test.pki.official, under_test.pki.provider))


@pytest.mark.parametrize("number", [SNILS, OGRN])
@pytest.mark.parametrize("version", Version)
def test_an_official_is_known_by_snils_or_ogrn(
    under_test: BusUnderTest, sender: Participant, provider: Participant, number: str, version: Version
) -> None:
    demand(under_test, RoutingKind.FIXED)
    permit(under_test, number)
    content, signature = signed_by_official(under_test)

    sender.speaking(version).send_request(content, personal_signature=signature)

    assert taken(provider) is not None


@pytest.mark.parametrize("version", Version)
def test_an_official_without_a_right_is_refused_after_the_receipt(
    under_test: BusUnderTest, sender: Participant, provider: Participant, version: Version
) -> None:
    demand(under_test, RoutingKind.FIXED)
    permit(under_test, SNILS, system=OTHER)
    permit(under_test, "00100100011")
    old = sender.speaking(version)
    content, signature = signed_by_official(under_test)

    assert old.send_request(content, personal_signature=signature).status == 200

    status = told(old)
    assert status.status_category == InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    assert status.status_details == "Доступ по персональному сертификату запрещён"
    assert status.fault is not None
    assert ":ACSM:" in (status.fault.code or "")
    assert taken(provider) is None


def test_a_right_that_is_over_is_no_right(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    demand(under_test, RoutingKind.FIXED)
    permit(under_test, SNILS, period=Period(None, under_test.pki.now))
    content, signature = signed_by_official(under_test)
    under_test.clock.advance(seconds=1)

    sender.send_request(content, personal_signature=signature)

    assert told(sender).status_details == "Доступ по персональному сертификату запрещён"
    assert taken(provider) is None


def test_a_message_that_no_official_signed_is_refused(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    demand(under_test, RoutingKind.FIXED)
    permit(under_test, SNILS)

    sender.send_request(batch(code="1"))

    assert told(sender).fault.description.startswith("SMEV-100:")
    assert taken(provider) is None


def test_each_record_needs_an_official_with_a_right(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    demand(under_test)
    permit(under_test, SNILS)
    pki = under_test.pki
    other = pki.participants[2]
    made = (
        record(under_test, 1, signer=pki.consumer, officials=[pki.official]),
        record(under_test, 2, signer=pki.consumer, officials=[other]),
        record(under_test, 3, signer=pki.consumer, officials=[other, pki.official]),
    )

    send_routed(
        sender,
        batch(registry_of(*made)),
        records=tuple(
            RecordRouting(each, use_general_routing=False, dynamic=("45000000",)) for each in (1, 2, 3)
        ),
    )

    codes = [(each.record_id, each.code) for each in told(sender).routing_status.records]
    assert codes == [(1, "success"), (2, "personalAccessDenied"), (3, "success")]
    assert taken(provider) is not None


def test_records_of_officials_without_a_right_alone_refuse_the_message(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    demand(under_test)
    pki = under_test.pki
    made = record(under_test, 1, signer=pki.consumer, officials=[pki.official])

    send_routed(
        sender,
        batch(registry_of(made)),
        records=(RecordRouting(1, use_general_routing=False, dynamic=("45000000",)),),
    )

    status = told(sender)
    assert status.status_details == "Доступ по персональному сертификату запрещён"
    assert [each.code for each in status.routing_status.records] == ["personalAccessDenied"]
    assert taken(provider) is None
