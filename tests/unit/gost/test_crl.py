"""Revocation lists: reading, writing, size."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta

import pytest
from asn1crypto import crl as asn1crypto_crl

from mezhved.gost import Crl, MalformedCrl, Reason, RevokedEntry, der, issue_crl, parse_crls
from tests.support.crafted_certificates import sealed
from tests.support.pki import NOW, Pki, shared_pki
from tests.support.work import growth

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


def test_a_list_tells_what_was_put_on_it(pki: Pki) -> None:
    crl = issue_crl(
        pki.ca.signer,
        pki.provider,
        [RevokedEntry(5, NOW - DAY, Reason.SUPERSEDED), RevokedEntry(1 << 150, NOW - 2 * DAY)],
        this_update=NOW,
        next_update=None,
        number=42,
    )
    assert len(crl) == 2
    assert crl.number == 42
    assert crl.next_update is None
    assert crl.issuer == pki.ca.certificate.subject
    assert crl.authority_key_id == pki.ca.certificate.subject_key_id
    found = crl.revocation(5)
    assert found is not None
    assert (found.at, found.since, found.reason) == (NOW - DAY, NOW - DAY, Reason.SUPERSEDED)
    other = crl.revocation(1 << 150)
    assert other is not None
    assert other.reason is Reason.UNSPECIFIED
    assert crl.revocation(6) is None
    assert crl.is_signed_by(pki.ca.certificate, pki.provider)
    assert not crl.is_signed_by(pki.root.certificate, pki.provider)


def test_asn1crypto_reads_the_same_list(pki: Pki) -> None:
    crl = pki.ca.crl(pki.smev.certificate, number=7)
    judged = asn1crypto_crl.CertificateList.load(crl.der, strict=True)
    assert judged.crl_number_value.native == 7
    (entry,) = judged["tbs_cert_list"]["revoked_certificates"]
    assert entry["user_certificate"].native == pki.smev.certificate.serial
    assert entry.crl_reason_value.native == "key_compromise"
    assert judged.authority_key_identifier_value["key_identifier"].native == crl.authority_key_id


def test_pem_and_der_give_the_same_list(pki: Pki) -> None:
    one, two = pki.ca.crl(), pki.root.crl()
    assert Crl.parse(one.pem.encode()) == one
    assert parse_crls((one.pem + two.pem).encode()) == (one, two)
    assert parse_crls(one.der) == (one,)
    assert len(one) == 0


@pytest.mark.parametrize("octets", [b"", b"\x30\x00", b"words", der.sequence(der.sequence())])
def test_what_is_no_list_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedCrl):
        Crl.parse(octets)


def test_a_certificate_is_no_list(pki: Pki) -> None:
    with pytest.raises(MalformedCrl):
        Crl.parse(pki.smev.certificate.der)


def raw_list(pki: Pki, entries: bytes) -> bytes:
    oid = pki.ca.certificate.public_key.algorithm.signature_oid
    signed = der.sequence(
        der.integer(1),
        der.sequence(der.oid(oid)),
        pki.ca.certificate.subject_der,
        der.time(NOW),
        der.time(NOW + DAY),
        der.tlv(der.SEQUENCE, entries),
    )
    return sealed(pki.ca.signer, signed, oid)


def test_an_entry_broken_inside_revokes_for_ever(pki: Pki) -> None:
    crl = Crl.parse(raw_list(pki, der.sequence(der.integer(9), der.tlv(der.UTC_TIME, b"soon"))))
    found = crl.revocation(9)
    assert found is not None
    assert found.since < NOW - timedelta(days=365_000)


@pytest.mark.parametrize(
    "entries",
    [b"\x30", der.integer(9), der.sequence(der.oid("1.2.3")), b"\x30\x03\x02\x05\x01", b"\x30\x02\x02\x00"],
)
def test_an_entry_without_a_number_is_refused(entries: bytes, pki: Pki) -> None:
    with pytest.raises(MalformedCrl):
        Crl.parse(raw_list(pki, entries))


@pytest.mark.parametrize("serial", [0, -5, 127, 128, 1 << 64, 1 << 159, -(1 << 70), (1 << 61) - 1, 1 << 900])
def test_serial_numbers_of_every_size_and_sign_are_found(serial: int, pki: Pki) -> None:
    entries = b"".join(
        der.sequence(der.integer(number), der.time(NOW)) for number in (3, serial, serial + (1 << 61) - 1)
    )
    crl = Crl.parse(raw_list(pki, entries))
    assert crl.revocation(serial) is not None
    assert crl.revocation(serial + 1) is None


def long_list(pki: Pki, count: int) -> bytes:
    stamp = der.time(NOW)
    return raw_list(
        pki, b"".join(der.sequence(der.integer((1 << 120) + 7919 * number), stamp) for number in range(count))
    )


def test_the_work_to_read_a_list_grows_with_its_length_alone(pki: Pki) -> None:
    short, long = long_list(pki, 5000), long_list(pki, 20_000)
    crl = Crl.parse(long)
    assert len(crl) == 20_000
    assert crl.revocation((1 << 120) + 7919 * 17_777) is not None
    assert crl.revocation((1 << 120) + 1) is None
    assert growth(lambda: Crl.parse(short), lambda: Crl.parse(long)) < 5


def test_a_long_list_takes_little_more_memory_than_its_octets(pki: Pki) -> None:
    octets = long_list(pki, 10_000)
    tracemalloc.start()
    crl = Crl.parse(octets)
    taken = tracemalloc.take_snapshot()
    tracemalloc.stop()
    of_the_room = taken.filter_traces(
        [tracemalloc.Filter(inclusive=True, filename_pattern="*/mezhved/gost/*")]
    )
    kept = sum(line.size for line in of_the_room.statistics("filename"))
    assert len(crl) == 10_000
    assert 0 < kept < 2 * len(octets)
