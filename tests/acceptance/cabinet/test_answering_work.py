"""Incoming requests: taken, given on, asked about, answered, refused; nothing typed is lost."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.cabinet.forms.keeper import LEFT_KEPT, forget_due
from mezhved.cabinet.models import AnswerTemplate, AuditEntry, Draft, Role
from mezhved.gateway.models import (
    AnswerWay,
    AutoAnswer,
    AutoState,
    Department,
    Direction,
    Exchange,
    ExchangeState,
    Handling,
    HandlingKind,
    InformationType,
    Message,
    MessageKind,
    MessageState,
    Person,
)
from mezhved.gateway.outbox import RequestDraft, ResponseDraft, take_request, take_response
from tests.support.cabinets import cabinet_over
from tests.support.gateways import NUMBER, WORDS, present_pki
from tests.support.registry import NEWS

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest
    from tests.support.gateways import GatewayUnderTest


@pytest.fixture
def cabinet(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """Most of it needs no bus."""
    return lone_cabinet


@pytest.fixture
def over_the_bus(under_test: GatewayUnderTest) -> CabinetUnderTest:
    """A cabinet whose answers arrive."""
    return cabinet_over(under_test)


def _asked(cabinet: CabinetUnderTest, where: str = "north") -> Exchange:
    """A request that came over the bus into a department."""
    under_test = cabinet.under_test
    Department.objects.update(is_default=False)
    Department.objects.filter(code=where).update(is_default=True)
    take_request(under_test.gateway, RequestDraft(under_test.consumer, under_test.plain, NUMBER))
    under_test.send()
    under_test.take_requests()
    found = Exchange.objects.filter(direction=Direction.IN).latest("pk")
    assert found.department is not None
    assert found.department.code == where
    return found


def _stored(cabinet: CabinetUnderTest, where: str = "north", **values: Any) -> Exchange:
    """A request as it is kept, without the way over the bus."""
    now = cabinet.under_test.gateway.clock()
    said: dict[str, Any] = {
        "state": ExchangeState.NEW,
        "type": cabinet.under_test.plain,
        "department": cabinet.department(where),
        "counterpart": "TEST01",
        "counterpart_name": "Пробное ведомство",
        "reply_to": "nowhere",
        "term": "5wd",
        "due_at": now + timedelta(days=9),
        **values,
    }
    exchange = Exchange.objects.create(
        system=cabinet.under_test.provider, direction=Direction.IN, created_at=now, **said
    )
    Message.objects.create(
        exchange=exchange,
        system=exchange.system,
        direction=Direction.IN,
        kind=MessageKind.REQUEST,
        state=MessageState.RECEIVED,
        message_id=f"m-{exchange.pk}",
        content=NUMBER,
        created_at=now,
    )
    return exchange


def _sums() -> InformationType:
    """A type whose answer is a whole number, signed or not."""
    namespace = "urn://mezhved.example/sums/1.0"
    schema = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}"
  elementFormDefault="qualified">
  <xs:element name="Ask" type="xs:string"/>
  <xs:element name="Tell"><xs:complexType>
    <xs:sequence><xs:element name="Sum" type="xs:integer"/></xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/></xs:complexType></xs:element>
</xs:schema>"""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sums.xsd", schema)
    octets = packed.getvalue()
    return InformationType.objects.create(
        code="VS09855",
        title="Пробная сумма",
        namespace=namespace,
        request_root="Ask",
        response_root="Tell",
        package=octets,
        package_digest=hashlib.sha256(octets).hexdigest(),
    )


def _do(browser: Client, exchange: Exchange, what: str, **said: str) -> Any:
    return browser.post(f"/incoming/{exchange.uid}/do/{what}/", said)


def _page(browser: Client, exchange: Exchange, tail: str = "") -> str:
    answer = browser.get(f"/incoming/{exchange.uid}/{tail}")
    assert answer.status_code == 200, answer.headers
    return answer.content.decode()


