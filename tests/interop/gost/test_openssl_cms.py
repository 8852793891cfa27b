"""CMS against the `openssl` command with gost-engine, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.gost import CmsProblem, KeyAlgorithm, dump_private_key, sign_cms, verify_cms
from tests.support.openssl import OpenSsl, openssl_with_gost
from tests.support.pki import NOW, Pki, shared_pki

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = "Вложение\r\nиз двух строк\n".encode() * 100
AT = str(int(NOW.timestamp()))


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return openssl_with_gost(tmp_path)


def prepare(openssl: OpenSsl, pki: Pki) -> None:
    openssl.write("trust.pem", pki.root.certificate.pem + pki.ca.certificate.pem)
    openssl.write("leaf.pem", pki.official.certificate.pem)
    openssl.write("leaf.key", dump_private_key(pki.official.key))
    openssl.write("content", CONTENT)


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
@pytest.mark.parametrize("detached", [True, False])
@pytest.mark.parametrize("cades", [True, False])
def test_openssl_verifies_our_signature(
    algorithm: KeyAlgorithm, detached: bool, cades: bool, openssl: OpenSsl
) -> None:
    pki = shared_pki(algorithm)
    prepare(openssl, pki)
    openssl.write(
        "sig", sign_cms(CONTENT, pki.official, pki.provider, at=NOW, detached=detached, cades=cades)
    )
    command = ["cms", "-verify", "-inform", "DER", "-in", "sig", "-binary", "-CAfile", "trust.pem"]
    command += ["-purpose", "any", "-attime", AT, "-out", "out"]
    command += ["-cades"] if cades else []
    judged = openssl.run(*command, *(["-content", "content"] if detached else []))
    assert judged.returncode == 0, judged.stderr.decode()
    assert openssl.read("out") == CONTENT
    if detached:
        openssl.write("content", CONTENT + b".")
        assert openssl.run(*command, "-content", "content").returncode != 0


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-cades",),
        ("-nodetach",),
        ("-nodetach", "-stream"),
        ("-noattr",),
        ("-noattr", "-nodetach", "-stream"),
        ("-keyid",),
        ("-nosmimecap", "-certfile", "trust.pem"),
    ],
    ids=" ".join,
)
def test_we_verify_what_openssl_signed(
    algorithm: KeyAlgorithm, options: tuple[str, ...], openssl: OpenSsl
) -> None:
    pki = shared_pki(algorithm)
    prepare(openssl, pki)
    signed = openssl.run(
        *("cms", "-sign", "-binary", "-in", "content", "-signer", "leaf.pem", "-inkey", "leaf.key"),
        *("-outform", "DER", "-out", "sig", *options),
    )
    assert signed.returncode == 0, signed.stderr.decode()
    signature = openssl.read("sig")
    content = None if "-nodetach" in options else CONTENT
    verdict = verify_cms(signature, content, pki.provider)
    assert verdict.valid, verdict.problem
    assert verdict.certificate == pki.official.certificate
    assert verdict.cades is ("-cades" in options)
    assert verdict.detached is ("-nodetach" not in options)
    assert not verify_cms(signature, CONTENT + b".", pki.provider).valid


def test_a_signature_of_openssl_without_certificates_needs_the_certificate(openssl: OpenSsl) -> None:
    pki = shared_pki()
    prepare(openssl, pki)
    openssl.run(
        *("cms", "-sign", "-binary", "-in", "content", "-signer", "leaf.pem", "-inkey", "leaf.key"),
        *("-outform", "PEM", "-out", "sig", "-nocerts"),
    )
    signature = openssl.read("sig")
    assert verify_cms(signature, CONTENT, pki.provider).problem is CmsProblem.NO_CERTIFICATE
    given = verify_cms(signature, CONTENT, pki.provider, certificates=(pki.official.certificate,))
    assert given.valid


def test_two_signers_of_openssl_are_both_verified(openssl: OpenSsl) -> None:
    pki = shared_pki()
    prepare(openssl, pki)
    openssl.write("other.pem", pki.consumer.certificate.pem)
    openssl.write("other.key", dump_private_key(pki.consumer.key))
    signed = openssl.run(
        *("cms", "-sign", "-binary", "-in", "content", "-outform", "DER", "-out", "sig"),
        *("-signer", "leaf.pem", "-inkey", "leaf.key", "-signer", "other.pem", "-inkey", "other.key"),
    )
    assert signed.returncode == 0, signed.stderr.decode()
    verdict = verify_cms(openssl.read("sig"), CONTENT, pki.provider)
    assert verdict.valid
    found = {verdict.certificate, *(item.certificate for item in verdict.co_signers)}
    assert found == {pki.official.certificate, pki.consumer.certificate}
