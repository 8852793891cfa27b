"""The journal through REST: filters, pages, persons, raw steps, events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mezhved.gateway.journal import seal
from mezhved.gateway.models import Event, Exchange, Step, StepKind, Subject
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.registry import CODED
from tests.support.rest import RestClient, rest_client

if TYPE_CHECKING:
    from typing import Any

PERSON = """<Person xmlns="urn:x" Snils="112-233-445 95"><FamilyName>Выдуманова</FamilyName>
<FirstName>Алёна</FirstName><Doc Series="44 05" Number="123456"/></Person>"""


def several(client: RestClient, count: int) -> list[str]:
    return [client.post_xml("requests", NUMBER, client_id=f"c{each}").json["id"] for each in range(count)]


def listed(client: RestClient, **query: Any) -> list[str]:
    answer = client.get("exchanges", **query)
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.json["items"]]


def test_pages_follow_one_another_without_gaps(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    made = several(client, 7)
    # Two that began in the same moment are told apart too.
    at = Exchange.objects.get(uid=made[3]).created_at
    Exchange.objects.filter(uid=made[4]).update(created_at=at)
    seen: list[str] = []
    cursor = None
    while True:
        page = client.get("exchanges", limit=2, **({"cursor": cursor} if cursor else {})).json
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 7
    assert set(seen) == set(made)
    assert seen[0] == made[6]


def test_filters(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    first, second, third = several(client, 3)
    client.post(f"exchanges/{second}/cancel")
    now = alone.gateway.clock()
    Exchange.objects.filter(uid=third).update(created_at=now - timedelta(days=40), counterpart="FNS001")
    assert listed(client, state="cancelled") == [second]
    assert set(listed(client, state=["cancelled", "sending"])) == {first, second, third}
    assert listed(client, before=(now - timedelta(days=30)).isoformat()) == [third]
    assert set(listed(client, since=(now - timedelta(days=30)).isoformat())) == {first, second}
    assert listed(client, counterpart="FNS001") == [third]
    assert listed(client, client_id="c0") == [first]
    assert listed(client, type="VS09802") == []
    assert len(listed(client, type=["VS09801", "VS09802"], system="TEST01@bus", direction="out")) == 3
    assert listed(client, system="TEST01@other") == []
    assert listed(client, test="true") == []
    assert listed(client, department="d1") == []


def test_an_exchange_is_found_by_the_number_of_its_case(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    said = {"type": "VS09801", "content": {"Number": "1234"}}
    first = client.post("requests", {**said, "case_number": " 17-пв/2026 "}).json["id"]
    second = client.post_xml("requests", NUMBER, case_number="18-пв/2026").json["id"]
    several(client, 1)
    assert listed(client, case_number="17-пв/2026") == [first]
    assert listed(client, case_number=" 18-пв/2026") == [second]
    assert listed(client, case_number="17-ПВ/2026") == []
    assert [each["case_number"] for each in client.get("exchanges").json["items"]] == [
        "",
        "18-пв/2026",
        "17-пв/2026",
    ]
    assert client.post("requests", {**said, "case_number": "9" * 101}).status == 422
    assert client.get("exchanges", case_number="a\nb").status == 422


def test_an_exchange_is_found_by_the_person_it_is_about(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    about, _ = several(client, 2)
    exchange = Exchange.objects.get(uid=about)
    alone.gateway.subjects.note(exchange, PERSON.encode())
    alone.gateway.subjects.note(exchange, PERSON.encode())
    for person in ("112-233-445 95", "11223344595", "выдуманова алена", "44 05 123456"):
        assert listed(client, person=person) == [about], person
    assert listed(client, person="001-001-999 64") == []
    assert "11223344595" not in str(list(Subject.objects.values()))


def test_a_request_is_indexed_when_it_is_taken(on_sqlite: GatewayUnderTest) -> None:
    client = rest_client(on_sqlite)
    content = f'<CodedRequest xmlns="{CODED}">{PERSON}</CodedRequest>'
    taken = client.post_xml("requests", content.encode())
    assert taken.status == 201, taken.body
    assert listed(client, person="11223344595") == [taken.json["id"]]


def test_the_key_of_the_index_is_kept_beside_the_database(on_sqlite: GatewayUnderTest) -> None:
    subjects = on_sqlite.gateway.subjects
    several(rest_client(on_sqlite), 1)
    exchange = Exchange.objects.get()
    subjects.note(exchange, PERSON.encode())
    file = on_sqlite.gateway.settings.folder / "search.key"
    assert file.stat().st_mode & 0o777 == 0o600
    node = on_sqlite.another_node().gateway.subjects
    assert Exchange.objects.filter(node.condition("112-233-445 95")).exists()


def test_raw_steps_are_given_as_files_and_deleted_ones_are_gone(client: RestClient) -> None:
    taken = client.post_xml("requests", NUMBER).json
    exchange = Exchange.objects.get()
    octets = b"<html><script>alert(1)</script></html>"
    kept, deleted = (
        Step.objects.create(
            exchange=exchange, kind=StepKind.RECEIVED, at=exchange.created_at, octets=each, digest=b"d" * 32
        )
        for each in (octets, None)
    )
    listed_steps = client.get(f"exchanges/{taken['id']}/steps").json
    assert [each["size"] for each in listed_steps] == [len(octets), None]
    got = client.get(listed_steps[0]["url"])
    assert got.body == octets
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert client.get(f"exchanges/{taken['id']}/steps/{deleted.pk}").status == 410
    assert client.get(f"exchanges/{taken['id']}/steps/{kept.pk + 100}").status == 404


def test_events_are_followed_by_their_cursor(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    assert client.get("events").json == {"items": [], "next": 0}
    made = several(client, 3)
    assert client.get("events").json["items"] == []  # they have no place in the order yet
    while seal(alone.gateway):
        pass
    page = client.get("events", limit=2).json
    assert [each["exchange"] for each in page["items"]] == made[:2]
    rest = client.get("events", after=page["next"], wait=5).json
    assert [each["exchange"] for each in rest["items"]] == made[2:]
    assert client.get("events", after=rest["next"]).json == {"items": [], "next": rest["next"]}
    assert len(client.get("events", exchange=made[1]).json["items"]) == 1


def test_a_follower_who_sees_little_still_moves_on(on_sqlite: GatewayUnderTest) -> None:
    several(rest_client(on_sqlite), 3)
    while seal(on_sqlite.gateway):
        pass
    last = Event.objects.order_by("-position").values_list("position", flat=True)[0]
    other = rest_client(on_sqlite, ("TEST02", "*", "answer"))
    assert other.get("events").json == {"items": [], "next": last}
