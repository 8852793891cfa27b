"""Requests are answered without people, each once, whatever the answering system does."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.models import Attachment, AutoAnswer, Event, Exchange, Handling, Message
from mezhved.gateway.outbox import ResponseDraft, take_response
from mezhved.gateway.provider.answering import answer_due
from mezhved.gateway.provider.loops import provider_loops
from mezhved.gateway.setup import import_setup
from mezhved.infotypes.stylesheets import StylesheetRunner
from tests.support.gateways import NUMBER, WORDS
from tests.support.own_system import OwnSystem, Says, own_system
from tests.support.providers import ProviderUnderTest, provider_over
from tests.support.registry import CONSUMER, PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "invented-secret"
STYLESHEET = f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
  xmlns:t="{PLAIN}"><xsl:template match="/"><t:PlainResponse>Число
  <xsl:value-of select="//t:Number"/></t:PlainResponse></xsl:template></xsl:stylesheet>"""


@pytest.fixture(scope="module")
def runner() -> Iterator[StylesheetRunner]:
    with StylesheetRunner(processes=1) as made:
        yield made


@pytest.fixture
def system() -> Iterator[OwnSystem]:
    with own_system() as served:
        served.says = [Says(body=WORDS)]
        yield served


@pytest.fixture
def provider(gateway_database: str, tmp_path: Path, system: OwnSystem) -> ProviderUnderTest:
    made = provider_over(gateway_database, tmp_path)
    set_up(tmp_path, system)
    return made


def set_up(folder: Path, system: OwnSystem, form: str = "xml", limit: int = 60) -> None:
    """Let the participant's own system answer, within `limit` seconds."""
    document = f"""
departments: [{{code: rest, name: Канцелярия, is_default: true}}]
services:
  - {{code: own, url: '{system.url}', secret: {SECRET}, form: {form}, attempts: 2, timeout_seconds: {limit}}}
rules: [{{code: own, answer: call, service: own}}]
"""
    import_setup(document, folder)


def answered(exchange: Exchange) -> list[Message]:
    return list(Message.objects.filter(exchange=exchange, direction="out").order_by("pk"))


def state(exchange: Exchange) -> str:
    return AutoAnswer.objects.get(exchange=exchange).state


def test_a_system_answers_over_http(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner
) -> None:
    came = provider.received()
    assert answer_due(provider.gateway, runner)
    (answer,) = answered(came)
    assert (answer.kind, bytes(answer.content or b""), answer.state) == ("answer", WORDS, "SENDING")
    assert state(came) == "done"
    assert not answer_due(provider.gateway, runner)

    (asked,) = system.asked
    assert asked.body == NUMBER
    assert asked.headers["Idempotency-Key"] == came.message_id
    assert (asked.headers["Mezhved-Type"], asked.headers["Mezhved-Sender"]) == ("VS09801", CONSUMER)
    moment, _, mac = asked.headers["Mezhved-Signature"].removeprefix("t=").partition(",v1=")
    assert int(moment) == int(provider.clock().timestamp())
    covered = f"{moment}.".encode() + asked.body
    assert mac == hmac.new(SECRET.encode(), covered, hashlib.sha256).hexdigest()


def test_a_process_killed_after_the_answer_gives_no_second_one(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner
) -> None:
    came = provider.received()
    answer_due(provider.gateway, runner)
    # As if the process had died before it noted that the answer is given.
    AutoAnswer.objects.update(state="waiting", run_after=provider.clock(), lease_owner="dead")
    Exchange.objects.update(state="new")
    system.says = [Says(body=WORDS.replace(b"1", b"2"))]
    assert answer_due(provider.another_node(), runner)
    assert len(answered(came)) == 1
    assert len(system.asked) == 1
    assert state(came) == "done"


def test_two_nodes_never_answer_one_request_at_once(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner
) -> None:
    came = provider.received()
    AutoAnswer.objects.update(lease_owner="other", leased_until=provider.clock())
    provider.pass_time(seconds=-1)
    assert not answer_due(provider.gateway, runner)
    provider.pass_time(seconds=2)
    assert answer_due(provider.gateway, runner)
    assert len(answered(came)) == 1


