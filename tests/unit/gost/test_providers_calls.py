"""The engine called by compiled code and through ctypes computes the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import Digest, KeyAlgorithm, PrivateKey, curve_by_name
from mezhved.gost.errors import MalformedDigest
from mezhved.gost.openssl import OpenSslProvider
from tests.support.examples import examples
from tests.support.gost_providers import provider_named

KEY = PrivateKey(KeyAlgorithm.GOST2012_256, curve_by_name("CryptoPro-A"), 0x1234567)


@pytest.fixture(scope="module", params=["compiled", "ctypes"])
def provider(request: pytest.FixtureRequest) -> OpenSslProvider:
    provider_named("openssl")
    if request.param == "compiled":
        pytest.importorskip("mezhved.gost._evp", reason="the compiled part is not built here")
    return OpenSslProvider(compiled=request.param == "compiled")


@given(message=st.binary(max_size=300), times=st.sampled_from([1, 1, 1, 400]), digest=st.sampled_from(Digest))
@examples(60)
def test_hashes_are_those_of_a_hasher(
    provider: OpenSslProvider, message: bytes, times: int, digest: Digest
) -> None:
    hasher = provider.hasher(digest)
    for _ in range(times):
        hasher.update(message)
    assert provider.digest(digest, message * times) == hasher.digest()
    assert provider.digest(digest, bytearray(message * times)) == hasher.digest()


def test_signatures_verify_by_the_other_provider(provider: OpenSslProvider) -> None:
    other = provider_named("pure")
    digest = provider.digest(Digest.STREEBOG256, b"message")
    public = other.public_key(KEY)
    signature = provider.sign(KEY, digest)
    assert other.verify(public, digest, signature)
    assert provider.verify(public, digest, other.sign(KEY, digest))
    assert not provider.verify(public, digest, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not provider.verify(public, bytes(32), signature)
    with pytest.raises(MalformedDigest):
        provider.sign(KEY, digest[:-1])


def test_threads_do_not_disturb_one_another(provider: OpenSslProvider) -> None:
    public = provider.public_key(KEY)

    def work(number: int) -> bool:
        message = number.to_bytes(4) * (1 + number % 700)
        digest = provider.digest(Digest.STREEBOG256, message)
        hasher = provider.hasher(Digest.STREEBOG256)
        hasher.update(message)
        return digest == hasher.digest() and provider.verify(public, digest, provider.sign(KEY, digest))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))
