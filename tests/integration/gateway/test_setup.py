"""The set-up as one document: what is written out and brought in again changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.models import (
    AnswerService,
    CalendarDay,
    Connection,
    Department,
    Exchange,
    InformationSystem,
    InformationType,
    Person,
    Rule,
    SigningKey,
    Term,
)
from mezhved.gateway.setup import BadSetup, Outcome, export_setup, import_setup
from tests.support.documentation import GATEWAY, blocks
from tests.support.gateways import present_pki, setup_document, write_keys
from tests.support.registry import CONSUMER, PROVIDER

if TYPE_CHECKING:
    from pathlib import Path

PROVIDING = f"""
departments:
  - code: head
    name: Тестовое управление
    email: head@test.example
    people:
      - {{name: Тестова Т. Т., email: boss@test.example, is_head: true}}
  - code: acts
    name: Отдел испытаний
    parent: head
    email: acts@test.example
    time_zone: Asia/Vladivostok
    opens: "08:30"
    closes: "17:30"
    systems: [{PROVIDER}]
    is_default: true
    people:
      - name: Пробный П. П.
services:
  - code: own
    url: http://127.0.0.1:9/answers
    form: json
    secret: тайна
    attempts: 2
rules:
  - code: by-place
    type: VS09801
    senders: [{CONSUMER}]
    xpath: //t:Number
    values: ["12*", "77"]
    days: working
    weekdays: [1, 2, 3]
    from_hour: "09:00"
    to_hour: "18:00"
    department: acts
    executor: Пробный П. П.
    term: 2 working days
  - code: tests
    system: {PROVIDER}
    is_test: true
    answer: scenario
  - code: own
    answer: call
    service: own
terms:
  - term: 10 days
  - type: VS09801
    department: acts
    term: 16wh
    remind_before: [1wd, 4 hours]
    escalate_after: [0h, 1wd]