def test_a_system_that_fails_is_asked_again_and_then_a_person_gets_the_request(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner
) -> None:
    came = provider.received()
    system.says = [Says(status=503)]
    assert answer_due(provider.gateway, runner)
    assert not answer_due(provider.gateway, runner)
    provider.pass_time(minutes=5)
    assert answer_due(provider.gateway, runner)
    assert state(came) == "failed"
    assert len(system.asked) == 2
    came.refresh_from_db()
    assert (came.state, came.department and came.department.code) == ("new", "rest")
    kept = Handling.objects.get(exchange=came, kind="failed")
    assert "HTTP 503" in kept.note
    assert Event.objects.filter(exchange=came, kind="auto_answer_failed").exists()


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("says", "told"),
    [
        (Says(status=404), "HTTP 404"),
        (Says(status=302, headers=(("Location", "http://127.0.0.1:1/"),)), "HTTP 302"),
        (Says(body=f'<PlainResponse xmlns="{PLAIN}"><Evil/></PlainResponse>'.encode()), "схем"),
        (Says(body=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), ""),
        (Says(body=b"nothing"), ""),
        (Says(content_type="text/html", body=b"<p>"), "не XML и не JSON"),
        (Says(content_type="application/json", body=b"[1]"), "answer, xml"),
        (Says(content_type="application/json", body=b'{"rejections": [{"code": "BAD"}]}'), "код"),
        (Says(content_type="application/json", body=b'{"status": {"code": "7"}}'), "status.code"),
        (Says(content_type="application/json", body=b'{"status": {"code": 2147483648}}'), "status.code"),
        (
            Says(content_type="application/json", body=b'{"status": {"code": 1, "description": "\\u000b"}}'),
            "status.description",
        ),
        (
            Says(content_type="application/json", body=b'{"rejections": [{"code": [], "description": "a"}]}'),
            "код",
        ),
        (Says(content_type="application/json", body=b"[" * 100_000), "JSON"),
        (Says(status=204), ""),
    ],
)
def test_what_is_no_answer_leaves_the_request_to_a_person_at_once(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner, says: Says, told: str
) -> None:
    came = provider.received()
    system.says = [says]
    assert answer_due(provider.gateway, runner)
    assert (state(came), answered(came)) == ("failed", [])
    assert told in Handling.objects.get(exchange=came, kind="failed").note


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_system_that_says_nothing_is_left_after_its_time(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner, tmp_path: Path
) -> None:
    set_up(tmp_path, system, limit=1)
    came = provider.received()
    system.says = [Says(silent=True)]
    assert answer_due(provider.gateway, runner)
    row = AutoAnswer.objects.get(exchange=came)
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.problem["en"] == "the system gave no answer in 1 s"


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_json_goes_both_ways_by_the_types_form(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner, tmp_path: Path
) -> None:
    set_up(tmp_path, system, "json")
    came = provider.received()
    Attachment.objects.create(
        message=Message.objects.get(exchange=came),
        number=1,
        name="справка.pdf",
        mime_type="application/pdf",
        carrier="message",
        size=3,
        octets=b"pdf",
    )
    system.says = [Says(content_type="application/json", body=json.dumps({"xml": WORDS.decode()}).encode())]
    assert answer_due(provider.gateway, runner)
    assert bytes(answered(came)[0].content or b"") == WORDS
    asked = json.loads(system.asked[0].body)
    assert (asked["type"], asked["sender"], asked["test"]) == ("VS09801", CONSUMER, False)
    assert asked["request"] == {"Number": "1234"}
    assert asked["xml"].encode() == NUMBER
    (told,) = asked["files"]
    assert (told["name"], told["size"]) == ("справка.pdf", 3)
    assert told["url"] == f"/api/v1/messages/{asked['message']}/files/1"


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_refusals_and_interim_statuses_are_answers(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner
) -> None:
    came = provider.received()
    status = {"status": {"code": 7, "description": "В работе", "parameters": {"этап": "1"}}}
    refusal = {"rejections": [{"code": "NO_DATA", "description": "Сведений нет"}]}
    later = (("Retry-After", "60"),)
    system.says = [
        Says(status=202, headers=later),
        Says(content_type="application/json", body=json.dumps(refusal).encode()),
    ]
    assert answer_due(provider.gateway, runner)
    assert not answer_due(provider.gateway, runner)
    provider.pass_time(seconds=60)
    assert answer_due(provider.gateway, runner)
    (kept,) = answered(came)
    assert (kept.kind, kept.details["reasons"]) == ("rejection", [["NO_DATA", "Сведений нет"]])

    other = provider.received()
    system.says = [Says(content_type="application/json", body=json.dumps(status).encode())]
    assert answer_due(provider.gateway, runner)
    (kept,) = answered(other)
    assert (kept.kind, kept.details["code"]) == ("status", 7)
    assert state(other) == "later"
    other.refresh_from_db()
    assert other.state == "new"


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_person_may_be_faster(
    provider: ProviderUnderTest, system: OwnSystem, runner: StylesheetRunner
) -> None:
    came = provider.received()
    take_response(provider.gateway, ResponseDraft(came, WORDS))
    assert answer_due(provider.gateway, runner)
    assert state(came) == "done"
    assert system.asked == []


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_no_system_outside_the_networks_allowed_is_called(
    gateway_database: str, tmp_path: Path, system: OwnSystem, runner: StylesheetRunner
) -> None:
    provider = provider_over(gateway_database, tmp_path, service_networks=("10.0.0.0/8",))
    set_up(tmp_path, system)
    came = provider.received()
    assert answer_due(provider.gateway, runner)
    assert (state(came), system.asked) == ("failed", [])


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_test_scenario_answers_in_the_test_contour(
    provider: ProviderUnderTest, runner: StylesheetRunner, tmp_path: Path
) -> None:
    (tmp_path / "plain/scenario").mkdir()
    (tmp_path / "plain/scenario/transform.xsl").write_text(STYLESHEET)
    kind = provider.under_test.plain
    document = f"""
types:
  - code: VS09801
    namespace: {kind.namespace}
    request_root: {kind.request_root}
    response_root: {kind.response_root}
    package: plain
rules: [{{code: own, answer: scenario}}]
"""
    import_setup(document, tmp_path)
    came = provider.received()
    assert answer_due(provider.gateway, runner)
    assert state(came) == "done", AutoAnswer.objects.get().problem
    assert b"1234</" in bytes(answered(came)[0].content or b"")

    connection = provider.under_test.provider.connection
    connection.environment = "production"
    connection.save()
    real = provider.received()
    assert not AutoAnswer.objects.filter(exchange=real).exists()
    assert real.routing is not None
    assert "тестовый сценарий" in real.routing["because"][-1]["ru"]
    assert AutoAnswer.objects.filter(exchange=provider.received(is_test=True)).exists()


def test_the_threads_of_a_process_answer_and_end_when_told(
    provider: ProviderUnderTest, system: OwnSystem
) -> None:
    loops = provider_loops(provider.gateway)
    for each in loops:
        each.start()
    came = provider.received()
    assert system.called.wait(60)
    for each in loops:
        each.stop()
    for each in loops:
        each.join(60)
        assert not each.is_alive()
    assert state(came) == "done"
    assert len(answered(came)) == 1
