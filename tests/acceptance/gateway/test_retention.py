"""Personal data go when the term of their type is over; the trace, the hashes and the chain stay."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cli.main import cli
from mezhved.gateway.evidence.chain import next_link
from mezhved.gateway.journal import NOTHING, row_of, seal
from mezhved.gateway.models import (
    Attachment,
    Exchange,
    ExchangeState,
    Forgetting,
    InformationType,
    Message,
    MessageKind,
    Step,
    StepKind,
    Subject,
)
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.gateway.retention import Keeper, due, forget, forget_due, rules
from tests.support.adapter import Caller
from tests.support.adapter_data import answered, with_file
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest, gateway_over, present_pki, write_keys
from tests.support.registry import CONSUMER

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "Ищейкин"
BIG = b"x" * 70_000


@pytest.fixture(scope="module")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    write_keys(folder, present_pki())
    return folder


@pytest.fixture
def kept(gateway_database: str, key_folder: Path) -> GatewayUnderTest:
    """A gateway whose plain type is kept for thirty days."""
    made = gateway_over(gateway_database, key_folder, "http://127.0.0.1:9")
    InformationType.objects.filter(code="VS09801").update(retention_days=30)
    return made


def ended(under_test: GatewayUnderTest, client_id: str) -> Exchange:
    """A request that was answered now, with a person in everything that can name one."""
    gateway = under_test.gateway
    options = {"adapter": {"metadata": {"clientId": client_id, "nodeId": SECRET}}, "transaction_code": "code"}
    draft = RequestDraft(under_test.consumer, under_test.plain, NUMBER, client_id, options=options)
    message = take_request(gateway, draft)
    exchange = message.exchange
    answer = answered(under_test, exchange, MessageKind.ANSWER, content=WORDS, personal_signature=b"<S/>")
    with_file(answer, f"{SECRET}.pdf", SECRET.encode())
    key = "ab" * 16
    gateway.blobs.put(key, io.BytesIO(BIG))
    Attachment.objects.create(
        message=answer, number=2, name="b", mime_type="text/plain", carrier="store", size=len(BIG), blob=key
    )
    details = {"reasons": [["NO_DATA", SECRET]], "signatures": {"smev": {"valid": True}}}
    answered(under_test, exchange, MessageKind.REJECTION, details=details)
    answered(
        under_test,
        exchange,
        MessageKind.STATUS,
        details={"code": 1, "description": SECRET, "parameters": [[SECRET, SECRET]]},
    )
    for octets in (NUMBER, WORDS):
        Step.objects.create(
            exchange=exchange,
            message=answer,
            kind=StepKind.RECEIVED,
            at=under_test.clock(),
            octets=octets,
            digest=gateway.digest(octets),
        )
    Subject.objects.create(exchange=exchange, kind="name", key="0" * 32)
    Exchange.objects.filter(pk=exchange.pk).update(
        routing={"rule": "r1", "because": SECRET}, case_number=SECRET
    )
    exchange.refresh_from_db()
    return exchange


def chain_holds(under_test: GatewayUnderTest) -> int:
    """Go along the journal's chain; return how many steps it has."""
    link, gateway = NOTHING, under_test.gateway
    steps = list(Step.objects.select_related("message").order_by("position"))
    for each in steps:
        link = next_link(gateway.provider, link, row_of(each))
        assert link == bytes(each.link or b"")
        assert each.octets is None or gateway.digest(bytes(each.octets)) == bytes(each.digest)
    return len(steps)


def all_texts() -> str:
    """Everything that the tables of messages hold, as one text."""
    rows = [
        *Message.objects.values_list("content", "details", "options", "personal_signature", "problem"),
        *Attachment.objects.values_list("name", "octets", "pkcs7", "reference"),
        *Step.objects.exclude(kind=StepKind.FORGOTTEN).values_list("octets"),
        *Exchange.objects.values_list("routing", "author", "case_number"),
    ]
    return " ".join(
        bytes(value).decode("utf-8", "replace")
        if isinstance(value, bytes | memoryview)
        else json.dumps(value, ensure_ascii=False, default=str)
        for row in rows
        for value in row
    )