calendar:
  - {{day: 2026-05-08, kind: "off", note: День города}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_keys(tmp_path, present_pki())
    return tmp_path


@pytest.fixture
def document() -> str:
    return setup_document("http://127.0.0.1:1") + PROVIDING


def test_what_is_written_out_brings_in_the_same(gateway_database: str, folder: Path, document: str) -> None:
    report = import_setup(document, folder)
    assert report.count(Outcome.CREATED) == 19
    assert not import_setup(document, folder).changed

    whole = export_setup(secrets=True)
    assert not import_setup(whole, folder, prune=True).changed
    in_files = export_setup(folder / "out", secrets=True)
    assert (folder / "out/packages/VS09801.zip").is_file()

    import_setup("", folder, prune=True)
    assert export_setup() == "format: mezhved-gateway/1\n"
    models = (Connection, InformationSystem, InformationType, SigningKey, Department, Person, Rule, Term)
    assert not any(each._base_manager.exists() for each in (*models, AnswerService, CalendarDay))

    import_setup(in_files, folder / "out")
    assert export_setup(secrets=True) == whole


def test_a_row_says_all_of_itself_and_what_is_not_mentioned_stays(
    gateway_database: str, folder: Path, document: str
) -> None:
    import_setup(document, folder)
    report = import_setup("departments: [{code: acts, name: Отдел}]", folder)
    assert report.rows[Outcome.CHANGED] == [("departments", "acts")]
    acts = Department.objects.get(code="acts")
    assert (acts.parent, acts.is_default, acts.systems.count()) == (None, False, 0)
    assert Person.objects.filter(department=acts).count() == 1
    assert Rule.objects.get(code="by-place").department == acts


def test_secrets_that_are_not_written_stay(gateway_database: str, folder: Path, document: str) -> None:
    import_setup(document, folder)
    told = export_setup()
    assert "тайна" not in told
    assert not import_setup(told, folder).changed
    (folder / "secret.txt").write_text("другая\n")
    import_setup("services: [{code: own, url: 'http://127.0.0.1:9/', secret_file: secret.txt}]", folder)
    assert AnswerService.objects.get().secret == "другая"


def test_a_rehearsal_tells_and_writes_nothing(gateway_database: str, folder: Path, document: str) -> None:
    assert import_setup(document, folder, rehearse=True).count(Outcome.CREATED) == 19
    assert not Connection.objects.exists()


def test_another_department_may_become_the_default(
    gateway_database: str, folder: Path, document: str
) -> None:
    import_setup(document, folder)
    import_setup("departments: [{code: head, name: Управление, is_default: true}]", folder)
    assert Department.objects.get(is_default=True).code == "head"


@pytest.mark.parametrize(
    "mistake",
    [
        ("parent: head", "parent: nobody", r"departments\[1\]\.parent"),
        ("parent: head", "parent: acts", r"departments\[1\]"),
        ("Asia/Vladivostok", "Asia/Nowhere", "time_zone"),
        ('closes: "17:30"', 'closes: "07:30"', "closes"),
        ("email: acts@test.example", 'email: "acts@test.example\\nBcc: x@y.example"', "email"),
        ("xpath: //t:Number", "xpath: //t:Number/../..", r"rules\[0\]: xpath"),
        ("xpath: //t:Number", "xpath: //q:Number", r"rules\[0\]: xpath"),
        ("service: own", "service: none", r"rules\[2\]\.service"),
        ("    service: own\n", "", "service"),
        ('to_hour: "18:00"', 'to_hour: "18:60"', "to_hour"),
        ("term: 2 working days", "term: 2 weeks", r"rules\[0\]\.term"),
        ('kind: "off"', "kind: holiday", r"calendar\[0\]"),
        ("day: 2026-05-08", "day: 08.05.2026", r"calendar\[0\]\.day"),
        ("executor:", "exekutor:", "executor"),
        ("url: http://127.0.0.1:9/answers", "url: file:///etc/passwd", "url"),
        ("weekdays: [1,", "weekdays: [8,", "weekdays"),
    ],
)
@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_mistake_is_told_with_its_place_and_nothing_is_written(
    gateway_database: str, folder: Path, document: str, mistake: tuple[str, str, str]
) -> None:
    old, new, told = mistake
    assert old in document, document
    with pytest.raises(BadSetup, match=told):
        import_setup(document.replace(old, new, 1), folder)
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "127.0.0.1:7500/smev/v1.2/ws"),
        ("url", "htp://127.0.0.1/ws"),
        ("url", "http://127.0.0.1:99999/ws"),
        ("url", "http://smev..local/ws"),
        ("url", "http://[::1/ws"),
        ("url", " http://127.0.0.1/ws"),
        ("reserve_url", "nonsense"),
        ("file_store_url", "http://127.0.0.1/"),
        ("version", "1.4"),
    ],
)
@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_an_address_that_nothing_could_be_sent_to_is_refused(
    gateway_database: str, folder: Path, name: str, value: str
) -> None:
    # Taken, it would end every message that was ever given to be sent there.
    document = setup_document("http://127.0.0.1:9", **({name: value} if name != "version" else {}))
    if name == "version":
        document = document.replace("version: '1.2'", f"version: '{value}'")
    with pytest.raises(BadSetup, match=rf"connections\[0\]: {name}: ") as refusal:
        import_setup(document, folder)
    assert name in refusal.value.fields
    assert not Connection.objects.exists()


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_certificates_are_taken_in_any_form_and_no_key_beside_them(
    gateway_database: str, folder: Path
) -> None:
    import_setup(setup_document("http://127.0.0.1:9"), folder)
    known = Connection.objects.get().smev_certificates, SigningKey.objects.order_by("pk")[0].certificate
    pki = present_pki()
    (folder / "smev.cert.pem").write_bytes(pki.smev.certificate.der)
    own = (folder / f"{CONSUMER}.cert.pem").read_bytes()
    key = (folder / f"{CONSUMER}.key.pem").read_bytes()
    (folder / f"{CONSUMER}.cert.pem").write_bytes(b"\xef\xbb\xbf" + (key + own).replace(b"\n", b"\r\n"))
    assert not import_setup(setup_document("http://127.0.0.1:9"), folder).changed
    assert known == (
        Connection.objects.get().smev_certificates,
        SigningKey.objects.order_by("pk")[0].certificate,
    )
    (folder / "smev.cert.pem").write_bytes(key)
    with pytest.raises(BadSetup, match=r"connections\[0\]\.smev_certificates: smev\.cert\.pem") as refusal:
        import_setup(setup_document("http://127.0.0.1:9"), folder)
    assert refusal.value.cure is not None


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_what_is_in_use_is_not_pruned(gateway_database: str, folder: Path, document: str) -> None:
    import_setup(document, folder)
    system = InformationSystem.objects.get(mnemonic=PROVIDER)
    kind = InformationType.objects.get(code="VS09801")
    Exchange.objects.create(
        system=system, type=kind, direction="in", state="new", created_at=datetime.now(UTC)
    )
    before = export_setup(secrets=True)
    with pytest.raises(BadSetup, match=PROVIDER):
        import_setup("", folder, prune=True)
    assert export_setup(secrets=True) == before


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_set_up_of_the_handbook_is_brought_in(
    gateway_database: str, folder: Path, document: str, language: str
) -> None:
    example = next(each.text for each in blocks(GATEWAY[language]) if "departments:" in each.text)
    (folder / "archive.key").write_text("invented")
    import_setup(document.replace("VS09801", "VS00001"), folder)
    report = import_setup(example, folder)
    assert report.count(Outcome.CREATED) >= 9
