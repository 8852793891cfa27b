"""Keys, hashes and signatures against the `openssl` command with gost-engine."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import (
    Curve,
    Digest,
    KeyAlgorithm,
    PrivateKeyForm,
    PublicKey,
    WrongPassword,
    curve_by_name,
    dump_private_key,
    generate_key,
    load_private_key,
)
from tests.support.gost_providers import KEY_KINDS, NAMES, provider_named

if TYPE_CHECKING:
    from pathlib import Path

DIGEST_NAMES = {
    Digest.STREEBOG256: "md_gost12_256",
    Digest.STREEBOG512: "md_gost12_512",
    Digest.GOST94: "md_gost94",
}


@functools.cache
def _has_engine() -> bool:
    command = shutil.which("openssl")
    if command is None:
        return False
    found = subprocess.run([command, "engine", "gost"], capture_output=True, text=True, check=False)
    return "Reference implementation of GOST" in found.stdout


@pytest.fixture(autouse=True)
def _needs_the_command() -> None:
    if not _has_engine():
        pytest.skip("no `openssl` command with gost-engine on this machine")


def openssl(*arguments: str | Path, octets: bytes = b"") -> bytes:
    command = ["openssl", arguments[0], "-engine", "gost", *arguments[1:]]
    done = subprocess.run(command, input=octets, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def new_key(
    algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256, name: str = "CryptoPro-A"
) -> tuple[bytes, PublicKey]:
    key = generate_key(algorithm, curve_by_name(name), os.urandom)
    return dump_private_key(key), provider_named("pure").public_key(key)


@pytest.mark.parametrize("digest", Digest)
@pytest.mark.parametrize("size", [1, 63, 64, 65, 1000])
def test_hashes_are_the_commands(digest: Digest, size: int) -> None:
    message = os.urandom(size)
    theirs = openssl("dgst", f"-{DIGEST_NAMES[digest]}", "-binary", octets=message)
    assert all(provider_named(name).digest(digest, message) == theirs for name in NAMES)


@pytest.mark.parametrize(("algorithm", "curve"), KEY_KINDS)
def test_the_command_signs_with_our_key_and_verifies_our_signature(
    algorithm: KeyAlgorithm, curve: Curve, tmp_path: Path
) -> None:
    key = generate_key(algorithm, curve, os.urandom)
    secret, public, message = tmp_path / "key.pem", tmp_path / "public.pem", tmp_path / "message"
    secret.write_bytes(dump_private_key(key))
    message.write_bytes("Тестовое сообщение".encode())
    openssl("pkey", "-in", secret, "-pubout", "-out", public)
    name = f"-{DIGEST_NAMES[algorithm.digest]}"
    theirs = openssl("dgst", name, "-sign", secret, message)
    for provider in map(provider_named, NAMES):
        digest = provider.digest(algorithm.digest, message.read_bytes())
        assert provider.verify(provider.public_key(key), digest, theirs)
        ours = tmp_path / f"{provider.name}.sig"
        ours.write_bytes(provider.sign(key, digest))
        assert b"Verified OK" in openssl("dgst", name, "-verify", public, "-signature", ours, message)


@pytest.mark.parametrize("form", PrivateKeyForm)
@pytest.mark.parametrize("name", ["CryptoPro-A", "CryptoPro-XchA", "tc26-256-B", "tc26-512-C"])
def test_the_command_reads_every_form_we_write(form: PrivateKeyForm, name: str, tmp_path: Path) -> None:
    curve = curve_by_name(name)
    algorithm = KeyAlgorithm.GOST2012_512 if curve.size == 64 else KeyAlgorithm.GOST2012_256
    key = generate_key(algorithm, curve, os.urandom)
    file = tmp_path / "key.pem"
    file.write_bytes(dump_private_key(key, form=form))
    spki = openssl("pkey", "-in", file, "-pubout", "-outform", "DER")
    assert PublicKey.from_spki(spki) == provider_named("pure").public_key(key)


@pytest.mark.parametrize(
    ("algorithm", "parameters"),
    [
        ("gost2012_256", "A"),
        ("gost2012_256", "B"),
        ("gost2012_256", "C"),
        ("gost2012_256", "0"),
        ("gost2012_256", "XA"),
        ("gost2012_256", "XB"),
        ("gost2012_256", "TCA"),
        ("gost2012_256", "TCB"),
        ("gost2012_256", "TCC"),
        ("gost2012_256", "TCD"),
        ("gost2012_512", "A"),
        ("gost2012_512", "B"),
        ("gost2012_512", "C"),
        ("gost2001", "A"),
        ("gost2001", "XA"),
    ],
)
def test_keys_of_the_command_are_read(algorithm: str, parameters: str) -> None:
    made = openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", f"paramset:{parameters}")
    spki = openssl("pkey", "-pubout", "-outform", "DER", octets=made)
    key = load_private_key(made)
    assert provider_named("pure").public_key(key) == PublicKey.from_spki(spki)


def test_the_command_opens_what_we_lock(tmp_path: Path) -> None:
    key = generate_key(KeyAlgorithm.GOST2012_256, curve_by_name("CryptoPro-A"), os.urandom)
    file = tmp_path / "key.pem"
    file.write_bytes(dump_private_key(key, password=b"open sesame"))
    opened = openssl("pkcs8", "-in", file, "-passin", "pass:open sesame")
    assert load_private_key(opened) == key


@pytest.mark.parametrize(
    "options",
    [
        ("-v2", "aes-256-cbc"),
        ("-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"),
        ("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"),
        ("-v2", "aes-256-cbc", "-v2prf", "id-tc26-hmac-gost-3411-2012-256"),
        ("-v2", "aes-256-cbc", "-v2prf", "id-tc26-hmac-gost-3411-2012-512"),
        ("-v2", "gost89", "-v2prf", "id-tc26-hmac-gost-3411-2012-512"),
        ("-v2", "kuznyechik-ctr-acpkm", "-v2prf", "id-tc26-hmac-gost-3411-2012-512"),
        ("-v2", "magma-ctr-acpkm"),
        ("-v2", "des3"),
        ("-v1", "PBE-SHA1-3DES"),
        ("-scrypt",),
    ],
    ids=" ".join,
)
def test_we_open_what_the_command_locks(options: tuple[str, ...]) -> None:
    provider_named("openssl")
    plain, _ = new_key()
    locked = openssl("pkcs8", "-topk8", *options, "-passout", "pass:секрет", octets=plain)
    assert b"ENCRYPTED" in locked
    assert load_private_key(locked, "секрет".encode()) == load_private_key(plain)
    with pytest.raises(WrongPassword):
        load_private_key(locked, b"guess")
