"""What people are told of refusals, faults, twins and packages taken in part."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split
import pytest

from mezhved.cabinet.showing import Action, Side, explained
from mezhved.cabinet.showing.answers import said_inside
from mezhved.infotypes.documents import read_document
from mezhved.smev3.faults import TABLE, Fault, FaultKind

TREASURY = "http://roskazna.ru/gisgmp/xsd/Common/2.4.0"


def inside(text: str) -> list[tuple[str, str]]:
    found = said_inside(read_document(text.encode()))
    return [(each.title.ru, each.official) for each in found]


def test_every_fault_of_the_table_is_told_with_its_side_and_what_to_do() -> None:
    for row in TABLE.values():
        (told,) = explained(Fault(row.kind, row.number, row.text, row.description, row.module, row=row.name))
        assert told.what == row.meaning
        assert told.todo.ru
        assert told.todo.en
        assert told.side is not Side.UNKNOWN
        assert len(told.reasons) == len(row.reasons)
        assert told.actions


def test_an_asynchronous_refusal_of_the_newer_form_is_known_by_its_number() -> None:
    (told,) = explained(
        {
            "name": "requestIsRejectedBySmev",
            "code": "028122",
            "text": "SMEV-403:Сообщение не прошло форматно-логический контроль",
            "ru": "Отказано",
            "en": "Отказано",
        }
    )
    assert told.actions == (Action.CORRECT,)
    assert "SMEV-403" in told.official
    assert FaultKind.INVALID_CONTENT.value in told.code


def test_what_no_table_knows_is_still_told() -> None:
    (told,) = explained({"name": "AccessDenied", "code": "X:1", "text": "Новый отказ"})
    assert told.official == "Новый отказ"
    (told,) = explained({"name": "x", "code": "999", "text": "SMEV-999: Новый отказ"})
    assert told.side is Side.UNKNOWN
    assert told.todo.ru


def test_a_problem_of_ours_says_who_helps() -> None:
    (late,) = explained(
        {
            "name": "TooLate",
            "ru": "не удалось отправить",
            "en": "not sent",
            "cure_ru": "связь",
            "cure_en": "x",
        }
    )
    assert (late.side, late.actions) == (Side.OWN, (Action.AGAIN,))
    assert late.reasons[0].cure.ru == "связь"
    (forgotten,) = explained({"name": "CannotSign", "code": ""})
    assert "удалены" in forgotten.what.ru


@pytest.mark.parametrize("code", ["NO_DATA", "ACCESS_DENIED", "UNKNOWN_REQUEST_DESCRIPTION", "FAILURE", "7"])
def test_a_refusal_of_the_provider_keeps_its_words(code: str) -> None:
    (told,) = explained((code, "Причина поставщика"))
    assert (told.code, told.official) == (code, "Причина поставщика")
    assert told.todo.en


def test_twins_are_counted() -> None:
    twin = "<TwinData><Snils>112-233-445 95</Snils></TwinData>"
    (told,) = inside(f'<r xmlns="http://kvs.pfr.com/snils-by-data/1.1.2">{twin * 2}</r>')
    assert told[0] == "Найдено несколько лиц"
    assert inside("<r><Snils>1</Snils></r>") == []


def test_a_package_taken_in_part_is_told_record_by_record() -> None:
    records = (
        "<recordResult><recID>a1</recID><recordOK>true</recordOK></recordResult>"
        "<recordResult><recID>a2</recID><recordOK>false</recordOK>"
        "<messages><messageType>1</messageType><ruleCode>014</ruleCode><report>Нет такого</report></messages>"
        "</recordResult>"
    )
    package = "<p><recordNum>{}</recordNum><recordNumSuccess>{}</recordNumSuccess>{}</p>"
    assert inside(package.format(2, 1, records)) == [("Принято частично", "a2: 014 Нет такого")]
    assert inside(package.format(1, 0, records))[0][0] == "Не принято"
    assert inside(package.format(2, 2, records)) == []
    assert inside(package.format("9" * 40, "x", "")) == []


def test_the_treasurys_codes_are_read() -> None:
    line = '<ImportProtocol entityID="I_{0}" code="{1}" description="{2}"/>'
    whole = f'<r xmlns="{TREASURY}">{{}}</r>'
    assert inside(whole.format(line.format(1, 0, "Успешно"))) == []
    two = line.format(1, 0, "Успешно") + line.format(2, 5, "Дубль")
    assert inside(whole.format(two)) == [("Принято частично", "5: Дубль (I_2)")]


def test_the_other_two_channels_of_refusal_are_read() -> None:
    status = (
        "<r><RequestStatus><StatusCode>13</StatusCode>"
        "<StatusDescription>Нет прав</StatusDescription></RequestStatus></r>"
    )
    assert inside(status) == [("Поставщик не выполнил запрос", "Нет прав")]
    rejected = (
        "<r><RequestRejected><RejectionReasonCode>UNKNOWN_REQUEST_DESCRIPTION</RejectionReasonCode>"
        "<RejectionReasonDescription>Старая версия</RejectionReasonDescription></RequestRejected></r>"
    )
    assert inside(rejected) == [("Поставщик не понял запрос", "Старая версия")]
