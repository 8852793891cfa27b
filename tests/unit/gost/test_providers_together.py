"""The two providers against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import Curve, Digest, KeyAlgorithm, PrivateKey
from mezhved.gost.pure import PureProvider
from tests.support.examples import examples
from tests.support.gost_providers import distinct_curves, provider_named
from tests.support.gost_vectors import SIGNATURES, SignatureVector


def algorithms_of(curve: Curve) -> list[KeyAlgorithm]:
    return [algorithm for algorithm in KeyAlgorithm if algorithm.size == curve.size]


@given(digest=st.sampled_from(Digest), message=st.binary(max_size=300))
@examples(60)
def test_hashes_agree(digest: Digest, message: bytes) -> None:
    assert provider_named("openssl").digest(digest, message) == provider_named("pure").digest(digest, message)


@given(pieces=st.lists(st.binary(max_size=130), max_size=6), digest=st.sampled_from(Digest))
@examples(40)
def test_streamed_hashes_agree_at_every_step(pieces: list[bytes], digest: Digest) -> None:
    one, two = provider_named("openssl").hasher(digest), provider_named("pure").hasher(digest)
    for piece in pieces:
        one.update(piece)
        two.update(piece)
        assert one.digest() == two.digest()


@pytest.mark.parametrize("curve", distinct_curves(), ids=lambda curve: curve.name)
@given(data=st.data())
@examples(6)
def test_each_verifies_what_the_other_signed(curve: Curve, data: st.DataObject) -> None:
    openssl, pure = provider_named("openssl"), provider_named("pure")
    algorithm = data.draw(st.sampled_from(algorithms_of(curve)))
    key = PrivateKey(algorithm, curve, data.draw(st.integers(1, curve.q - 1)))
    digest = data.draw(st.binary(min_size=curve.size, max_size=curve.size))
    public = pure.public_key(key)
    assert openssl.public_key(key) == public
    assert pure.verify(public, digest, openssl.sign(key, digest))
    assert openssl.verify(public, digest, pure.sign(key, digest))


@pytest.mark.parametrize("curve", distinct_curves(), ids=lambda curve: curve.name)
@given(data=st.data())
@examples(6)
def test_verdicts_on_made_up_signatures_agree(curve: Curve, data: st.DataObject) -> None:
    openssl, pure = provider_named("openssl"), provider_named("pure")
    size = curve.size
    key = PrivateKey(algorithms_of(curve)[0], curve, data.draw(st.integers(1, curve.q - 1)))
    public = pure.public_key(key)
    digest = data.draw(st.binary(min_size=size, max_size=size))
    true = openssl.sign(key, digest)
    half = st.sampled_from((true[:size], true[size:], bytes(size), b"\xff" * size, curve.q.to_bytes(size)))
    made_up = data.draw(half) + data.draw(half)
    assert (
        pure.verify(public, digest, made_up) == openssl.verify(public, digest, made_up) == (made_up == true)
    )


@pytest.mark.parametrize("vector", SIGNATURES, ids=lambda vector: vector.name)
def test_signature_of_rfc_7091_comes_out_of_its_one_time_number(vector: SignatureVector) -> None:
    size = vector.algorithm.size
    # A number k is drawn as 1 + (octets mod (q - 1)).
    drawn = int(vector.k, 16) - 1
    provider = PureProvider(randomness=drawn.to_bytes)
    curve = next(curve for curve in distinct_curves() if curve.name == vector.curve)
    key = PrivateKey(vector.algorithm, curve, int(vector.d, 16))
    signature = provider.sign(key, int(vector.e, 16).to_bytes(size, "little"))
    assert signature.hex().upper() == vector.s + vector.r


def test_pure_verdict_is_the_same_before_and_after_the_key_gets_its_table() -> None:
    provider = PureProvider(capacity=1)
    key = PrivateKey(KeyAlgorithm.GOST2012_256, distinct_curves()[0], 12345)
    public = provider.public_key(key)
    digest = bytes(range(32))
    signature = provider.sign(key, digest)
    for _ in range(8):
        assert provider.verify(public, digest, signature)
        assert not provider.verify(public, digest[::-1], signature)
