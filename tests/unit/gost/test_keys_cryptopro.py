"""Keys exported by CryptoPro CSP.

The numbers here were taken from a reader that had opened containers written by CryptoPro CSP 4 and 5 itself,
with keys of all three algorithms, and found them to be those of their certificates.
"""

from __future__ import annotations

import pytest

from mezhved.gost import (
    KeyAlgorithm,
    MalformedKey,
    WrongPassword,
    der,
    load_private_key,
    read_container,
)
from mezhved.gost.pure import gost28147
from tests.support.cryptopro import exported, password_key, substituted, wrapping_key
from tests.support.pki import shared_pki

PASSWORD = "Пароль-1"
KEY = bytes(range(32))
UKM = bytes(range(8, 0, -1))


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
def test_a_key_and_its_certificates_come_out_of_cryptopros_container(algorithm: KeyAlgorithm) -> None:
    pki = shared_pki(algorithm)
    octets = exported(pki.official.key, [pki.official.certificate, pki.ca.certificate], PASSWORD)
    assert load_private_key(octets, PASSWORD.encode()) == pki.official.key
    assert read_container(octets, PASSWORD.encode()).certificates == (
        pki.official.certificate,
        pki.ca.certificate,
    )


@pytest.mark.parametrize("password", ["", "Пароль-2", "\U0001f511" * 40])
def test_another_password_is_told_without_a_mac(password: str) -> None:
    octets = exported(shared_pki().official.key, [], PASSWORD)
    with pytest.raises(WrongPassword):
        load_private_key(octets, password.encode())


def test_an_empty_password_opens_what_was_sealed_with_none() -> None:
    key = shared_pki().official.key
    assert load_private_key(exported(key, [], ""), b"") == key


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
def test_no_octet_of_a_sealed_key_can_be_changed_unseen(algorithm: KeyAlgorithm) -> None:
    key = shared_pki(algorithm).official.key
    octets = exported(key, [], PASSWORD, iterations=1)
    start = octets.index(password_salt := bytes(range(16))) + len(password_salt)
    for place in range(start + 40, len(octets), 7):
        changed = bytearray(octets)
        changed[place] ^= 0x10
        try:
            assert load_private_key(bytes(changed), PASSWORD.encode()) == key  # in what is not read
        except (WrongPassword, MalformedKey):
            continue


@pytest.mark.parametrize(("salt", "iterations"), [(b"1234567", 20), (bytes(16), 0x10000)])
def test_what_cryptopro_does_not_write_is_refused(salt: bytes, iterations: int) -> None:
    octets = exported(shared_pki().official.key, [], PASSWORD, iterations=20)
    good = der.sequence(der.tlv(der.OCTET_STRING, bytes(range(16))), der.integer(20))
    assert octets.count(good) == 1
    start = octets.index(b"\x06\x0a*\x86H\x86\xf7\r\x01\x0c\x01P")
    sealed = der.Node(octets, octets.index(good) + len(good), len(octets)).raw
    scheme = octets[start : start + 12] + der.sequence(
        der.tlv(der.OCTET_STRING, salt), der.integer(iterations)
    )
    with pytest.raises(MalformedKey):
        load_private_key(der.sequence(der.sequence(scheme), sealed), PASSWORD.encode())


def test_the_password_gives_the_key_that_cryptopro_makes_of_it() -> None:
    assert (
        password_key("123", bytes(16), 3).hex()
        == "8247ca47e573dd7e6333ed43817e9098bb572f01f65bbd5bcc6326ca5581ae75"
    )


def test_keys_are_wrapped_as_cryptopro_wraps_them() -> None:
    late = wrapping_key(KeyAlgorithm.GOST2012_256, KEY, UKM)
    early = wrapping_key(KeyAlgorithm.GOST2001, KEY, UKM)
    assert (late.hex(), early.hex()) == (
        "21e58e530e8a69df84b7b4698fab3948a9a45f793c657aa0f16d7cf5e9df0cfd",
        "1b60c0a5fa00664fc46f27e2d18a7370bdff96515060874823e97981305c581c",
    )
    assert substituted(late, KEY).hex() == "f1f8a7fbf66d68af601d4621497541b56c6d1c1d30fc3735fd89e1d2414c05d3"
    assert gost28147.decrypt_blocks(gost28147.CRYPTOPRO_A, late, substituted(late, KEY)) == KEY
    assert gost28147.imitation(gost28147.CRYPTOPRO_A, late, UKM, KEY).hex() == "305d66d0"
