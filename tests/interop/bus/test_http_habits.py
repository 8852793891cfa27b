"""What HTTP clients do to a request on its way; the bus has to read it all."""

from __future__ import annotations

import gzip
import http.client
import socket

import pytest

from tests.support.foreign.world import Answer, World, ask, new_id, read_answer

ACTION = (
    '<s:Header xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><Action s:mustUnderstand="1" '
    'xmlns="http://schemas.microsoft.com/ws/2005/05/addressing/none">urn:SendRequest</Action></s:Header>'
)
CONTENT_TYPES = (
    "text/xml",
    'TEXT/XML; Charset="utf-8"',
    "text/xml; charset='utf-8'",
    "text/xml ; charset = utf-8",
    'application/soap+xml; charset=utf-8; action="urn:SendRequest"',
    'application/xop+xml; charset=UTF-8; type="text/xml"',
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "nonsense",
    ";;;",
    "",
)


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_xml_is_read_whatever_its_content_type(world: World, content_type: str) -> None:
    sent = world.consumer.send(ask(), Content_Type=content_type)
    world.provider.take("Request", sent)


@pytest.mark.parametrize("action", ["", "urn:SendRequest", '"urn:Ack"'])
def test_the_body_tells_the_operation_not_soap_action(world: World, action: str) -> None:
    sent = world.consumer.send(ask(), SOAPAction=action)
    world.provider.take("Request", sent)


@pytest.mark.parametrize("content_type", ["text/xml; charset=windows-1251", "text/xml; charset=utf-16"])
def test_another_charset_is_refused(world: World, content_type: str) -> None:
    caller = world.consumer
    answer = caller.post(caller.request(new_id(), ask()), Content_Type=content_type)
    assert answer.fault[0] == "SMEVFailure"


def test_a_header_that_must_be_understood_is_not_obeyed(world: World) -> None:
    habit = world.consumer.habit.__class__("dotnet", header=ACTION)
    caller = world.consumer.but(habit=habit)
    sent = caller.send(ask(), Content_Type="application/soap+xml; charset=utf-8")
    world.provider.take("Request", sent)


def test_a_chunked_body_is_read(world: World) -> None:
    caller = world.consumer
    sent = new_id()
    octets = caller.request(sent, ask())
    connection = http.client.HTTPConnection("127.0.0.1", world.bus.port, timeout=30)
    pieces = (octets[at : at + 7] for at in range(0, len(octets), 7))
    connection.request("POST", "/ws", pieces, {"Content-Type": "text/xml"}, encode_chunked=True)
    caller.receipt(read_answer(connection.getresponse()), "SendRequestResponse", sent)
    connection.close()
    world.provider.take("Request", sent)


RAW_HEADS = {
    "http/1.0": b"POST /ws HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n",
    "lower-case": b"POST /smev/v1.2/ws HTTP/1.1\r\nhost: x\r\ncontent-type: text/xml\r\nconnection: close\r\n"
    b"soapaction: urn:x\r\ncontent-length: %d\r\n\r\n",
    "slash": b"POST /ws/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
    "query": b"POST /ws?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
    "absolute": b"POST http://x/ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
}


@pytest.mark.parametrize("head", RAW_HEADS.values(), ids=RAW_HEADS)
def test_old_and_odd_request_heads_are_read(world: World, head: bytes) -> None:
    caller = world.consumer
    sent = new_id()
    octets = caller.request(sent, ask())
    with raw_connection(world) as connection:
        connection.sendall(head % len(octets) + octets)
        answer = read_raw(connection)
    caller.receipt(answer, "SendRequestResponse", sent)
    world.provider.take("Request", sent)


def test_a_client_that_waits_to_be_told_to_continue_is_told(world: World) -> None:
    caller = world.consumer
    sent = new_id()
    octets = caller.request(sent, ask())
    head = (
        b"POST /ws HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nExpect: 100-continue\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n"
    )
    with raw_connection(world) as connection:
        connection.sendall(head % len(octets))
        told = connection.recv(25)
        assert told.startswith(b"HTTP/1.1 100 ")
        connection.sendall(octets)
        answer = read_raw(connection)
    caller.receipt(answer, "SendRequestResponse", sent)
    world.provider.take("Request", sent)


def test_one_connection_carries_many_calls(world: World) -> None:
    caller = world.consumer
    connection = http.client.HTTPConnection("127.0.0.1", world.bus.port, timeout=30)
    connection.connect()
    socket_of_first = connection.sock
    for operation in ("GetStatus", "GetIncomingQueueStatistics", "GetStatus"):
        connection.request("POST", "/ws", caller.stamp(operation), {"Content-Type": "text/xml"})
        assert read_answer(connection.getresponse()).status == 200
        assert connection.sock is socket_of_first
    connection.request("POST", "/ws", b"<broken", {"Content-Type": "text/xml"})
    assert read_answer(connection.getresponse()).fault[0] == "SMEVFailure"
    assert connection.sock is socket_of_first
    connection.close()


def test_a_compressed_body_is_refused_in_plain_words(world: World) -> None:
    caller = world.consumer
    octets = gzip.compress(caller.request(new_id(), ask()))
    answer = caller.post(octets, Content_Encoding="gzip")
    assert (answer.status, answer.headers["accept-encoding"]) == (415, "identity")
    assert answer.the("Fault", "detail", "SMEVFailure") is not None
    sent = caller.send(ask(), Content_Encoding="identity")
    world.provider.take("Request", sent)


class raw_connection:  # noqa: N801
    def __init__(self, world: World) -> None:
        self._socket = socket.create_connection(("127.0.0.1", world.bus.port), timeout=30)

    def __enter__(self) -> socket.socket:
        return self._socket

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def read_raw(connection: socket.socket) -> Answer:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return read_answer(response)


def test_another_method_is_refused_with_those_allowed(world: World) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", world.bus.port, timeout=30)
    for method in ("PUT", "DELETE", "OPTIONS"):
        connection.request(method, "/smev/v1.2/ws", b"")
        answer = read_answer(connection.getresponse())
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    connection.request("HEAD", "/smev/v1.2/ws?wsdl")
    answer = read_answer(connection.getresponse())
    assert (answer.status, answer.body) == (200, b"")
    connection.close()
