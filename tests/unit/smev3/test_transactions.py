"""Transaction codes and the client of their service."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mezhved.cli.smev3 import smev3
from mezhved.smev3 import soap
from mezhved.smev3.client import TransportError
from mezhved.smev3.transactions import (
    FrguInformation,
    MalformedTransactionCode,
    Marker,
    TransactionCode,
    TransactionCodeClient,
    TransactionServiceRefused,
    read_generate_mark,
    write_generate_mark,
    write_marker,
)
from mezhved.smev3.xml import parse
from tests.support.standin import Drop, Reply, StandIn, stand_in

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

ASKED = FrguInformation("7700000001", "7700000000000000001")
MARKER = Marker("4c81cf3b-8ba9-4575-bc3a-c379c0a96d4e", "4c81cf3b-8ba9-4575-bc3a-c379c0a96d4e|7700|AAAA")
FAULT = (
    b"<soap:Fault xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><faultcode>soap:Server</faultcode>"
)
FAULT += "<faultstring>Сервис выключен</faultstring></soap:Fault>".encode()

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@given(st.uuids(), texts, st.binary(min_size=1, max_size=300))
def test_a_code_is_read_as_it_was_written(identifier: uuid.UUID, frgu: str, signature: bytes) -> None:
    code = TransactionCode(identifier, frgu, signature)
    if len(str(code)) <= 1500:
        assert TransactionCode.parse(str(code)) == code


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(MalformedTransactionCode):
        assert str(TransactionCode.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "||",
        MARKER.uuid,
        f"{MARKER.uuid}|7700",
        f"{MARKER.uuid}||AAAA",
        f"{MARKER.uuid.upper()}|7700|AAAA",
        f"{{{MARKER.uuid}}}|7700|AAAA",
        f"{MARKER.uuid}|7700|AAA",
        f"{MARKER.uuid}|7700|AA AA",
        f"{MARKER.uuid}|7700|AAAB=",
        f"{MARKER.uuid}|7700|AAAA\n",
        f" {MARKER.code}",
        "|".join([MARKER.uuid, "7700", "A" * 2000]),
    ],
)
def test_what_only_resembles_a_code_is_none(text: str) -> None:
    with pytest.raises(MalformedTransactionCode):
        TransactionCode.parse(text)


@given(
    st.builds(FrguInformation, *[texts.filter(lambda text: len(text) <= 20)] * 2, *[st.none() | texts] * 2)
)
def test_a_call_is_read_as_it_was_written(information: FrguInformation) -> None:
    assert read_generate_mark(parse(write_generate_mark(information))) == information


def test_the_client_returns_the_code(server: StandIn) -> None:
    server.script = [Reply(soap.envelope(write_marker(MARKER)))]
    assert TransactionCodeClient(server.url).generate(ASKED) == MARKER
    (call,) = server.calls
    assert call.headers["SOAPAction"] == '""'
    assert read_generate_mark(soap.read(call.headers["Content-Type"], call.body).body) == ASKED


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(soap.envelope(FAULT), 500), "Сервис выключен"),
        (Reply(b"<html>", 502, "text/html"), "HTTP 502"),
        (Reply(b""), "HTTP 200"),
        (Reply(soap.envelope(b"<a/>")), "HTTP 200"),
        (
            Reply(soap.envelope(write_marker(MARKER).split(b"<return>")[0] + b"</svc:generateMarkResponse>")),
            "gen",
        ),
    ],
)
def test_whatever_is_no_code_is_told(server: StandIn, reply: Reply, told: str) -> None:
    server.script = [reply]
    with pytest.raises(TransactionServiceRefused, match=told):
        TransactionCodeClient(server.url).generate(ASKED)


def test_a_lost_answer_is_not_asked_for_again(server: StandIn) -> None:
    server.script = [Drop()]
    with pytest.raises(TransportError):
        TransactionCodeClient(server.url).generate(ASKED)
    assert len(server.calls) == 1


def test_the_command_prints_the_code(server: StandIn) -> None:
    server.script = [Reply(soap.envelope(write_marker(MARKER)))] * 2
    common = ["transaction-code", "--url", server.url, "--frgu", "77", "--participant", "88"]
    plain = CliRunner().invoke(smev3, [*common, "--recipient", "Тестов Т. Т."])
    assert plain.output == f"{MARKER.code}\n"
    told = json.loads(CliRunner().invoke(smev3, [*common, "--json"]).output)
    assert told == {"transaction_uuid": MARKER.uuid, "transaction_code": MARKER.code}
    asked = read_generate_mark(soap.read("text/xml", server.calls[0].body).body)
    assert asked == FrguInformation("88", "77", None, "Тестов Т. Т.")
    refused = CliRunner().invoke(smev3, [*common, "--frgu", "7" * 21])
    assert refused.exit_code == 2
