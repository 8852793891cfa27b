"""OCSP: requests, answers, who may sign them, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import ocsp as asn1crypto_ocsp
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import (
    CertId,
    GostError,
    MalformedOcsp,
    OcspHash,
    OcspRefused,
    OcspResponse,
    Reason,
    der,
    signer_of,
    write_request,
)
from mezhved.gost.issuing import Term
from mezhved.gost.ocsp import MAX_RESPONSE_OCTETS
from tests.support.ocsp import Responder, delegate, error_response
from tests.support.pki import CA_NAME, NOW, Pki, make_root, seeded, shared_pki

PKI = shared_pki()
CERTIFICATE = PKI.consumer.certificate
CA = PKI.ca.certificate
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pki() -> Pki:
    return PKI


def responder() -> Responder:
    return Responder(CA, PKI.ca.signer, NOW)


def named(function: OcspHash = OcspHash.SHA1) -> CertId:
    return CertId.of(CERTIFICATE, CA, function, PKI.provider)


def test_asn1crypto_reads_our_request() -> None:
    octets = write_request([named()], b"n" * 16)
    judged = asn1crypto_ocsp.OCSPRequest.load(octets, strict=True)
    (asked,) = judged["tbs_request"]["request_list"]
    assert asked["req_cert"]["serial_number"].native == CERTIFICATE.serial
    assert asked["req_cert"]["hash_algorithm"]["algorithm"].native == "sha1"
    assert judged.nonce_value.native == b"n" * 16


@pytest.mark.parametrize("function", list(OcspHash))
def test_a_responder_answers_in_the_hash_it_was_asked_in(function: OcspHash) -> None:
    octets = responder().reply(write_request([named(function)], b"12345678"))
    response = OcspResponse.parse(octets)
    answer = response.answer(named(function))
    assert answer is not None
    assert answer.known
    assert answer.revocation is None
    assert (answer.this_update, answer.next_update) == (NOW, NOW + timedelta(hours=6))
    assert response.nonce == b"12345678"
    assert response.produced_at == NOW
    assert signer_of(response, CA, PKI.provider) == CA


def test_what_is_said_of_another_certificate_is_not_said_of_this_one() -> None:
    response = OcspResponse.parse(responder().about(PKI.smev.certificate))
    assert response.answer(named()) is None


def test_a_revocation_is_told_with_its_time_and_reason() -> None:
    revoked = {CERTIFICATE.serial: (NOW - DAY, Reason.KEY_COMPROMISE)}
    answer = OcspResponse.parse(responder().but(revoked=revoked).about(CERTIFICATE)).answer(named())
    assert answer is not None
    assert answer.revocation is not None
    assert (answer.revocation.since, answer.revocation.reason) == (NOW - DAY, Reason.KEY_COMPROMISE)


def test_a_certificate_that_the_responder_does_not_know_is_not_good() -> None:
    unknown = frozenset((CERTIFICATE.serial,))
    answer = OcspResponse.parse(responder().but(unknown=unknown).about(CERTIFICATE)).answer(named())
    assert answer is not None
    assert not answer.known


@pytest.mark.parametrize("by_key", [False, True])
def test_an_appointed_responder_may_answer(by_key: bool, pki: Pki) -> None:
    signer = delegate(pki.ca)
    made = Responder(CA, signer, NOW, sent=(signer.certificate.der,), by_key=by_key)
    assert signer_of(OcspResponse.parse(made.about(CERTIFICATE)), CA, pki.provider) == signer.certificate


def test_nobody_else_may_answer(pki: Pki) -> None:
    def judged(signer: object, *sent: bytes) -> object:
        octets = Responder(CA, signer, NOW, sent=sent).about(CERTIFICATE)  # type: ignore[arg-type]
        return signer_of(OcspResponse.parse(octets), CA, pki.provider)

    plain = pki.provider_system
    impostor = make_root(pki.provider, NOW, seeded("ocsp impostor"), name=CA_NAME)
    of_another = delegate(pki.root)
    of_impostor = delegate(impostor)
    for_mail = delegate(pki.ca, usage=("1.3.6.1.5.5.7.3.4",))
    expired = delegate(pki.ca, term=Term(NOW - 3 * DAY, NOW - DAY))
    for signer in (plain, of_another, of_impostor, for_mail, expired):
        assert judged(signer, signer.certificate.der) is None
    assert judged(impostor.signer, impostor.certificate.der) is None
    assert judged(delegate(pki.ca)) is None, "its certificate was not sent along"


def test_a_changed_answer_is_signed_by_nobody(pki: Pki) -> None:
    octets = bytearray(responder().about(CERTIFICATE))
    place = octets.index(der.generalized_time(NOW + timedelta(hours=6)))
    octets[place + 2 : place + 6] = b"2099"
    response = OcspResponse.parse(bytes(octets))
    answer = response.answer(named())
    assert answer is not None
    assert answer.next_update is not None
    assert answer.next_update.year == 2099
    assert signer_of(response, CA, pki.provider) is None


@pytest.mark.parametrize(("status", "word"), [(1, "malformed"), (3, "later"), (6, "unauthorized"), (9, "9")])
def test_a_responder_that_refuses_is_told_with_its_reason(status: int, word: str) -> None:
    with pytest.raises(OcspRefused) as refused:
        OcspResponse.parse(error_response(status))
    assert word in refused.value.what.en


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<html>",
        der.sequence(),
        error_response(0),
        PKI.ca.crl().der,
        CERTIFICATE.der,
        bytes(MAX_RESPONSE_OCTETS + 1),
        der.sequence(
            der.tlv(der.ENUMERATED, b"\0"), der.explicit(0, der.sequence(der.oid("1.2.3"), b"\4\0"))
        ),
    ],
)
def test_what_is_no_response_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedOcsp):
        OcspResponse.parse(octets)


def test_a_critical_extension_that_is_not_understood_spoils_the_response() -> None:
    critical = der.sequence(der.oid("1.2.3.4"), der.boolean(value=True), der.tlv(der.OCTET_STRING, b""))
    with pytest.raises(MalformedOcsp, match=r"1\.2\.3\.4"):
        OcspResponse.parse(responder().answers([named()], extensions=critical))


def test_more_answers_than_anybody_asks_for_are_refused() -> None:
    with pytest.raises(MalformedOcsp):
        OcspResponse.parse(responder().answers([named()] * 257))


@given(st.data())
def test_damage_anywhere_is_an_error_of_ours_or_no_signature(data: st.DataObject) -> None:
    whole = responder().about(CERTIFICATE)
    place = data.draw(st.integers(0, len(whole) - 1))
    octets = bytearray(whole)
    octets[place] ^= data.draw(st.integers(1, 255))
    try:
        response = OcspResponse.parse(bytes(octets))
    except GostError:
        return
    answer = response.answer(named())
    if signer_of(response, CA, PKI.provider) is not None:
        assert answer == OcspResponse.parse(whole).answer(named())
