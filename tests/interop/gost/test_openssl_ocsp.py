"""OCSP against the `openssl` command with gost-engine, in both directions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import (
    CertId,
    ChainChecker,
    ChainState,
    KeyAlgorithm,
    OcspHash,
    OcspResponse,
    Reason,
    RevocationPolicy,
    RevocationRules,
    TrustStore,
    dump_private_key,
    load_provider,
    signer_of,
    write_request,
)
from tests.support.ocsp import Responder, delegate
from tests.support.openssl import OpenSsl, openssl_with_gost
from tests.support.pki import Pki, make_pki, seeded

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return openssl_with_gost(tmp_path)


@pytest.fixture(scope="module", params=list(KeyAlgorithm))
def pki(request: pytest.FixtureRequest) -> Pki:
    return make_pki(load_provider(), NOW, seeded("openssl ocsp"), algorithm=request.param)


def write_files(openssl: OpenSsl, pki: Pki) -> None:
    openssl.write("root.pem", pki.root.certificate.pem)
    openssl.write("ca.pem", pki.ca.certificate.pem)
    openssl.write("both.pem", pki.root.certificate.pem + pki.ca.certificate.pem)
    openssl.write("smev.pem", pki.smev.certificate.pem)
    openssl.write("consumer.pem", pki.consumer.certificate.pem)


def test_openssl_answers_our_request_and_we_read_it(openssl: OpenSsl, pki: Pki) -> None:
    write_files(openssl, pki)
    signer = delegate(pki.ca)
    openssl.write("responder.pem", signer.certificate.pem)
    openssl.write("responder.key", dump_private_key(signer.key))
    one, two = (f"{each.certificate.serial:X}\tunknown\t/CN=test" for each in (pki.smev, pki.consumer))
    gone = f"R\t301231235959Z\t{NOW:%y%m%d%H%M%S}Z,keyCompromise\t{one}"
    here = f"V\t301231235959Z\t\t{two}"
    openssl.write("index.txt", f"{gone}\n{here}\n")
    asked = [pki.smev.certificate, pki.consumer.certificate, pki.official.certificate]
    ids = [CertId.of(each, pki.ca.certificate, OcspHash.SHA1, pki.provider) for each in asked]
    openssl.write("request.der", write_request(ids, b"nonce of the test"))
    signing = ("-rsigner", "responder.pem", "-rkey", "responder.key", "-ndays", "1")
    files = ("-reqin", "request.der", "-respout", "response.der")
    done = openssl.run("ocsp", "-index", "index.txt", "-CA", "ca.pem", *signing, *files)
    assert done.returncode == 0, done.stderr.decode()

    response = OcspResponse.parse(openssl.read("response.der"))
    assert response.nonce == b"nonce of the test"
    assert signer_of(response, pki.ca.certificate, pki.provider) == signer.certificate
    revoked, good, unknown = (response.answer(each) for each in ids)
    assert revoked is not None
    assert revoked.revocation is not None
    assert revoked.revocation.reason is Reason.KEY_COMPROMISE
    assert good is not None
    assert good.revocation is None
    assert unknown is not None
    assert not unknown.known
    trust = TrustStore(
        (pki.root.certificate,), (pki.ca.certificate,), (pki.root.crl(),), statuses=(response,)
    )
    checker = ChainChecker(pki.provider, trust, rules=RevocationRules(RevocationPolicy.REQUIRED))
    at = response.produced_at
    states = [checker.check(each, at).state for each in asked]
    assert states == [ChainState.REVOKED, ChainState.TRUSTED, ChainState.REVOCATION_UNKNOWN]


@pytest.mark.parametrize("function", [OcspHash.SHA1, OcspHash.STREEBOG256])
def test_openssl_believes_our_responder(function: OcspHash, openssl: OpenSsl, pki: Pki) -> None:
    write_files(openssl, pki)
    signer = delegate(pki.ca)
    revoked = {pki.smev.certificate.serial: (NOW, Reason.SUPERSEDED)}
    ours = Responder(
        pki.ca.certificate, signer, NOW, sent=(signer.certificate.der,), revoked=revoked, function=function
    )
    openssl.write("response.der", ours.about(pki.smev.certificate, pki.consumer.certificate))
    hashed = "-sha1" if function is OcspHash.SHA1 else "-md_gost12_256"
    asked = (hashed, "-issuer", "ca.pem", "-cert", "smev.pem", "-cert", "consumer.pem", "-no_nonce")
    judged = openssl.run("ocsp", *asked, "-respin", "response.der", "-CAfile", "both.pem")
    assert b"Response verify OK" in judged.stderr, judged.stderr.decode()
    assert b"smev.pem: revoked" in judged.stdout
    assert b"consumer.pem: good" in judged.stdout


def test_openssl_asks_as_we_do(openssl: OpenSsl, pki: Pki) -> None:
    write_files(openssl, pki)
    done = openssl.run(
        "ocsp", "-issuer", "ca.pem", "-cert", "smev.pem", "-no_nonce", "-reqout", "request.der"
    )
    assert done.returncode == 0, done.stderr.decode()
    name = CertId.of(pki.smev.certificate, pki.ca.certificate, OcspHash.SHA1, pki.provider)
    assert openssl.read("request.der") == write_request([name], None)
