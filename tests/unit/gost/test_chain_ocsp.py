"""OCSP answers and their age in a chain, beside lists; data that is awaited; one checker after another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import (
    ChainChecker,
    ChainState,
    Crl,
    OcspHash,
    OcspResponse,
    Reason,
    RevocationPolicy,
    RevocationRules,
    TrustStore,
    Watch,
)
from mezhved.gost.issuing import Term
from tests.support.ocsp import Responder, delegate
from tests.support.pki import NOW, Pki, shared_pki

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost import ChainVerdict

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PKI = shared_pki()
SMEV = PKI.smev.certificate
CA = PKI.ca.certificate
GRACE = RevocationRules(grace=12 * HOUR)
REVOKED = {SMEV.serial: (NOW - DAY, Reason.KEY_COMPROMISE)}
HELD = {SMEV.serial: (NOW - DAY, Reason.CERTIFICATE_HOLD)}


@pytest.fixture(scope="module")
def pki() -> Pki:
    return PKI


def responder(**changes: object) -> Responder:
    return Responder(CA, PKI.ca.signer, NOW - HOUR).but(**changes)


def trust(*data: Crl | OcspResponse | bytes, **more: object) -> TrustStore:
    parsed = [OcspResponse.parse(each) if isinstance(each, bytes) else each for each in data]
    return TrustStore(
        (PKI.root.certificate,),
        (CA,),
        tuple(each for each in parsed if isinstance(each, Crl)),
        tuple(each for each in parsed if isinstance(each, OcspResponse)),
        **more,  # type: ignore[arg-type]
    )


def judge(
    *data: Crl | bytes, at: datetime = NOW, rules: RevocationRules = GRACE, **more: object
) -> ChainVerdict:
    return ChainChecker(PKI.provider, trust(*data, **more), rules=rules).check(SMEV, at)


@pytest.mark.parametrize("function", list(OcspHash))
def test_a_revocation_told_by_ocsp_counts_in_every_hash(function: OcspHash) -> None:
    octets = responder(function=function, revoked=REVOKED).about(SMEV)
    assert judge(octets).state is ChainState.REVOKED
    good = judge(responder(function=function).about(SMEV), PKI.root.crl(), rules=required())
    assert good.trusted
    assert good.crl_issued == NOW - HOUR


def required() -> RevocationRules:
    return RevocationRules(RevocationPolicy.REQUIRED)


def test_an_answer_about_somebody_else_proves_nothing() -> None:
    other = responder().about(PKI.consumer.certificate)
    assert judge(other, PKI.root.crl(), rules=required()).state is ChainState.REVOCATION_UNKNOWN


def test_an_answer_that_nobody_signed_who_may_says_nothing() -> None:
    forged = Responder(CA, PKI.provider_system, NOW, revoked=REVOKED)
    assert judge(forged.about(SMEV)).trusted


def test_whichever_is_fresh_proves_it() -> None:
    stale_list = PKI.ca.crl(this_update=NOW - 9 * DAY, next_update=NOW - 3 * DAY)
    stale_answer = responder(this_update=NOW - 9 * DAY).about(SMEV)
    assert judge(stale_list, responder().about(SMEV)).stale is None
    assert judge(PKI.ca.crl(), stale_answer).stale is None
    assert judge(stale_list, stale_answer).state is ChainState.REVOCATION_UNKNOWN


def test_what_either_revokes_is_revoked_unless_the_newer_lifts_a_hold() -> None:
    newer_list = PKI.ca.crl(this_update=NOW - timedelta(minutes=5))
    assert judge(responder(revoked=REVOKED).about(SMEV), newer_list).state is ChainState.REVOKED
    assert judge(responder(revoked=HELD).about(SMEV), newer_list).trusted
    older_list = PKI.ca.crl(SMEV, at=NOW - DAY, this_update=NOW - 2 * HOUR, reason=Reason.CERTIFICATE_HOLD)
    assert judge(responder().about(SMEV), older_list).trusted
    assert judge(older_list).state is ChainState.REVOKED


def test_a_certificate_unknown_to_ocsp_is_trusted_only_by_a_list() -> None:
    unknown = responder(unknown=frozenset((SMEV.serial,))).about(SMEV)
    verdict = judge(unknown)
    assert verdict.state is ChainState.REVOCATION_UNKNOWN
    assert "не знает" in verdict.reason.ru
    assert judge(unknown, PKI.ca.crl()).trusted


def test_stale_data_is_relied_on_within_the_grace_and_not_after() -> None:
    crl = PKI.ca.crl(next_update=NOW)
    octets = responder(next_update=NOW).about(SMEV)
    for data in (crl, octets):
        assert judge(data).stale is None
        within = judge(data, at=NOW + 12 * HOUR)
        assert within.trusted
        assert within.stale is not None
        assert "устарели" in within.stale.ru
        after = judge(data, at=NOW + 12 * HOUR + timedelta(seconds=1))
        assert after.state is ChainState.REVOCATION_UNKNOWN
        assert "устарели" in after.reason.ru


def test_data_without_a_term_is_good_for_the_term_of_the_rules() -> None:
    octets = responder(term=None).about(SMEV)
    rules = RevocationRules(without_term=DAY)
    assert judge(octets, at=NOW + 22 * HOUR, rules=rules).trusted
    assert judge(octets, at=NOW + 24 * HOUR, rules=rules).state is ChainState.REVOCATION_UNKNOWN
    assert judge(octets, at=NOW + 99 * DAY, rules=RevocationRules()).trusted


def test_data_that_must_come_is_awaited_for_the_grace() -> None:
    watched = {CA.thumbprint: Watch(NOW)}
    assert judge(watched=watched).stale is not None
    late = judge(watched=watched, at=NOW + 13 * HOUR)
    assert late.state is ChainState.REVOCATION_UNKNOWN
    assert "нет данных об отзыве" in late.reason.ru
    assert judge(watched={PKI.root.certificate.thumbprint: Watch(NOW - DAY)}).state is late.state


def test_of_a_certificate_ocsp_is_asked_about_the_answer_is_awaited_since_then() -> None:
    watched = {CA.thumbprint: Watch(NOW - 9 * DAY, lists=False, ocsp=True)}
    assert judge(watched=watched, asked={SMEV.thumbprint: NOW - HOUR}).trusted
    assert judge(watched=watched, asked={SMEV.thumbprint: NOW - DAY}).state is ChainState.REVOCATION_UNKNOWN
    never_seen = judge(watched=watched)
    assert never_seen.trusted
    assert never_seen.stale is not None


def test_a_revoked_responder_is_not_believed(pki: Pki) -> None:
    signer = delegate(pki.ca)
    octets = Responder(CA, signer, NOW, sent=(signer.certificate.der,)).about(SMEV)
    fresh_of_root = pki.root.crl()
    elsewhere = pki.ca.crl(signer.certificate, next_update=NOW - HOUR)
    assert judge(octets, fresh_of_root, rules=required()).trusted
    assert judge(octets, fresh_of_root, elsewhere, rules=required()).state is ChainState.REVOCATION_UNKNOWN


def test_what_a_responder_says_beyond_its_own_term_does_not_count(pki: Pki) -> None:
    signer = delegate(pki.ca, term=Term(NOW - DAY, NOW + HOUR))
    late = Responder(CA, signer, NOW, sent=(signer.certificate.der,), this_update=NOW + 2 * HOUR)
    verdict = judge(late.about(SMEV), pki.root.crl(), rules=required())
    assert verdict.state is ChainState.REVOCATION_UNKNOWN


def test_a_renewed_checker_judges_by_the_new_data_only(pki: Pki) -> None:
    first = ChainChecker(pki.provider, trust(pki.ca.crl()), rules=GRACE)
    assert first.check(SMEV, NOW).trusted
    second = first.renewed(trust(pki.ca.crl(SMEV, number=2)))
    second.prepare()
    assert second.check(SMEV, NOW).state is ChainState.REVOKED
    assert second.renewed(trust()).check(SMEV, NOW).trusted
    without_authority = second.renewed(TrustStore((pki.root.certificate,)))
    assert without_authority.check(SMEV, NOW).state is ChainState.UNTRUSTED
