"""Judging certificates: every state of a verdict, and the traps on the way to a root."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import (
    Certificate,
    ChainChecker,
    ChainState,
    KeyAlgorithm,
    Name,
    Reason,
    RevocationPolicy,
    SoftwareSigner,
    Term,
    TrustStore,
    der,
)
from tests.support.crafted_certificates import BASIC_CA, RSA_SPKI, crafted, extension
from tests.support.pki import CA_NAME, NOW, ROOT_NAME, Authority, Pki, make_root, seeded, shared_pki

if TYPE_CHECKING:
    from mezhved.gost import Crl, Provider

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


class CountingProvider:
    """A provider that counts the signatures it verifies."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.verified = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._provider, name)

    def verify(self, *arguments: object) -> bool:
        self.verified += 1
        return self._provider.verify(*arguments)  # type: ignore[arg-type]


def checker(
    pki: Pki,
    *crls: Crl,
    policy: RevocationPolicy = RevocationPolicy.WHEN_PRESENT,
    roots: tuple[Certificate, ...] | None = None,
    intermediates: tuple[Certificate, ...] | None = None,
) -> ChainChecker:
    trust = TrustStore(
        roots if roots is not None else (pki.root.certificate,),
        intermediates if intermediates is not None else (pki.ca.certificate,),
        crls,
    )
    return ChainChecker(pki.provider, trust, policy=policy)


def signed_by(authority: Authority, octets: bytes) -> SoftwareSigner:
    """Use a crafted certificate over the authority's own key as a signer."""
    return SoftwareSigner(authority.signer.provider, authority.signer.key, Certificate.parse(octets))


def test_a_certificate_that_leads_to_a_root_is_trusted(pki: Pki) -> None:
    verdict = checker(pki).check(pki.consumer.certificate, NOW)
    assert verdict.state is ChainState.TRUSTED
    assert verdict.trusted
    assert verdict.chain == (pki.consumer.certificate, pki.ca.certificate, pki.root.certificate)
    assert pki.root.certificate.subject in verdict.reason.ru
    assert verdict.crl_issued is None


def test_the_term_holds_from_its_first_second_to_its_last(pki: Pki) -> None:
    certificate = pki.consumer.certificate
    judge = checker(pki)
    second = timedelta(seconds=1)
    assert judge.check(certificate, certificate.not_before).trusted
    assert judge.check(certificate, certificate.not_after).trusted
    assert judge.check(certificate, certificate.not_before - second).state is ChainState.NOT_YET_VALID
    assert judge.check(certificate, certificate.not_after + second).state is ChainState.EXPIRED


def test_a_verdict_that_was_kept_does_not_outlive_the_term(pki: Pki) -> None:
    certificate = pki.consumer.certificate
    judge = checker(pki)
    assert judge.check(certificate, NOW).trusted
    assert judge.check(certificate, certificate.not_after + HOUR).state is ChainState.EXPIRED
    assert judge.check(certificate, NOW).trusted


def test_an_expired_authority_makes_its_certificates_expired(pki: Pki) -> None:
    old = pki.root.authority(CA_NAME, term=Term(NOW - 10 * DAY, NOW - DAY))
    late = old.end_entity(Name(common_name="Тест"), term=Term(NOW - 5 * DAY, NOW + 5 * DAY))
    judge = checker(pki, intermediates=(old.certificate,))
    verdict = judge.check(late.certificate, NOW)
    assert verdict.state is ChainState.EXPIRED
    assert old.certificate.subject in verdict.reason.ru
    assert judge.check(late.certificate, NOW - 2 * DAY).trusted


def test_an_unknown_issuer_is_named(pki: Pki) -> None:
    verdict = checker(pki, intermediates=()).check(pki.consumer.certificate, NOW)
    assert verdict.state is ChainState.UNTRUSTED
    assert pki.ca.certificate.subject in verdict.reason.en
    assert verdict.chain == (pki.consumer.certificate,)


