"""Certificates: what is read from those of the field, and what is refused."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from mezhved.gost import (
    Certificate,
    KeyAlgorithm,
    MalformedCertificate,
    Name,
    UnsupportedAlgorithm,
    der,
    parse_certificates,
)
from mezhved.gost.certificates import MAX_CERTIFICATE_OCTETS
from tests.support.crafted_certificates import BASIC_CA, RSA_SPKI, crafted, extension
from tests.support.gost_vectors import CERTIFICATES, CertificateVector
from tests.support.pki import Pki, make_pki, seeded, shared_pki


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


def test_the_shortest_certificate_of_rfc_9215_is_read_whole() -> None:
    certificate = Certificate.parse(CERTIFICATES[0].der)
    assert certificate.subject == "CN=Example"
    assert certificate.serial == 10
    assert certificate.not_before == datetime(2001, 1, 1, tzinfo=UTC)
    assert certificate.not_after == datetime(2050, 12, 31, tzinfo=UTC)
    assert certificate.key_usage is None
    assert certificate.path_length is None


@pytest.mark.parametrize("vector", CERTIFICATES, ids=lambda vector: vector.name)
def test_certificates_of_rfc_9215_are_read_and_hold(vector: CertificateVector, pki: Pki) -> None:
    certificate = Certificate.parse(vector.der)
    assert certificate.subject == certificate.issuer
    assert certificate.not_before < certificate.not_after
    assert certificate.is_ca
    assert certificate.public_key.algorithm is vector.algorithm
    assert certificate.is_signed_by(certificate, pki.provider)


def test_an_issued_certificate_tells_what_was_asked_for(pki: Pki) -> None:
    certificate = pki.official.certificate
    assert certificate.subject == (
        "CN=Проверкина Проба Пробовна,GN=Проба Пробовна,SN=Проверкина,SNILS=00100100112,INN=770000000082,"
        "INNLE=7700000048,OGRN=1027700000041,title=Тестовый специалист,O=Тестовый орган «Потребитель»,C=RU"
    )
    assert certificate.subject_name.get("SNILS") == "00100100112"
    assert certificate.subject_name.get("UID") is None
    assert certificate.issuer == pki.ca.certificate.subject
    assert certificate.issuer_der == pki.ca.certificate.subject_der
    assert not certificate.is_ca
    assert certificate.key_usage == frozenset(
        ("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment")
    )
    assert certificate.authority_key_id == pki.ca.certificate.subject_key_id
    assert certificate.thumbprint == hashlib.sha256(certificate.der).digest()
    assert certificate.public_key == pki.provider.public_key(pki.official.key)
    assert certificate.is_signed_by(pki.ca.certificate, pki.provider)
    assert not certificate.is_signed_by(pki.root.certificate, pki.provider)


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST2012_512, KeyAlgorithm.GOST2001])
def test_certificates_of_other_algorithms_hold_too(algorithm: KeyAlgorithm, pki: Pki) -> None:
    other = make_pki(pki.provider, randomness=seeded("algorithms"), algorithm=algorithm)
    assert other.smev.certificate.signature_oid == algorithm.signature_oid
    assert other.smev.certificate.is_signed_by(other.ca.certificate, pki.provider)


def test_pem_base64_and_der_give_the_same_certificate(pki: Pki) -> None:
    certificate = pki.smev.certificate
    bare = base64.encodebytes(certificate.der)
    assert Certificate.parse(certificate.pem.encode()) == certificate
    assert (
        Certificate.parse(b"Bag Attributes: x\r\n" + certificate.pem.encode().replace(b"\n", b"\r\n"))
        == certificate
    )
    assert Certificate.parse(bare) == certificate
    assert Certificate.parse(b"\xef\xbb\xbf" + bare) == certificate
    assert Certificate.parse(certificate.der + b"\r\n") == certificate
    assert hash(Certificate.parse(bare)) == hash(certificate)


def test_a_file_of_many_certificates_gives_them_all(pki: Pki) -> None:
    text = pki.smev.certificate.pem + "words between\n" + pki.ca.certificate.pem
    assert parse_certificates(text.encode()) == (pki.smev.certificate, pki.ca.certificate)
    assert parse_certificates(pki.smev.certificate.der) == (pki.smev.certificate,)


@pytest.mark.parametrize(
    "serial",
    [0, -1, -(1 << 127), 1 << 159, (1 << 320) - 1, -(1 << 4000)],
    ids=lambda value: f"{value:x}"[:12],
)
def test_odd_serial_numbers_are_read(serial: int, pki: Pki) -> None:
    certificate = Certificate.parse(crafted(pki.ca.signer, serial=der.integer(serial)))
    assert certificate.serial == serial
    assert str(certificate.serial)


def test_a_certificate_of_the_first_version_without_extensions_is_read(pki: Pki) -> None:
    certificate = Certificate.parse(crafted(pki.ca.signer, version=None, extensions=None))
    assert certificate.extensions == ()
    assert certificate.key_usage is None
    assert certificate.subject_key_id is None
    assert not certificate.is_ca


def test_key_usage_basic_constraints_and_crl_addresses_are_read(pki: Pki) -> None:
    point = der.sequence(
        der.explicit(0, der.explicit(0, der.tlv(0x86, b"http://crl.example/1.crl") + der.tlv(0x82, b"host")))
    )
    certificate = Certificate.parse(
        crafted(
            pki.ca.signer,
            extensions=[
                extension("2.5.29.15", b"\x03\x03\x07\xff\x80", critical=True),
                extension("2.5.29.19", der.sequence(der.boolean(value=True), der.integer(3))),
                extension("2.5.29.31", der.sequence(point, der.sequence())),
                extension("2.5.29.37", der.sequence(der.oid("1.3.6.1.5.5.7.3.4"))),
            ],
        )
    )
    assert certificate.key_usage is not None
    assert len(certificate.key_usage) == 9
    assert (certificate.is_ca, certificate.path_length) == (True, 3)
    assert certificate.crl_urls == ("http://crl.example/1.crl",)
    assert certificate.extended_key_usage == {"1.3.6.1.5.5.7.3.4"}


def test_critical_extensions_of_the_qualified_profile_are_known_and_others_are_told(pki: Pki) -> None:
    certificate = Certificate.parse(
        crafted(
            pki.ca.signer,
            extensions=[
                BASIC_CA,
                extension("1.2.643.100.111", der.tlv(der.UTF8_STRING, b"tool"), critical=True),
                extension("1.2.643.99.1", b"whatever, it is not read", critical=True),
                extension("1.2.643.99.2", b"nor is this"),
            ],
        )
    )
    assert certificate.unknown_critical == ("1.2.643.99.1",)


def test_a_certificate_with_an_rsa_key_is_read_but_its_key_is_unsupported(pki: Pki) -> None:
    certificate = Certificate.parse(crafted(pki.ca.signer, spki=RSA_SPKI))
    assert not certificate.has_gost_key
    with pytest.raises(UnsupportedAlgorithm, match=r"1\.2\.840\.113549\.1\.1\.1"):
        _ = certificate.public_key
    assert not pki.smev.certificate.is_signed_by(certificate, pki.provider)


def test_a_key_that_is_not_on_its_curve_makes_the_certificate_malformed(pki: Pki) -> None:
    spki = bytearray(pki.ca.certificate.spki)
    spki[-1] ^= 1
    with pytest.raises(MalformedCertificate, match="subjectPublicKeyInfo"):
        Certificate.parse(crafted(pki.ca.signer, spki=bytes(spki)))


@pytest.mark.parametrize(
    ("octets", "where"),
    [
        (b"", ""),
        (b"not a certificate", ""),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", ""),
        (b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n", "Certificate"),
        (der.sequence(der.integer(1)), "tbsCertificate"),
        (der.sequence(), "tbsCertificate"),
    ],
)
def test_what_is_no_certificate_is_refused_with_the_place(octets: bytes, where: str) -> None:
    with pytest.raises(MalformedCertificate) as caught:
        Certificate.parse(octets)
    assert caught.value.where.startswith(where)


def test_data_after_the_certificate_is_refused(pki: Pki) -> None:
    with pytest.raises(MalformedCertificate):
        Certificate.parse(pki.smev.certificate.der + b"\x01")


def test_a_certificate_larger_than_any_real_one_is_refused(pki: Pki) -> None:
    subject = Name(common_name="x" * MAX_CERTIFICATE_OCTETS).der()
    with pytest.raises(MalformedCertificate, match=str(MAX_CERTIFICATE_OCTETS)):
        Certificate.parse(crafted(pki.ca.signer, subject=subject))


@pytest.mark.parametrize(
    "items",
    [
        [BASIC_CA, BASIC_CA],
        [extension("2.5.29.19", b"\x04\x00")],
        [extension("2.5.29.19", der.sequence(der.boolean(value=True), der.integer(-1)))],
        [extension("2.5.29.15", der.integer(1))],
        [extension("2.5.29.15", b"\x03\x01\x07")],
        [extension("2.5.29.35", b"")],
    ],
    ids=["twice", "constraints", "length", "usage", "bits", "empty"],
)
def test_broken_extensions_that_decide_trust_are_refused(items: list[bytes], pki: Pki) -> None:
    with pytest.raises(MalformedCertificate):
        Certificate.parse(crafted(pki.ca.signer, extensions=items))
