"""PKCS#12 containers as the `openssl` command with gost-engine writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cli.keys import keys
from mezhved.gost import (
    GostError,
    KeyAlgorithm,
    MalformedKey,
    UnsupportedAlgorithm,
    WrongPassword,
    der,
    dump_private_key,
    load_private_key,
    parse_certificates,
    read_container,
)
from mezhved.gost.pure import gost28147
from tests.support.openssl import OpenSsl, openssl_with_gost
from tests.support.pki import Pki, shared_pki

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "пароль теста"
GOST = ("-keypbe", "gost89", "-certpbe", "gost89")
WAYS = {
    "usual": (),
    "mac streebog 256": ("-macalg", "md_gost12_256"),
    "mac streebog 512": ("-macalg", "md_gost12_512"),
    "gost 28147": (*GOST, "-macalg", "md_gost12_256"),
    "mac 34.11-94": (*GOST, "-macalg", "md_gost94"),
    "kuznyechik": (
        *("-keypbe", "kuznyechik-ctr-acpkm", "-certpbe", "kuznyechik-ctr-acpkm"),
        *("-macalg", "md_gost12_512"),
    ),
    "magma": ("-keypbe", "magma-ctr-acpkm", "-certpbe", "magma-ctr-acpkm", "-macalg", "md_gost12_512"),
    "triple des": ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"),
    "windows": ("-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40", "-macalg", "sha1"),
    "rc2": ("-legacy", "-keypbe", "PBE-SHA1-RC2-40", "-certpbe", "PBE-SHA1-RC2-128"),
    "no mac": ("-nomac",),
    "open certificates": ("-certpbe", "NONE"),
    "all open": ("-keypbe", "NONE", "-certpbe", "NONE"),
}


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return openssl_with_gost(tmp_path)


def container(openssl: OpenSsl, pki: Pki, *way: str) -> bytes:
    openssl.write("key.pem", dump_private_key(pki.official.key))
    openssl.write("own.pem", pki.official.certificate.pem)
    openssl.write("chain.pem", pki.ca.certificate.pem + pki.root.certificate.pem)
    files = ("-inkey", "key.pem", "-in", "own.pem", "-certfile", "chain.pem", "-out", "key.p12")
    done = openssl.run("pkcs12", "-export", *files, "-passout", f"pass:{PASSWORD}", *way)
    assert done.returncode == 0, done.stderr.decode()
    return openssl.read("key.p12")


@pytest.mark.parametrize("way", WAYS)
def test_a_container_of_openssl_opens_with_its_password_only(way: str, openssl: OpenSsl) -> None:
    pki = shared_pki()
    octets = container(openssl, pki, *WAYS[way])
    opened = read_container(octets, PASSWORD.encode())
    expected = {pki.official.certificate, pki.ca.certificate, pki.root.certificate}
    assert set(opened.certificates) == expected
    assert load_private_key(octets, PASSWORD.encode()) == pki.official.key
    with pytest.raises(WrongPassword):
        load_private_key(octets, b"another")
    with pytest.raises(WrongPassword):
        load_private_key(octets)


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
def test_keys_of_every_algorithm_come_out(algorithm: KeyAlgorithm, openssl: OpenSsl) -> None:
    pki = shared_pki(algorithm)
    octets = container(openssl, pki, *WAYS["gost 28147"])
    assert load_private_key(octets, PASSWORD.encode()) == pki.official.key


def test_the_cipher_of_cryptopros_containers_is_the_engines(openssl: OpenSsl) -> None:
    settings = openssl.read("openssl.cnf") + b"CRYPT_PARAMS = id-Gost28147-89-CryptoPro-A-ParamSet\n"
    openssl.write("openssl.cnf", settings)
    key, vector, plain = bytes(range(32)), bytes(range(8)), bytes(range(256)) + b"123"
    sealed = openssl.run("enc", "-gost89", "-K", key.hex(), "-iv", vector.hex(), data=plain).stdout
    table = gost28147.CRYPTOPRO_A
    assert gost28147.encrypt_feedback(table, key, vector, plain) == sealed
    assert gost28147.decrypt_feedback(table, key, vector, sealed) == plain


def test_a_changed_container_is_refused(openssl: OpenSsl) -> None:
    octets = bytearray(container(openssl, shared_pki(), *WAYS["all open"]))
    # The sizes of the outer structures stay; whatever changes inside, the MAC tells.
    for place in range(60, len(octets) - 200, 97):
        changed = octets.copy()
        changed[place] ^= 1
        with pytest.raises(GostError):
            read_container(bytes(changed), PASSWORD.encode())


def test_a_cipher_that_libcrypto_lacks_is_named(openssl: OpenSsl) -> None:
    way = ("-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC4-128", "-macalg", "sha1")
    octets = container(openssl, shared_pki(), *way)
    with pytest.raises(UnsupportedAlgorithm, match=r"1\.2\.840\.113549\.1\.12\.1\.1"):
        read_container(octets, PASSWORD.encode())


@pytest.mark.parametrize("octets", [b"", b"\x30\x03\x02\x01\x03", b"words", bytes(2 << 20)])
def test_what_is_no_container_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedKey):
        read_container(octets, b"")


def test_iterations_without_end_are_refused(openssl: OpenSsl) -> None:
    octets = container(openssl, shared_pki(), "-iter", "3001", "-macalg", "sha256")
    endless = octets.replace(der.integer(3001), b"\x02\x02\x7f\xff")
    assert endless != octets
    with pytest.raises(GostError):
        read_container(endless, PASSWORD.encode())
    huge = der.sequence(
        der.integer(3),
        der.sequence(
            der.oid("1.2.840.113549.1.7.1"), der.explicit(0, der.tlv(der.OCTET_STRING, der.sequence()))
        ),
        der.sequence(der.sequence(), der.tlv(der.OCTET_STRING, b"salt"), der.integer(1 << 40)),
    )
    with pytest.raises(MalformedKey, match="итераций"):
        read_container(huge, b"")


def test_the_command_writes_key_and_certificates(openssl: OpenSsl, tmp_path: Path) -> None:
    pki = shared_pki()
    container(openssl, pki, *WAYS["kuznyechik"])
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    arguments = ["unpack", str(tmp_path / "key.p12"), "--password-file", str(tmp_path / "password")]
    files = ["--key", str(tmp_path / "out.key"), "--cert", str(tmp_path / "out.pem")]
    done = CliRunner().invoke(keys, [*arguments, *files])
    assert done.exit_code == 0, done.output
    assert f"* {pki.official.certificate.subject}" in done.output
    assert load_private_key((tmp_path / "out.key").read_bytes()) == pki.official.key
    assert (tmp_path / "out.key").stat().st_mode & 0o777 == 0o600
    assert parse_certificates((tmp_path / "out.pem").read_bytes())[0] == pki.official.certificate
    again = CliRunner().invoke(keys, [*arguments, *files])
    assert again.exit_code == 1
