"""An official asks: a type is chosen, its form filled in, the request looked over and sent once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml.html import document_fromstring

from mezhved.cabinet.forms.keeper import KEPT, forget_due
from mezhved.cabinet.forms.offering import EXCHANGES
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.models import Card, CardKind, Draft, DraftFile, RequestTemplate, Role
from mezhved.gateway.models import Attachment, Exchange, Message, MessageState
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.infotypes.forms import QName
from tests.support.filled_forms import FormPage, begun, type_of_files
from tests.support.form_schemas import TYPE, field, root_text

if TYPE_CHECKING:
    from mezhved.gateway.models import InformationType
    from tests.support.cabinets import CabinetUnderTest

_SNILS = '<xs:pattern value="[0-9]{11}"/>'


def test_a_request_goes_from_the_form_to_smev_once(cabinet: CabinetUnderTest) -> None:
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert "VS09801" in official.get("/ask/").content.decode()
    assert official.get("/ask/types/VS09801/").status_code == 200
    begun = official.post("/ask/types/VS09801/begin/")
    page = begun.headers["Location"]
    draft = Draft.objects.get()
    shown = official.get(page)
    assert shown.status_code == 200
    assert 'name="/Number"' in shown.content.decode()
    kept = official.post(f"{page}preview/", {"version": draft.version, "/Number": "1234"})
    looked = official.get(kept.headers["Location"])
    assert "1234" in looked.content.decode()
    draft.refresh_from_db()
    first = official.post(f"{page}send/", {"version": draft.version})
    second = official.post(f"{page}send/", {"version": draft.version})
    exchange = Exchange.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/requests/{exchange.uid}/"
    assert b"Number>1234<" in bytes(Message.objects.get().content or b"")


def person_type() -> InformationType:
    """Add a type that asks about one person."""
    person = f"""<xs:element name="Лицо"><xs:complexType><xs:sequence>{field("Фамилия")}{field("Имя")}
    {field("Отчество", occurs='minOccurs="0"')}{field("ДатаРождения", "xs:date")}
    {field("СНИЛС", occurs='minOccurs="0"', facets=_SNILS)}
    </xs:sequence></xs:complexType></xs:element>"""
    xsd = root_text(person, attributes='<xs:attribute name="Id" type="xs:ID"/>').encode()
    return type_of_files({"a.xsd": xsd}, QName(TYPE, "Запрос"), "VS00777-FNS001")


def fill_person(page: FormPage) -> None:
    """Fill the form in by hand."""
    page.save(
        {
            "/Лицо/Фамилия": "Выдуманный",
            "/Лицо/Имя": "Пётр",
            "/Лицо/ДатаРождения": "01.02.1980",
            "/Лицо/СНИЛС": "112-233-445 95",
        }
    )


def test_types_are_found_by_words_in_any_case(cabinet: CabinetUnderTest) -> None:
    person_type()
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    for words, there in (
        ("ПРОБНЫЙ вид", True),
        ("пробного вида", True),
        ("vs00777", True),
        ("everything", True),
        ("нет такого", False),
    ):
        found = official.get("/ask/", {"q": words}, headers={"HX-Request": "true"}).content.decode()
        assert ("/ask/types/VS00777-FNS001/" in found) is there
    assert "ФНС" in official.get("/ask/").content.decode()
    official.post("/ask/types/VS00777-FNS001/favourite/")
    assert "Избранные" in official.get("/ask/").content.decode()


def test_a_request_is_asked_in_the_name_of_a_department_of_ones_own(cabinet: CabinetUnderTest) -> None:
    head = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    south, other = cabinet.department("south"), cabinet.department("other")
    head.post("/ask/types/VS09801/begin/", {"department": south.pk, "test": "on"})
    draft = Draft.objects.get()
    assert (draft.department, draft.is_test) == (south, True)
    assert head.post("/ask/types/VS09801/begin/", {"department": other.pk}).status_code == 404


def test_what_is_wrong_is_told_and_nothing_is_sent(cabinet: CabinetUnderTest) -> None:
    page = begun(cabinet, cabinet.under_test.plain)
    page.save({"/Number": "много"})
    address = f"/ask/drafts/{page.draft.uid}/"
    assert page.client.get(f"{address}preview/").headers["Location"] == f"{address}?check=1"
    refused = page.client.post(f"{address}send/", {"version": page.stored().version})
    assert refused.status_code == 422
    assert 'id="form-problems"' in refused.content.decode()
    assert not Exchange.objects.exists()


def test_what_was_changed_after_a_look_is_looked_at_again(cabinet: CabinetUnderTest) -> None:
    page = begun(cabinet, cabinet.under_test.plain)
    page.save({"/Number": "1234"})
    seen = page.stored().version
    page.save({"/Number": "4321"})
    led = page.client.post(f"/ask/drafts/{page.draft.uid}/send/", {"version": seen})
    assert led.headers["Location"] == f"/ask/drafts/{page.draft.uid}/preview/"
    assert not Exchange.objects.exists()


def test_a_request_waits_for_an_officials_signature_where_one_is_wished(cabinet: CabinetUnderTest) -> None:
    kind = person_type()
    page = begun(cabinet, kind)
    fill_person(page)
    page.client.post(f"/ask/drafts/{page.draft.uid}/options/", {"sign": "on"})
    sent = page.client.post(f"/ask/drafts/{page.draft.uid}/send/", {"version": page.stored().version})
    message = Message.objects.get()
    assert message.state == MessageState.DRAFT
    assert sent.headers["Location"] == f"/ask/sign/{message.uid}/"
    stranger = cabinet.browser(cabinet.member(Role.OFFICIAL, "other"))
    assert stranger.get(f"/ask/sign/{message.uid}/").status_code == 404


def test_files_go_with_the_request_and_a_sent_draft_holds_nothing(cabinet: CabinetUnderTest) -> None:
    page = begun(cabinet, cabinet.under_test.plain)
    page.save({"/Number": "1234"})
    files = [SimpleUploadedFile("small.txt", b"abc"), SimpleUploadedFile("large.bin", b"\1" * 100_000)]
    page.client.post(f"/forms/{page.draft.uid}/files/", {"files": files})
    page.client.post(f"/ask/drafts/{page.draft.uid}/send/", {"version": page.stored().version})
    rows = Attachment.objects.order_by("number")
    assert [(each.name, each.size) for each in rows] == [("small.txt", 3), ("large.bin", 100_000)]
    left = Draft.objects.get()
    assert left.sent_at is not None
    assert "1234" not in left.contents
    assert not DraftFile.objects.exists()
    assert page.client.get(f"/ask/drafts/{left.uid}/").status_code == 302


def test_an_empty_file_is_told_of_and_goes_along(cabinet: CabinetUnderTest) -> None:
    page = begun(cabinet, cabinet.under_test.plain)
    page.save({"/Number": "1234"})
    files = [SimpleUploadedFile("small.txt", b"abc"), SimpleUploadedFile("nothing.txt", b"")]
    page.client.post(f"/forms/{page.draft.uid}/files/", {"files": files})
    for address in ("", "preview/"):
        shown = page.client.get(f"/ask/drafts/{page.draft.uid}/{address}").content.decode()
        assert shown.count("файл пуст") == 1
        assert shown.index("small.txt") < shown.index("nothing.txt") < shown.index("файл пуст")
    page.client.post(f"/ask/drafts/{page.draft.uid}/send/", {"version": page.stored().version})
    assert [each.size for each in Attachment.objects.order_by("number")] == [3, 0]


def test_doubts_are_told_again_before_sending_and_do_not_stop_it(cabinet: CabinetUnderTest) -> None:
    number = field("ИННФЛ", facets='<xs:pattern value="[0-9]{12}"/>', doc="ИНН лица")
    inside = f"""<xs:element name="Лицо" maxOccurs="99"><xs:complexType><xs:sequence>{number}</xs:sequence>
    </xs:complexType></xs:element>"""
    kind = type_of_files({"a.xsd": root_text(inside).encode()}, QName(TYPE, "Запрос"), "VS00779")
    right, wrong = "<Лицо><ИННФЛ>500100732259</ИННФЛ></Лицо>", "<Лицо><ИННФЛ>500100732258</ИННФЛ></Лицо>"
    content = f'<t:Запрос xmlns:t="{TYPE}" xmlns="{TYPE}">{right * 40}{wrong}</t:Запрос>'
    page = begun(cabinet, kind, content.encode())
    shown = document_fromstring(page.client.get(f"/ask/drafts/{page.draft.uid}/preview/").content.decode())
    (link,) = shown.xpath("//*[contains(@class, 'warning')]//a")
    assert link.text_content().startswith("Лицо 41 / ИНН лица: ")
    assert "не сходится контрольное число" in link.text_content()
    led = document_fromstring(page.client.get(link.get("href").partition("#")[0]).content.decode())
    at = led.get_element_by_id(link.get("href").partition("#")[2])
    assert at.xpath(".//input/@value") == ["500100732258"]
    assert "контрольное число" in at.text_content()
    assert led.text_content().count("контрольное число") == 1
    sent = page.client.post(f"/ask/drafts/{page.draft.uid}/send/", {"version": page.stored().version})
    assert sent.headers["Location"] == f"/requests/{Exchange.objects.get().uid}/"


def test_a_request_and_whatever_is_made_of_it_have_identifiers_of_their_own(
    cabinet: CabinetUnderTest,
) -> None:
    """Only where the type demands one and people call it so; the identifier of an address is not invented."""
    named = """<xs:element name="Фамилия" type="xs:string" minOccurs="0"/>
    <xs:element name="Дом" type="xs:string"><xs:annotation><xs:documentation>Идентификатор дома
    </xs:documentation></xs:annotation></xs:element>"""
    attribute = """<xs:attribute name="ИдДок" use="required"><xs:annotation><xs:documentation>
    Идентификатор запроса</xs:documentation></xs:annotation><xs:simpleType><xs:restriction base="xs:ID"/>
    </xs:simpleType></xs:attribute>"""
    xsd = root_text(named, attributes=attribute).encode()
    kind = type_of_files({"a.xsd": xsd}, QName(TYPE, "Запрос"), "VS00778")
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))

    def held(address: str) -> dict[str, str]:
        page = official.post(address).headers["Location"]
        return State.parse(Draft.objects.get(uid=page.split("/")[-2]).contents).values

    first = held(f"/ask/types/{kind.code}/begin/")
    assert set(first) == {"@ИдДок"}
    assert first["@ИдДок"][0].isalpha(), "an xs:ID begins with a letter"
    draft = Draft.objects.get()
    official.post(f"/ask/drafts/{draft.uid}/template/", {"version": draft.version, "/Фамилия": "Пробная"})
    again = held(f"/ask/templates/{RequestTemplate.objects.get().uid}/begin/")
    assert again["Фамилия"] == "Пробная"
    assert again["@ИдДок"] != first["@ИдДок"]


def test_a_template_is_ones_own_or_the_departments(cabinet: CabinetUnderTest) -> None:
    page = begun(cabinet, cabinet.under_test.plain)
    for name, shared in (("Моё", {}), ("Общее", {"template_shared": "on"})):
        posted = {"version": page.stored().version, "/Number": "77", "template_name": name, **shared}
        page.client.post(f"/ask/drafts/{page.draft.uid}/template/", posted)
    colleague = cabinet.browser(cabinet.member(Role.OFFICIAL, "north", "colleague"))
    stranger = cabinet.browser(cabinet.member(Role.OFFICIAL, "other"))
    seen = [each.get("/ask/templates/").content.decode() for each in (page.client, colleague, stranger)]
    assert [("Моё" in each, "Общее" in each) for each in seen] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    template = RequestTemplate.objects.get(name="Общее")
    assert stranger.post(f"/ask/templates/{template.uid}/begin/").status_code == 404
    led = colleague.post(f"/ask/templates/{template.uid}/begin/").headers["Location"]
    assert 'value="77"' in colleague.get(led).content.decode()
    assert colleague.post(f"/ask/templates/{template.uid}/delete/").status_code == 404


def test_values_of_earlier_exchanges_are_offered_with_their_source(cabinet: CabinetUnderTest) -> None:
    kind = person_type()
    earlier = begun(cabinet, kind)
    fill_person(earlier)
    earlier.client.post(f"/ask/drafts/{earlier.draft.uid}/send/", {"version": earlier.stored().version})
    page = begun(cabinet, kind)
    page.type("/Лицо/Имя", "Павел")
    offered = page.client.post(
        f"/forms/{page.draft.uid}/offers/", {"known": ""}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "Выдуманный" in offered
    assert kind.title in offered
    message = Message.objects.get()
    page.client.post(
        f"/forms/{page.draft.uid}/fill/", {"source": f"message:{message.uid}:0", "back": "/ask/"}
    )
    assert State.parse(page.stored().contents).values == {
        "Лицо": {
            "Имя": "Павел",
            "Фамилия": "Выдуманный",
            "ДатаРождения": "1980-02-01",
            "СНИЛС": "11223344595",
        }
    }
    stranger = begun(cabinet, kind, department="other")
    refused = stranger.client.post(
        f"/forms/{stranger.draft.uid}/fill/", {"source": f"message:{message.uid}:0", "back": "/ask/"}
    )
    assert refused.status_code == 404


def asked_before(cabinet: CabinetUnderTest, kind: InformationType, name: str, snils: str) -> None:
    """A request of the official's department about somebody."""
    person = f"<Фамилия>{name}</Фамилия><Имя>Пётр</Имя><ДатаРождения>1980-02-01</ДатаРождения>"
    content = f'<Запрос xmlns="{TYPE}"><Лицо>{person}<СНИЛС>{snils}</СНИЛС></Лицо></Запрос>'
    draft = RequestDraft(
        cabinet.under_test.consumer, kind, content.encode(), department=cabinet.department("north")
    )
    take_request(cabinet.under_test.gateway, draft)


