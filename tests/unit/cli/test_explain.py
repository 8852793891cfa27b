"""`mezhved explain`: whatever somebody has in hand of a fault leads to its causes and cures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cli.explain import explain
from mezhved.smev3 import faults, messages, soap
from mezhved.smev3.faults import TABLE, find
from mezhved.smev3.versions import Version
from mezhved.texts import MezhvedError
from tests.support.faults_document import FAULTS, faults_document

if TYPE_CHECKING:
    from pathlib import Path

ID = "3bd2a7a6-7d53-11ed-9ce8-3388bad5aac4"


def told(*arguments: str, code: int = 0, **options: str) -> str:
    """Run the command in English."""
    result = CliRunner(env={"MEZHVED_LANG": options.get("language", "en")}).invoke(explain, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("SMEV-302", {"stale_message_id"}),
        ("smev-302", {"stale_message_id"}),
        ("302", {"stale_message_id"}),
        ("SMEV-60", {"smev_failure", "revocation_data_stale"}),
        ("UNQ:2", {"stale_message_id"}),
        ("TR:SYNC:PP:55", {"block_missing", "invalid_envelope", "invalid_timestamp"}),
        ("fed0:PRODUCTION_AREA:FED0_CORE1 : TR:SYNC:SPS:1", {"no_signature"}),
        ("LOCAL:P:localhost:TR:ASYNC:GUTC:1", {"certificate_revoked"}),
        ("StaleMessageId", {"stale_message_id"}),
        ("ns3:AccessDenied", {"access_denied"}),
        ("NoSignatureFound", {"no_signature"}),
        ("PersonalAccessDenied", {"personal_access_denied"}),
        ("Отсутствует ЭП-ОВ", {"no_signature"}),
        ("SMEV-100:Отсутствует ЭП-ОВ", {"no_signature"}),
        ("SMEV-502:Не найден получатель по виду сведений", {"recipient_not_found"}),
        (f"Сообщение {ID} не найдено среди неподтверждённых.", {"target_not_found"}),
        ("SMEV-999", set()),
        ("Nonsense", set()),
        ("", set()),
    ],
)
def test_a_fault_is_found_by_whatever_one_has_of_it(words: str, names: set[str]) -> None:
    assert {row.name for row in find(words)} == names


def test_an_element_with_many_causes_gives_all_of_them() -> None:
    rows = find("SignatureVerificationFault")
    assert len(rows) > 5
    assert {row.number for row in rows} == {100}
    assert set(rows) == set(find("SMEV-100"))


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_every_line_is_found_by_its_handle_and_told_in_both_languages(row: faults.FaultRow) -> None:
    assert row in find(row.handle)
    assert row in find(row.kind.value)
    assert row.module in told(row.handle)
    for reason in row.reasons:
        assert reason.cure.en in told(row.handle)
        assert reason.cure.ru in told(row.handle, language="ru")


def test_the_explanation_says_meaning_cause_cure_who_when_and_whether_to_repeat() -> None:
    output = told("RTR:10")
    row = TABLE["smev_failure"]
    assert row.meaning.en in output
    assert output.count("Who: ") == len(row.reasons)
    assert "When: at once (SendRequest" in output
    assert "Repeat: yes" in output
    assert "Repeat: no: SMEV has the message" in told("301")


def test_without_an_argument_all_are_listed() -> None:
    assert len(told().strip().splitlines()) == len(TABLE)


def test_words_need_no_quotes_and_unknown_ones_are_an_error() -> None:
    assert "NoSignatureFound" in told("Отсутствует", "ЭП-ОВ")
    result = CliRunner().invoke(explain, ["nonsense"])
    assert isinstance(result.exception, MezhvedError)


def test_programs_get_json() -> None:
    (row,) = json.loads(told("SMEV-302", "--json"))
    assert (row["element"], row["number"], row["retry"]) == ("StaleMessageId", 302, "correct")
    assert {"cause", "cure", "who"} == set(row["reasons"][0])


def test_a_file_with_a_fault_is_explained(tmp_path: Path) -> None:
    code = "tsmev3:PRODUCTION_AREA:TSMEV3_CORE1 : TR:SYNC:UNQ:2"
    answer = tmp_path / "answer.xml"
    answer.write_bytes(soap.envelope(faults.fault_body(faults.stale_message_id(), Version.V1_1, code)))
    output = told("--file", str(answer))
    assert "SMEV said: SMEV-302:" in output
    assert code in output
    assert TABLE["stale_message_id"].reasons[0].cure.en in output
    (found,) = json.loads(told("--file", str(answer), "--json"))
    assert (found["code"], found["row"]["name"]) == (code, "stale_message_id")


@pytest.mark.parametrize("version", Version, ids=str)
def test_a_file_with_a_system_response_is_explained(tmp_path: Path, version: Version) -> None:
    fault = messages.SmevFault(
        "fed0:P:FED0_ASYNC_CORE2:TR:ASYNC:BSV:3",
        "SMEV-403:Бизнес-данные сообщения не соответствуют схеме, зарегистрированной в СМЭВ. "
        f"MessageId = {ID}",
        "InvalidContent",
        (messages.FaultDetail("ValidationError", "cvc-\x9b31m: first", -1),),
    )
    status = messages.AsyncProcessingStatus(ID, "requestIsRejectedBySmev", fault.description, fault)
    data = messages.SenderProvidedResponseData(ID, "to", async_status=status)
    answer = tmp_path / "answer.xml"
    answer.write_bytes(data.to_xml(version))
    output = told("--file", str(answer))
    assert "ValidationError: cvc-" in output
    assert not any(ord(sign) in range(0x7F, 0xA0) or sign == "\x1b" for sign in output)
    assert TABLE["invalid_business_data"].reasons[0].cure.en in output


def test_a_fault_that_is_not_smevs_is_said_to_be_so(tmp_path: Path) -> None:
    answer = tmp_path / "answer.xml"
    answer.write_bytes(soap.envelope(b"<soap:Fault><faultstring>busy</faultstring></soap:Fault>"))
    assert "no fault of SMEV 3" in told("--file", str(answer))


def test_a_file_without_a_fault_is_told_by_the_exit_code(tmp_path: Path) -> None:
    answer = tmp_path / "answer.xml"
    answer.write_bytes(b"<a/>")
    assert "no fault" in told("--file", str(answer), code=1)


def test_the_document_says_what_the_command_says() -> None:
    assert FAULTS.read_text(encoding="utf-8") == faults_document(), (
        "run: python -m tests.support.documentation"
    )