def test_nothing_is_trusted_where_there_are_no_roots(pki: Pki) -> None:
    judge = checker(pki, roots=(), intermediates=(pki.ca.certificate, pki.root.certificate))
    assert judge.check(pki.consumer.certificate, NOW).state is ChainState.UNTRUSTED
    assert judge.check(pki.root.certificate, NOW).state is ChainState.WRONG_USAGE


def test_an_authority_of_the_same_name_with_another_key_is_not_the_issuer(pki: Pki) -> None:
    impostor = make_root(pki.provider, NOW, seeded("impostor"), name=CA_NAME)
    forged = impostor.end_entity(Name(common_name="Подделка"))
    verdict = checker(pki).check(forged.certificate, NOW)
    assert verdict.state is ChainState.UNTRUSTED
    assert "подпись" in verdict.reason.ru


def test_a_certificate_trusted_for_itself_needs_no_issuer(pki: Pki) -> None:
    judge = checker(pki, roots=(pki.consumer.certificate,), intermediates=())
    assert judge.check(pki.consumer.certificate, NOW).chain == (pki.consumer.certificate,)
    assert judge.check(pki.smev.certificate, NOW).state is ChainState.UNTRUSTED


def test_of_two_keys_of_one_authority_the_right_one_is_found(pki: Pki) -> None:
    second = pki.root.authority(CA_NAME)
    newer = second.end_entity(Name(common_name="Тест"))
    judge = checker(pki, intermediates=(pki.ca.certificate, second.certificate))
    assert judge.check(newer.certificate, NOW).chain[1] == second.certificate
    assert judge.check(pki.consumer.certificate, NOW).chain[1] == pki.ca.certificate


def test_names_that_differ_in_encoding_only_lead_on(pki: Pki) -> None:
    octets = "ТЕСТОВЫЙ УЦ №1".encode("utf-16-be")
    relative = [item.raw for item in der.read(CA_NAME.der(), "name").children()]
    relative[-1] = der.set_of([der.sequence(der.oid("2.5.4.3"), der.tlv(der.BMP_STRING, octets))])
    odd = crafted(pki.ca.signer, issuer_name=der.sequence(*relative))
    assert checker(pki).check(Certificate.parse(odd), NOW).trusted


@pytest.mark.parametrize("usage", [frozenset({"keyEncipherment"}), frozenset({"keyCertSign", "cRLSign"})])
def test_a_key_that_is_not_for_signing_is_of_wrong_usage(usage: frozenset[str], pki: Pki) -> None:
    signer = pki.ca.end_entity(Name(common_name="Тест"), usage=usage)
    assert checker(pki).check(signer.certificate, NOW).state is ChainState.WRONG_USAGE


@pytest.mark.parametrize("usage", ["digitalSignature", "nonRepudiation"])
def test_either_signing_usage_is_enough(usage: str, pki: Pki) -> None:
    signer = pki.ca.end_entity(Name(common_name="Тест"), usage=frozenset({usage}))
    assert checker(pki).check(signer.certificate, NOW).trusted


def test_a_certificate_without_key_usage_may_sign(pki: Pki) -> None:
    assert checker(pki).check(Certificate.parse(crafted(pki.ca.signer)), NOW).trusted


def test_an_ordinary_certificate_cannot_issue_others(pki: Pki) -> None:
    pretender = SoftwareSigner(pki.provider, pki.consumer.key, pki.consumer.certificate)
    forged = Certificate.parse(crafted(pretender))
    judge = checker(pki, intermediates=(pki.ca.certificate, pki.consumer.certificate))
    verdict = judge.check(forged, NOW)
    assert verdict.state is ChainState.WRONG_USAGE
    assert "basicConstraints" in verdict.reason.en


