"""The verifier's cache, and what signs."""

from __future__ import annotations

import os
import signal
import warnings
from threading import Event, Thread

import pytest

from mezhved.gost import Certificate, Digest, MalformedCertificate, Name, UnsupportedAlgorithm, Verifier
from mezhved.gost.cache import BoundedCache
from tests.support.crafted_certificates import RSA_SPKI, crafted
from tests.support.pki import Pki, shared_pki


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


def test_a_certificate_is_parsed_once(pki: Pki) -> None:
    verifier = Verifier(pki.provider)
    first = verifier.certificate(pki.smev.certificate.der)
    assert verifier.certificate(bytes(bytearray(pki.smev.certificate.der))) is first
    assert first == pki.smev.certificate


def test_the_least_recently_used_certificate_goes_first(pki: Pki) -> None:
    verifier = Verifier(pki.provider, capacity=2)
    ders = [signer.certificate.der for signer in pki.participants]
    first, second = (verifier.certificate(item) for item in ders[:2])
    assert verifier.certificate(ders[0]) is first
    verifier.certificate(ders[2])
    assert verifier.certificate(ders[0]) is first
    assert verifier.certificate(ders[1]) is not second


def test_a_huge_certificate_is_not_kept(pki: Pki) -> None:
    octets = crafted(pki.ca.signer, subject=Name(common_name="x" * 20_000).der())
    verifier = Verifier(pki.provider)
    assert verifier.certificate(octets) is not verifier.certificate(octets)


def test_a_malformed_certificate_is_refused_each_time(pki: Pki) -> None:
    verifier = Verifier(pki.provider)
    for _ in range(2):
        with pytest.raises(MalformedCertificate):
            verifier.certificate(b"\x30\x00")


def test_signatures_are_verified_and_false_ones_told(pki: Pki) -> None:
    verifier = Verifier(pki.provider)
    digest = pki.provider.digest(Digest.STREEBOG256, b"octets")
    signature = pki.consumer.sign_digest(digest)
    assert pki.consumer.digest_algorithm is Digest.STREEBOG256
    assert verifier.verify(pki.consumer.certificate, digest, signature)
    assert not verifier.verify(pki.smev.certificate, digest, signature)
    assert not verifier.verify(pki.consumer.certificate, digest, signature[:-1])
    assert not verifier.verify(pki.consumer.certificate, digest[:-1], signature)


def test_a_key_that_is_none_of_gost_is_an_error_of_its_own(pki: Pki) -> None:
    certificate = Certificate.parse(crafted(pki.ca.signer, spki=RSA_SPKI))
    with pytest.raises(UnsupportedAlgorithm):
        Verifier(pki.provider).verify(certificate, bytes(32), bytes(64))


def test_a_private_key_does_not_show_in_texts(pki: Pki) -> None:
    number = pki.consumer.key.value
    assert str(number) not in repr(pki.consumer)
    assert f"{number:x}" not in repr(pki.consumer).lower()


def test_the_cache_stays_bounded_under_many_threads() -> None:
    cache: BoundedCache[int, int] = BoundedCache(10)
    wrong: list[int] = []

    def work(seed: int) -> None:
        for number in range(2000):
            key = number * seed % 37
            cache.put(key, key + 1)
            found = cache.get(number % 37)
            if found not in {None, number % 37 + 1}:
                wrong.append(number)

    threads = [Thread(target=work, args=(seed,)) for seed in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(cache) == 10


def test_a_cache_of_no_capacity_keeps_nothing() -> None:
    cache: BoundedCache[int, int] = BoundedCache(0)
    cache.put(1, 2)
    assert cache.get(1) is None


def test_a_child_forked_while_threads_use_the_cache_can_use_it() -> None:
    cache: BoundedCache[bytes, int] = BoundedCache(4)
    done = Event()

    def work() -> None:
        while not done.is_set():
            for number in range(8):
                cache.put(bytes([number]), number)
                cache.get(bytes([number]))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        statuses = [_in_child(cache) for _ in range(20)]
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert statuses == [0] * 20


def _in_child(cache: BoundedCache[bytes, int]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads at a fork are the matter here
        child = os.fork()
    if child == 0:
        signal.alarm(10)  # a lock left taken would hang the child; the alarm ends it
        cache.put(b"child", 1)
        os._exit(0 if cache.get(b"child") == 1 else 1)
    return os.waitpid(child, 0)[1]
