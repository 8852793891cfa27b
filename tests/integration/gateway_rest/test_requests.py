"""Sending through REST: XML, JSON, files; taken once, refused whole."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.models import Attachment, Exchange, ExchangeState, InformationType, Message
from tests.support.adapter_data import came
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.registry import PLAIN
from tests.support.rest import Part, RestClient, rest_client

if TYPE_CHECKING:
    from pathlib import Path

LARGE = bytes(range(256)) * 400


def blobs(under_test: GatewayUnderTest) -> list[Path]:
    return [each for each in under_test.gateway.settings.folder.rglob("*") if each.is_file()]


def test_xml_json_and_parts_give_the_same_request(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    as_xml = client.post_xml("requests", NUMBER, type="VS09801", test="true", node_id="n1")
    as_json = client.post(
        "requests", {"type": "VS09801", "content": {"Number": "1234"}, "test": True, "node_id": "n1"}
    )
    as_parts = client.post_parts(
        "requests",
        [
            Part("request", b'{"type": "VS09801", "test": true, "node_id": "n1"}'),
            Part("xml", NUMBER),
        ],
    )
    assert [each.status for each in (as_xml, as_json, as_parts)] == [201, 201, 201], as_parts.body
    taken = list(Message.objects.select_related("exchange").order_by("pk"))
    assert {each.options["node_id"] for each in taken} == {"n1"}
    assert all(each.exchange.is_test for each in taken)
    assert bytes(taken[0].content or b"") == bytes(taken[2].content or b"") == NUMBER
    assert b">1234<" in bytes(taken[1].content or b"")


def test_the_same_client_id_is_taken_once(alone: GatewayUnderTest) -> None:
    client = rest_client(alone)
    first = client.post_xml("requests", NUMBER, client_id="our-1")
    again = client.post_xml("requests", NUMBER, client_id="our-1")
    other = client.post_xml("requests", NUMBER.replace(b"1234", b"4321"), client_id="our-1")
    assert (first.status, again.status, other.status) == (201, 200, 409)
    assert first.json == again.json
    assert other.json["errors"][0]["cure"]
    assert Exchange.objects.count() == 1


def test_what_breaks_the_schema_is_refused_with_its_path(client: RestClient) -> None:
    by_xml = client.post_xml("requests", NUMBER.replace(b"1234", b"many"))
    by_json = client.post("requests", {"type": "VS09801", "content": {"Number": "many", "Nmuber": 1}})
    assert by_xml.status == by_json.status == 422
    assert "Number" in by_xml.json["errors"][0]["path"]
    assert {each["path"] for each in by_json.json["errors"]} >= {"/content/Nmuber"}
    assert not Exchange.objects.exists()


def test_texts_are_in_the_callers_language(client: RestClient) -> None:
    english = client.get("exchanges/1")
    client.language = "ru-RU,ru;q=0.9,en;q=0.8"
    russian = client.get("exchanges/1")
    assert english.json["title"] == "The request has errors"
    assert russian.json["title"] == "В запросе ошибки"
    assert russian.headers["Content-Language"] == "ru"


def test_small_and_large_files_are_kept_with_their_signatures(on_sqlite: GatewayUnderTest) -> None:
    client = rest_client(on_sqlite)
    taken = client.post_parts(
        "requests",
        [
            Part("xml", NUMBER, "number.xml", "application/xml"),
            Part("files", b"small", "справка.txt", "text/plain"),
            Part("files", LARGE, "scan.bin", "application/octet-stream"),
            Part("signatures", b"signed", "scan.bin.sig"),
        ],
    )
    assert taken.status == 201, taken.body
    small, large = Attachment.objects.order_by("number")
    assert (small.name, bytes(small.octets or b"")) == ("справка.txt", b"small")
    assert large.octets is None
    assert large.size == len(LARGE)
    assert bytes(large.pkcs7 or b"") == b"signed"
    assert bytes(large.digest) == on_sqlite.gateway.digest(LARGE)

    got = client.get(f"messages/{taken.json['message']}/files/2")
    assert hashlib.sha256(got.body).digest() == hashlib.sha256(LARGE).digest()
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    named = client.get(f"messages/{taken.json['message']}/files/1")
    assert "filename*=UTF-8''%D1%81" in named.headers["Content-Disposition"]
    assert client.get(f"messages/{taken.json['message']}/files/2/signature").body == b"signed"
    assert client.get(f"messages/{taken.json['message']}/files/3").status == 404
    assert not list((on_sqlite.gateway.settings.folder / "files" / "unfinished").iterdir())


@pytest.mark.parametrize(
    "parts",
    [
        [Part("xml", NUMBER.replace(b"1234", b"x")), Part("files", LARGE, "a.bin")],
        [Part("files", LARGE, "a.bin")],
        [Part("xml", NUMBER), Part("xml", NUMBER), Part("files", LARGE, "a.bin")],
        [Part("xml", NUMBER), Part("files", LARGE, "a.bin"), Part("signatures", b"s", "b.bin.sig")],
        [Part("xml", NUMBER), Part("fiels", LARGE, "a.bin")],
        [
            Part("xml", NUMBER),
            *[Part("files", each, "a.bin") for each in (LARGE, b"another")],
            Part("signatures", b"of which?", "a.bin.sig"),
        ],
        [
            Part("xml", NUMBER),
            Part("files", LARGE, "a.bin"),
            *[Part("signatures", b"s", f"a.bin.{each}") for each in ("sig", "p7s")],
        ],
        [Part("request", b'{"xml": "<a/>"}'), Part("xml", NUMBER), Part("files", LARGE, "a.bin")],
    ],
)
def test_a_refused_request_leaves_no_file_behind(on_sqlite: GatewayUnderTest, parts: list[Part]) -> None:
    client = rest_client(on_sqlite)
    assert client.post_xml("requests", NUMBER).status == 201  # makes the folder and the key of the index
    before = blobs(on_sqlite)
    assert client.post_parts("requests", parts).status == 422
    assert blobs(on_sqlite) == before
    assert Exchange.objects.count() == 1


def test_a_byte_order_mark_before_json_is_passed_over(client: RestClient) -> None:
    body = b'\xef\xbb\xbf{"type": "VS09801", "content": {"Number": "1234"}}'
    assert client.call("POST", "requests", body, "application/json").status == 201


@pytest.mark.parametrize("mark", ["\ufffe", "\uffff"])
def test_words_that_no_xml_can_hold_are_not_taken(on_sqlite: GatewayUnderTest, mark: str) -> None:
    client, asked = rest_client(on_sqlite), came(on_sqlite).exchange.uid
    told = {"code": 1, "description": f"a{mark}"}
    assert client.post(f"exchanges/{asked}/status", told).status == 422
    reasons = [{"code": "NO_DATA", "text": f"a{mark}"}]
    assert client.post(f"exchanges/{asked}/refusal", {"reasons": reasons}).status == 422
    assert Message.objects.count() == 1


def test_a_type_of_another_contour_is_refused_in_words(client: RestClient) -> None:
    InformationType.objects.filter(code="VS09801").update(environment="production")
    told = client.post_xml("requests", NUMBER)
    assert told.status == 409
    assert "production" in told.json["detail"]
    assert told.json["errors"][0]["cure"]
    assert not Message.objects.exists()


def with_file(about: bytes, content: bytes = LARGE, xml: bytes = NUMBER) -> bytes:
    part = b"--b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n"
    return part % (b'name="xml"', xml) + part % (about, content) + b"--b--\r\n"


NAMED = with_file(b'name="files"; filename="a.bin"')


@pytest.mark.parametrize(
    ("body", "announced", "status"),
    [
        (NAMED, len(NAMED), 201),
        (NAMED[: -len(LARGE) // 2], len(NAMED), 400),
        (NAMED[: -len(LARGE) // 2], len(NAMED) - len(LARGE) // 2, 400),
        (NAMED[:-7], len(NAMED) - 7, 400),
        (with_file('name="files"; filename="отчёт.pdf"'.encode("cp1251"), b"small"), None, 422),
        (with_file(b'name="files"; filename=".."', b"small"), None, 422),
        (with_file(b'name="files"', b"small"), None, 422),
        (with_file(b'filename="a.bin"', b"small"), None, 422),
        (with_file(b'name="files"; filename="a"', xml=NUMBER.replace(b"1234", b"\xef\xf0")), None, 422),
    ],
)
def test_no_request_goes_out_without_a_part_of_its_body(
    on_sqlite: GatewayUnderTest, body: bytes, announced: int | None, status: int
) -> None:
    client = rest_client(on_sqlite)
    length = str(len(body) if announced is None else announced)
    kind = "multipart/form-data; boundary=b"
    assert client.call("POST", "requests", body, kind, CONTENT_LENGTH=length).status == status
    assert Attachment.objects.count() == Exchange.objects.count() == (status == 201)


def test_a_field_of_a_form_that_was_left_empty_is_no_file(client: RestClient) -> None:
    body = with_file(b'name="files"; filename=""', b"")
    assert client.call("POST", "requests", body, "multipart/form-data; boundary=b").status == 201


def test_files_given_twice_under_one_client_id_are_kept_once(on_sqlite: GatewayUnderTest) -> None:
    client = rest_client(on_sqlite)
    parts = [Part("xml", NUMBER), Part("files", LARGE, "a.bin")]
    assert client.post_parts("requests", parts, client_id="f").status == 201
    before = blobs(on_sqlite)
    assert client.post_parts("requests", parts, client_id="f").status == 200
    assert blobs(on_sqlite) == before


def test_what_is_not_sent_yet_is_called_off(client: RestClient) -> None:
    taken = client.post_xml("requests", NUMBER).json
    called_off = client.post(f"exchanges/{taken['id']}/cancel")
    assert (called_off.status, called_off.json["state"]) == (200, "cancelled")
    assert client.post(f"exchanges/{taken['id']}/cancel").status == 409


def test_a_held_request_waits(client: RestClient) -> None:
    taken = client.post_xml("requests", NUMBER, hold="true")
    assert taken.json["state"] == ExchangeState.DRAFT


def test_a_type_is_told_by_the_root_of_its_xml_or_by_its_code(client: RestClient) -> None:
    assert client.post_xml("requests", NUMBER).json["state"] == "sending"
    unknown = client.post_xml("requests", f'<Unknown xmlns="{PLAIN}"/>'.encode())
    assert unknown.status == 404
    assert client.post("requests", {"xml": "<a"}).status == 422
    assert client.post("requests", {"content": {}}).json["errors"][0]["path"] == "/type"
