"""The adapter's service as its clients see it: JSON and SOAP, callers, files, groups, queues, bad input."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import zeep.exceptions
from django.db import connection, connections
from lxml import etree

from mezhved.gateway.access import RightDraft, issue
from mezhved.gateway.adapter.endpoint import Endpoint
from mezhved.gateway.models import Attachment, Message, MessageKind, MessageState
from tests.support.adapter import FAULTS, TYPES, Caller, client, official_schema, ours
from tests.support.adapter_data import answered, by_client_id, came, query, request, response, with_file
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest, gateway_over, present_pki, write_keys
from tests.support.registry import CONSUMER, PLAIN, PROVIDER

if TYPE_CHECKING:
    from pathlib import Path

ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>'
SEND = (
    f'<ClientMessage xmlns="{TYPES}"><itSystem>{CONSUMER}</itSystem><RequestMessage><RequestMetadata>'
    "<clientId>%s</clientId></RequestMetadata><RequestContent><content><MessagePrimaryContent>"
    f"{NUMBER.decode()}</MessagePrimaryContent>%s</content></RequestContent></RequestMessage></ClientMessage>"
)
FIND = (
    f'<FindMessageQuery xmlns="{TYPES}"><itSystem>{CONSUMER}</itSystem><specificQuery><messagePeriodCriteria>'
    "<from>2020-01-01T00:00:00</from></messagePeriodCriteria></specificQuery></FindMessageQuery>"
)


@pytest.fixture(scope="module")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    write_keys(folder, present_pki())
    return folder


@pytest.fixture
def alone(gateway_database: str, key_folder: Path, tmp_path: Path) -> GatewayUnderTest:
    """A gateway that nothing answers."""
    made = gateway_over(gateway_database, key_folder, "http://127.0.0.1:9")
    settings = made.gateway.settings
    object.__setattr__(settings, "attachment_folder", str(tmp_path / "storage"))
    return made


def spoken(name: str, client_id: str, content: Any, **said: Any) -> dict[str, Any]:
    kind, about = ("requestMessage", "request") if name == "request" else ("responseMessage", "response")
    return {
        "itSystem": CONSUMER if name == "request" else PROVIDER,
        kind: {
            f"{about}Metadata": {"clientId": client_id, **said},
            f"{about}Content": content,
        },
    }


def business(octets: bytes, *, wrapped: bool = False) -> dict[str, Any]:
    text = octets.decode()
    return {"content": {"messagePrimaryContent": {"any": text} if wrapped else text}}


def asked(under_test: GatewayUnderTest, client_id: str) -> Message:
    return Message.objects.select_related("exchange").get(client_id=client_id)


def test_json_at_the_service_s_own_address_and_at_the_methods(alone: GatewayUnderTest) -> None:
    caller = Caller(alone.gateway)
    sent = caller.post_json("/ws", spoken("request", "j-1", business(NUMBER), testMessage=True)).json
    assert sent == {"itSystem": CONSUMER, "messageId": asked(alone, "j-1").message_id}
    declared = b'<?xml version="1.0" encoding="windows-1251"?>' + NUMBER
    again = caller.post_json("/ws/send", spoken("request", "j-2", business(declared, wrapped=True)))
    assert again.status == 200
    message = came(alone, options={"transaction_code": "5f3c7a10-0000-11ee-9de2-fa163e1007b9|0|x"})
    told = caller.post_json("/ws", {"itSystem": PROVIDER}).json
    assert told["smevMetadata"]["messageId"] == message.message_id
    about = told["message"]["requestMetadata"]
    assert about["clientId"] == str(message.uid)
    assert about["linkedGroupIdentity"]["refGroupId"] == "5f3c7a10-0000-11ee-9de2-fa163e1007b9"
    assert told["message"]["requestContent"]["content"]["messagePrimaryContent"] == NUMBER.decode()
    assert caller.post_json("/ws/get", {"itSystem": PROVIDER}).json == {}
    answer = spoken("response", "j-3", business(WORDS), replyToClientId=str(message.uid))
    assert caller.post_json("/ws/send", answer).status == 200
    period = {"from": "2020-01-01T00:00:00Z"}
    wanted: dict[str, Any] = {"itSystem": PROVIDER, "specificQuery": {"messagePeriodCriteria": period}}
    found = caller.post_json("/ws/find", wanted).json["queryResult"]
    assert [next(iter(each["message"])) for each in found] == ["requestMetadata", "messageType"]
    assert found[0]["message"]["requestContent"]["content"]["messagePrimaryContent"] == {
        "any": NUMBER.decode()
    }
    wanted["specificQuery"] |= {"messageCountToReturn": 1, "messageOffset": 1}
    (second,) = caller.post_json("/ws/find", wanted).json["queryResult"]
    assert second["message"]["responseMetadata"]["replyToClientId"] == str(message.uid)


def test_a_client_of_our_own_description_works_as_well(alone: GatewayUnderTest, tmp_path: Path) -> None:
    result = client(alone.gateway, ours(tmp_path)).Send(**request("own-1"))
    assert result.MessageId == asked(alone, "own-1").message_id


def test_what_is_said_about_a_request_is_kept_and_given_back(alone: GatewayUnderTest) -> None:
    service = client(alone.gateway)
    service.Send(**request("root-1", TransactionCode="code-1", createGroupIdentity=None))
    record = {"RecordId": 7, "UseGeneralRouting": False, "DynamicRouting": {"DynamicValue": ["45000000"]}}
    said: dict[str, Any] = {
        "linkedGroupIdentity": {"refClientId": "root-1", "refGroupId": "group-1"},
        "nodeId": "node-1",
        "eol": alone.clock() + timedelta(days=1),
        "RoutingInformation": {
            "DynamicRouting": {"DynamicValue": ["45", "46"]},
            "IdentifierRouting": {"IdentifierValue": ["TEST02"]},
            "RegistryRouting": {"RegistryRecordRouting": [record]},
        },
    }
    service.Send(**request("next-1", **said))
    (found,) = service.Find(**by_client_id(CONSUMER, "next-1", "GET_REQUEST_BY_REQUEST_CLIENTID"))
    about = found.Message.RequestMetadata
    assert (about.linkedGroupIdentity.refClientId, about.linkedGroupIdentity.refGroupId) == (
        "root-1",
        "group-1",
    )
    assert about.nodeId == "node-1"
    assert about.RoutingInformation.DynamicRouting.DynamicValue == ["45", "46"]
    assert about.RoutingInformation.RegistryRouting.RegistryRecordRouting[0].RecordId == 7
    kept = asked(alone, "next-1").options
    assert kept["transaction_code"] == "code-1", "the chain goes on"
    assert kept["reference_message_id"] == asked(alone, "root-1").message_id
    assert kept["routing"]["records"][0]["dynamic"] == ["45000000"]
    group = {"FRGUServiceCode": "7700000000000000001", "FRGUServiceRecipientDescription": "Заявитель"}
    service.Send(**request("group-1", createGroupIdentity=group))
    (found,) = service.Find(**by_client_id(CONSUMER, "group-1", "GET_REQUEST_BY_REQUEST_CLIENTID"))
    assert found.Message.RequestMetadata.createGroupIdentity.FRGUServiceCode == "7700000000000000001"
    assert "7700000000000000001" in asked(alone, "group-1").options["business_process"][0]


def test_answers_go_to_the_node_and_queue_of_their_request(alone: GatewayUnderTest) -> None:
    service = client(alone.gateway)
    kinds: dict[str, Any] = {"plain": {}, "node": {"nodeId": "n1"}, "queue": {"replyToQueue": "q1"}}
    for name, said in kinds.items():
        service.Send(**request(name, **said))
        answered(alone, asked(alone, name).exchange, MessageKind.ANSWER, content=WORDS)

    def replied(**said: Any) -> str | None:
        found = service.Get(**query(CONSUMER, "RESPONSE", **said)).Message
        return None if found is None else found.ResponseMetadata.replyToClientId

    assert replied(nodeId="n1") == "node"
    assert replied(nodeId="n1") is None
    assert replied(routerExtraQueue="q1") == "queue"
    assert replied() == "plain"
    assert replied() is None


def test_files_lie_in_the_shared_folder(alone: GatewayUnderTest, tmp_path: Path) -> None:
    service = client(alone.gateway)
    mine = tmp_path / "storage" / CONSUMER / "out" / "a"
    mine.mkdir(parents=True)
    (mine / "справка.txt").write_text("содержание")
    header = {
        "filePath": r"a\справка.txt",
        "passportId": "passport-1",
        "TransferMethod": "REFERENCE",
        "SignaturePKCS7": b"signed",
        "Archive": {"File": [{"name": "in.xml", "passportId": "p"}]},
    }
    listed = {"AttachmentHeaderList": {"AttachmentHeader": [header]}}
    service.Send(**request("files-1", inside=listed))
    kept = Attachment.objects.get(message=asked(alone, "files-1"))
    assert (kept.name, bytes(kept.octets or b"").decode(), bytes(kept.pkcs7 or b"")) == (
        "справка.txt",
        "содержание",
        b"signed",
    )
    assert kept.carrier == "message", "there is no file store"
    assert kept.header == {"namespace": "passport-1", "archive": [["in.xml", "p"]]}
    (found,) = service.Find(**by_client_id(CONSUMER, "files-1", "GET_REQUEST_BY_REQUEST_CLIENTID"))
    given = found.Message.RequestContent.content.AttachmentHeaderList.AttachmentHeader[0]
    assert (given.passportId, given.Archive.File[0].name) == ("passport-1", "in.xml")

    message = came(alone)
    with_file(message, "ответ.txt", b"octets")
    said = {"namespace": "urn:example:a", "archive": [["b.xml", "urn:example:b"]]}
    Attachment.objects.filter(message=message).update(header=said)
    content = service.Get(**query(PROVIDER)).Message.RequestContent.content
    (header,) = content.AttachmentHeaderList.AttachmentHeader
    assert (header.passportId, header.Archive.File[0].passportId) == ("urn:example:a", "urn:example:b")
    assert (tmp_path / "storage" / PROVIDER / "in" / header.Id / header.filePath).read_bytes() == b"octets"


def test_no_path_leads_out_of_the_shared_folder(alone: GatewayUnderTest, tmp_path: Path) -> None:
    out = tmp_path / "storage" / CONSUMER / "out"
    out.mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (out / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in ("../../secret.txt", "/etc/hostname", "link.txt", "nothing.txt", "", ".", "a\0b"):
        files = {"attachmentHeaderList": {"attachmentHeader": [{"filePath": path}]}}
        content = {"content": business(NUMBER)["content"] | files}
        reply = Caller(alone.gateway).post_json("/ws", spoken("request", "out-1", content))
        assert reply.status == 400, path
        assert "validationFault" in reply.json
    assert not Message.objects.exists()


def test_a_file_may_come_in_the_call_itself(alone: GatewayUnderTest) -> None:
    header = "<AttachmentHeader><filePath>scan@x</filePath></AttachmentHeader>"
    envelope = ENVELOPE % (SEND % ("m-1", f"<AttachmentHeaderList>{header}</AttachmentHeaderList>"))
    packed = (
        '--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\n'
        "Content-ID: <root>\r\n\r\n"
        f"{envelope}\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <scan@x>\r\n\r\nPNG\r\n--b--\r\n"
    )
    kind = 'multipart/related; type="application/xop+xml"; start="<root>"; boundary=b'
    reply = Caller(alone.gateway).call("POST", "/ws", packed.encode(), kind)
    assert reply.status == 200, reply.body
    assert bytes(Attachment.objects.get().octets or b"") == b"PNG"


def test_errors_are_the_adapter_s_two_faults(alone: GatewayUnderTest) -> None:
    service = client(alone.gateway)
    broken = f'<PlainRequest xmlns="{PLAIN}"><Number>x</Number></PlainRequest>'.encode()
    unknown = b'<Nothing xmlns="urn:example:nothing"/>'
    for said, words in (
        (request("f-1", broken), "Number"),
        (request("f-2", unknown), "Nothing"),
        (request("f-3") | {"itSystem": "NOBODY"}, "NOBODY"),
        (response("no such request", "f-4", status={"code": "1", "description": "x"}), "replyToClientId"),
    ):
        with pytest.raises(zeep.exceptions.Fault) as refusal:
            service.Send(**said)
        (detail,) = refusal.value.detail
        assert detail.tag == f"{{{FAULTS}}}ValidationFault"
        assert detail.findtext(f"{{{FAULTS}}}code")
        assert words in detail.findtext(f"{{{FAULTS}}}description")
    assert not Message.objects.exists()
    service.Send(**request("f-5"))
    with pytest.raises(zeep.exceptions.Fault):
        service.Send(**request("f-5", NUMBER.replace(b"1234", b"4321")))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE gateway_message RENAME TO gateway_message_away")
    try:
        with pytest.raises(zeep.exceptions.Fault) as refusal:
            service.Send(**request("f-6"))
        assert refusal.value.detail[0].tag == f"{{{FAULTS}}}SystemFault"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gateway_message_away RENAME TO gateway_message")


BAD_INPUT: list[tuple[bytes, str]] = [
    (b"", "text/xml"),
    (b"<a/>", "text/xml"),
    (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "text/xml"),
    (b"\xff\xfe<", "text/xml; charset=utf-16"),
    (b"not multipart", "multipart/related; boundary=b"),
    (b"<a/>", "text/plain"),
    (b"{", "application/json"),
    (b"[]", "application/json"),
    (b'{"itSystem": {"a": 1}}', "application/json"),
    (b'{"itSystem": "TEST01", "requestMessage": []}', "application/json"),
    (b'{"itSystem": NaN}', "application/json"),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json"),
    (b'{"itSystem": "\\ud800"}', "application/json"),
    (b'{"itSystem": "TEST01\\u0000"}', "application/json"),
]


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-16", "text/xml; charset=utf-16"),
        ("utf-16", "text/xml"),
        ("windows-1251", 'text/xml;charset="windows-1251"'),
        ("windows-1251", "text/xml"),
    ],
)
def test_an_envelope_in_another_usual_encoding_is_read(
    alone: GatewayUnderTest, encoding: str, content_type: str
) -> None:
    envelope = f'<?xml version="1.0" encoding="{encoding}"?>' + ENVELOPE % SEND % ("Письмо-1", "")
    assert Caller(alone.gateway).call("POST", "/ws", envelope.encode(encoding), content_type).status == 200
    assert b">1234</" in bytes(asked(alone, "Письмо-1").content or b"")


def test_a_compressed_body_and_one_that_breaks_off_are_told_of_in_words(alone: GatewayUnderTest) -> None:
    caller = Caller(alone.gateway)
    packed = caller.soap(b"\x1f\x8b", HTTP_CONTENT_ENCODING="gzip")
    assert "сжатые" in packed.xml.findtext(".//faultstring")
    whole = (ENVELOPE % SEND % ("cut-1", "")).encode()
    cut = caller.call("POST", "/ws", whole, "text/xml", CONTENT_LENGTH=str(len(whole) + 9))
    assert "оборвано" in cut.xml.findtext(".//faultstring")
    assert not Message.objects.exists()


def test_moments_at_the_edges_of_the_calendar(alone: GatewayUnderTest) -> None:
    caller = Caller(alone.gateway)
    for number, eol in enumerate(("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999-03:00", "", " ")):
        said = SEND.replace("</clientId>", f"</clientId><eol>{eol}</eol><testMessage/>") % (
            f"edge-{number}",
            "",
        )
        assert caller.soap(said.encode()).status == 200, eol
    zoned = spoken("request", "edge-4", business(NUMBER), eol="2999-12-01T10:00:00.000+0300")
    assert caller.post_json("/ws", zoned).status == 200
    assert asked(alone, "edge-4").options["eol"] == "2999-12-01T07:00:00+00:00"
    ever = FIND.replace(
        "2020-01-01T00:00:00</from>", "0001-01-01T00:00:00</from><to>9999-12-31T23:59:59-03:00</to>"
    )
    found = caller.soap(ever.encode()).xml.findall(f".//{{{TYPES}}}QueryResult")
    assert len(found) == 5
    assert found[0].findtext(f".//{{{TYPES}}}eol") == "9999-12-31T23:59:59.000+00:00"


def test_an_empty_route_is_no_route(alone: GatewayUnderTest) -> None:
    said = SEND.replace(
        "</clientId>", "</clientId><RoutingInformation><DynamicRouting/></RoutingInformation>"
    )
    assert Caller(alone.gateway).soap((said % ("route-0", "")).encode()).status == 200
    assert "routing" not in asked(alone, "route-0").options


def test_a_fault_says_what_breaks_the_schema(alone: GatewayUnderTest) -> None:
    said = (SEND % ("schema-1", "")).replace(">1234<", ">many<")
    told = Caller(alone.gateway).soap(said.encode()).xml.findtext(".//faultstring")
    assert told.startswith("/PlainRequest/Number: содержание не соответствует схеме: ")


@pytest.mark.parametrize("code", ["99999999999999", "1_0", "\u0661\u0662", "NEW"])
def test_a_status_code_is_a_number_that_smev_has_room_for(alone: GatewayUnderTest, code: str) -> None:
    message = came(alone)
    status = {"status": {"code": code, "description": "in work"}}
    told = Caller(alone.gateway).post_json(
        "/ws", spoken("response", "code-1", status, replyToClientId=str(message.uid))
    )
    assert told.status == 400
    assert "status/code" in told.json["error"]


def test_bad_input_is_refused_with_a_fault(alone: GatewayUnderTest) -> None:
    for body, kind in BAD_INPUT:
        reply = Caller(alone.gateway).call("POST", "/ws", body, kind)
        if kind == "application/json":
            assert reply.status == 400, body[:80]
            assert reply.json["error"]
        else:
            assert reply.status == 500, body[:80]
            assert b"ValidationFault" in reply.body


def test_who_may_call(alone: GatewayUnderTest) -> None:
    get = {"itSystem": CONSUMER}
    assert Caller(alone.gateway).post_json("/ws/get", get).status == 200
    foreign = (
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_ORIGIN": "http://site.example"},
        {"HTTP_HOST": "site.example:7575"},
    )
    for environ in foreign:
        reply = Caller(alone.gateway, environ).post_json("/ws/get", get)
        assert reply.status == 401
        assert "WWW-Authenticate" in reply.headers
    rights = [RightDraft(alone.consumer, None, frozenset({"ask"}))]
    secret = issue("our system", rights, now=alone.clock(), randomness=alone.gateway.randomness)
    basic = base64.b64encode(f"client:{secret}".encode()).decode()
    for header in (f"Bearer {secret}", f"Basic {basic}"):
        environ = {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": header}
        caller = Caller(alone.gateway, environ)
        assert caller.post_json("/ws/get", get).status == 200
        assert caller.post_json("/ws", spoken("request", "t-1", business(NUMBER))).status == 200
    assert asked(alone, "t-1").exchange.author == "our system"
    message = came(alone)
    refused = caller.post_json(
        "/ws", spoken("response", "t-2", business(WORDS), replyToClientId=str(message.uid))
    )
    assert refused.status == 400
    assert caller.post_json("/ws/get", {"itSystem": PROVIDER}).json == {}, "what it may not see is not told"
    looks = [RightDraft(alone.provider, None, frozenset({"read"}))]
    only = issue("only looks", looks, now=alone.clock(), randomness=alone.gateway.randomness)
    looking = Caller(alone.gateway, {"HTTP_AUTHORIZATION": f"Bearer {only}"})
    assert looking.post_json("/ws/get", {"itSystem": PROVIDER}).json == {}, "it may not take"
    wrong = Caller(alone.gateway, {"HTTP_AUTHORIZATION": "Bearer mzg_wrong"})
    assert wrong.post_json("/ws/get", get).status == 401
    object.__setattr__(alone.gateway.settings, "adapter_demands_token", True)
    assert Caller(alone.gateway).post_json("/ws/get", get).status == 401


def test_the_description_leads_a_client_to_the_service(alone: GatewayUnderTest) -> None:
    caller = Caller(alone.gateway)
    wsdl = caller.call("GET", "/ws?wsdl").xml
    address = wsdl.find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address").get("location")
    assert address == "http://127.0.0.1:7575/ws"
    places = [each.get("schemaLocation") for each in wsdl.iter("{http://www.w3.org/2001/XMLSchema}import")]
    assert len(places) == 2
    for place in places:
        schema = caller.call("GET", place.removeprefix("http://127.0.0.1:7575"))
        assert schema.xml.tag == "{http://www.w3.org/2001/XMLSchema}schema"
    assert caller.call("GET", "/ws?xsd=../../secret").status == 404
    assert caller.call("GET", "/ws").status == 200
    assert caller.call("PUT", "/ws").status == 405
    assert not Endpoint.serves("/wsx")


def test_two_clients_at_once_never_get_the_same_message(alone: GatewayUnderTest) -> None:
    made = {came(alone).message_id for _ in range(6)}
    told: list[str] = []

    def take() -> None:
        caller = Caller(alone.gateway)
        while found := caller.post_json("/ws/get", {"itSystem": PROVIDER}).json:
            told.append(found["smevMetadata"]["messageId"])
        connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == sorted(str(each) for each in made)
    assert {each.state for each in Message.objects.all()} == {MessageState.READ}


def test_what_is_handed_out_keeps_to_the_official_schema(alone: GatewayUnderTest) -> None:
    caller = Caller(alone.gateway)
    caller.post_json("/ws", spoken("request", "x-1", business(NUMBER)))
    exchange = asked(alone, "x-1").exchange
    details = {
        "category": "requestIsRejectedBySmev",
        "description": "нет",
        "code": "SMEV-403",
        "fault": "плохо",
    }
    answered(alone, exchange, MessageKind.NOTICE, details={"category": "requestIsQueued", "description": ""})
    answered(alone, exchange, MessageKind.NOTICE, details=details)
    answered(alone, exchange, MessageKind.REJECTION, details={"reasons": [["OTHER_CODE", "x" * 5000]]})
    answered(
        alone,
        exchange,
        MessageKind.STATUS,
        details={"code": 1, "description": "a", "parameters": [["k", ""]]},
    )
    declared = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n<!-- - -->' + WORDS + b"\n"
    answered(alone, exchange, MessageKind.ANSWER, content=declared)
    Message.objects.filter(client_id="x-1").update(
        state=MessageState.UNSENT,
        unread_since=alone.clock(),
        problem={"name": "TransportError", "ru": "нет связи"},
    )
    types = []
    body = f'<MessageQuery xmlns="{TYPES}"><itSystem>{CONSUMER}</itSystem></MessageQuery>'.encode()
    while len(result := caller.soap(body).xml.find(".//{*}QueryResult")):
        official_schema().assertValid(etree.fromstring(etree.tostring(result)))
        types.append(result.findtext(".//{*}messageType"))
    assert types == [
        "ErrorMessage",
        "StatusMessage",
        "ErrorMessage",
        "RejectMessage",
        "StatusMessage",
        "PrimaryMessage",
    ]
    results = caller.soap(FIND.encode()).xml.find(".//{*}QueryResultList")
    official_schema().assertValid(etree.fromstring(etree.tostring(results)))
    assert len(results) == 6