def _form(page: str) -> dict[str, str]:
    """What a browser would post back of the form of the draft."""
    form = re.search(r'<form[^>]*id="draft-form".*?</form>', page, re.DOTALL)
    assert form is not None
    inputs = re.findall(r"<(?:input|textarea|select)[^>]*>", form[0])
    said = {}
    for each in inputs:
        name, value = (re.search(rf'\b{key}="([^"]*)"', each) for key in ("name", "value"))
        if name is not None and 'type="file"' not in each:
            said[name[1]] = value[1] if value is not None else ""
    return said


def _filled(browser: Client, exchange: Exchange, text: str = "Одна тысяча") -> dict[str, str]:
    said = _form(_page(browser, exchange, "answer/"))
    fields = [name for name in said if name.startswith("/") and "Id" not in name]
    assert fields, said
    return {**said, fields[0]: text}


def test_a_request_is_answered_over_the_bus(over_the_bus: CabinetUnderTest) -> None:
    cabinet = over_the_bus
    exchange = _asked(cabinet)
    official = cabinet.member(Role.OFFICIAL, "north")
    browser = cabinet.browser(official)
    page = _page(browser, exchange)
    assert "1234" in page
    assert "ни одно правило не подошло" in page
    assert _do(browser, exchange, "take").status_code == 302
    said = _filled(browser, exchange)
    preview = browser.post(f"/incoming/{exchange.uid}/answer/", said)
    assert preview.status_code == 200
    assert "Одна тысяча" in preview.content.decode()
    assert "Отправить ответ" in preview.content.decode()
    assert browser.post(f"/incoming/{exchange.uid}/answer/send/").status_code == 302
    assert not Draft.objects.filter(sent_at=None).exists()
    cabinet.under_test.send()
    cabinet.under_test.take_responses()
    own = Exchange.objects.get(direction=Direction.OUT)
    assert own.state == ExchangeState.ANSWERED
    answered = Message.objects.get(exchange=own, kind=MessageKind.ANSWER)
    assert "Одна тысяча" in bytes(answered.content or b"").decode()
    page = _page(browser, exchange)
    assert "Отвечен" in page
    assert "Взять в работу" not in page
    assert AuditEntry.objects.filter(exchange=exchange.uid, action="answered").exists()


def test_what_is_wrong_with_an_answer_is_told_and_kept(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet, type=_sums())
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    said = _filled(browser, exchange, "сто рублей")
    for tail in ("answer/", "answer/send/"):
        answer = browser.post(f"/incoming/{exchange.uid}/{tail}", said)
        assert answer.status_code == 422
        assert "сто рублей" in answer.content.decode()
        assert 'aria-invalid="true"' in answer.content.decode()
        said["version"] = _form(answer.content.decode())["version"]
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.NEW
    assert not Message.objects.filter(direction=Direction.OUT).exists()


def test_an_answer_that_an_official_has_to_sign_waits_for_the_signature(cabinet: CabinetUnderTest) -> None:
    kind = _sums()
    kind.official_signs_answer = True
    kind.save(update_fields=["official_signs_answer"])
    exchange = _stored(cabinet, type=kind)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    led = browser.post(f"/incoming/{exchange.uid}/answer/send/", _filled(browser, exchange, "100"))
    assert led.headers["Location"] == f"/incoming/{exchange.uid}/sign/"
    message = Message.objects.get(direction=Direction.OUT)
    assert message.state == MessageState.DRAFT
    page = _page(browser, exchange, "sign/")
    assert "Проверить подпись и отправить" in page
    offered = browser.get(f"/incoming/{exchange.uid}/sign/?part=content")
    assert b"SignedInfo" in offered.getvalue()
    wrong = browser.post(f"/incoming/{exchange.uid}/sign/", {"signature": "bm90aGluZw=="})
    assert wrong.status_code == 422
    assert "bm90aGluZw==" in wrong.content.decode()
    official = present_pki().participants[0]
    digest = cabinet.under_test.gateway.provider.digest(official.digest_algorithm, offered.getvalue())
    value = official.sign_digest(digest)
    given = {
        "signature": base64.b64encode(value).decode(),
        "certificate": official.certificate.pem,
    }
    done = browser.post(f"/incoming/{exchange.uid}/sign/", given)
    assert done.status_code == 302, re.search(r"<strong>(.*?)</strong>", done.content.decode())
    message.refresh_from_db()
    assert message.state == MessageState.SENDING
    assert message.personal_signature is not None


