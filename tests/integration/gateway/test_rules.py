"""Incoming requests find their department by ordered rules, and it is kept why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.models import Department, Exchange, Handling, Reminder, Rule
from mezhved.gateway.setup import import_setup
from tests.support.gateways import NUMBER
from tests.support.providers import MOSCOW, ProviderUnderTest, provider_over
from tests.support.registry import CODED, CONSUMER, PLAIN, PROVIDER

if TYPE_CHECKING:
    from pathlib import Path

SETUP = f"""
departments:
  - {{code: rest, name: Канцелярия, is_default: true}}
  - {{code: south, name: Южный отдел}}
  - {{code: night, name: Дежурные, time_zone: Asia/Vladivostok}}
rules:
  - code: south
    type: VS09802
    xpath: //t:Code
    values: ["4501*", "12000000"]
    department: south
    executor: Пробный П. П.
    term: 2wd
  - {{code: night, from_hour: "20:00", to_hour: "08:00", department: night, senders: [{CONSUMER}]}}
  - {{code: free, days: "off", department: south}}
  - {{code: off, department: night, is_active: false}}
"""


@pytest.fixture
def provider(gateway_database: str, tmp_path: Path) -> ProviderUnderTest:
    made = provider_over(gateway_database, tmp_path)
    import_setup(SETUP, tmp_path)
    return made


def coded(provider: ProviderUnderTest, code: str) -> Exchange:
    kind = provider.under_test.plain.__class__.objects.get(code="VS09802")
    content = f'<CodedRequest xmlns="{CODED}"><Code> {code}\n</Code></CodedRequest>'
    return provider.received(content.encode(), kind=kind)


def whose(exchange: Exchange) -> str:
    assert exchange.department is not None
    return exchange.department.code


def test_a_value_of_the_business_data_decides(provider: ProviderUnderTest) -> None:
    came = coded(provider, "45012345")
    assert (whose(came), came.executor, came.term) == ("south", "Пробный П. П.", "2wd")
    assert came.due_at == datetime(2026, 11, 25, 23, 59, 59, tzinfo=MOSCOW)
    assert whose(coded(provider, "12000000")) == "south"
    other = coded(provider, "4502")
    assert (whose(other), other.term) == ("rest", "5wd")
    assert other.routing is not None
    assert other.routing["rule"] == ""
    assert other.routing["passed_over"] == ["south", "night", "free"]


def test_it_is_kept_why_a_rule_decided_without_what_was_found(provider: ProviderUnderTest) -> None:
    came = coded(provider, "45012345")
    assert came.routing is not None
    assert came.routing["rule"] == "south"
    assert [each["ru"] for each in came.routing["because"]] == ["вид сведений VS09802", "//t:Code = 4501*"]
    kept = Handling.objects.get(exchange=came)
    assert (kept.kind, kept.actor, kept.note) == ("routed", "", "south")
    assert "45012345" not in str(came.routing)


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_hours_and_days_are_those_of_the_department(provider: ProviderUnderTest) -> None:
    provider.clock.now = datetime(2026, 11, 23, 14, 0, tzinfo=MOSCOW)  # 21:00 in Vladivostok
    assert whose(provider.received()) == "night"
    provider.clock.now = datetime(2026, 11, 23, 1, 0, tzinfo=MOSCOW)  # 08:00 there: the hour is over
    assert whose(provider.received()) == "rest"
    provider.clock.now = datetime(2026, 11, 23, 14, 0, tzinfo=MOSCOW)
    assert whose(provider.received(sender="TEST77")) == "rest"
    provider.clock.now = datetime(2026, 12, 31, 10, 0, tzinfo=MOSCOW)  # a Thursday that was made free
    assert whose(provider.received()) == "south"


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_without_a_type_the_prefix_t_is_the_namespace_of_the_request(
    provider: ProviderUnderTest, tmp_path: Path
) -> None:
    import_setup("rules: [{code: any, position: 0, xpath: //t:Number, department: south}]", tmp_path)
    assert whose(provider.received()) == "south"
    assert whose(coded(provider, "77")) == "rest"


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_department_that_works_for_the_system_comes_before_the_default(provider: ProviderUnderTest) -> None:
    Department.objects.get(code="night").systems.add(provider.under_test.provider)
    assert whose(provider.received()) == "night"
    Department.objects.filter(code="night").update(is_active=False)
    assert whose(provider.received()) == "rest"


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_rule_with_a_disabled_department_leaves_the_request_to_the_rest(
    provider: ProviderUnderTest,
) -> None:
    Department.objects.filter(code="south").update(is_active=False)
    came = coded(provider, "45012345")
    assert whose(came) == "rest"
    assert came.routing is not None
    assert "выключено" in came.routing["because"][-1]["ru"]


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_what_wants_no_answer_has_no_term(provider: ProviderUnderTest) -> None:
    came = provider.received(state="no_answer")
    assert (whose(came), came.due_at) == ("rest", None)
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("rule", "content", "fits"),
    [
        ("xpath: //t:Number > 1000", NUMBER, True),
        ("xpath: //t:Number > 2000", NUMBER, False),
        ("xpath: //t:Nothing", NUMBER, False),
        ("xpath: //t:Number", NUMBER, True),
        (f"{{xpath: 'string(//n:Number)', namespaces: {{n: {PLAIN}}}, values: ['1234']}}", NUMBER, True),
        ("{xpath: //t:Number, values: ['123']}", NUMBER, False),
        ("{xpath: //t:Number, values: ['*']}", NUMBER, True),
        ("xpath: //t:Number", b"<broken", False),
        ("is_test: true", NUMBER, False),
        ("is_test: false", NUMBER, True),
        ("weekdays: [1]", NUMBER, True),
        ("weekdays: [2, 7]", NUMBER, False),
        ("days: working", NUMBER, True),
        (f"system: {PROVIDER}", NUMBER, True),
        (f"system: {CONSUMER}", NUMBER, False),
        ("{from_hour: '10:00', to_hour: '10:01'}", NUMBER, True),
        ("{from_hour: '09:00', to_hour: '10:00'}", NUMBER, False),
        ("executor: Пробный", NUMBER, True),
    ],
)
def test_every_condition_must_hold(
    provider: ProviderUnderTest, tmp_path: Path, rule: str, content: bytes, fits: bool
) -> None:
    Rule.objects.all().delete()
    said = rule if rule.startswith("{") else "{" + rule + "}"
    own = "{code: it, department: south, type: VS09801, "
    import_setup(f"rules: [{own}{said[1:]}]", tmp_path)
    assert (whose(provider.received(content)) == "south") is fits