def test_when_the_term_is_over_the_data_go_and_the_trace_stays(kept: GatewayUnderTest) -> None:
    exchange = ended(kept, "r-1")
    while seal(kept.gateway):
        pass
    links = list(Step.objects.order_by("position").values_list("position", "link", "digest"))
    assert SECRET in all_texts()
    assert forget_due(kept.gateway, 100) == 0
    kept.clock.advance(days=31)
    assert forget_due(kept.gateway, 100) == 1
    assert SECRET not in all_texts()
    assert "1234" not in all_texts()
    assert not Subject.objects.exists()
    assert not list(kept.gateway.blobs.keys(2**62))
    exchange.refresh_from_db()
    assert (exchange.state, exchange.forgotten_at) == (ExchangeState.ANSWERED, kept_at(exchange))
    trace = Forgetting.objects.get()
    assert (trace.rule, trace.messages, trace.files) == ("VS09801 30", 4, 2)
    assert trace.octets > len(BIG)
    answer = Message.objects.get(kind=MessageKind.ANSWER)
    assert trace.digests[str(answer.uid)] == kept.gateway.digest(WORDS).hex()
    assert Message.objects.get(kind=MessageKind.REJECTION).details["reasons"] == [["NO_DATA", ""]]
    assert Message.objects.get(client_id="r-1").options == {"transaction_code": "code"}
    while seal(kept.gateway):
        pass
    assert (
        list(Step.objects.order_by("position").values_list("position", "link", "digest"))[: len(links)]
        == links
    )
    told = json.loads(bytes(Step.objects.get(kind=StepKind.FORGOTTEN).octets or b""))
    assert told["rule"] == "VS09801 30"
    assert chain_holds(kept) == len(links) + 1
    assert forget_due(kept.gateway, 100) == 0


def kept_at(exchange: Exchange) -> object:
    return Forgetting.objects.get(exchange=exchange).at


def test_the_adapter_does_not_meet_what_is_forgotten(kept: GatewayUnderTest) -> None:
    ended(kept, "r-2")
    kept.clock.advance(days=31)
    forget_due(kept.gateway, 100)
    caller = Caller(kept.gateway)
    assert caller.post_json("/ws/get", {"itSystem": CONSUMER}).json == {}
    period = {"from": "2020-01-01T00:00:00Z"}
    found = caller.post_json(
        "/ws/find", {"itSystem": CONSUMER, "specificQuery": {"messagePeriodCriteria": period}}
    ).json
    kinds = [each["message"].get("messageType") for each in found["queryResult"]]
    assert kinds == ["RejectMessage", "StatusMessage"]


def test_what_is_open_or_of_another_rule_stays(kept: GatewayUnderTest) -> None:
    first = ended(kept, "r-3")
    Exchange.objects.filter(pk=first.pk).update(closed_at=None, state=ExchangeState.WAITING)
    second = ended_elsewhere(kept)
    kept.clock.advance(days=400)
    assert forget_due(kept.gateway, 100) == 0
    (rule,) = rules(kept.gateway.settings)
    assert not due(rule, kept.clock()).exists()
    assert not forget(kept.gateway, second.pk, rule), "it is not this rule's"
    object.__setattr__(kept.gateway.settings, "unknown_type_retention_days", 10)
    assert forget_due(kept.gateway, 100) == 1


def ended_elsewhere(kept: GatewayUnderTest) -> Exchange:
    """An exchange of no known type that ended."""
    return Exchange.objects.create(
        system=kept.consumer,
        direction="in",
        state=ExchangeState.NO_ANSWER,
        created_at=kept.clock(),
        closed_at=kept.clock(),
    )


def test_one_process_at_a_time_and_in_batches(kept: GatewayUnderTest) -> None:
    ended(kept, "r-4")
    kept.clock.advance(days=31)
    first, second = Keeper(kept.gateway), Keeper(kept.another_node().gateway)
    assert first.tick() > 0
    assert Forgetting.objects.count() == 1
    Exchange.objects.update(forgotten_at=None)
    second.tick()
    assert Forgetting.objects.count() == 1, "the other one has the duty"
    first.ended()
    second.tick()
    assert Forgetting.objects.count() == 2
    second.ended()


def test_the_command_tells_first_and_deletes_then(
    kept: GatewayUnderTest, gateway_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = ended(kept, "r-5")
    long_ago = kept.clock().replace(year=2020)
    Exchange.objects.filter(pk=exchange.pk).update(closed_at=long_ago)
    monkeypatch.setenv("MEZHVED_GATEWAY_DATABASE", gateway_database)
    monkeypatch.setenv("MEZHVED_GATEWAY_FOLDER", str(kept.gateway.settings.folder))
    told = json.loads(CliRunner().invoke(cli, ["gateway", "forget", "--dry-run", "--json"]).output)
    assert told == {"rules": [{"rule": "VS09801", "days": 30, "due": 1}], "forgotten": 0}
    assert not Forgetting.objects.exists()
    assert "1" in CliRunner().invoke(cli, ["gateway", "forget"]).output
    assert Forgetting.objects.count() == 1