def test_an_answer_that_nobody_signs_is_given_up_and_written_anew(cabinet: CabinetUnderTest) -> None:
    kind = _sums()
    kind.official_signs_answer = True
    kind.save(update_fields=["official_signs_answer"])
    exchange = _stored(cabinet, type=kind)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    browser.post(f"/incoming/{exchange.uid}/answer/send/", _filled(browser, exchange, "100"))
    browser.post(f"/incoming/{exchange.uid}/sign/", {"action": "withdraw"})
    assert Message.objects.get(direction=Direction.OUT).state == MessageState.CANCELLED
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.IN_WORK
    assert "Ответить" in _page(browser, exchange)


def test_another_was_faster_and_nothing_typed_is_lost(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    said = _filled(browser, exchange, "Набрано долго")
    take_response(cabinet.under_test.gateway, ResponseDraft(exchange, WORDS))
    answer = browser.post(f"/incoming/{exchange.uid}/answer/send/", said)
    assert answer.status_code == 409
    assert "на этот запрос уже ответили" in answer.content.decode()
    assert "Набрано долго" in answer.content.decode()
    assert "Набрано долго" in Draft.objects.get().contents.encode().decode("unicode_escape")


def test_a_draft_that_was_left_is_told_of_looked_at_and_deleted(lone_cabinet: CabinetUnderTest) -> None:
    exchange = _stored(lone_cabinet)
    browser = lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "north"))
    said = _filled(browser, exchange, "Набрано долго")
    draft = Draft.objects.get()
    field = next(name for name in said if name.startswith("/") and "Id" not in name)
    kept = {"at": field, field: "Набрано долго", "version": said["version"]}
    part = {"HX-Request": "true"}
    assert browser.post(f"/forms/{draft.uid}/value/", kept, headers=part).status_code == 200
    assert "Остался неотправленный черновик" not in _page(browser, exchange)
    take_response(lone_cabinet.under_test.gateway, ResponseDraft(exchange, WORDS))
    typing = browser.post(f"/forms/{draft.uid}/value/", {**kept, field: "Ещё"}, headers=part)
    assert typing.status_code == 409
    assert typing.headers["HX-Retarget"] == "#form-conflict"
    assert "уже не отправить" in typing.content.decode()
    whole = {**said, field: "Всё сразу", "version": str(draft.version + 1)}
    saved = browser.post(f"/forms/{draft.uid}/save/", whole)
    assert saved.status_code == 409
    assert "Остался неотправленный черновик" in _page(browser, exchange)
    assert "Всё сразу" in _page(browser, exchange, "left/")
    observer = lone_cabinet.browser(lone_cabinet.member(Role.OBSERVER, "north"))
    assert "Остался неотправленный черновик" not in _page(observer, exchange)
    assert observer.post(f"/incoming/{exchange.uid}/left/").status_code == 403
    assert browser.post(f"/incoming/{exchange.uid}/left/").status_code == 302
    assert not Draft.objects.exists()
    assert "Остался неотправленный черновик" not in _page(browser, exchange)