def test_an_authority_whose_key_may_not_sign_certificates_issues_none(pki: Pki) -> None:
    usage = extension("2.5.29.15", der.bit_flags({6}), critical=True)
    authority = signed_by(
        pki.root, crafted(pki.root.signer, subject=CA_NAME.der(), extensions=[BASIC_CA, usage])
    )
    issued = Certificate.parse(crafted(authority))
    verdict = checker(pki, intermediates=(authority.certificate,)).check(issued, NOW)
    assert verdict.state is ChainState.WRONG_USAGE
    assert "keyUsage" in verdict.reason.en


def test_the_length_of_a_path_is_bounded_by_the_authority(pki: Pki) -> None:
    narrow = pki.root.authority(Name(common_name="Тестовый узкий УЦ"), path_length=0)
    below = narrow.authority(Name(common_name="Тестовый УЦ ниже"))
    deep = below.end_entity(Name(common_name="Тест"))
    near = narrow.end_entity(Name(common_name="Тест"))
    judge = checker(pki, intermediates=(narrow.certificate, below.certificate))
    assert judge.check(near.certificate, NOW).trusted
    verdict = judge.check(deep.certificate, NOW)
    assert verdict.state is ChainState.WRONG_USAGE
    assert "pathLenConstraint" in verdict.reason.en


def test_a_renewed_certificate_of_the_same_authority_does_not_count_in_the_length(pki: Pki) -> None:
    root = make_root(pki.provider, NOW, seeded("self-issued"), path_length=1)
    renewed = root.authority(ROOT_NAME, path_length=1)
    authority = renewed.authority(CA_NAME)
    signer = authority.end_entity(Name(common_name="Тест"))
    judge = checker(
        pki, roots=(root.certificate,), intermediates=(renewed.certificate, authority.certificate)
    )
    assert judge.check(signer.certificate, NOW).trusted


def test_an_unknown_critical_extension_anywhere_is_refused(pki: Pki) -> None:
    odd = extension("1.2.643.99.1", b"", critical=True)
    leaf = Certificate.parse(crafted(pki.ca.signer, extensions=[odd]))
    authority = signed_by(
        pki.root, crafted(pki.root.signer, subject=CA_NAME.der(), extensions=[BASIC_CA, odd])
    )
    below = Certificate.parse(crafted(authority))
    assert checker(pki).check(leaf, NOW).state is ChainState.UNTRUSTED
    verdict = checker(pki, intermediates=(authority.certificate,)).check(below, NOW)
    assert verdict.state is ChainState.UNTRUSTED
    assert "1.2.643.99.1" in verdict.reason.ru


def test_a_root_of_the_first_version_of_x509_is_trusted(pki: Pki) -> None:
    root = signed_by(
        pki.root,
        crafted(pki.root.signer, subject=pki.root.certificate.subject_der, version=None, extensions=None),
    )
    assert checker(pki, roots=(root.certificate,)).check(pki.consumer.certificate, NOW).trusted


def test_authorities_that_certify_each_other_end_the_search(pki: Pki) -> None:
    one = make_root(pki.provider, NOW, seeded("one"), name=Name(common_name="Тестовый УЦ А"))
    two = make_root(pki.provider, NOW, seeded("two"), name=Name(common_name="Тестовый УЦ Б"))
    crossed = [
        Certificate.parse(
            crafted(
                issuer.signer,
                subject=subject.certificate.subject_der,
                spki=subject.certificate.spki,
                extensions=[BASIC_CA],
            )
        )
        for issuer, subject in ((one, two), (two, one))
    ]
    leaf = one.end_entity(Name(common_name="Тест"))
    verdict = checker(pki, intermediates=tuple(crossed)).check(leaf.certificate, NOW)
    assert verdict.state is ChainState.UNTRUSTED


def chain_of(pki: Pki, count: int) -> tuple[SoftwareSigner, tuple[Certificate, ...]]:
    authority, found = pki.root, []
    for number in range(count):
        authority = authority.authority(Name(common_name=f"Тестовый УЦ {number}"), path_length=None)
        found.append(authority.certificate)
    return authority.end_entity(Name(common_name="Тест")), tuple(found)


