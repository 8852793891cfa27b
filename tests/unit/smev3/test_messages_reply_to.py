"""ReplyTo as the real server writes it, and To as responses bring it back."""

from __future__ import annotations

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.smev3.messages import MalformedReplyTo, ReplyTo, selector_of

ID = "ac9fbf27-8b8c-11eb-9086-e2bf794ac2e9"

texts = st.none() | st.text(max_size=30).filter(
    lambda text: all(not 0xD800 <= ord(char) < 0xE000 for char in text)
)
addresses = st.builds(
    ReplyTo,
    st.none() | st.integers(),
    texts,
    texts,
    texts,
    st.integers(0, 2**40),
    texts,
    texts,
    texts,
)


def encoded(said: str | bytes) -> str:
    return base64.b64encode(said if isinstance(said, bytes) else said.encode()).decode()


def test_the_form_is_that_of_the_real_server() -> None:
    selector = selector_of("urn://x-artefacts-test/root/1.2.0", "TestRequest")
    address = ReplyTo(166025, ID, eol=0, selector=selector, mnemonic="TEST01")
    assert base64.b64decode(address.encode()).decode() == (
        '{"sid":166025,"mid":"' + ID + '","eol":0,'
        '"slc":"x-artefacts-test_root_1.2.0_TestRequest","mnm":"TEST01"}'
    )


def test_a_type_is_named_without_the_scheme_whichever_it_is() -> None:
    assert selector_of("http://types.example/status/1.0.0", "Ask") == "types.example_status_1.0.0_Ask"
    assert selector_of("urn:types:example", "Ask") == "urn:types:example_Ask"


def test_all_fields_stand_in_the_order_of_the_real_server() -> None:
    address = ReplyTo(1, "m", "t", "r", 2, "n", "s", "x")
    assert list(json.loads(base64.b64decode(address.encode()))) == [
        "sid",
        "mid",
        "tcd",
        "rid",
        "eol",
        "nid",
        "slc",
        "mnm",
    ]


@given(addresses)
def test_an_address_comes_back(address: ReplyTo) -> None:
    assert ReplyTo.decode(address.encode()) == address


def test_unknown_fields_nulls_and_line_breaks_are_passed_over() -> None:
    text = encoded('{"sid":null,"mid":"m","rttl":1,"crt":{"a":[1]},"eol":null, "ns":"urn:x"}')
    assert ReplyTo.decode(f" {text[:10]}\r\n{text[10:]} ") == ReplyTo(message_id="m")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "to",
        "STUB|uuid|time",
        "не base64",
        encoded("not json"),
        encoded("[]"),
        encoded("null"),
        encoded('{"sid":"1"}'),
        encoded('{"sid":true}'),
        encoded('{"mid":1}'),
        encoded('{"mid":{}}'),
        encoded('{"eol":1.5}'),
        encoded('{"nid":"\\ud800"}'),
        encoded(b"\xff\xfe"),
        encoded("[" * 100_000)[:4000],
        encoded("[" * 2990 + " "),
        "A" * 4001,
        encoded('{"eol":' + "9" * 2000 + "}") + "=",
    ],
)
def test_other_texts_are_no_addresses(text: str) -> None:
    with pytest.raises(MalformedReplyTo):
        ReplyTo.decode(text)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda octets: base64.b64encode(octets).decode()))
def test_nothing_else_is_raised(text: str) -> None:
    with contextlib.suppress(MalformedReplyTo):
        assert isinstance(ReplyTo.decode(text), ReplyTo)


@pytest.mark.parametrize("left_out", [{"transaction_code": "ж" * 1500}, {"selector": "с" * 2000}])
def test_an_address_that_would_be_too_long_leaves_out_what_the_request_knows(
    left_out: dict[str, str],
) -> None:
    kept = {"system_id": 1, "message_id": ID, "node_id": "n" * 50, "mnemonic": "TEST01"}
    text = ReplyTo(**kept, **left_out).encode()  # type: ignore[arg-type]
    assert len(text) <= 4000
    assert ReplyTo.decode(text) == ReplyTo(**kept)  # type: ignore[arg-type]