def test_a_draft_that_was_left_goes_by_itself_in_a_month(lone_cabinet: CabinetUnderTest) -> None:
    exchange = _stored(lone_cabinet)
    browser = lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "north"))
    _filled(browser, exchange)
    now = lone_cabinet.under_test.clock()
    Exchange.objects.filter(pk=exchange.pk).update(state=ExchangeState.ANSWERED, closed_at=now)
    assert forget_due(now + LEFT_KEPT) == 0
    assert forget_due(now + LEFT_KEPT + timedelta(seconds=1)) == 1
    assert not Draft.objects.exists()


def test_somebody_else_works_on_it(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    head, official = cabinet.member(Role.HEAD, "north"), cabinet.member(Role.OFFICIAL, "north")
    browser = cabinet.browser(official)
    said = _filled(browser, exchange, "Моё")
    _do(cabinet.browser(head), exchange, "take")
    answer = browser.post(f"/incoming/{exchange.uid}/answer/send/", said)
    assert answer.status_code == 409
    assert f"над запросом работает {head.name}" in answer.content.decode()
    assert "Моё" in answer.content.decode()
    taken = _do(browser, exchange, "take")
    assert taken.status_code == 409
    assert head.name in taken.content.decode()
    assert "Взять в работу" not in _page(browser, exchange)


def test_a_request_is_refused_for_several_reasons(over_the_bus: CabinetUnderTest) -> None:
    cabinet = over_the_bus
    exchange = _asked(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    address = f"/incoming/{exchange.uid}/refuse/"
    assert "но таких сведений у вас нет" in browser.get(address).content.decode()
    typed = {"code": ["NO_DATA", "ACCESS_DENIED"], "text": ["Нет у нас", "И нельзя"]}
    looked = browser.post(address, {**typed, "action": "look"})
    assert "Отправить отказ" in looked.content.decode()
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.NEW
    assert browser.post(address, {**typed, "action": "send"}).status_code == 302
    cabinet.under_test.send()
    cabinet.under_test.take_responses()
    own = Exchange.objects.get(direction=Direction.OUT)
    assert own.state == ExchangeState.REJECTED
    reasons = Message.objects.get(exchange=own, kind=MessageKind.REJECTION).details["reasons"]
    assert [tuple(each) for each in reasons] == [("NO_DATA", "Нет у нас"), ("ACCESS_DENIED", "И нельзя")]


def test_a_refusal_that_says_nothing_is_not_sent(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    for code, text, told in (
        ("", "", "выберите причину"),
        ("NO_DATA", " ", "объясните отказ"),
        ("NO_DATA", "я" * 4001, "объясните отказ"),
        ("FAILURE", "сломалось", "выберите причину"),  # the schema of 1.2 has no such code
        ("INVENTED", "сломалось", "выберите причину"),
    ):
        said = {"code": code, "text": text, "action": "send"}
        answer = browser.post(f"/incoming/{exchange.uid}/refuse/", said)
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert text in answer.content.decode()
    assert not Message.objects.filter(direction=Direction.OUT).exists()


def test_an_interim_status_is_told_and_the_request_stays(over_the_bus: CabinetUnderTest) -> None:
    cabinet = over_the_bus
    exchange = _asked(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    address = f"/incoming/{exchange.uid}/status/"
    wrong = browser.post(address, {"code": "1e5", "description": "Ищем в архиве"})
    assert wrong.status_code == 422
    assert "Ищем в архиве" in wrong.content.decode()
    said = {"code": "12", "description": "Ищем в архиве", "name": ["где", ""], "value": ["подвал", ""]}
    assert browser.post(address, said).status_code == 302
    cabinet.under_test.send()
    cabinet.under_test.take_responses()
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.NEW
    own = Exchange.objects.get(direction=Direction.OUT)
    assert (
        Message.objects.get(exchange=own, kind=MessageKind.STATUS).details["description"] == "Ищем в архиве"
    )


def test_work_goes_from_hand_to_hand_and_the_story_is_told(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    head, official = cabinet.member(Role.HEAD, "centre"), cabinet.member(Role.OFFICIAL, "north")
    heads, officials = cabinet.browser(head), cabinet.browser(official)
    to = f"p{Person.objects.get(name=official.name).pk}"
    assert _do(heads, exchange, "assign", to=to, note="Срочно").status_code == 302
    exchange.refresh_from_db()
    assert (exchange.executor, exchange.account) == (official.name, official.user)
    _do(officials, exchange, "take")
    missing = _do(officials, exchange, "return", note=" ")
    assert missing.status_code == 409
    assert "open><summary>Вернуть в подразделение" in missing.content.decode()
    _do(officials, exchange, "pause", note="Ждём копию")
    assert "приостановлен" in _page(officials, exchange)
    _do(officials, exchange, "resume")
    _do(officials, exchange, "return", note="Не моя тема")
    page = _page(officials, exchange)
    for each in ("Срочно", "Взят в работу", "Ждём копию", "Срок снова идёт", "Не моя тема"):
        assert each in page
    exchange.refresh_from_db()
    assert (exchange.state, exchange.executor) == (ExchangeState.NEW, "")


def test_the_term_is_stopped_by_who_works_on_the_request_or_gives_work_out(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    officials = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    heads = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    assert "Приостановить срок" not in _page(officials, exchange)
    assert "Приостановить срок" in _page(heads, exchange)
    refused = _do(officials, exchange, "pause", note="Ждём копию")
    assert refused.status_code == 409
    assert "запрос в работе не у вас" in refused.content.decode()
    _do(officials, exchange, "take")
    assert "Приостановить срок" in _page(officials, exchange)
    _do(heads, exchange, "pause", note="Ждём копию")
    _do(officials, exchange, "return", note="Не моя тема")
    page = _page(officials, exchange)
    assert "Срок приостановлен с" in page
    assert "Возобновить срок" not in page
    assert _do(officials, exchange, "resume").status_code == 409
    exchange.refresh_from_db()
    assert exchange.paused_at is not None


def test_a_request_given_to_another_department_leaves_ones_sight(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    browser = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    led = _do(browser, exchange, "assign", to=f"d{cabinet.department('other').pk}")
    assert led.headers["Location"] == "/incoming/"
    assert browser.get(f"/incoming/{exchange.uid}/").status_code == 404


def test_a_colleague_is_asked_and_answers_by_a_note(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    official, head = cabinet.member(Role.OFFICIAL, "north"), cabinet.member(Role.HEAD, "centre")
    asks, answers = cabinet.browser(official), cabinet.browser(head)
    whom = f"p{Person.objects.get(name=head.name).pk}"
    assert _do(asks, exchange, "ask", colleague=whom, note="Можно ли выдать?").status_code == 302
    page = _page(answers, exchange)
    assert "спрашивает вас" in page
    assert "Можно ли выдать?" in page
    listed = answers.get("/incoming/?asked=1").content.decode()
    assert str(exchange.uid) in listed
    assert _do(answers, exchange, "note", note="Можно").status_code == 302
    assert "спрашивает вас" not in _page(answers, exchange)
    assert "Можно" in _page(asks, exchange)
    stranger = Person.objects.create(department=cabinet.department("other"), name="Чужой")
    assert _do(asks, exchange, "ask", colleague=f"p{stranger.pk}", note="А вы?").status_code == 409


def test_an_observer_sees_and_changes_nothing(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OBSERVER, "north"))
    page = _page(browser, exchange)
    assert "1234" in page
    for button in ("Взять в работу", "Отказать", "Записать", "Приостановить"):
        assert button not in page
    for what in ("take", "return", "assign", "ask", "note", "pause", "resume", "by-hand", "read"):
        assert _do(browser, exchange, what, note="x").status_code in {404, 409}, what
    for tail in ("answer/", "refuse/", "status/", "sign/"):
        assert browser.get(f"/incoming/{exchange.uid}/{tail}").status_code == 403
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.NEW
    assert not Handling.objects.exists()
    assert Message.objects.get(exchange=exchange).state == MessageState.RECEIVED


def test_nobody_answers_outside_their_department(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "other"))
    for tail in ("", "answer/", "refuse/", "status/", "sign/"):
        assert browser.get(f"/incoming/{exchange.uid}/{tail}").status_code == 404
    for tail in ("do/take/", "answer/send/", "answer/template/", "refuse/", "status/"):
        assert browser.post(f"/incoming/{exchange.uid}/{tail}").status_code == 404
    outgoing = Exchange.objects.create(
        system=cabinet.under_test.consumer,
        direction=Direction.OUT,
        state=ExchangeState.WAITING,
        department=cabinet.department("other"),
        created_at=cabinet.under_test.gateway.clock(),
    )
    assert browser.get(f"/incoming/{outgoing.uid}/").status_code == 404


def test_an_automatic_answer_is_shown_with_its_trouble_and_taken_over(cabinet: CabinetUnderTest) -> None:
    exchange = _stored(cabinet)
    AutoAnswer.objects.create(
        exchange=exchange,
        way=AnswerWay.CALL,
        state=AutoState.WAITING,
        attempts=2,
        run_after=cabinet.under_test.gateway.clock(),
        problem={"ru": "система не отвечает", "en": "no answer"},
    )
    official = cabinet.member(Role.OFFICIAL, "north")
    browser = cabinet.browser(official)
    page = _page(browser, exchange)
    assert "Автоответ готовится" in page
    assert "система не отвечает" in page
    assert _do(browser, exchange, "by-hand").status_code == 302
    exchange.refresh_from_db()
    assert (exchange.state, exchange.executor) == (ExchangeState.IN_WORK, official.name)
    answer = AutoAnswer.objects.get()
    assert (answer.state, answer.run_after) == (AutoState.FAILED, None)
    assert _do(browser, exchange, "by-hand").status_code == 409


def test_a_message_that_wants_no_answer_is_read_and_closed(cabinet: CabinetUnderTest) -> None:
    news = InformationType.objects.get(namespace=NEWS)
    exchange = _stored(cabinet, state=ExchangeState.NO_ANSWER, type=news, due_at=None)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert "Ознакомлен, закрыть" in _page(browser, exchange)
    assert Message.objects.get(exchange=exchange).state == MessageState.RECEIVED
    assert _do(browser, exchange, "read").status_code == 302
    assert Message.objects.get(exchange=exchange).state == MessageState.READ
    assert "Ознакомлен, закрыть" not in _page(browser, exchange)
    assert Handling.objects.get().kind == HandlingKind.NOTED


def test_an_answer_is_kept_as_a_template_and_used_again(cabinet: CabinetUnderTest) -> None:
    first, second = _stored(cabinet), _stored(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    said = _filled(browser, first, "Как всегда")
    kept = browser.post(
        f"/incoming/{first.uid}/answer/template/",
        {**said, "action": "keep", "name": "Обычный", "department": "north"},
    )
    assert kept.status_code == 302
    row = AnswerTemplate.objects.get()
    other = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    page = _page(other, second, "answer/")
    assert "Обычный" in page
    other.post(f"/incoming/{second.uid}/answer/template/", {"action": "use", "template": str(row.uid)})
    assert "Как всегда" in _page(other, second, "answer/")
    other.post(f"/incoming/{second.uid}/answer/template/", {"action": "drop", "template": str(row.uid)})
    assert AnswerTemplate.objects.exists()


def test_words_of_a_request_are_shown_as_text(cabinet: CabinetUnderTest) -> None:
    evil = "<img src=x onerror=alert(1)>"
    exchange = _stored(cabinet, counterpart_name=evil, routing={"rule": evil, "because": [{"ru": evil}]})
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    _do(browser, exchange, "note", note=evil)
    for tail in ("", "refuse/", "status/", "answer/"):
        assert evil not in _page(browser, exchange, tail)
