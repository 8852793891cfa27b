"""Rules of signing in that need no database: addresses to lead to, codes, seals, names of browsers."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.cabinet.accounts import codes
from mezhved.cabinet.accounts.browsers import browser_in_words
from mezhved.cabinet.accounts.passwords import one_time_password
from mezhved.cabinet.accounts.sealing import SealBroken, Sealer
from mezhved.cabinet.addresses import page_of_ours
from mezhved.configuration import GatewaySettings
from mezhved.site.setup import configure

SEALER = Sealer("the site's secret key of this test", os.urandom)
# RFC 6238, appendix B, SHA-1, the last six of eight digits.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130"))
PARTS = st.sampled_from(
    [
        "/",
        "//",
        "\\",
        "evil.example",
        "account/",
        "incoming/",
        "@",
        ":",
        "http:",
        "\t",
        "\n",
        "\r",
        "\0",
        "?",
        "#",
        "..",
        "%2f",
        "%5c",
        ";",
        " ",
    ]
)


@pytest.fixture(autouse=True, scope="module")
def pages_of_the_cabinet() -> None:
    configure(GatewaySettings(database="/nonexistent/no-test-asked-for-a-database"))


def as_a_browser_goes(target: str) -> str:
    """Return the host that a browser goes to: it drops tabs and line ends, and takes \\ for /."""
    cleaned = target.strip("".join(map(chr, range(33)))).replace("\\", "/")
    for each in "\t\r\n":
        cleaned = cleaned.replace(each, "")
    return urlsplit(urljoin("http://ours.example/sign-in/", cleaned)).netloc


@given(st.lists(PARTS, max_size=8).map("".join))
def test_no_address_leads_to_another_host(target: str) -> None:
    assert as_a_browser_goes(page_of_ours(target)) == "ours.example"


@given(st.text(max_size=30))
def test_whatever_is_said_an_address_is_made_of_it(target: str) -> None:
    assert page_of_ours(target).startswith("/")
    assert page_of_ours("/" + target).startswith("/")


def test_pages_of_ours_are_led_to() -> None:
    for each in ("/", "/account/", "/account/?next=//evil.example", "/incoming/?state=new#first"):
        assert page_of_ours(each) == each


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert codes.matching_step(RFC_SECRET, code, moment) == seconds // 30
    assert codes.matching_step(RFC_SECRET, f"{code[:3]} {code[3:]}", moment) == seconds // 30
    assert codes.matching_step(b"another secret 90123", code, moment) is None


@pytest.mark.parametrize("said", ["", "12345", "1234567", "٢٨٧٠٨٢", "28708x", "287082\0"])
def test_what_is_no_code_is_none(said: str) -> None:
    assert codes.matching_step(RFC_SECRET, said, datetime.fromtimestamp(59, UTC)) is None


def test_the_picture_carries_the_key_that_is_written_below() -> None:
    uri = codes.provisioning_uri(RFC_SECRET, "i.ivanova", "Межвед cabinet.example")
    assert uri.startswith("otpauth://totp/")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in uri
    drawn = codes.picture(uri)
    assert drawn.startswith("data:image/svg+xml")
    assert "script" not in drawn


def test_recovery_codes_are_the_same_however_they_are_typed() -> None:
    made = codes.new_recovery_codes(os.urandom)
    assert len(set(made)) == 10
    for each in made:
        assert codes.plain_recovery_code(each.lower().replace("-", "  ")) == each
        assert len(each.replace("-", "")) == 16


@given(st.binary(max_size=64), st.integers(0, 2**63))
def test_what_is_sealed_opens_for_its_owner_alone(secret: bytes, owner: int) -> None:
    sealed = SEALER.seal(secret, owner)
    assert SEALER.open(sealed, owner) == secret
    assert len(secret) < 4 or secret not in sealed
    for opening, octets, whose in (
        (SEALER, sealed, owner + 1),
        (SEALER, sealed[:-1], owner),
        (SEALER, bytes([sealed[0] ^ 1]) + sealed[1:], owner),
        (SEALER, b"", owner),
        (Sealer("another secret key", os.urandom), sealed, owner),
    ):
        with pytest.raises(SealBroken):
            opening.open(octets, whose)


def test_one_time_passwords_are_long_enough_and_all_different() -> None:
    made = {one_time_password(os.urandom) for _ in range(100)}
    assert len(made) == 100
    assert all(len(each.replace("-", "")) == 20 for each in made)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0 YaBrowser/25.6 Safari/537.36",
            "Яндекс Браузер, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Mobile Safari/604.1",
            "Safari, iOS",
        ),
        ("curl/8", "другая программа"),
        ("", "другая программа"),
    ],
)
def test_browsers_have_names(said: str, words: str) -> None:
    assert browser_in_words(said).ru == words
