"""Private keys in files."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import (
    Curve,
    GostError,
    KeyAlgorithm,
    MalformedKey,
    PrivateKey,
    PrivateKeyForm,
    UnsupportedAlgorithm,
    WrongPassword,
    curve_by_name,
    der,
    dump_private_key,
    load_private_key,
)
from tests.support.examples import examples
from tests.support.gost_providers import KEY_KINDS

A = curve_by_name("CryptoPro-A")
VALUE = int("7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28", 16)
KEY = PrivateKey(KeyAlgorithm.GOST2012_256, A, VALUE)
LITTLE = VALUE.to_bytes(32, "little")


def identifier(curve: Curve = A, *extra: str, algorithm: str = KeyAlgorithm.GOST2012_256.oid) -> bytes:
    parameters = der.sequence(der.oid(curve.oid), *(der.oid(oid) for oid in extra))
    return der.sequence(der.oid(algorithm), parameters)


def info(number: bytes, *more: bytes, algorithm: bytes = identifier(), version: int = 0) -> bytes:
    return der.sequence(der.integer(version), algorithm, der.tlv(der.OCTET_STRING, number), *more)


@pytest.mark.parametrize(("algorithm", "curve"), KEY_KINDS)
@pytest.mark.parametrize("form", PrivateKeyForm)
@pytest.mark.parametrize("pem", [True, False])
def test_key_survives_every_form(
    algorithm: KeyAlgorithm, curve: Curve, form: PrivateKeyForm, pem: bool
) -> None:
    key = PrivateKey(algorithm, curve, VALUE % curve.q)
    assert load_private_key(dump_private_key(key, form=form, pem=pem)) == key


@given(value=st.integers(1, A.q - 1), form=st.sampled_from(PrivateKeyForm))
@examples(100)
def test_any_number_survives(value: int, form: PrivateKeyForm) -> None:
    key = PrivateKey(KeyAlgorithm.GOST2012_256, A, value)
    try:
        octets = dump_private_key(key, form=form)
    except MalformedKey:
        # An INTEGER of exactly 32 octets cannot be told from the bare form.
        assert form is PrivateKeyForm.INTEGER
        assert value.bit_length() <= 240
        return
    assert load_private_key(octets) == key


MASK = 0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF
MASKED = VALUE * pow(MASK, -1, A.q) % A.q
TWICE = MASKED * pow(MASK, -1, A.q) % A.q


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


@pytest.mark.parametrize(
    "number",
    [
        der.tlv(der.OCTET_STRING, LITTLE),
        LITTLE,
        der.integer(VALUE),
        little(MASKED) + little(MASK),
        little(TWICE) + little(MASK) * 2,
        der.tlv(der.OCTET_STRING, little(MASKED) + little(MASK)),
        der.sequence(
            der.tlv(der.OCTET_STRING, little(MASKED) + little(MASK)), der.tlv(der.OCTET_STRING, bytes(64))
        ),
    ],
    ids=[
        "OCTET STRING",
        "raw",
        "INTEGER",
        "masked",
        "masked twice",
        "masked in OCTET STRING",
        "masked in SEQUENCE",
    ],
)
def test_form_of_the_field_is_read(number: bytes) -> None:
    assert load_private_key(info(number)) == KEY


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        (identifier(A), KeyAlgorithm.GOST2012_256),
        (identifier(A, "1.2.643.7.1.1.2.2"), KeyAlgorithm.GOST2012_256),
        (identifier(curve_by_name("tc26-256-B")), KeyAlgorithm.GOST2012_256),
        (identifier(curve_by_name("CryptoPro-XchA"), "1.2.643.7.1.1.2.2"), KeyAlgorithm.GOST2012_256),
        (identifier(A, "1.2.643.2.2.30.1", algorithm="1.2.643.2.2.19"), KeyAlgorithm.GOST2001),
        (
            identifier(A, "1.2.643.2.2.30.1", "1.2.643.2.2.31.1", algorithm="1.2.643.2.2.19"),
            KeyAlgorithm.GOST2001,
        ),
        (identifier(A, "1.2.643.7.1.1.2.2", algorithm="1.2.643.7.1.1.6.1"), KeyAlgorithm.GOST2012_256),
    ],
    ids=["no digest", "digest", "tc26-B", "XchA", "2001", "2001 with cipher", "agreement"],
)
def test_identifier_of_the_field_is_read(algorithm: bytes, expected: KeyAlgorithm) -> None:
    key = load_private_key(info(LITTLE, algorithm=algorithm))
    assert (key.algorithm, key.value) == (expected, VALUE)


def test_attributes_and_public_key_may_follow() -> None:
    attributes = der.tlv(0xA0, b"")
    public = der.tlv(0x81, bytes(65))
    assert load_private_key(info(LITTLE, attributes)) == KEY
    assert load_private_key(info(LITTLE, attributes, public, version=1)) == KEY


def test_number_above_the_order_is_the_same_key_as_its_remainder() -> None:
    curve = curve_by_name("tc26-256-A")
    reduced = PrivateKey(KeyAlgorithm.GOST2012_256, curve, VALUE % curve.q)
    assert curve.q < VALUE
    for number in (LITTLE, der.integer(VALUE), der.tlv(der.OCTET_STRING, LITTLE)):
        assert load_private_key(info(number, algorithm=identifier(curve))) == reduced


PEM = dump_private_key(KEY)


@pytest.mark.parametrize(
    "octets",
    [
        PEM.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + PEM,
        b"Bag Attributes\n    localKeyID: 01 \nKey Attributes: <No Attributes>\n" + PEM,
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + PEM,
        PEM.rstrip(),
        PEM.decode().encode("utf-16"),
        base64.b64encode(info(LITTLE)).decode().encode("utf-16"),
        PEM.replace(b"\n", b""),
        info(LITTLE) + b"\n",
        base64.b64encode(info(LITTLE)),
    ],
    ids=[
        "CRLF",
        "BOM",
        "bag attributes",
        "certificate first",
        "no end of line",
        "UTF-16",
        "base64 in UTF-16",
        "one line",
        "DER with a line end",
        "base64",
    ],
)
def test_file_as_people_have_it_is_read(octets: bytes) -> None:
    assert load_private_key(octets) == KEY


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"not a key",
        b"\x30",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x00",
        PEM[: len(PEM) // 2],
        PEM.replace(b"PRIVATE", b"PUBLIC"),
        info(LITTLE)[:-1],
        info(LITTLE) + info(LITTLE),
        info(b""),
        info(bytes(32)),
        info(LITTLE[:-1]),
        info(LITTLE + b"\0"),
        info(A.q.to_bytes(32, "little")),
        info(der.integer(0)),
        info(der.integer(-5)),
        info(der.integer(1 << 300)),
        info(der.tlv(der.OCTET_STRING, LITTLE[:-3])),
        info(der.tlv(der.OCTET_STRING, b"")),
        info(der.sequence()),
        info(der.tlv(der.NULL, b"")),
        info(little(MASKED) + bytes(32)),
        info(LITTLE, version=2),
        info(LITTLE, algorithm=der.sequence(der.oid(KeyAlgorithm.GOST2012_256.oid))),
        der.sequence(der.integer(0)),
        bytes(70000),
    ],
)
def test_malformed_key_is_refused_with_the_reason(octets: bytes) -> None:
    with pytest.raises(MalformedKey) as caught:
        load_private_key(octets)
    assert caught.value.what.ru
    assert caught.value.what.en


@pytest.mark.parametrize(
    "algorithm",
    [
        identifier(algorithm="1.2.840.10045.2.1"),
        der.sequence(der.oid("1.2.840.113549.1.1.1"), der.tlv(der.NULL, b"")),
    ],
    ids=["EC", "RSA"],
)
def test_key_of_another_kind_is_unsupported(algorithm: bytes) -> None:
    with pytest.raises(UnsupportedAlgorithm):
        load_private_key(info(LITTLE, algorithm=algorithm))


@given(data=st.data())
@examples(300)
def test_spoilt_key_raises_only_the_rooms_errors(data: st.DataObject) -> None:
    octets = bytearray(dump_private_key(KEY, pem=False, form=data.draw(st.sampled_from(PrivateKeyForm))))
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    octets = octets[: data.draw(st.integers(0, len(octets)))]
    with contextlib.suppress(GostError):
        assert isinstance(load_private_key(bytes(octets)), PrivateKey)


LOCKED = dump_private_key(KEY, password="пароль".encode())


def test_key_under_a_password_is_opened_by_it_alone() -> None:
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in LOCKED
    assert load_private_key(LOCKED, "пароль".encode()) == KEY
    for password in (None, b"", b"wrong"):
        with pytest.raises(WrongPassword):
            load_private_key(LOCKED, password)


def test_password_is_ignored_for_an_open_key() -> None:
    assert load_private_key(PEM, b"whatever") == KEY


def test_two_encryptions_of_one_key_differ() -> None:
    assert dump_private_key(KEY, password=b"p") != dump_private_key(KEY, password=b"p")


def test_every_form_under_a_password() -> None:
    for form in PrivateKeyForm:
        octets = dump_private_key(KEY, password=b"p", pem=False, form=form)
        assert load_private_key(octets, b"p") == KEY


def pbes2(
    iterations: int, *, derivation: str = "1.2.840.113549.1.5.12", cipher: str = "2.16.840.1.101.3.4.1.42"
) -> bytes:
    numbers = der.sequence(der.tlv(der.OCTET_STRING, bytes(8)), der.integer(iterations))
    scheme = der.sequence(
        der.sequence(der.oid(derivation), numbers),
        der.sequence(der.oid(cipher), der.tlv(der.OCTET_STRING, bytes(16))),
    )
    return der.sequence(
        der.sequence(der.oid("1.2.840.113549.1.5.13"), scheme), der.tlv(der.OCTET_STRING, bytes(80))
    )


@pytest.mark.parametrize("iterations", [0, -1, 2**31, 2**70])
def test_endless_derivation_is_refused_at_once(iterations: int) -> None:
    with pytest.raises(MalformedKey):
        load_private_key(pbes2(iterations), b"p")


@pytest.mark.parametrize(
    "octets",
    [pbes2(1000, derivation="1.2.3.4"), pbes2(1000, cipher="1.2.3.4.5")],
    ids=["derivation", "cipher"],
)
def test_unknown_protection_is_unsupported(octets: bytes) -> None:
    with pytest.raises(UnsupportedAlgorithm, match=r"1\.2\.3\.4"):
        load_private_key(octets, b"p")


@given(data=st.data())
@examples(60)
def test_spoilt_locked_key_raises_only_the_rooms_errors(data: st.DataObject) -> None:
    octets = bytearray(pbes2(10))
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with pytest.raises(GostError):
        load_private_key(bytes(octets[: data.draw(st.integers(20, len(octets)))]), b"p")
