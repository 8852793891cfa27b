"""Certificates and lists against the `openssl` command with gost-engine, in both directions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import (
    Certificate,
    ChainChecker,
    ChainState,
    Crl,
    KeyAlgorithm,
    Name,
    Reason,
    TrustStore,
    load_provider,
)
from tests.support.openssl import OpenSsl, openssl_with_gost
from tests.support.pki import NOW, Pki, make_pki, shared_pki

if TYPE_CHECKING:
    from pathlib import Path

AT = str(int(NOW.timestamp()))


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return openssl_with_gost(tmp_path)


def write_chain(openssl: OpenSsl, pki: Pki) -> None:
    openssl.write("root.pem", pki.root.certificate.pem)
    openssl.write("ca.pem", pki.ca.certificate.pem)
    openssl.write("leaf.pem", pki.official.certificate.pem)


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
def test_openssl_trusts_our_chain(algorithm: KeyAlgorithm, openssl: OpenSsl) -> None:
    write_chain(openssl, shared_pki(algorithm))
    trust = ("-CAfile", "root.pem", "-untrusted", "ca.pem", "-attime", AT, "-x509_strict")
    judged = openssl.run("verify", *trust, "leaf.pem")
    assert judged.returncode == 0, judged.stderr.decode()
    assert openssl.run("verify", "-CAfile", "root.pem", "-attime", AT, "leaf.pem").returncode != 0


def test_openssl_trusts_what_the_pure_provider_signed(openssl: OpenSsl) -> None:
    write_chain(openssl, make_pki(load_provider("pure")))
    judged = openssl.run("verify", "-CAfile", "root.pem", "-untrusted", "ca.pem", "-attime", AT, "leaf.pem")
    assert judged.returncode == 0, judged.stderr.decode()


def test_openssl_finds_our_list_right_and_obeys_it(openssl: OpenSsl) -> None:
    pki = shared_pki()
    write_chain(openssl, pki)
    openssl.write("smev.pem", pki.smev.certificate.pem)
    crl = pki.ca.crl(pki.smev.certificate, reason=Reason.SUPERSEDED)
    openssl.write("crl.pem", crl.pem)
    shown = openssl.run("crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout", "-text")
    assert b"verify OK" in shown.stderr + shown.stdout
    assert b"Superseded" in shown.stdout
    check = ("verify", "-CAfile", "root.pem", "-untrusted", "ca.pem", "-attime", AT, "-CRLfile", "crl.pem")
    assert openssl.run(*check, "-crl_check", "leaf.pem").returncode == 0
    revoked = openssl.run(*check, "-crl_check", "smev.pem")
    assert revoked.returncode != 0
    assert b"certificate revoked" in revoked.stderr


def test_openssl_reads_the_same_names(openssl: OpenSsl) -> None:
    pki = shared_pki()
    name = Name(
        common_name='ИС "Проба", №1; <тест>+',
        organization=" Орган с пробелами ",
        locality="Тестоград",
        region="77 Тестовая область",
        ogrn="1027700000041",
        inn="770000000082",
        snils="00100100112",
        surname="Проверкина",
        given_name="Проба",
        email="proba@example.ru",
    )
    certificate = pki.ca.end_entity(name).certificate
    openssl.write("leaf.pem", certificate.pem)
    shown = openssl.run("x509", "-in", "leaf.pem", "-noout", "-subject", "-nameopt", "RFC2253,utf8,-esc_msb")
    assert shown.stdout.decode().strip() == f"subject={certificate.subject}"


@pytest.mark.parametrize(
    ("key", "paramset"),
    [("gost2012_256", "XA"), ("gost2012_256", "TCA"), ("gost2012_256", "B"), ("gost2012_512", "A")],
)
def test_we_trust_a_chain_made_by_openssl(key: str, paramset: str, openssl: OpenSsl) -> None:
    openssl.write(
        "req.cnf",
        "[req]\nprompt=no\nutf8=yes\nstring_mask=default\ndistinguished_name=dn\nx509_extensions=ca\n"
        "[dn]\nC=RU\nO=Тестовый УЦ OpenSSL\nCN=Корень\n"
        "[ca]\nbasicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=critical,keyCertSign,cRLSign\n"
        "subjectKeyIdentifier=hash\n"
        "[leaf]\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nauthorityKeyIdentifier=keyid\n",
    )
    new_key = ("-newkey", key, "-pkeyopt", f"paramset:{paramset}", "-nodes", "-config", "req.cnf")
    root = openssl.run(
        "req",
        "-x509",
        *new_key,
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
        "-days",
        "30",
        "-extensions",
        "ca",
    )
    assert root.returncode == 0, root.stderr.decode()
    openssl.run(
        "req", *new_key, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=leaf/OGRN=1027700000041"
    )
    made = openssl.run(
        "x509",
        "-req",
        *("-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "10"),
        *("-extfile", "req.cnf", "-extensions", "leaf", "-out", "leaf.pem"),
    )
    assert made.returncode == 0, made.stderr.decode()
    authority, leaf = (Certificate.parse(openssl.read(name)) for name in ("root.pem", "leaf.pem"))
    assert authority.subject == "CN=Корень,O=Тестовый УЦ OpenSSL,C=RU"
    assert (authority.is_ca, authority.path_length) == (True, 1)
    assert leaf.subject == "OGRN=1027700000041,CN=leaf"
    assert leaf.key_usage == {"digitalSignature"}
    provider = load_provider()
    judge = ChainChecker(provider, TrustStore((authority,)))
    assert judge.check(leaf, leaf.not_before).state is ChainState.TRUSTED
    damaged = bytearray(leaf.der)
    damaged[-1] ^= 1
    assert judge.check(Certificate.parse(bytes(damaged)), leaf.not_before).state is ChainState.UNTRUSTED


def test_we_obey_a_list_made_by_openssl(openssl: OpenSsl) -> None:
    openssl.write(
        "ca.cnf",
        "[ca]\ndefault_ca=main\n[main]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=md_gost12_256\n"
        "default_crl_days=7\ncrl_extensions=ext\n[ext]\nauthorityKeyIdentifier=keyid\n"
        "[req]\nprompt=no\ndistinguished_name=dn\nx509_extensions=root\n[dn]\nCN=root\n"
        "[root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n",
    )
    openssl.write("index.txt", "R\t301231000000Z\t261101000000Z,keyCompromise\t0A0B\tunknown\t/CN=gone\n")
    openssl.write("number", "05\n")
    made = openssl.run(
        *(
            "req",
            "-x509",
            "-newkey",
            "gost2012_256",
            "-pkeyopt",
            "paramset:XA",
            "-nodes",
            "-config",
            "ca.cnf",
        ),
        *("-keyout", "root.key", "-out", "root.pem", "-days", "30"),
    )
    assert made.returncode == 0, made.stderr.decode()
    listed = openssl.run(
        "ca", "-gencrl", "-config", "ca.cnf", "-cert", "root.pem", "-keyfile", "root.key", "-out", "crl.pem"
    )
    assert listed.returncode == 0, listed.stderr.decode()
    root, crl = Certificate.parse(openssl.read("root.pem")), Crl.parse(openssl.read("crl.pem"))
    assert crl.is_signed_by(root, load_provider())
    assert crl.number == 5
    found = crl.revocation(0x0A0B)
    assert found is not None
    assert (found.at, found.reason) == (datetime(2026, 11, 1, tzinfo=UTC), Reason.KEY_COMPROMISE)
    assert crl.authority_key_id == root.subject_key_id
