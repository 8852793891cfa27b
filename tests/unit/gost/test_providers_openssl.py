"""What is particular to gost-engine: its library, its memory, threads, forks, its absence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import Digest, KeyAlgorithm, PrivateKey, ProviderUnavailable, curve_by_name, load_provider
from mezhved.gost.openssl import OpenSslProvider
from tests.support.gost_providers import provider_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CURVE = curve_by_name("CryptoPro-A")
DIGEST = bytes(range(32))


@pytest.fixture
def provider() -> OpenSslProvider:
    provider_named("openssl")
    return OpenSslProvider(capacity=8)


def key(value: int) -> PrivateKey:
    return PrivateKey(KeyAlgorithm.GOST2012_256, CURVE, value)


def works(provider: OpenSslProvider, value: int) -> bool:
    """Hash, sign and verify with a key; the answer must be right."""
    public = provider.public_key(key(value))
    digest = provider.digest(Digest.STREEBOG256, value.to_bytes(2000))
    signature = provider.sign(key(value), digest)
    return provider.verify(public, digest, signature) and not provider.verify(public, DIGEST, signature)


def in_child(action: Callable[[], bool]) -> bool:
    """Run the action in a fork of this process; False also when it hangs."""
    with warnings.catch_warnings():
        # Newer Pythons warn of forks beside threads: that is what is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        signal.alarm(20)
        status = 1
        try:
            status = 0 if action() else 1
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def test_keys_beyond_the_capacity_are_dropped_and_come_back(provider: OpenSslProvider) -> None:
    assert all(works(provider, value) for value in range(1, 40))
    assert provider.loaded_keys <= 16
    assert all(works(provider, value) for value in range(1, 40))


def test_threads_share_few_and_many_keys(provider: OpenSslProvider) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda number: works(provider, 1 + number % 3), range(200)))
        # More keys than the table holds: a key is dropped while another thread works with it.
        assert all(pool.map(lambda number: works(provider, 1 + number % 60), range(300)))
    assert provider.loaded_keys <= 16


def test_threads_hash_their_own_streams(provider: OpenSslProvider) -> None:
    def hashed(number: int) -> bytes:
        hasher = provider.hasher(Digest.STREEBOG512)
        for _ in range(50):
            hasher.update(bytes([number]) * 37)
        return hasher.digest()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(hashed, range(100)))
    assert found == [provider.digest(Digest.STREEBOG512, bytes([number]) * 37 * 50) for number in range(100)]


def test_child_of_a_fork_goes_on_with_the_same_provider(provider: OpenSslProvider) -> None:
    hasher = provider.hasher(Digest.STREEBOG256)
    hasher.update(b"before ")
    assert works(provider, 7)

    def action() -> bool:
        hasher.update(b"the fork")
        right = hasher.digest() == provider.digest(Digest.STREEBOG256, b"before the fork")
        return right and works(provider, 7) and works(provider, 8)

    assert in_child(action)
    hasher.update(b"parent")
    assert hasher.digest() == provider.digest(Digest.STREEBOG256, b"before parent")
    assert works(provider, 7)


def test_forks_while_other_threads_sign() -> None:
    """In a process of its own: what else runs beside a test may hold locks that are not ours."""
    provider_named("openssl")
    program = "import tests.unit.gost.test_providers_openssl as here; here.fork_while_other_threads_sign()"
    assert not run_python(program)


def fork_while_other_threads_sign() -> None:
    """Fork thirty times beside three signing threads; raise when a child hangs or is wrong."""
    provider = OpenSslProvider(capacity=8)
    stop = threading.Event()
    failures: list[int] = []

    def sign_on(start: int) -> None:
        number = start
        while not stop.is_set():
            number += 1
            if not works(provider, start + number % 5):
                failures.append(number)

    threads = [threading.Thread(target=sign_on, args=(100 * start,)) for start in (1, 2, 3)]
    for thread in threads:
        thread.start()
    try:
        assert all(in_child(lambda: works(provider, 101) and works(provider, 999)) for _ in range(30))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures


def test_parent_and_child_draw_different_one_time_numbers(provider: OpenSslProvider) -> None:
    provider.sign(key(5), DIGEST)
    reading, writing = os.pipe()
    assert in_child(lambda: os.write(writing, provider.sign(key(5), DIGEST)) == 64)
    ours = provider.sign(key(5), DIGEST)
    theirs = os.read(reading, 64)
    os.close(reading)
    os.close(writing)
    assert ours[32:] != theirs[32:]


def test_no_error_is_left_for_others_to_find(provider: OpenSslProvider) -> None:
    # Python's ssl takes what is in libcrypto's queue for its own.
    assert works(provider, 1)
    assert provider.engine.library.reasons() == ""
    signature = provider.sign(key(5), DIGEST)
    assert not provider.verify(provider.public_key(key(6)), DIGEST, signature)
    assert provider.engine.library.reasons() == ""


def run_python(program: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_default_tls_of_python_stays_as_it_was() -> None:
    provider_named("openssl")
    program = """if True:
        import ssl, mezhved.gost
        def state():
            contexts = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            return [(c.get_ciphers(), c.options, c.minimum_version, c.verify_mode) for c in contexts]
        before = state()
        assert before[0][0]
        provider = mezhved.gost.load_provider("openssl")
        provider.digest(mezhved.gost.Digest.STREEBOG256, b"")
        print(before == state())
    """
    assert run_python(program) == "True"


def test_absent_engine_is_told_plainly(tmp_path: Path) -> None:
    program = """if True:
        import mezhved.gost
        print(mezhved.gost.load_provider("auto").name)
        try:
            mezhved.gost.load_provider("openssl")
        except mezhved.gost.ProviderUnavailable as error:
            print(error)
    """
    name, error = run_python(program, OPENSSL_ENGINES=str(tmp_path), MEZHVED_LANG="en").splitlines()
    assert name == "pure"
    assert "gost-engine" in error
    assert "apt install" in error


def test_openssl_is_preferred_where_it_is() -> None:
    provider_named("openssl")
    assert load_provider().name == "openssl"
    assert load_provider("pure").name == "pure"


def test_unknown_provider_is_refused() -> None:
    with pytest.raises(ProviderUnavailable, match="hsm"):
        load_provider("hsm")  # type: ignore[arg-type]
