"""Dictionaries, addresses and cards in the pages: who may see and change them, and what is kept of that."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from mezhved.cabinet import directories
from mezhved.cabinet.access import Visit, access_of
from mezhved.cabinet.directories import cards
from mezhved.cabinet.directories.gar import load_addresses, open_export
from mezhved.cabinet.models import AuditEntry, Card, Role
from tests.support.cabinets import work_off
from tests.support.gar import guid, invented_town

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpRequest
    from django.test import Client

    from mezhved.cabinet.models import Account
    from tests.support.cabinets import CabinetUnderTest

COUNTRIES = "Код;Наименование\n643;Российская Федерация\n398;Республика <b>Казахстан</b>\n"
PERSON = {
    "last_name": "Пробный",
    "first_name": "Пётр",
    "snils": "112-233-445 95",
    "birth_date": "1980-12-31",
    "department": "north",
    "keep_until": "2027-06-01",
}


def load(cabinet: CabinetUnderTest, text: str, name: str = "ОКСМ") -> None:
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    file = SimpleUploadedFile("оксм.csv", text.encode())
    answer = administrator.post("/directories/load/", {"name": name, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    work_off(cabinet)


def visit_of(cabinet: CabinetUnderTest, account: Account) -> Visit:
    request: HttpRequest = cabinet.browser(account).get("/directories/").wsgi_request
    return Visit(request, cabinet.under_test.gateway, account, access_of(account))


def add(browser: Client, **changes: str) -> Card:
    known = set(Card.objects.values_list("pk", flat=True))
    answer = browser.post("/directories/cards/new/person/", {**PERSON, **changes})
    assert answer.status_code == 302, answer.content.decode()
    return Card.objects.exclude(pk__in=known).get()


def test_a_dictionary_that_was_sent_is_found_as_one_types(cabinet: CabinetUnderTest) -> None:
    load(cabinet, COUNTRIES)
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert "ОКСМ" in official.get("/directories/").content.decode()
    page = official.get("/directories/оксм/?q=казах").content.decode()
    assert "Республика &lt;b&gt;Казахстан" in page
    assert "Российская" not in page
    part = official.get("/directories/ОКСМ/find?q=64").content.decode()
    assert 'role="option"' in part
    assert 'data-code="643"' in part
    options = official.get("/directories/ОКСМ/find?q=64&as=options").content.decode()
    assert '<option value="643"' in options


def test_only_administrators_load_and_delete_dictionaries(cabinet: CabinetUnderTest) -> None:
    load(cabinet, COUNTRIES)
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert official.get("/directories/load/").status_code == 403
    assert official.post("/directories/оксм/remove/").status_code == 403
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    assert administrator.get("/directories/оксм/remove/").status_code == 405
    assert administrator.post("/directories/оксм/remove/").status_code == 302
    assert administrator.get("/directories/оксм/").status_code == 404
    assert not directories.known("ОКСМ")


def test_a_file_that_is_no_dictionary_is_told_of(cabinet: CabinetUnderTest) -> None:
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    assert administrator.post("/directories/load/", {"name": " - "}).status_code == 422
    file = SimpleUploadedFile("x.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a/>')
    led = administrator.post("/directories/load/", {"name": "ОКСМ", "file": file})
    work_off(cabinet)
    assert "DTD" in administrator.get(led.headers["Location"]).content.decode()
    assert not directories.known("ОКСМ")


def test_an_address_is_searched_without_telling_it_in_the_url(
    cabinet: CabinetUnderTest, tmp_path: Path
) -> None:
    path = tmp_path / "gar.zip"
    path.write_bytes(invented_town().export())
    with open_export(path) as export:
        list(load_addresses(export, (), cabinet.under_test.gateway.clock))
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert "98" in official.get("/directories/addresses/").content.decode()
    assert official.get("/directories/addresses/find?q=ленина").status_code == 405
    part = official.post("/directories/addresses/find", {"q": "ленина 5"}).content.decode()
    assert f'data-guid="{guid(100)}"' in part
    assert 'data-postcode="698005"' in part
    assert "г Тестовск" in official.post("/directories/addresses/", {"q": "тестовск"}).content.decode()


def test_a_card_is_kept_as_numbers_are_written_and_gives_them_to_forms(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    card = add(cabinet.browser(account), inn_person="635277570478", passport_series="44 05")
    assert card.title == "Пробный Пётр"
    visit = visit_of(cabinet, account)
    for text in ("пробный", "112-233-445 95", "11223344595", "петр ПРОБ"):
        assert cards.find(visit, text) == [card], text
    known = cards.card_of(visit, card.uid).values()
    assert known["snils"] == "11223344595"
    assert known["inn"] == known["inn_person"] == "635277570478"
    assert known["passport_series"] == "4405"


def test_cards_stay_within_their_department(cabinet: CabinetUnderTest) -> None:
    card = add(cabinet.browser(cabinet.member(Role.OFFICIAL, "north")))
    stranger = cabinet.browser(cabinet.member(Role.OFFICIAL, "south"))
    address = f"/directories/cards/{card.uid}/"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, PERSON).status_code == 404
    assert stranger.post(f"{address}delete/").status_code == 404
    assert "Пробный Пётр" not in stranger.post("/directories/cards/", {"q": "пробный"}).content.decode()
    assert "Пробный Пётр" not in stranger.post("/directories/cards/find", {"q": "пробный"}).content.decode()
    put = stranger.post("/directories/cards/new/person/", PERSON)
    assert put.status_code == 422
    head = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    assert head.get(address).status_code == 200
    assert cabinet.browser(cabinet.member(Role.ADMINISTRATOR)).get(address).status_code == 403
    assert cabinet.browser(cabinet.member(Role.OBSERVER, "north")).get(address).status_code == 403


def test_wrong_numbers_are_refused_and_doubtful_ones_asked_about(cabinet: CabinetUnderTest) -> None:
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    wrong = official.post("/directories/cards/new/person/", {**PERSON, "snils": "112"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.content.decode()
    assert 'name="despite"' not in wrong.content.decode()
    doubtful = {**PERSON, "snils": "112-233-445 00"}
    asked = official.post("/directories/cards/new/person/", doubtful)
    assert asked.status_code == 422
    assert 'name="despite"' in asked.content.decode()
    assert add(official, snils="112-233-445 00", despite="1").fields["snils"] == "11223344500"
    for until in ("2020-01-01", "2099-01-01", "soon"):
        answer = official.post("/directories/cards/new/person/", {**PERSON, "keep_until": until})
        assert answer.status_code == 422, until
    assert official.get("/directories/cards/new/robot/").status_code == 404


def test_whoever_sees_a_card_is_kept_without_what_it_says(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    browser = cabinet.browser(account)
    card = add(browser)
    browser.get(f"/directories/cards/{card.uid}/")
    browser.post("/directories/cards/", {"q": "пробный"})
    browser.post(f"/directories/cards/{card.uid}/delete/")
    kept = list(AuditEntry.objects.filter(action__startswith="card").values_list("action", "subject"))
    assert [action for action, _ in kept if action != "card_viewed"] == [
        "card_added",
        "cards_searched",
        "card_deleted",
    ]
    assert "card_viewed" in [action for action, _ in kept]
    assert {subject for _, subject in kept} == {str(card.uid), ""}
    assert not Card.objects.exists()


def test_a_card_is_deleted_when_its_term_is_over(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    card = add(cabinet.browser(account))
    now = cabinet.under_test.gateway.clock()
    assert cards.forget_due(now) == 0
    late = now + (card.keep_until - now.date()) + timedelta(days=2)
    assert cards.forget_due(late) == 1
    assert not Card.objects.exists()


def test_a_hostile_name_does_no_harm(cabinet: CabinetUnderTest) -> None:
    load(cabinet, COUNTRIES, name='<script>alert("1")</script>/..')
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    page = official.get("/directories/").content.decode()
    assert "<script>alert" not in page
    assert directories.find('<script>alert("1")</script>/..', "643")[0].code == "643"
