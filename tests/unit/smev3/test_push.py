"""Notices of queues on the wire, and the participant's service that takes them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mezhved.bus.push.delivery import HttpDelivery
from mezhved.smev3 import soap
from mezhved.smev3.push import (
    PushListener,
    PushNotification,
    PushRefused,
    QueueInformation,
    read_answer,
    schema,
)
from mezhved.smev3.push.messages import response

AT = datetime(2026, 5, 4, 9, 0, 0, 123000, tzinfo=UTC)
NOTICE = PushNotification(AT, (QueueInformation("TEST01.REQUESTS", 3), QueueInformation("TEST01.STATUS", 1)))

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=500,
)
notices = st.builds(
    PushNotification,
    st.integers(0, 2**32 * 1000).map(
        lambda ms: datetime.fromtimestamp(ms / 1000, UTC).replace(microsecond=0)
    ),
    st.lists(st.builds(QueueInformation, texts, st.integers(0, 2**31 - 1)), min_size=1, max_size=4).map(
        tuple
    ),
)


@given(notices)
def test_what_is_written_is_read_and_keeps_to_the_schema(notice: PushNotification) -> None:
    element = etree.fromstring(notice.to_xml())
    etree.XMLSchema(etree.fromstring(schema())).assertValid(element)
    assert PushNotification.from_xml(element) == notice


def test_a_queue_longer_than_the_schema_counts_is_told_by_its_bound() -> None:
    notice = PushNotification(AT, (QueueInformation("x" * 600, 2**40),))
    (queue,) = PushNotification.from_xml(etree.fromstring(notice.to_xml())).queues
    assert (len(queue.name), queue.size) == (500, 2**31 - 1)


def test_a_notice_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="one queue"):
        PushNotification(AT, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<QueueName>", b"<push:QueueName>"),
        (b"<PushNotification>", b"<push:PushNotification>"),
        (b"push:QueueInformation>", b"QueueInformation>"),
        (b"><QueueSize>", b">\n  <!-- --><QueueSize> "),
    ],
)
def test_namespaces_are_read_leniently(before: bytes, after: bytes) -> None:
    octets = NOTICE.to_xml().replace(before, after)
    octets = octets.replace(before.replace(b"<", b"</", 1), after.replace(b"<", b"</", 1))
    assert PushNotification.from_xml(etree.fromstring(octets)) == NOTICE


def test_a_queue_that_is_nil_is_passed_over() -> None:
    nil = b'<push:QueueInformation xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
    octets = NOTICE.to_xml().replace(b"</InformationTimestamp>", b"</InformationTimestamp>" + nil)
    assert PushNotification.from_xml(etree.fromstring(octets)) == NOTICE


def called(listener: PushListener, body: bytes, method: str = "POST", **environ: Any) -> tuple[int, bytes]:
    given = {
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "7600",
        "PATH_INFO": "/push",
        "wsgi.input": io.BytesIO(body),
    } | environ
    seen: list[str] = []
    octets = b"".join(listener(given, lambda status, _: seen.append(status)))
    return int(seen[0].split()[0]), octets


def test_a_service_gives_each_notice_to_its_owner() -> None:
    taken: list[PushNotification] = []
    status, answer = called(PushListener(taken.append), soap.envelope(NOTICE.to_xml()))
    assert (status, taken) == (200, [NOTICE])
    assert read_answer("text/xml", answer) == "OK"


def test_an_owner_that_fails_is_told_to_smev_without_the_reason() -> None:
    def fail(_: PushNotification) -> None:
        raise OSError("a secret")

    status, answer = called(PushListener(fail), soap.envelope(NOTICE.to_xml()))
    assert status == 500
    with pytest.raises(PushRefused, match="OSError"):
        read_answer("text/xml", answer)
    assert b"secret" not in answer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a/>",
        b"\xff",
        soap.envelope(b"<a/>"),
        soap.envelope(NOTICE.to_xml().replace(b"2026-05", b"2026-25")),
        soap.envelope(NOTICE.to_xml().replace(b">3<", b">x<")),
        soap.envelope(NOTICE.to_xml().replace(b"<QueueSize>3</QueueSize>", b"")),
        soap.envelope(b"<a>" * 100 + b"</a>" * 100),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + soap.envelope(NOTICE.to_xml()),
        b" " * 300_000,
    ],
)
def test_what_is_no_notice_reaches_nobody(body: bytes) -> None:
    taken: list[PushNotification] = []
    status, answer = called(PushListener(taken.append), body)
    assert (status, taken) == (500, [])
    with pytest.raises(PushRefused):
        read_answer("text/xml", answer)


class Pieces(io.BytesIO):
    """A stream that gives less than it is asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 7))


def test_a_call_without_its_length_is_refused_unless_the_server_tells_its_end() -> None:
    taken: list[PushNotification] = []
    listener = PushListener(taken.append)
    body = soap.envelope(NOTICE.to_xml())
    for length in ("", "-1", "9" * 30):
        assert called(listener, body, CONTENT_LENGTH=length)[0] == 500
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    assert called(listener, body, **chunked | {"wsgi.input": Pieces(body)})[0] == 200
    assert called(listener, b" " * 300_000 + body, **chunked)[0] == 500
    assert taken == [NOTICE]


def test_the_service_describes_itself() -> None:
    listener = PushListener(print)
    status, wsdl = called(listener, b"", "GET", QUERY_STRING="wsdl", HTTP_HOST="system.example")
    assert status == 200
    assert b'location="http://system.example/push"' in wsdl
    assert b'schemaLocation="?xsd"' in wsdl
    assert called(listener, b"", "GET", QUERY_STRING="xsd") == (200, schema())
    assert called(listener, b"", "PUT")[0] == 405


def test_an_answer_that_says_nothing_is_an_answer() -> None:
    assert read_answer("", b" \n") == ""
    assert read_answer("text/xml", soap.envelope(response("а" * 1000))) == "а" * 300
    assert read_answer("text/xml", soap.envelope(b'<PushNotificationResponse xmlns="urn:own"/>')) == ""


def test_the_command_prints_each_notice() -> None:
    command = [
        sys.executable,
        "-m",
        "mezhved.cli.main",
        "smev3",
        "listen-push",
        "--port",
        "0",
        "--count",
        "2",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        address = process.stderr.readline().strip()
        for _ in range(2):
            HttpDelivery(30)(address, soap.envelope(NOTICE.to_xml()))
        lines = process.stdout.read().splitlines()
    told = {"at": AT.isoformat(), "queues": {"TEST01.REQUESTS": 3, "TEST01.STATUS": 1}}
    assert [json.loads(line) for line in lines] == [told, told]
