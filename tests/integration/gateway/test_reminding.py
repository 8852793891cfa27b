"""Terms that are near or over are told once: an event for systems, letters for people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.models import Department, Event, Exchange, Mail, Reminder
from mezhved.gateway.outbox import ResponseDraft, take_response
from mezhved.gateway.provider.letters import plain_line
from mezhved.gateway.provider.mailing import send_letters
from mezhved.gateway.provider.reminding import remind_due
from mezhved.gateway.provider.work import Actor, overdue, pause, resume, take
from mezhved.gateway.setup import import_setup
from tests.support.gateways import WORDS
from tests.support.providers import MOSCOW, ProviderUnderTest, provider_over
from tests.support.smtp import SmtpServer, smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETUP = """
departments:
  - code: top
    name: Управление
    people: [{name: Главная Г. Г., email: top.head@test.example, is_head: true}]
  - code: acts
    name: Отдел <испытаний>
    parent: top
    email: acts@test.example
    is_default: true
    people:
      - {name: Тестова Т. Т., email: acts.head@test.example, is_head: true}
      - {name: Пробный П. П., email: worker@test.example}
terms:
  - {type: VS09801, term: 2wd, remind_before: [1wd, 2h], escalate_after: [0h, 1wd, 2wd]}
"""
WORKER = Actor("Пробный П. П.")


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with smtp_server() as served:
        yield served


@pytest.fixture
def provider(gateway_database: str, tmp_path: Path, smtp: SmtpServer) -> ProviderUnderTest:
    made = provider_over(
        gateway_database,
        tmp_path,
        mail_host="127.0.0.1",
        mail_port=smtp.port,
        mail_from="Шлюз <gateway@test.example>",
    )
    import_setup(SETUP, tmp_path)
    return made


def at(provider: ProviderUnderTest, text: str) -> None:
    provider.clock.now = datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def told(provider: ProviderUnderTest, smtp: SmtpServer) -> list[str]:
    """Remind and send; return to whom, sorted."""
    remind_due(provider.gateway)
    while send_letters(provider.gateway):
        pass
    recipients = sorted(each.recipients[0] for each in smtp.letters)
    smtp.letters.clear()
    return recipients


def test_letters_go_to_the_executor_and_then_ever_further_up(
    provider: ProviderUnderTest, smtp: SmtpServer
) -> None:
    came = provider.received()
    assert came.due_at == datetime(2026, 11, 25, 23, 59, 59, tzinfo=MOSCOW)
    assert told(provider, smtp) == []
    at(provider, "2026-11-24T09:00")
    assert told(provider, smtp) == ["acts@test.example"]
    take(provider.gateway, came, WORKER)
    at(provider, "2026-11-25T22:00")
    assert told(provider, smtp) == ["worker@test.example"]
    assert not overdue(provider.clock()).exists()
    at(provider, "2026-11-26T00:00")
    assert told(provider, smtp) == ["acts.head@test.example", "acts@test.example", "worker@test.example"]
    assert [each.pk for each in overdue(provider.clock())] == [came.pk]
    at(provider, "2026-11-26T09:00")
    assert told(provider, smtp) == ["top.head@test.example"]
    at(provider, "2026-11-27T09:00")
    assert told(provider, smtp) == ["top.head@test.example"]
    assert told(provider, smtp) == []
    kinds = list(Event.objects.filter(kind__startswith="term_").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["term_near", "term_near", "term_over", "term_over", "term_over"]


def test_two_nodes_tell_once(provider: ProviderUnderTest, smtp: SmtpServer) -> None:
    provider.received()
    at(provider, "2026-11-24T09:00")
    remind_due(provider.gateway)
    Reminder.objects.update(done_at=None)  # as if the other process had looked before this one wrote
    remind_due(provider.another_node())
    assert Mail.objects.count() == 1
    assert send_letters(provider.gateway) == 1
    assert send_letters(provider.another_node()) == 0
    assert len(smtp.letters) == 1


def test_what_is_answered_is_not_told_of(provider: ProviderUnderTest, smtp: SmtpServer) -> None:
    came = provider.received()
    take_response(provider.gateway, ResponseDraft(came, WORDS))
    Exchange.objects.update(state="answered")
    at(provider, "2026-12-24T09:00")
    assert told(provider, smtp) == []
    assert not Reminder.objects.filter(done_at=None).exists()


def test_a_term_stands_still_while_the_asker_is_waited_for(
    provider: ProviderUnderTest, smtp: SmtpServer
) -> None:
    came = provider.received()
    pause(provider.gateway, came, WORKER, "Нужны уточнения")
    at(provider, "2026-11-26T12:00")
    assert told(provider, smtp) == []
    assert not overdue(provider.clock()).exists()
    resumed = resume(provider.gateway, came, WORKER)
    assert resumed.due_at == datetime(2026, 11, 30, 23, 59, 59, tzinfo=MOSCOW)
    at(provider, "2026-11-27T09:00")
    assert told(provider, smtp) == ["acts@test.example"]


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_letter_says_what_is_late_in_two_forms_and_nothing_of_persons(
    provider: ProviderUnderTest, smtp: SmtpServer
) -> None:
    came = provider.received()
    at(provider, "2026-11-24T09:00")
    remind_due(provider.gateway)
    send_letters(provider.gateway)
    (letter,) = smtp.letters
    message = letter.message
    assert message["Subject"].strip() == "Срок ответа истекает 25.11.2026: VS09801"
    assert message["From"].addresses[0].addr_spec == "gateway@test.example"
    assert message["Message-ID"].endswith("@test.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in message.iter_parts())
    for text in (plain, html):
        assert str(came.uid) in text
        assert "25.11.2026 23:59" in text
        assert "1234" not in text.replace(str(came.uid), "")
    assert "Отдел &lt;испытаний&gt;" in html


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_no_header_can_be_put_in(provider: ProviderUnderTest, smtp: SmtpServer) -> None:
    kind = provider.under_test.plain
    kind.code, kind.title = "VS1\r\nBcc: thief@test.example", "a\u2028Bcc: x\nSubject: y"
    kind.save()
    Department.objects.filter(code="acts").update(name="a\r\n\r\nbody")
    provider.received(kind=kind)
    at(provider, "2026-11-24T09:00")
    assert told_letter(provider, smtp)["Bcc"] is None
    assert plain_line("a\r\nb\x00\u2029c\ud800") == "a b c"


def told_letter(provider: ProviderUnderTest, smtp: SmtpServer) -> dict[str, str | None]:
    remind_due(provider.gateway)
    assert send_letters(provider.gateway) == 1
    (letter,) = smtp.letters
    assert letter.recipients == ["acts@test.example"]
    return {"Bcc": letter.message["Bcc"]}


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_letter_waits_for_the_server_and_is_given_up_when_it_is_refused(
    provider: ProviderUnderTest, smtp: SmtpServer
) -> None:
    provider.received()
    at(provider, "2026-11-24T09:00")
    smtp.refusals["acts@test.example"] = b"451 try later"
    assert told(provider, smtp) == []
    assert Mail.objects.get().problem == "SMTPRecipientsRefused"
    provider.pass_time(minutes=1)
    smtp.refusals.clear()
    assert told(provider, smtp) == ["acts@test.example"]
    assert Mail.objects.get().sent_at == provider.clock()

    take(provider.gateway, Exchange.objects.get(), WORKER)
    at(provider, "2026-11-25T22:00")
    smtp.refusals["worker@test.example"] = b"550 nobody here"
    assert told(provider, smtp) == []
    lost = Mail.objects.get(address="worker@test.example")
    assert (lost.send_after, lost.sent_at) == (None, None)


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_letter_is_tried_for_two_days(provider: ProviderUnderTest, smtp: SmtpServer) -> None:
    provider.received()
    at(provider, "2026-11-24T09:00")
    remind_due(provider.gateway)
    smtp.refusals["acts@test.example"] = b"451 never"
    pauses = []
    for _ in range(3):
        send_letters(provider.gateway)
        again = Mail.objects.get().send_after
        assert again is not None
        pauses.append(again - provider.clock())
        provider.clock.now = again
    assert pauses == [timedelta(seconds=each) for each in (30, 60, 120)]
    Mail.objects.update(attempts=40)
    send_letters(provider.gateway)
    assert Mail.objects.get().send_after == provider.clock() + timedelta(hours=1)
    provider.pass_time(days=2)
    send_letters(provider.gateway)
    assert Mail.objects.get().send_after is None


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_without_a_mail_server_events_are_told_and_no_letters_written(
    gateway_database: str, tmp_path: Path
) -> None:
    provider = provider_over(gateway_database, tmp_path)
    import_setup(SETUP, tmp_path)
    provider.received()
    at(provider, "2026-11-24T09:00")
    assert remind_due(provider.gateway) == 1
    assert Event.objects.filter(kind="term_near").exists()
    assert not Mail.objects.exists()
