"""Revocation in a chain: lists fresh, stale, absent, foreign, and what they say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mezhved.gost import (
    Certificate,
    ChainChecker,
    ChainState,
    ChainVerdict,
    Crl,
    Name,
    Reason,
    RevocationPolicy,
    TrustStore,
    der,
)
from tests.support.crafted_certificates import BASIC_CA, crafted, extension, sealed
from tests.support.pki import CA_NAME, NOW, Pki, make_root, seeded, shared_pki

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
POLICIES = tuple(RevocationPolicy)


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


def judge(
    pki: Pki,
    *crls: Crl,
    at: datetime = NOW,
    policy: RevocationPolicy = RevocationPolicy.WHEN_PRESENT,
    certificate: Certificate | None = None,
) -> ChainVerdict:
    trust = TrustStore((pki.root.certificate,), (pki.ca.certificate,), crls)
    checker = ChainChecker(pki.provider, trust, policy=policy)
    return checker.check(certificate or pki.smev.certificate, at)


def scoped(pki: Pki, point: bytes | None, *revoked: Certificate, critical: str = "2.5.29.28") -> Crl:
    """Make a list with an IssuingDistributionPoint or another critical extension."""
    entries = [der.sequence(der.integer(item.serial), der.time(NOW - DAY)) for item in revoked]
    oid = pki.ca.certificate.public_key.algorithm.signature_oid
    extensions = [] if point is None else [extension(critical, point, critical=True)]
    signed = der.sequence(
        der.integer(1),
        der.sequence(der.oid(oid)),
        pki.ca.certificate.subject_der,
        der.time(NOW - DAY),
        der.time(NOW + DAY),
        der.sequence(*entries) if entries else b"",
        der.explicit(0, der.sequence(*extensions)) if extensions else b"",
    )
    return Crl.parse(sealed(pki.ca.signer, signed, oid))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_revoked_certificate_is_revoked_under_every_policy(policy: RevocationPolicy, pki: Pki) -> None:
    lists = pki.root.crl(), pki.ca.crl(pki.smev.certificate)
    verdict = judge(pki, *lists, policy=policy)
    assert verdict.state is ChainState.REVOKED
    assert "скомпрометирован" in verdict.reason.ru
    assert "key compromise" in verdict.reason.en
    assert judge(pki, *lists, policy=policy, certificate=pki.consumer.certificate).trusted


def test_before_its_revocation_a_certificate_was_good(pki: Pki) -> None:
    crl = pki.ca.crl(pki.smev.certificate, at=NOW - HOUR)
    assert judge(pki, crl, at=NOW - 2 * HOUR).trusted
    assert judge(pki, crl, at=NOW - HOUR).state is ChainState.REVOKED


def test_the_date_since_when_the_key_was_lost_counts(pki: Pki) -> None:
    lost = der.generalized_time(NOW - 3 * DAY)
    entry = der.sequence(
        der.integer(pki.smev.certificate.serial),
        der.time(NOW - HOUR),
        der.sequence(extension("2.5.29.24", lost)),
    )
    oid = pki.ca.certificate.public_key.algorithm.signature_oid
    signed = der.sequence(
        der.integer(1),
        der.sequence(der.oid(oid)),
        pki.ca.certificate.subject_der,
        der.time(NOW - HOUR),
        der.sequence(entry),
    )
    crl = Crl.parse(sealed(pki.ca.signer, signed, oid))
    assert judge(pki, crl, at=NOW - 2 * DAY).state is ChainState.REVOKED
    assert judge(pki, crl, at=NOW - 4 * DAY).trusted


@pytest.mark.parametrize(
    ("policy", "state"),
    [
        (RevocationPolicy.REQUIRED, ChainState.REVOCATION_UNKNOWN),
        (RevocationPolicy.WHEN_PRESENT, ChainState.TRUSTED),
        (RevocationPolicy.LENIENT, ChainState.TRUSTED),
    ],
)
def test_no_list_is_judged_by_the_policy(policy: RevocationPolicy, state: ChainState, pki: Pki) -> None:
    assert judge(pki, policy=policy).state is state


@pytest.mark.parametrize(
    ("policy", "state"),
    [
        (RevocationPolicy.REQUIRED, ChainState.REVOCATION_UNKNOWN),
        (RevocationPolicy.WHEN_PRESENT, ChainState.REVOCATION_UNKNOWN),
        (RevocationPolicy.LENIENT, ChainState.TRUSTED),
    ],
)
def test_a_stale_list_is_judged_by_the_policy(policy: RevocationPolicy, state: ChainState, pki: Pki) -> None:
    stale = pki.ca.crl(this_update=NOW - 3 * DAY, next_update=NOW - DAY)
    verdict = judge(pki, stale, pki.root.crl(), policy=policy)
    assert verdict.state is state
    assert verdict.crl_issued == NOW - 3 * DAY


def test_a_list_about_its_authority_says_nothing_of_a_certificate(pki: Pki) -> None:
    verdict = judge(pki, pki.root.crl(), policy=RevocationPolicy.LENIENT)
    assert verdict.trusted
    assert verdict.crl_issued is None
    assert judge(pki, pki.root.crl(), pki.ca.crl(), policy=RevocationPolicy.LENIENT).crl_issued is not None


@pytest.mark.parametrize("policy", POLICIES)
def test_what_a_stale_list_revoked_stays_revoked(policy: RevocationPolicy, pki: Pki) -> None:
    stale = pki.ca.crl(
        pki.smev.certificate, at=NOW - 4 * DAY, this_update=NOW - 3 * DAY, next_update=NOW - DAY
    )
    assert judge(pki, stale, policy=policy).state is ChainState.REVOKED


def test_a_verdict_that_was_kept_turns_unknown_when_the_list_gets_stale(pki: Pki) -> None:
    trust = TrustStore((pki.root.certificate,), (pki.ca.certificate,), (pki.ca.crl(next_update=NOW + DAY),))
    checker = ChainChecker(pki.provider, trust)
    assert checker.check(pki.smev.certificate, NOW).crl_issued == NOW - HOUR
    assert checker.check(pki.smev.certificate, NOW + DAY).trusted
    assert checker.check(pki.smev.certificate, NOW + 2 * DAY).state is ChainState.REVOCATION_UNKNOWN


def test_the_newest_list_decides_on_freshness(pki: Pki) -> None:
    stale = pki.ca.crl(this_update=NOW - 3 * DAY, next_update=NOW - DAY)
    assert judge(pki, stale, pki.ca.crl()).trusted


def test_a_hold_may_be_lifted_and_a_revocation_may_not(pki: Pki) -> None:
    earlier = {"at": NOW - 3 * DAY, "this_update": NOW - 3 * DAY, "next_update": NOW + DAY}
    held = pki.ca.crl(pki.smev.certificate, reason=Reason.CERTIFICATE_HOLD, **earlier)  # type: ignore[arg-type]
    gone = pki.ca.crl(pki.smev.certificate, reason=Reason.SUPERSEDED, **earlier)  # type: ignore[arg-type]
    newest = pki.ca.crl(number=2)
    assert judge(pki, held).state is ChainState.REVOKED
    assert judge(pki, held, newest).trusted
    assert judge(pki, gone, newest).state is ChainState.REVOKED


def test_a_revoked_authority_revokes_what_it_issued(pki: Pki) -> None:
    verdict = judge(pki, pki.root.crl(pki.ca.certificate, reason=Reason.CA_COMPROMISE))
    assert verdict.state is ChainState.REVOKED
    assert pki.ca.certificate.subject in verdict.reason.ru


def test_a_list_that_the_issuer_did_not_sign_says_nothing(pki: Pki) -> None:
    impostor = make_root(pki.provider, NOW, seeded("crl impostor"), name=CA_NAME)
    assert judge(pki, impostor.crl(pki.smev.certificate)).trusted
    assert judge(pki, pki.root.crl(pki.smev.certificate)).trusted
    required = judge(pki, impostor.crl(), pki.root.crl(), policy=RevocationPolicy.REQUIRED)
    assert required.state is ChainState.REVOCATION_UNKNOWN


def test_an_authority_that_may_not_sign_lists_signs_none(pki: Pki) -> None:
    usage = extension("2.5.29.15", der.bit_flags({5}), critical=True)
    authority = Certificate.parse(
        crafted(
            pki.root.signer,
            subject=pki.ca.certificate.subject_der,
            spki=pki.ca.certificate.spki,
            extensions=[BASIC_CA, usage],
        )
    )
    trust = TrustStore((pki.root.certificate,), (authority,), (pki.ca.crl(pki.smev.certificate),))
    assert ChainChecker(pki.provider, trust).check(pki.smev.certificate, NOW).trusted


def test_a_list_about_others_only_says_nothing_of_this_kind(pki: Pki) -> None:
    users_only = der.sequence(der.tlv(0x81, b"\xff"))
    authorities_only = der.sequence(der.tlv(0x82, b"\xff"))
    smev = pki.smev.certificate
    assert judge(pki, scoped(pki, users_only, smev)).state is ChainState.REVOKED
    assert judge(pki, scoped(pki, authorities_only, smev)).trusted


@pytest.mark.parametrize(
    "point", [der.sequence(der.tlv(0x84, b"\xff")), der.sequence(der.tlv(0x83, b"\x05\x40"))]
)
def test_a_partial_list_is_no_proof_of_being_good(point: bytes, pki: Pki) -> None:
    verdict = judge(pki, scoped(pki, point), pki.root.crl(), policy=RevocationPolicy.REQUIRED)
    assert verdict.state is ChainState.REVOCATION_UNKNOWN


def test_a_delta_list_is_no_proof_of_being_good(pki: Pki) -> None:
    delta = scoped(pki, der.integer(1), critical="2.5.29.27")
    verdict = judge(pki, delta, pki.root.crl(), policy=RevocationPolicy.REQUIRED)
    assert verdict.state is ChainState.REVOCATION_UNKNOWN


def test_a_hold_told_for_one_place_is_not_lifted_by_the_list_for_another(pki: Pki) -> None:
    def for_place(number: int, days: int, *held: Certificate) -> Crl:
        place = der.tlv(0xA0, der.tlv(0xA0, der.tlv(0x86, f"http://crl.example/{number}.crl".encode())))
        hold = der.sequence(extension("2.5.29.21", der.tlv(der.ENUMERATED, b"\x06")))
        entries = [der.sequence(der.integer(each.serial), der.time(NOW - 9 * DAY), hold) for each in held]
        oid = pki.ca.certificate.public_key.algorithm.signature_oid
        signed = der.sequence(
            der.integer(1),
            der.sequence(der.oid(oid)),
            pki.ca.certificate.subject_der,
            der.time(NOW - days * DAY),
            der.time(NOW + DAY),
            der.sequence(*entries) if entries else b"",
            der.explicit(0, der.sequence(extension("2.5.29.28", der.sequence(place), critical=True))),
        )
        return Crl.parse(sealed(pki.ca.signer, signed, oid))

    held = for_place(1, 3, pki.smev.certificate)
    assert judge(pki, held, for_place(2, 1)).state is ChainState.REVOKED
    assert judge(pki, held, for_place(1, 1)).trusted
    assert judge(pki, held, pki.ca.crl()).trusted


def test_of_lists_for_several_places_the_age_of_the_certificates_own_counts(pki: Pki) -> None:
    url = "http://crl.example/own.crl"
    certificate = pki.ca.end_entity(Name(common_name="Тест"), crl_urls=(url,)).certificate

    def for_place(address: str, until: timedelta) -> Crl:
        place = der.tlv(0xA0, der.tlv(0xA0, der.tlv(0x86, address.encode())))
        oid = pki.ca.certificate.public_key.algorithm.signature_oid
        signed = der.sequence(
            der.integer(1),
            der.sequence(der.oid(oid)),
            pki.ca.certificate.subject_der,
            der.time(NOW - 9 * DAY),
            der.time(NOW + until),
            der.explicit(0, der.sequence(extension("2.5.29.28", der.sequence(place), critical=True))),
        )
        return Crl.parse(sealed(pki.ca.signer, signed, oid))

    other = for_place("http://crl.example/other.crl", DAY)
    assert judge(pki, for_place(url, DAY), other, certificate=certificate).trusted
    stale = judge(pki, for_place(url, -DAY), other, certificate=certificate)
    assert stale.state is ChainState.REVOCATION_UNKNOWN


def test_a_list_that_names_its_own_place_counts_whole(pki: Pki) -> None:
    place = der.tlv(0xA0, der.tlv(0xA0, der.tlv(0x86, b"http://crl.example/1.crl")))
    assert judge(pki, scoped(pki, der.sequence(place), pki.smev.certificate)).state is ChainState.REVOKED


def test_revocation_of_a_namesake_serial_number_of_another_issuer_is_not_ours(pki: Pki) -> None:
    serial = pki.smev.certificate.serial
    other = pki.root.authority(Name(common_name="Тестовый УЦ №2"))
    namesake = other.end_entity(Name(common_name="Тест"), serial=serial)
    trust = TrustStore(
        (pki.root.certificate,), (pki.ca.certificate, other.certificate), (pki.ca.crl(pki.smev.certificate),)
    )
    checker = ChainChecker(pki.provider, trust)
    assert checker.check(namesake.certificate, NOW).trusted
    assert checker.check(pki.smev.certificate, NOW).state is ChainState.REVOKED