def test_a_chain_of_eight_is_followed_and_a_longer_one_is_not(pki: Pki) -> None:
    leaf, authorities = chain_of(pki, 6)
    assert checker(pki, intermediates=authorities).check(leaf.certificate, NOW).trusted
    leaf, authorities = chain_of(pki, 7)
    assert checker(pki, intermediates=authorities).check(leaf.certificate, NOW).state is ChainState.UNTRUSTED


def test_many_authorities_of_one_name_cost_a_bounded_number_of_signatures(pki: Pki) -> None:
    crowd = tuple(
        Certificate.parse(
            crafted(pki.root.signer, subject=CA_NAME.der(), serial=der.integer(number), extensions=[BASIC_CA])
        )
        for number in range(1, 300)
    )
    counting = CountingProvider(pki.provider)
    judge = ChainChecker(counting, TrustStore((pki.root.certificate,), crowd))  # type: ignore[arg-type]
    assert judge.check(pki.consumer.certificate, NOW).state is ChainState.UNTRUSTED
    assert counting.verified <= 64


def test_an_rsa_certificate_from_a_trusted_authority_is_judged_without_an_error(pki: Pki) -> None:
    certificate = Certificate.parse(crafted(pki.ca.signer, spki=RSA_SPKI))
    assert checker(pki).check(certificate, NOW).trusted
    below = crafted(pki.ca.signer, issuer_name=certificate.subject_der)
    judge = checker(pki, intermediates=(pki.ca.certificate, certificate))
    assert judge.check(Certificate.parse(below), NOW).state is ChainState.UNTRUSTED


def test_chains_mix_algorithms(pki: Pki) -> None:
    strong = pki.root.authority(Name(common_name="Тестовый УЦ 512"), algorithm=KeyAlgorithm.GOST2012_512)
    old = strong.end_entity(Name(common_name="Тест"), algorithm=KeyAlgorithm.GOST2001)
    assert checker(pki, intermediates=(strong.certificate,)).check(old.certificate, NOW).trusted


def test_signatures_are_verified_once_for_each_certificate(pki: Pki) -> None:
    counting = CountingProvider(pki.provider)
    trust = TrustStore((pki.root.certificate,), (pki.ca.certificate,), (pki.ca.crl(),))
    judge = ChainChecker(counting, trust)  # type: ignore[arg-type]
    for _ in range(5):
        assert judge.check(pki.consumer.certificate, NOW).trusted
    assert counting.verified == 3
    judge.check(pki.smev.certificate, NOW)
    assert counting.verified == 5, "the authority's list was verified before"


def test_what_is_kept_is_bounded(pki: Pki) -> None:
    counting = CountingProvider(pki.provider)
    trust = TrustStore((pki.root.certificate,), (pki.ca.certificate,))
    judge = ChainChecker(counting, trust, capacity=1)  # type: ignore[arg-type]
    judge.check(pki.consumer.certificate, NOW)
    judge.check(pki.smev.certificate, NOW)
    judge.check(pki.consumer.certificate, NOW)
    assert counting.verified == 6


def test_one_checker_serves_many_threads(pki: Pki) -> None:
    judge = checker(pki, pki.ca.crl(pki.smev.certificate))
    states: list[ChainState] = []

    def work() -> None:
        for _ in range(20):
            states.extend(judge.check(signer.certificate, NOW).state for signer in (pki.consumer, pki.smev))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states.count(ChainState.TRUSTED) == states.count(ChainState.REVOKED) == 80


def test_a_reason_of_a_hold_is_told(pki: Pki) -> None:
    crl = pki.ca.crl(pki.smev.certificate, reason=Reason.CERTIFICATE_HOLD)
    verdict = checker(pki, crl).check(pki.smev.certificate, NOW)
    assert "приостановлено" in verdict.reason.ru
