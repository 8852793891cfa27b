"""What every provider must do."""

from __future__ import annotations

import hashlib
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import (
    Digest,
    GostError,
    KeyAlgorithm,
    MalformedDigest,
    PrivateKey,
    PublicKey,
    curve_by_name,
    der,
    generate_key,
)
from tests.support.examples import examples
from tests.support.gost_providers import KEY_KINDS, NAMES, provider_named
from tests.support.gost_vectors import CERTIFICATES, HASHES, HMAC_KEY, HMAC_TEXT, HMACS, SIGNATURES

if TYPE_CHECKING:
    from mezhved.gost import Curve, Provider
    from tests.support.gost_vectors import CertificateVector, HashVector, SignatureVector


@pytest.fixture(params=NAMES)
def provider(request: pytest.FixtureRequest) -> Provider:
    return provider_named(request.param)


def randomness(seed: str) -> bytes:
    return hashlib.sha512(seed.encode()).digest() + hashlib.sha512(f"{seed}.".encode()).digest()


def key_of(algorithm: KeyAlgorithm, curve: Curve, seed: str = "key") -> PrivateKey:
    return generate_key(algorithm, curve, lambda size: randomness(seed)[:size])


def digest_of(algorithm: KeyAlgorithm, seed: str = "message") -> bytes:
    return randomness(seed)[: algorithm.digest.size]


def joined(s: int, r: int, size: int) -> bytes:
    return s.to_bytes(size) + r.to_bytes(size)


@pytest.mark.parametrize("vector", HASHES, ids=lambda vector: f"{vector.digest.name}-{vector.name}")
def test_hash_is_the_published_one(provider: Provider, vector: HashVector) -> None:
    assert provider.digest(vector.digest, vector.message).hex() == vector.value


@pytest.mark.parametrize("digest", Digest)
@pytest.mark.parametrize("piece", [1, 7, 31, 32, 33, 63, 64, 65, 128])
def test_hash_does_not_depend_on_how_it_is_fed(provider: Provider, digest: Digest, piece: int) -> None:
    message = bytes(range(256))[:199]
    hasher = provider.hasher(digest)
    for at in range(0, len(message), piece):
        hasher.update(memoryview(message)[at : at + piece])
    hasher.update(bytearray())
    assert hasher.digest() == provider.digest(digest, message)


@pytest.mark.parametrize("digest", Digest)
def test_hasher_goes_on_after_its_digest_and_apart_from_its_copy(provider: Provider, digest: Digest) -> None:
    hasher = provider.hasher(digest)
    assert hasher.digest() == provider.digest(digest, b"")
    hasher.update(b"first ")
    twin = hasher.copy()
    assert hasher.digest() == hasher.digest() == provider.digest(digest, b"first ")
    twin.update(b"twin")
    hasher.update(b"second")
    assert twin.digest() == provider.digest(digest, b"first twin")
    assert hasher.digest() == provider.digest(digest, b"first second")


@pytest.mark.parametrize("digest", Digest)
def test_two_hashers_do_not_disturb_each_other(provider: Provider, digest: Digest) -> None:
    one, two = provider.hasher(digest), provider.hasher(digest)
    one.update(b"one")
    two.update(b"two")
    alone = provider.digest(digest, b"alone")
    one.update(b"!")
    assert one.digest() == provider.digest(digest, b"one!")
    assert two.digest() == provider.digest(digest, b"two")
    assert alone == provider.digest(digest, b"alone")


@pytest.mark.parametrize("digest", HMACS)
def test_hmac_over_the_hasher_is_that_of_rfc_7836(provider: Provider, digest: Digest) -> None:
    inner = provider.hasher(digest)
    inner.update(bytes(octet ^ 0x36 for octet in HMAC_KEY.ljust(64, b"\0")))
    inner.update(HMAC_TEXT)
    outer = provider.hasher(digest)
    outer.update(bytes(octet ^ 0x5C for octet in HMAC_KEY.ljust(64, b"\0")))
    outer.update(inner.digest())
    assert outer.digest().hex() == HMACS[digest]


@pytest.mark.parametrize("vector", SIGNATURES, ids=lambda vector: vector.name)
def test_signature_of_rfc_7091_is_true(provider: Provider, vector: SignatureVector) -> None:
    size = vector.algorithm.size
    curve = curve_by_name(vector.curve)
    key = PrivateKey(vector.algorithm, curve, int(vector.d, 16))
    public = PublicKey(vector.algorithm, curve, int(vector.x, 16), int(vector.y, 16))
    digest = int(vector.e, 16).to_bytes(size, "little")
    assert provider.public_key(key) == public
    assert provider.verify(public, digest, joined(int(vector.s, 16), int(vector.r, 16), size))
    assert not provider.verify(public, digest, joined(int(vector.r, 16), int(vector.s, 16), size))


@pytest.mark.parametrize("vector", CERTIFICATES, ids=lambda vector: vector.name)
def test_certificates_of_rfc_9215_are_signed_by_their_keys(
    provider: Provider, vector: CertificateVector
) -> None:
    body, _, signature = der.read(vector.der, "Certificate").children()
    spki = next(node for node in list(body.children())[4:] if b"\x2a\x85\x03\x07\x01\x01\x01" in node.raw)
    public = PublicKey.from_spki(spki.raw)
    key = PrivateKey(vector.algorithm, curve_by_name(vector.curve), int(vector.d, 16))
    digest = provider.digest(vector.algorithm.digest, body.raw)
    assert provider.public_key(key) == public
    assert provider.verify(public, digest, signature.bits())


