"""Several providers of one type, found by a code in the business data (MR 3.3 section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.registry import RoutingExpression, RoutingKind
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.versions import Version
from tests.support.exchange import OTHER, PROVIDER
from tests.support.routing import BATCH, CODES, batch, register_batches, taken

if TYPE_CHECKING:
    from tests.support.databases import Database
    from tests.support.exchange import BusUnderTest, Participant

LONG = "Ж" * 200


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """All of this is judged before any database is asked."""
    return sqlite_database


def route(under_test: BusUnderTest, xpath: str = "//t:Code") -> None:
    """Have the type's version routed by an expression."""
    codes = {**CODES, LONG: (OTHER,), "г. Пробный": (OTHER,)}
    register_batches(under_test, RoutingKind.XPATH, more=(), codes=codes)
    under_test.change_registry(routes={300: RoutingExpression.compile(xpath, {}, BATCH)})


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(
    ("code", "owner"),
    [("45000000", PROVIDER), (" 46000000\n", OTHER), (LONG, OTHER), ("г.\n  Пробный", OTHER)],
)
def test_the_code_leads_to_its_provider(  # noqa: PLR0917 - fixtures and parameters
    under_test: BusUnderTest,
    sender: Participant,
    provider: Participant,
    bank: Participant,
    version: Version,
    code: str,
    owner: int,
) -> None:
    route(under_test)

    assert sender.speaking(version).send_request(batch(code=code)).status == 200

    assert (taken(provider) is not None) is (owner == PROVIDER)
    assert (taken(bank) is not None) is (owner == OTHER)


@pytest.mark.parametrize("code", ["", "99", "TPROV1", "Ж" * 201, "4500000", "45000000 46000000"])
def test_a_code_of_nobody_is_told_at_once(under_test: BusUnderTest, sender: Participant, code: str) -> None:
    route(under_test)

    fault = sender.send_request(batch(code=code)).fault

    assert fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND
    assert fault.text.startswith("Невозможно определить получателя для сообщения.")
    assert fault.description == "SMEV-502:Не найден получатель по виду сведений"


@pytest.mark.parametrize(
    "codes", ["<b:Code>47000000</b:Code>", "<b:Code>45000000</b:Code><b:Code>46000000</b:Code>"]
)
def test_several_providers_are_told_at_once(
    under_test: BusUnderTest, sender: Participant, codes: str
) -> None:
    route(under_test)

    fault = sender.send_request(batch(codes.encode())).fault

    assert fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND
    assert fault.text.startswith("Найдено несколько получателей")
    assert fault.description.startswith("SMEV-502:Найдено несколько получателей")


def test_the_expression_reads_business_data_alone(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    route(under_test, "//*[local-name() = 'MessageID' or local-name() = 'Code']")

    assert sender.send_request(batch(code="45000000")).status == 200

    assert taken(provider) is not None
