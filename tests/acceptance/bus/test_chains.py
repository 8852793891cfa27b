"""Chains of messages, and what a request says of the case it belongs to (MR 3.3 section 3.2.1)."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from click.testing import CliRunner
from lxml import etree

from mezhved.bus.storage import Kind, State
from mezhved.cli.bus import bus
from mezhved.smev3 import messages
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages.business_process import CaseInfo, frgu_fragment, frgu_of
from mezhved.smev3.versions import Version
from tests.support.exchange import FORBIDDEN_NAMESPACE, BusUnderTest, question

if TYPE_CHECKING:
    from tests.support.databases import Database

CODE = "7c3e1e8a-0000-4000-8000-000000000001"
ANOTHER = Fragment(
    b'<z:Marks xmlns:z="urn://mezhved.example/marks" n="2"><!--kept-->'
    b"<z:A  x = '1' >  a&#13;b </z:A ><z:B/></z:Marks>"
)
PROCESS = (
    CaseInfo("Дело № 7", "SERVICE", "7700000000000000001").fragment(),
    frgu_fragment("7700000001"),
    ANOTHER,
)


def conversation(under_test: BusUnderTest, version: Version) -> tuple[str, str]:
    """Two requests of one chain, the first answered, the second refused; their ids."""
    consumer, provider = under_test.consumer.speaking(version), under_test.provider.speaking(version)
    first, second = under_test.ids.new(), under_test.ids.new()
    consumer.send_request(message_id=first, reference_message_id=first, transaction_code=CODE)
    request = provider.get_request().operation.request
    assert request.data.reference_message_id == first
    provider.send_response(request.reply_to)
    consumer.send_request(
        question(namespace=FORBIDDEN_NAMESPACE),
        message_id=second,
        reference_message_id=first,
        transaction_code=CODE,
    )
    return first, second


@pytest.mark.parametrize("version", Version)
def test_answers_and_system_responses_carry_the_chain(under_test: BusUnderTest, version: Version) -> None:
    first, second = conversation(under_test, version)
    consumer = under_test.consumer.speaking(version)
    answered, refused = (consumer.get_response().operation.response for _ in range(2))
    assert [each.original_message_id for each in (answered, refused)] == [first, second]
    for each in (answered, refused):
        assert (each.reference_message_id, each.original_transaction_code) == (first, CODE)
    assert refused.data.async_status is not None


@pytest.mark.parametrize("version", Version)
def test_a_request_outside_a_chain_is_answered_outside_one(
    under_test: BusUnderTest, version: Version
) -> None:
    consumer, provider = under_test.consumer.speaking(version), under_test.provider.speaking(version)
    consumer.send_request()
    request = provider.get_request().operation.request
    assert (request.data.reference_message_id, request.data.transaction_code) == (None, None)
    provider.send_response(request.reply_to)
    response = consumer.get_response().operation.response
    assert (response.reference_message_id, response.original_transaction_code) == (None, None)


def test_the_strict_schema_of_1_2_has_a_chain_for_every_answer(database: Database) -> None:
    strict = BusUnderTest(database.url, strict_xsd=True)
    sent = strict.consumer.send_request().operation.metadata.message_id
    strict.provider.send_response(strict.provider.get_request().operation.request.reply_to)
    response = strict.consumer.speaking(Version.V1_2).get_response().operation.response
    assert (response.reference_message_id, response.original_transaction_code) == (sent, "")
    strict.store.close()


@pytest.mark.parametrize("version", Version)
def test_a_chain_is_found_whole_and_in_order(under_test: BusUnderTest, version: Version) -> None:
    first, second = conversation(under_test, version)
    under_test.consumer.send_request()
    found = under_test.store.chain(UUID(first))
    assert [(each.kind, each.state) for each in found] == [
        (Kind.REQUEST, State.QUEUED),
        (Kind.RESPONSE, State.QUEUED),
        (Kind.REQUEST, State.REFUSED),
        (Kind.SYSTEM, State.QUEUED),
    ]
    assert [str(each.message_id) for each in found if each.kind is Kind.REQUEST] == [first, second]
    assert len({each.message_id for each in found}) == 4
    assert under_test.store.chain(UUID(first), limit=2) == found[:2]


def test_a_first_message_that_does_not_name_itself_begins_a_chain_too(under_test: BusUnderTest) -> None:
    first = under_test.consumer.send_request().operation.metadata.message_id
    under_test.provider.send_response(under_test.provider.get_request().operation.request.reply_to)
    second = under_test.consumer.send_request(reference_message_id=first).operation.metadata.message_id
    found = under_test.store.chain(UUID(first))
    assert [each.kind for each in found] == [Kind.REQUEST, Kind.RESPONSE, Kind.REQUEST]
    assert str(found[2].message_id) == second


def test_the_command_shows_a_chain_by_any_message_of_it(under_test: BusUnderTest, database: Database) -> None:
    first, second = conversation(under_test, Version.V1_1)
    run = CliRunner(env={"MEZHVED_DATABASE": database.url, "MEZHVED_CONFIG": "", "MEZHVED_LANG": "en"})
    for asked in (first, second):
        told = run.invoke(bus, ["chain", asked, "--json"])
        assert told.exit_code == 0, told.output
        rows = json.loads(told.stdout)
        assert [row["kind"] for row in rows] == ["REQUEST", "RESPONSE", "REQUEST", "SYSTEM"]
        assert rows[1]["original_id"] == first
        assert rows[2]["state"] == "REFUSED"
    told = run.invoke(bus, ["chain", first])
    assert told.stdout.count(first) == 2
    assert "Question" in told.stdout
    unknown = run.invoke(bus, ["chain", under_test.ids.new()])
    assert (unknown.exit_code, unknown.stdout) == (1, "")


def test_what_is_said_of_the_case_comes_octet_by_octet(under_test: BusUnderTest) -> None:
    for spoken, heard in product(Version, Version):
        case_comes(under_test, spoken, heard)


def case_comes(under_test: BusUnderTest, spoken: Version, heard: Version) -> None:
    sent = under_test.consumer.speaking(spoken).send_request(business_process=PROCESS)
    assert sent.status == 200
    reply = under_test.provider.speaking(heard).get_request()
    request = reply.operation.request
    for mine, theirs in zip(PROCESS, request.data.business_process, strict=True):
        # Declarations of the elements around it are put after the name, when it is cut out.
        name, rest = re.fullmatch(rb"(<[\w:]+)(.*)", mine.octets).groups()
        assert theirs.octets.startswith(name)
        assert theirs.octets.endswith(rest)
        assert spoken is not heard or mine.octets in reply.body
    assert frgu_of(request.data.business_process) == "7700000001"
    case = CaseInfo.from_xml(etree.fromstring(request.data.business_process[0].octets))
    assert case == CaseInfo("Дело № 7", "SERVICE", "7700000000000000001")


def test_prefixes_declared_outside_stay_with_what_uses_them(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer
    data = consumer.written(consumer.request_data(business_process=(Fragment(b"<PLACE/>"),)))
    inner = b'<z:Marks z:kind="q"><z:Of>a</z:Of></z:Marks>'
    data = data.replace(b"<PLACE/>", inner).replace(b" xmlns:ns2=", b' xmlns:z="urn://marks" xmlns:ns2=', 1)
    assert consumer.post(consumer.signed_call("SendRequestRequest", data)).status == 200
    request = under_test.provider.speaking(Version.V1_3).get_request().operation.request
    (marks,) = request.data.business_process
    root = etree.fromstring(marks.octets)
    assert root.tag == "{urn://marks}Marks"
    assert root.get("{urn://marks}kind") == "q"


def test_an_empty_case_is_no_hindrance(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer
    data = consumer.written(consumer.request_data(business_process=(Fragment(b"<PLACE/>"),)))
    for version in (Version.V1_1, Version.V1_2):
        emptied = data.replace(b"<PLACE/>", b"").replace(
            consumer.request_data().message_id.encode(), under_test.ids.new().encode()
        )
        fresh = etree.fromstring(emptied)
        fresh.find(f"{{{Version.V1_1.types}}}MessageID").text = under_test.ids.new()
        call = consumer.signed_call("SendRequestRequest", etree.tostring(fresh))
        assert consumer.post(call).status == 200
        request = under_test.provider.speaking(version).get_request().operation.request
        assert request.data.business_process == ()


def test_a_test_message_is_marked_for_its_provider_whatever_the_versions(under_test: BusUnderTest) -> None:
    for spoken, heard in (
        (Version.V1_1, Version.V1_3),
        (Version.V1_2, Version.V1_2),
        (Version.V1_3, Version.V1_1),
    ):
        sent = under_test.consumer.speaking(spoken).send_request(test_message=True)
        request = under_test.provider.speaking(heard).get_request().operation.request
        assert request.data.test_message
        stored = under_test.store.find(UUID(sent.operation.metadata.message_id))
        assert stored is not None
        assert stored.test
    under_test.consumer.send_request()
    assert not under_test.provider.get_request().operation.request.data.test_message


@pytest.mark.parametrize("version", Version)
def test_an_end_of_life_is_an_absolute_moment(under_test: BusUnderTest, version: Version) -> None:
    now = messages.read_time("2026-11-20T15:00:00+03:00")
    under_test.clock.now = int(now.timestamp() * 1_000_000)
    consumer = under_test.consumer.speaking(version)
    for later in ("2026-11-20T15:00:01+03:00", "2026-11-20T12:00:01Z", "2026-11-20T15:00:01"):
        assert consumer.send_request(eol=later).status == 200, later
    for past in ("2026-11-20T15:00:00+03:00", "2026-11-20T11:59:59.999Z", "2020-01-01T00:00:00+03:00"):
        reply = consumer.send_request(eol=past)
        assert (reply.status, reply.fault.number) == (500, 500), past


@pytest.mark.parametrize("version", Version)
def test_a_node_is_answered_refused_and_told_of_expiry_in_its_own_queue(
    under_test: BusUnderTest, version: Version
) -> None:
    consumer, provider = under_test.consumer.speaking(version), under_test.provider.speaking(version)
    consumer.send_request(node_id="узел-1")
    request = provider.get_request().operation.request
    assert request.data.node_id == "узел-1"
    provider.send_response(request.reply_to)
    consumer.send_request(question(namespace=FORBIDDEN_NAMESPACE), node_id="узел-1")
    soon = messages.write_time(messages.read_time(consumer.now_text()).replace(microsecond=0))
    under_test.clock.advance(seconds=-2)
    consumer.send_request(node_id="узел-1", eol=soon)
    under_test.clock.advance(minutes=1)
    assert provider.get_request().operation.request is None
    assert consumer.get_response().operation.response is None
    told = [consumer.get_response(node_id="узел-1").operation.response for _ in range(3)]
    categories = [each.data.async_status and each.data.async_status.status_category for each in told]
    assert sorted(map(str, categories)) == ["None", "cancelled", "requestIsRejectedBySmev"]