@pytest.mark.parametrize(("algorithm", "curve"), KEY_KINDS)
def test_what_a_key_signs_its_public_half_verifies(
    provider: Provider, algorithm: KeyAlgorithm, curve: Curve
) -> None:
    key = key_of(algorithm, curve)
    public = provider.public_key(key)
    digest = digest_of(algorithm)
    signature = provider.sign(key, digest)
    assert len(signature) == 2 * algorithm.size
    assert (public.algorithm, public.curve) == (algorithm, curve)
    assert provider.verify(public, digest, signature)
    assert not provider.verify(public, digest_of(algorithm, "another"), signature)
    assert not provider.verify(provider.public_key(key_of(algorithm, curve, "stranger")), digest, signature)


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_signatures_of_one_digest_differ(provider: Provider, algorithm: KeyAlgorithm) -> None:
    key = key_of(algorithm, curve_by_name("tc26-512-A" if algorithm.size == 64 else "CryptoPro-A"))
    assert len({provider.sign(key, digest_of(algorithm)) for _ in range(8)}) == 8


def test_hash_that_is_zero_counts_as_one(provider: Provider) -> None:
    algorithm, curve = KeyAlgorithm.GOST2012_256, curve_by_name("tc26-256-A")
    key = key_of(algorithm, curve)
    zero, order, one = (number.to_bytes(32, "little") for number in (0, curve.q, 1))
    for digest in (zero, order):
        signature = provider.sign(key, digest)
        assert provider.verify(provider.public_key(key), digest, signature)
        assert provider.verify(provider.public_key(key), one, signature)


def test_digest_greater_than_the_order_is_reduced(provider: Provider) -> None:
    algorithm, curve = KeyAlgorithm.GOST2012_256, curve_by_name("tc26-256-A")
    key = key_of(algorithm, curve)
    signature = provider.sign(key, (curve.q + 5).to_bytes(32, "little"))
    assert provider.verify(provider.public_key(key), (5).to_bytes(32, "little"), signature)


@pytest.mark.parametrize("name", ["CryptoPro-A", "tc26-256-A", "tc26-512-C"])
def test_numbers_out_of_range_are_a_false_signature(provider: Provider, name: str) -> None:
    curve = curve_by_name(name)
    algorithm = KeyAlgorithm.GOST2012_512 if curve.size == 64 else KeyAlgorithm.GOST2012_256
    key = key_of(algorithm, curve)
    public, digest, size, q = provider.public_key(key), digest_of(algorithm), curve.size, curve.q
    signature = provider.sign(key, digest)
    s, r = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
    largest = (1 << 8 * size) - 1
    wrong = [(0, r), (s, 0), (q, r), (s, q), (0, 0), (q, q), (largest, r), (s, largest)]
    wrong += [(s + q, r)] * (s + q <= largest) + [(s, r + q)] * (r + q <= largest)
    assert not any(provider.verify(public, digest, joined(*numbers, size)) for numbers in wrong)


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_wrong_length_is_a_false_signature(provider: Provider, algorithm: KeyAlgorithm) -> None:
    key = key_of(algorithm, curve_by_name("tc26-512-A" if algorithm.size == 64 else "CryptoPro-A"))
    public, digest = provider.public_key(key), digest_of(algorithm)
    signature = provider.sign(key, digest)
    for wrong in (b"", signature[:-1], signature + b"\0", b"\0" + signature, signature * 2):
        assert not provider.verify(public, digest, wrong)
    for wrong in (b"", digest[:-1], digest + b"\0", digest[:20], digest * 2):
        assert not provider.verify(public, wrong, signature)


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_only_a_digest_of_the_key_is_signed(provider: Provider, algorithm: KeyAlgorithm) -> None:
    key = key_of(algorithm, curve_by_name("tc26-512-A" if algorithm.size == 64 else "CryptoPro-A"))
    for wrong in (b"", bytes(20), digest_of(algorithm) * 2, digest_of(algorithm)[:-1]):
        with pytest.raises(MalformedDigest) as caught:
            provider.sign(key, wrong)
        assert isinstance(caught.value, GostError)


@given(bit=st.integers(0, 8 * 64 - 1), of_digest=st.booleans())
@examples(25)
@pytest.mark.parametrize("name", NAMES)
def test_one_bit_changed_makes_it_false(name: str, bit: int, of_digest: bool) -> None:
    provider = provider_named(name)
    algorithm = KeyAlgorithm.GOST2012_256
    key = key_of(algorithm, curve_by_name("CryptoPro-A"))
    digest = digest_of(algorithm)
    signature = provider.sign(key, digest)
    if of_digest:
        digest = (int.from_bytes(digest) ^ 1 << bit % 256).to_bytes(32)
    else:
        signature = (int.from_bytes(signature) ^ 1 << bit).to_bytes(64)
    assert not provider.verify(provider.public_key(key), digest, signature)


def test_smallest_and_largest_private_keys_work(provider: Provider) -> None:
    for name in ("CryptoPro-A", "tc26-256-A"):
        curve = curve_by_name(name)
        for value in (1, 2, curve.q - 1):
            key = PrivateKey(KeyAlgorithm.GOST2012_256, curve, value)
            public = provider.public_key(key)
            digest = digest_of(key.algorithm)
            assert provider.verify(public, digest, provider.sign(key, digest))
        assert (public.x, public.y) == (curve.x, curve.p - curve.y)


def test_key_that_travelled_is_the_same_key(provider: Provider) -> None:
    key = key_of(KeyAlgorithm.GOST2012_256, curve_by_name("CryptoPro-A"))
    twin = pickle.loads(pickle.dumps(key))
    digest = digest_of(key.algorithm)
    assert twin == key
    assert provider.verify(provider.public_key(key), digest, provider.sign(twin, digest))


def test_name_is_the_one_it_was_asked_by() -> None:
    assert provider_named("pure").name == "pure"
    assert provider_named("openssl").name == "openssl"
