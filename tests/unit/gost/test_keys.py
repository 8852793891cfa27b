"""Keys, curves, and the public key's form in X.509."""

from __future__ import annotations

import contextlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import (
    CURVES,
    Curve,
    GostError,
    KeyAlgorithm,
    MalformedKey,
    PrivateKey,
    PublicKey,
    UnsupportedAlgorithm,
    curve_by_name,
    curve_by_oid,
    der,
    generate_key,
    key_algorithm_by_oid,
)
from mezhved.gost.pure.points import FixedPoint, multiple
from tests.support.examples import examples
from tests.support.gost_providers import KEY_KINDS, distinct_curves, provider_named
from tests.support.gost_vectors import CERTIFICATES, CertificateVector

A = curve_by_name("CryptoPro-A")
KEY = PrivateKey(KeyAlgorithm.GOST2012_256, A, 0xABCDEF)
PUBLIC = provider_named("pure").public_key(KEY)


def is_prime(number: int) -> bool:
    """Miller and Rabin's test with the first dozen primes."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(
        pow(base, odd, number) == 1 or any(pow(base, odd << i, number) == number - 1 for i in range(twos))
        for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    )


@pytest.mark.parametrize("curve", distinct_curves(), ids=lambda curve: curve.name)
def test_curve_is_sound(curve: Curve) -> None:
    assert is_prime(curve.p)
    assert is_prime(curve.q)
    assert curve.p != curve.q
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p != 0
    assert curve.has(curve.x, curve.y)
    # Hasse: the order of the group is a small multiple of q.
    cofactor = round(curve.p / curve.q)
    assert abs(cofactor * curve.q - curve.p - 1) <= 2 * int(curve.p**0.5) + 2
    assert cofactor in {1, 4}
    assert multiple(curve, (curve.x, curve.y), curve.q)[2] == 0


def test_curves_that_share_numbers() -> None:
    def numbers(name: str) -> tuple[int, ...]:
        curve = curve_by_name(name)
        return curve.p, curve.a, curve.b, curve.q, curve.x, curve.y

    assert numbers("CryptoPro-A") == numbers("CryptoPro-XchA") == numbers("tc26-256-B")
    assert numbers("CryptoPro-B") == numbers("tc26-256-C")
    assert numbers("CryptoPro-C") == numbers("CryptoPro-XchB") == numbers("tc26-256-D")
    assert len(CURVES) == 14
    assert len(distinct_curves()) == 9


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_curve_is_found_by_its_name_and_identifier(curve: Curve) -> None:
    assert curve_by_oid(curve.oid) is curve
    assert curve_by_name(curve.name.upper()) is curve
    assert curve_by_name(curve.oid) is curve


@given(number=st.integers(0, A.q - 1), width=st.integers(2, 7))
@examples(20)
def test_two_ways_of_multiplying_agree(number: int, width: int) -> None:
    table = FixedPoint(A, (A.x, A.y), width)
    x1, y1, z1 = table.plus_multiple((1, 1, 0), number)
    x2, y2, z2 = multiple(A, (A.x, A.y), number)
    assert (x1 * z2**2 - x2 * z1**2) % A.p == 0
    assert (y1 * z2**3 - y2 * z1**3) % A.p == 0
    assert (z1 == 0) == (z2 == 0) == (number == 0)


@pytest.mark.parametrize(("algorithm", "curve"), KEY_KINDS)
def test_public_key_survives_its_form(algorithm: KeyAlgorithm, curve: Curve) -> None:
    public = PublicKey(algorithm, curve, curve.x, curve.y)
    assert PublicKey.from_spki(public.spki()) == public
    assert PublicKey.from_octets(algorithm, curve, public.octets) == public
    assert public.octets[: curve.size] == curve.x.to_bytes(curve.size, "little")


@pytest.mark.parametrize("vector", CERTIFICATES, ids=lambda vector: vector.name)
def test_public_key_of_a_published_certificate_is_written_back_as_it_was(vector: CertificateVector) -> None:
    body = next(der.read(vector.der, "Certificate").children())
    spki = next(node.raw for node in list(body.children())[4:] if b"\x2a\x85\x03\x07\x01\x01\x01" in node.raw)
    public = PublicKey.from_spki(spki)
    assert (public.algorithm, public.curve.name) == (vector.algorithm, vector.curve)
    # TC 26's older example names the digest with a 512-bit key; RFC 9215 advises against it.
    assert public.spki() == spki or vector.name == "512-B"


def algorithm_identifier(*parts: bytes, algorithm: str = KeyAlgorithm.GOST2012_256.oid) -> bytes:
    return der.sequence(der.oid(algorithm), *parts)


def spki(algorithm: bytes, octets: bytes = PUBLIC.octets) -> bytes:
    return der.sequence(algorithm, der.bit_string(der.tlv(der.OCTET_STRING, octets)))


def test_public_key_with_any_parameters_of_the_field_is_read() -> None:
    digest, cipher = der.oid("1.2.643.7.1.1.2.2"), der.oid("1.2.643.2.2.31.1")
    for extra in ((), (digest,), (digest, cipher)):
        parameters = der.sequence(der.oid(A.oid), *extra)
        assert PublicKey.from_spki(spki(algorithm_identifier(parameters))) == PUBLIC


@pytest.mark.parametrize(
    "octets",
    [
        PUBLIC.octets[:-1],
        PUBLIC.octets + b"\0",
        b"",
        bytes(64),
        PUBLIC.octets[32:] + PUBLIC.octets[:32],
        (PUBLIC.x + 1).to_bytes(32, "little") + PUBLIC.octets[32:],
        PUBLIC.octets[:32] + b"\xff" * 32,
    ],
    ids=["short", "long", "empty", "zeros", "swapped", "off the curve", "not reduced"],
)
def test_point_that_is_none_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedKey):
        PublicKey.from_spki(spki(algorithm_identifier(der.sequence(der.oid(A.oid))), octets))


def test_coordinates_must_be_reduced() -> None:
    curve = curve_by_name("tc26-512-test")
    with pytest.raises(MalformedKey):
        PublicKey(KeyAlgorithm.GOST2012_512, curve, curve.x + curve.p, curve.y)
    with pytest.raises(MalformedKey):
        PublicKey(KeyAlgorithm.GOST2012_512, curve, curve.x, -curve.y)


@pytest.mark.parametrize(
    "algorithm",
    [
        algorithm_identifier(der.sequence(der.oid(A.oid)), algorithm="1.2.840.10045.2.1"),
        algorithm_identifier(der.sequence(der.oid("1.2.840.10045.3.1.7"))),
        algorithm_identifier(der.sequence(der.integer(1), der.sequence())),
    ],
    ids=["another algorithm", "another curve", "explicit curve"],
)
def test_key_of_another_kind_is_unsupported(algorithm: bytes) -> None:
    with pytest.raises(UnsupportedAlgorithm):
        PublicKey.from_spki(spki(algorithm))


@pytest.mark.parametrize(
    "algorithm",
    [
        algorithm_identifier(),
        algorithm_identifier(der.tlv(der.NULL, b"")),
        algorithm_identifier(der.sequence()),
        algorithm_identifier(der.sequence(der.oid(A.oid), der.integer(5))),
        algorithm_identifier(der.sequence(der.oid(curve_by_name("tc26-512-A").oid))),
    ],
    ids=["no parameters", "null", "empty", "strange field", "curve of another size"],
)
def test_malformed_algorithm_is_refused(algorithm: bytes) -> None:
    with pytest.raises(MalformedKey):
        PublicKey.from_spki(spki(algorithm))


@given(data=st.data())
@examples(300)
def test_spoilt_public_key_raises_only_the_rooms_errors(data: st.DataObject) -> None:
    octets = bytearray(PUBLIC.spki())
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    octets = octets[: data.draw(st.integers(0, len(octets)))]
    with contextlib.suppress(GostError):
        assert isinstance(PublicKey.from_spki(bytes(octets)), PublicKey)


@pytest.mark.parametrize("value", [0, -1, A.q, A.q + 1, 1 << 256])
def test_private_number_must_lie_below_the_order(value: int) -> None:
    with pytest.raises(MalformedKey):
        PrivateKey(KeyAlgorithm.GOST2012_256, A, value)


def test_private_number_is_not_shown() -> None:
    assert str(KEY.value) not in repr(KEY)
    assert f"{KEY.value:x}" not in repr(KEY).lower()


def test_new_key_lies_in_range_whatever_the_randomness() -> None:
    for octets in (bytes(80), b"\xff" * 80, os.urandom(80)):
        for algorithm, curve in ((KeyAlgorithm.GOST2012_256, A), (KeyAlgorithm.GOST2001, A)):
            key = generate_key(algorithm, curve, lambda size, octets=octets: octets[:size])  # type: ignore[misc]
            assert 0 < key.value < curve.q


def test_new_keys_differ() -> None:
    curve = curve_by_name("tc26-512-C")
    keys = {generate_key(KeyAlgorithm.GOST2012_512, curve, os.urandom) for _ in range(20)}
    assert len(keys) == 20


def test_key_of_the_wrong_size_is_not_made() -> None:
    with pytest.raises(MalformedKey):
        generate_key(KeyAlgorithm.GOST2012_512, A, os.urandom)


def test_identifiers_lead_back_to_their_algorithms() -> None:
    for algorithm in KeyAlgorithm:
        assert key_algorithm_by_oid(algorithm.oid) is algorithm
    for find in (key_algorithm_by_oid, curve_by_oid):
        with pytest.raises(UnsupportedAlgorithm, match=r"1\.2\.3\.4"):
            find("1.2.3.4")
