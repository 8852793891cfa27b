"""Issuing: what it refuses, and that one seed gives one PKI."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mezhved.gost import (
    CannotIssue,
    Name,
    RevokedEntry,
    Term,
    issue_crl,
    issue_end_entity,
    key_identifier,
    random_serial,
)
from tests.support.pki import NOW, Pki, make_pki, seeded, shared_pki

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


def issue(pki: Pki, **changes: object) -> None:
    options: dict[str, object] = {"term": Term(NOW, NOW + DAY), "serial": 1, **changes}
    issuer = options.pop("issuer", pki.ca.signer)
    issue_end_entity(
        Name(common_name="Тест"),
        pki.consumer.certificate.public_key,
        issuer,  # type: ignore[arg-type]
        pki.provider,
        **options,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"term": Term(NOW, NOW - DAY)},
        {"serial": 0},
        {"serial": -1},
        {"usage": frozenset({"signing"})},
        {"crl_urls": ("http://пример.рф/1.crl",)},
    ],
    ids=["term", "zero", "negative", "usage", "address"],
)
def test_what_would_be_no_right_certificate_is_not_issued(changes: dict[str, object], pki: Pki) -> None:
    with pytest.raises(CannotIssue):
        issue(pki, **changes)


def test_only_an_authority_issues(pki: Pki) -> None:
    with pytest.raises(CannotIssue):
        issue(pki, issuer=pki.consumer)


def test_a_root_names_itself(pki: Pki) -> None:
    root = pki.root.certificate
    assert root.is_self_issued
    assert root.subject_key_id == root.authority_key_id == key_identifier(root.public_key)
    assert root.is_signed_by(root, pki.provider)
    assert root.path_length is None


def test_one_seed_gives_the_same_keys_and_serial_numbers(pki: Pki) -> None:
    again = make_pki(pki.provider)
    assert again.official.key == pki.official.key
    assert again.official.certificate.signed == pki.official.certificate.signed
    other = make_pki(pki.provider, randomness=seeded("another"))
    assert other.official.key != pki.official.key


def test_serial_numbers_are_positive_and_of_at_most_16_octets() -> None:
    assert random_serial(lambda count: b"\xff" * count) == (1 << 127) - 1
    assert random_serial(bytes) == 1


def test_a_crl_address_is_written_where_it_is_read(pki: Pki) -> None:
    signer = pki.ca.end_entity(Name(common_name="Тест"), crl_urls=("http://crl.example/1.crl",))
    assert signer.certificate.crl_urls == ("http://crl.example/1.crl",)


def test_terms_beyond_2049_are_written_and_read(pki: Pki) -> None:
    term = Term(NOW, NOW.replace(year=2060))
    assert pki.ca.end_entity(Name(common_name="Тест"), term=term).certificate.not_after == term.not_after


def test_a_list_may_be_empty_or_long(pki: Pki) -> None:
    entries = [RevokedEntry(number, NOW) for number in range(1, 300)]
    for items in ([], entries):
        crl = issue_crl(pki.ca.signer, pki.provider, items, this_update=NOW, next_update=NOW + DAY, number=1)
        assert len(crl) == len(items)
