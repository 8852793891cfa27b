"""What an administrator watches: keys, the way to SMEV, queues, tokens, the calendar, the journal."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from mezhved.cabinet.models import AuditEntry, Job, JobState, Role
from mezhved.cabinet.running.keys import keys_folder
from mezhved.gateway.access import recognise
from mezhved.gateway.journal import seal
from mezhved.gateway.models import (
    AccessRight,
    AccessToken,
    AwaitedFiles,
    CalendarDay,
    Connection,
    Delivery,
    DeliveryState,
    Department,
    Event,
    InformationType,
    QueueState,
    SigningKey,
    Step,
    StepKind,
    Webhook,
)
from mezhved.gateway.outbox import RequestDraft, take_request
from tests.support.cabinets import work_off
from tests.support.gateways import NUMBER
from tests.support.registry import CONSUMER

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest
    from tests.support.gateways import GatewayBus


@pytest.fixture
def administrator(cabinet: CabinetUnderTest) -> Client:
    return cabinet.browser(cabinet.member(Role.ADMINISTRATOR))


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    return page.content.decode()


def use_keys(*, active: bool) -> None:
    for key in SigningKey.objects.all():
        key.is_active = active
        key.save()


def test_first_steps_tell_what_is_missing(cabinet: CabinetUnderTest, administrator: Client) -> None:
    page = text(administrator, "/run/first-steps/")
    assert page.count('class="ready"') == 5  # connection, system, key, type, department
    assert page.count('class="missing"') == 4
    use_keys(active=False)
    Department.objects.filter(code="north").update(is_default=True)
    cabinet.member(Role.OFFICIAL, "north")
    page = text(administrator, "/run/first-steps/")
    assert "Нет ключа в силе" in page
    assert page.count('class="missing"') == 3
    use_keys(active=True)


def test_the_landing_page_warns_of_what_wants_a_look(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    system = cabinet.under_test.consumer
    quiet = text(administrator, "/run/")
    assert "Очередей с неудачами" not in quiet
    problem = {
        "name": "NotConnected",
        "ru": "нет связи",
        "en": "no way",
        "cure_ru": "канал",
        "cure_en": "way",
    }
    QueueState.objects.create(name="poll x", system=system, kind="response", failures=3, problem=problem)
    AwaitedFiles.objects.create(system=system, message_id="m-1", first_at=cabinet.under_test.clock())
    Job.objects.create(
        kind="tests.none",
        title={"ru": "Работа", "en": "Job"},
        state=JobState.FAILED,
        created_at=cabinet.under_test.clock(),
        finished_at=cabinet.under_test.clock(),
    )
    cabinet.under_test.clock.advance(days=3650)
    Job.objects.update(finished_at=cabinet.under_test.clock())
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    told = text(administrator, "/run/")
    for each in ("Очередей с неудачами: 1", "ждут своих файлов: 1", "не удалось за неделю: 1", "истёк"):
        assert each in told
    queues = text(administrator, "/run/queues/")
    assert "нет связи — канал" in queues
    assert "m-1" in queues
    assert "истёк" in text(administrator, "/run/keys/")
    assert "Не могут подписывать" in text(administrator, "/run/health/")


def test_the_check_is_run_from_the_page_line_by_line(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    administrator.post("/run/check/")
    assert "hx-get" in text(administrator, "/run/check/lines/")
    assert work_off(cabinet) == 1
    page = text(administrator, "/run/check/")
    assert "регистрация и очереди" in page
    assert "hx-get" not in text(administrator, "/run/check/lines/")
    assert "препятствие" not in page, page
    address = Connection.objects.get().url
    Connection.objects.update(url="http://127.0.0.1:9/none")
    administrator.post("/run/check/")
    work_off(cabinet)
    page = text(administrator, "/run/check/")
    assert "препятствие" in page
    assert "межсетевой экран" in page
    Connection.objects.update(url=address)


def test_a_key_is_added_by_its_certificate_and_retired(
    cabinet: CabinetUnderTest, administrator: Client, served_bus: GatewayBus
) -> None:
    folder, system = served_bus.folder, cabinet.under_test.consumer
    certificate = (folder / f"{CONSUMER}.cert.pem").read_bytes()
    shutil.copyfile(folder / f"{CONSUMER}.key.pem", keys_of(cabinet) / "next.pem")
    later = cabinet.under_test.clock() + timedelta(days=200)
    given = {
        "system": str(system.pk),
        "name": "next",
        "purpose": "organisation",
        "key_file": "next.pem",
        "use_from": f"{later:%Y-%m-%dT%H:%M}",
    }
    refused = administrator.post("/run/keys/add/", given)
    assert "нужен сертификат" in refused.content.decode()
    file = SimpleUploadedFile("own.cer", certificate)
    assert administrator.post("/run/keys/add/", {**given, "certificate_file": file}).status_code == 302
    row = SigningKey.objects.get(name="next")
    assert row.use_from is not None
    assert "запланирован" in text(administrator, "/run/keys/")
    told = administrator.post(f"/run/keys/{row.pk}/plan/", {"use_from": "2099-01-01T00:00"}, follow=True)
    assert "кончится раньше" in told.content.decode()
    assert SigningKey.objects.get(pk=row.pk).use_from == row.use_from
    assert administrator.get(f"/run/keys/{row.pk}/certificate/").content[:1] == b"\x30"
    main = SigningKey.objects.get(system=system, name="main")
    told = administrator.post(f"/run/keys/{main.pk}/retire/", follow=True).content.decode()
    assert "отправка остановится" in told
    administrator.post(f"/run/keys/{row.pk}/retire/")
    row.refresh_from_db()
    assert not row.is_active


def keys_of(cabinet: CabinetUnderTest) -> Path:
    """The folder whose files pages may name as keys."""
    folder = keys_folder(cabinet.under_test.gateway)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_page_names_key_files_of_one_folder_and_tells_of_no_other_file(
    cabinet: CabinetUnderTest, administrator: Client, served_bus: GatewayBus
) -> None:
    folder, keys = served_bus.folder, keys_of(cabinet)
    there = folder / f"{CONSUMER}.key.pem"
    (keys / "link.pem").symlink_to(there)
    (keys / "folder.pem").mkdir()
    fields = {
        "system": str(cabinet.under_test.consumer.pk),
        "name": "other",
        "certificate": (folder / f"{CONSUMER}.cert.pem").read_text(),
    }
    outside = [str(there), str(folder / "absent"), "/dev/zero", "/proc/self/environ", "/etc", "../a"]
    refusals = set()
    for given in [*outside, "link.pem", "folder.pem", "absent.pem", f"{keys}/../{there.name}"]:
        answer = administrator.post("/run/keys/add/", {**fields, "key_file": given})
        assert answer.status_code == 422
        refusals.add(html.document_fromstring(answer.content).find_class("error")[0].text_content())
    assert len(refusals) == 1
    assert "в папке ключей нет такого файла" in refusals.pop()
    told = administrator.post("/run/keys/add/", {**fields, "certificate": there.read_text()})
    assert "закрытый ключ" in told.content.decode()
    assert not SigningKey.objects.filter(name="other").exists()


def test_a_token_is_shown_once_and_its_rights_change(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    system, now = cabinet.under_test.consumer, cabinet.under_test.clock()
    asked = {"name": "Учётная система", "right-system": str(system.pk), "right-acts": ["ask"]}
    assert administrator.post("/run/tokens/add/", {**asked, "right-acts": []}).status_code == 422
    made = administrator.post("/run/tokens/add/", asked).content.decode()
    token = re.search(r"mzg_[A-Za-z0-9_-]{43}", made)
    assert token is not None
    assert administrator.post("/run/tokens/add/", asked).status_code == 422, "a name is used once"
    row = AccessToken.objects.get()
    page = f"/run/tokens/{row.pk}/"
    assert "mzg_" not in text(administrator, page) + text(administrator, "/run/tokens/")
    administrator.post(page, {"system": str(system.pk), "acts": ["read", "answer"]})
    caller = recognise(token[0], now)
    assert caller is not None
    assert [each.acts for each in caller.rights] == [{"read", "answer"}]
    administrator.post(f"{page}withdraw/{AccessRight.objects.get(token=row).pk}/")
    assert not AccessRight.objects.filter(token=row).exists()
    administrator.post(f"{page}revoke/")
    assert recognise(token[0], now) is None
    assert not AuditEntry.objects.filter(subject__contains="mzg_").exists()


def test_notices_that_did_not_arrive_are_sent_again(cabinet: CabinetUnderTest, administrator: Client) -> None:
    now, tested = cabinet.under_test.clock(), cabinet.under_test
    take_request(tested.gateway, RequestDraft(tested.consumer, tested.plain, NUMBER))
    token = AccessToken.objects.create(name="Своя", digest="0" * 64, created_at=now)
    hook = Webhook.objects.create(
        token=token, url="https://own.example.test/", secret="тайна", position=0, created_at=now
    )
    event = Event.objects.order_by("pk")[0]
    delivery = Delivery.objects.create(
        webhook=hook, event=event, state=DeliveryState.DEAD, give_up_at=now, created_at=now, settled_at=now
    )
    page = text(administrator, f"/run/webhooks/{hook.uid}/")
    assert "не доставлено за сутки" in page
    assert "тайна" not in page
    administrator.post(f"/run/deliveries/{delivery.uid}/again/")
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING
    assert delivery.next_at is not None
    assert abs(delivery.next_at - now) < timedelta(minutes=10)
    administrator.post(f"/run/webhooks/{hook.uid}/", {"on": "0"})
    hook.refresh_from_db()
    assert not hook.is_active


XML_YEAR = """<calendar year="2026" lang="ru" country="ru"><holidays>
<holiday id="1" title="Пробный праздник"/></holidays><days><day d="01.01" t="1" h="1"/>
<day d="03.10" t="1" h="1"/><day d="03.14" t="3"/></days></calendar>"""


@pytest.mark.parametrize(
    "written", [XML_YEAR, "дата;вид;почему\n10.03.2026;выходной;Пробный праздник\n2026-03-14;working;\n"]
)
def test_a_year_is_brought_in_after_what_changes_was_seen(administrator: Client, written: str) -> None:
    shown = administrator.post("/run/calendar/import/", {"text": written}).content.decode()
    assert not CalendarDay.objects.exists()
    assert "10.03.2026" in shown
    assert "01.01.2026" not in shown, "the law says so already"
    administrator.post("/run/calendar/import/", {"text": written, "sure": "1"})
    assert {each.day.isoformat(): each.kind for each in CalendarDay.objects.all()} == {
        "2026-03-10": "off",
        "2026-03-14": "working",
    }
    page = text(administrator, "/run/calendar/2026/")
    assert "Пробный праздник" in page
    refused = administrator.post("/run/calendar/2026/3/10/", {"kind": ""})
    assert "заполните это поле" in refused.content.decode()
    administrator.post("/run/calendar/2026/3/10/", {"kind": "shortened", "note": "проба"})
    assert CalendarDay.objects.get(day="2026-03-10").kind == "shortened"
    administrator.post("/run/calendar/2026/3/10/", {"law": "1"})
    assert not CalendarDay.objects.filter(day="2026-03-10").exists()
    assert administrator.get("/run/calendar/2026/2/30/").status_code == 404
    assert administrator.post("/run/calendar/import/", {"text": "что-то"}).status_code == 422


def test_the_set_up_goes_out_and_comes_in_as_yaml_after_a_look(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    Connection.objects.update(file_store_password="тайна")
    exported = administrator.post("/run/document/export/").content.decode()
    assert "тайна" not in exported
    assert (
        "nothing" not in administrator.post("/run/document/import/", {"document": exported}).content.decode()
    )
    said = yaml.safe_load(exported)
    said["departments"].append({"code": "new", "name": "Пробный новый отдел"})
    document = yaml.safe_dump({"departments": said["departments"]}, allow_unicode=True)
    rehearsed = administrator.post("/run/document/import/", {"document": document}).content.decode()
    assert "будет добавлено" in rehearsed
    assert not Department.objects.filter(code="new").exists()
    seen = re.search(r'name="rehearsed" value="([^"]+)"', rehearsed)
    assert seen is not None
    stranger = cabinet.browser(cabinet.member(Role.ADMINISTRATOR, name="another"))
    for browser, token in ((administrator, seen[1][:-2]), (stranger, seen[1])):
        assert browser.post("/run/document/import/", {"rehearsed": token}).status_code == 422
    assert not Department.objects.filter(code="new").exists()
    assert administrator.post("/run/document/import/", {"rehearsed": seen[1]}).status_code == 302
    assert Department.objects.get(code="new").name == "Пробный новый отдел"


@pytest.mark.parametrize(
    "entry",
    [
        "types:\n- {code: X, namespace: urn:x, request_root: A, package: /etc/passwd}\n",
        "connections:\n- {name: x, environment: test, url: http://x.test, authorities: [/etc/passwd]}\n",
        "connections:\n- {name: x, environment: test, url: http://x.test, file_store_password_file: /x}\n",
        "services:\n- {code: x, url: http://x.test, secret_file: /etc/passwd}\n",
    ],
)
def test_a_document_from_the_web_reads_no_file_of_the_server(administrator: Client, entry: str) -> None:
    answer = administrator.post("/run/document/import/", {"document": entry})
    assert answer.status_code == 422
    assert "здесь файлы указывать нельзя" in answer.content.decode()
    assert not InformationType.objects.filter(code="X").exists()


def test_the_journal_shows_raw_steps_and_whether_they_are_as_they_were(cabinet: CabinetUnderTest) -> None:
    tested = cabinet.under_test
    message = take_request(tested.gateway, RequestDraft(tested.consumer, tested.plain, NUMBER))
    tested.send()
    seal(tested.gateway)
    officer = cabinet.browser(cabinet.member(Role.SECURITY_OFFICER))
    uid = message.exchange.uid
    page = text(officer, f"/run/journal/{uid}/")
    assert "цепочка цела" in page
    assert "подписанный вызов" in page
    call = Step.objects.get(exchange__uid=uid, kind=StepKind.CALL)
    step = f"/run/journal/{uid}/{call.pk}/"
    assert "SenderProvidedRequestData" in text(officer, step)
    assert officer.get(f"{step}file/").content == bytes(call.octets or b"")
    assert AuditEntry.objects.filter(action="journal_step", exchange=uid).count() == 1
    Step.objects.filter(pk=call.pk).update(octets=bytes(call.octets or b"").replace(b"1234", b"4321"))
    assert "содержимое не то" in text(officer, step)
    Step.objects.filter(pk=call.pk).update(octets=None, kind=StepKind.ACK)
    assert "цепочка нарушена" in text(officer, f"/run/journal/{uid}/")
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert official.get(step).status_code == 403


def test_retention_shows_its_rules_and_what_was_deleted(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    InformationType.objects.filter(code="VS09801").update(retention_days=365)
    page = text(administrator, "/run/retention/")
    assert "VS09801" in page
    assert "365" in page


def test_every_page_of_the_administration_opens_in_both_languages(administrator: Client) -> None:
    landing = text(administrator, "/run/")
    links = set(re.findall(r'href="(/run/[^"?]*)"', landing))
    assert len(links) >= 18
    for language in ("ru", "en"):
        administrator.cookies["django_language"] = language
        for each in sorted(links):
            page = administrator.get(each, follow=True)
            assert page.status_code == 200, each
            body = page.content.decode().replace("Русский", "").replace("Межвед", "")
            if language == "en":
                shown = re.sub(r'Пробн\S*(?: \w+)*|<td class="wide">[^<]*', "", body.partition("<main")[2])
                assert not re.search(r"[а-яё]{4,}", shown), (each, re.findall(r"[а-яё]{4,}", shown)[:5])