def test_what_is_known_of_a_person_is_found_however_many_others_came_after(
    lone_cabinet: CabinetUnderTest,
) -> None:
    kind = person_type()
    asked_before(lone_cabinet, kind, "Искомый", "11223344595")
    for _ in range(EXCHANGES):
        asked_before(lone_cabinet, kind, "Другой", "08765430300")
    page = begun(lone_cabinet, kind)

    def offered(known: str = "") -> str:
        said = {"known": known}
        answer = page.client.post(f"/forms/{page.draft.uid}/offers/", said, headers={"HX-Request": "true"})
        return str(answer.content.decode())

    assert "Искомый" not in offered()
    assert "Искомый" in offered("112-233-445 95")
    assert "Другой" not in offered("искомый пётр")
    now = lone_cabinet.under_test.gateway.clock()
    Card.objects.create(
        department=lone_cabinet.department("north"),
        kind=CardKind.PERSON,
        title="Карточный",
        fields={"last_name": "Карточный", "snils": "11223344595"},
        folded="карточный",
        added_at=now,
        changed_at=now,
        keep_until=now.date(),
    )
    assert "Искомый" in offered("карточ")
    page.type("/Лицо/СНИЛС", "112-233-445 95")
    assert "Искомый" in offered()


def test_drafts_that_nobody_goes_on_with_are_deleted(cabinet: CabinetUnderTest) -> None:
    page = begun(cabinet, cabinet.under_test.plain)
    now = page.stored().updated_at
    assert forget_due(now + KEPT) == 0
    assert forget_due(now + KEPT + timedelta(seconds=1)) == 1
    assert not Draft.objects.exists()


def test_a_card_fills_several_fields(cabinet: CabinetUnderTest) -> None:
    page = begun(cabinet, person_type())
    now = cabinet.under_test.gateway.clock()
    card = Card.objects.create(
        department=cabinet.department("north"),
        kind=CardKind.PERSON,
        title="Пробный Сидор",
        fields={"last_name": "Пробный", "first_name": "Сидор", "birth_date": "1990-12-31"},
        folded="пробный сидор",
        added_at=now,
        changed_at=now,
        keep_until=now.date(),
    )
    page.client.post(f"/forms/{page.draft.uid}/fill/", {"source": f"card:{card.uid}", "back": "/ask/"})
    held = State.parse(page.stored().contents).values["Лицо"]
    assert held == {"Фамилия": "Пробный", "Имя": "Сидор", "ДатаРождения": "1990-12-31"}
