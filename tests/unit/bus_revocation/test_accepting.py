"""What a source gave is kept only if the authority said it, of itself, now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mezhved.bus.revocation.accepting import Question, Unacceptable, accept_answer, accept_list
from mezhved.gost import Certificate, Crl, OcspHash, der
from mezhved.gost.issuing import Term
from tests.support.crafted_certificates import BASIC_CA, crafted, extension, sealed
from tests.support.ocsp import Responder, delegate, error_response
from tests.support.pki import CA_NAME, NOW, make_root, seeded, shared_pki

PKI = shared_pki()
CA = PKI.ca.certificate
MINUTE = timedelta(minutes=1)
QUESTION = Question(PKI.consumer.certificate, CA, OcspHash.SHA1, b"nonce", None)


def refused(octets: bytes, authority: Certificate = CA, held: object = None) -> str:
    with pytest.raises(Unacceptable) as error:
        accept_list(octets, authority, held, PKI.provider, NOW)  # type: ignore[arg-type]
    assert error.value.what.ru != error.value.what.en
    return error.value.kind


def delta() -> bytes:
    oid = CA.public_key.algorithm.signature_oid
    signed = der.sequence(
        der.integer(1),
        der.sequence(der.oid(oid)),
        CA.subject_der,
        der.time(NOW),
        der.time(NOW + MINUTE),
        der.explicit(0, der.sequence(extension("2.5.29.27", der.integer(1)))),
    )
    return sealed(PKI.ca.signer, signed, oid)


def test_the_authoritys_list_is_taken_in_every_form() -> None:
    crl, other = PKI.ca.crl(), PKI.root.crl()
    older = PKI.ca.crl(this_update=NOW - timedelta(days=3))
    for octets in (crl.der, crl.pem.encode(), (other.pem + older.pem + crl.pem).encode()):
        assert accept_list(octets, CA, crl.this_update, PKI.provider, NOW) == crl


def test_what_is_not_the_authoritys_whole_newest_list_is_refused() -> None:
    impostor = make_root(PKI.provider, NOW, seeded("list impostor"), name=CA_NAME)
    assert refused(b"<html>no list</html>") == "malformed"
    assert refused(b"") == "malformed"
    assert refused(PKI.root.crl().der) == "foreign"
    assert refused(impostor.crl().der) == "signature"
    assert refused(delta()) == "unusable"
    assert refused(PKI.ca.crl(this_update=NOW + 6 * MINUTE).der) == "future"
    assert refused(PKI.ca.crl().der, held=NOW) == "older"
    accept_list(PKI.ca.crl(this_update=NOW + 4 * MINUTE).der, CA, NOW, PKI.provider, NOW)


def test_a_changed_list_is_refused() -> None:
    octets = bytearray(PKI.ca.crl(PKI.smev.certificate).der)
    octets[octets.index(PKI.smev.certificate.serial.to_bytes(16))] ^= 1
    assert Crl.parse(bytes(octets)).revocation(PKI.smev.certificate.serial) is None
    assert refused(bytes(octets)) == "signature"


def test_an_authority_that_may_not_sign_lists_gives_none() -> None:
    usage = extension("2.5.29.15", der.bit_flags({5}), critical=True)
    authority = Certificate.parse(
        crafted(PKI.root.signer, subject=CA.subject_der, spki=CA.spki, extensions=[BASIC_CA, usage])
    )
    assert refused(PKI.ca.crl().der, authority) == "usage"


def answer_refused(octets: bytes, question: Question = QUESTION) -> str:
    with pytest.raises(Unacceptable) as error:
        accept_answer(octets, question, PKI.provider, NOW)
    return error.value.kind


def test_an_answer_is_taken_with_our_nonce_or_without_any() -> None:
    responder = Responder(CA, PKI.ca.signer, NOW)
    for nonce in (b"nonce", None):
        octets = responder.about(PKI.consumer.certificate, nonce=nonce)
        response, answer = accept_answer(octets, QUESTION, PKI.provider, NOW)
        assert response.der == octets
        assert answer.revocation is None


def test_an_answer_that_is_not_to_our_question_is_refused() -> None:
    responder = Responder(CA, PKI.ca.signer, NOW)
    own = PKI.consumer.certificate
    assert answer_refused(b"\x30\x00") == "malformed"
    assert answer_refused(error_response(3)) == "malformed"
    assert answer_refused(responder.about(own, nonce=b"other")) == "replayed"
    assert answer_refused(responder.about(PKI.smev.certificate)) == "foreign"
    assert answer_refused(responder.but(function=OcspHash.GOST94).about(own)) == "foreign"
    assert answer_refused(responder.but(signer=PKI.provider_system).about(own)) == "signature"
    assert answer_refused(responder.but(this_update=NOW + 6 * MINUTE).about(own)) == "future"
    held = Question(own, CA, OcspHash.SHA1, b"nonce", NOW + MINUTE)
    assert answer_refused(responder.about(own), held) == "older"


def test_a_responder_whose_term_is_over_by_now_is_refused() -> None:
    signer = delegate(PKI.ca, term=Term(NOW - timedelta(days=9), NOW - MINUTE))
    before = NOW - timedelta(hours=1)
    old = Responder(CA, signer, before, sent=(signer.certificate.der,))
    assert answer_refused(old.about(PKI.consumer.certificate)) == "signature"
