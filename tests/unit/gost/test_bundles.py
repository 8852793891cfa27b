"""Files of authorities: what they hold, and what of it is trusted."""

from __future__ import annotations

import base64

import pytest

from mezhved.gost import (
    MalformedCertificate,
    MalformedKey,
    OcspResponse,
    load_private_key,
    parse_cms,
    parse_crls,
)
from mezhved.gost.armor import to_pem
from mezhved.gost.bundles import Bundle, read_bundle, trust_store
from tests.support.crafted_cms import signed_data
from tests.support.ocsp import Responder
from tests.support.pki import Pki, shared_pki


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


def test_a_file_of_certificates_and_lists_gives_them_all(pki: Pki) -> None:
    crl = pki.ca.crl()
    text = pki.root.certificate.pem + crl.pem + pki.ca.certificate.pem
    assert read_bundle(text.encode()) == Bundle((pki.root.certificate, pki.ca.certificate), (crl,))
    assert read_bundle(text.encode("utf-16")) == read_bundle(text.encode())


def test_der_files_of_each_kind_are_told_apart(pki: Pki) -> None:
    crl = pki.ca.crl()
    assert read_bundle(pki.ca.certificate.der) == Bundle((pki.ca.certificate,))
    assert read_bundle(crl.der) == Bundle((), (crl,))
    assert read_bundle(base64.encodebytes(pki.ca.certificate.der)) == Bundle((pki.ca.certificate,))


def test_a_p7b_gives_its_certificates(pki: Pki) -> None:
    p7b = signed_data([], [pki.root.certificate.der, pki.ca.certificate.der])
    expected = Bundle((pki.root.certificate, pki.ca.certificate))
    assert read_bundle(p7b) == expected
    assert read_bundle(to_pem(p7b, "PKCS7").encode()) == expected


def test_ocsp_answers_lie_beside_certificates_and_lists(pki: Pki) -> None:
    answer = OcspResponse.parse(
        Responder(pki.root.certificate, pki.root.signer, pki.now).about(pki.ca.certificate)
    )
    assert read_bundle(answer.der) == Bundle(statuses=(answer,))
    whole = Bundle((pki.root.certificate,), (pki.root.crl(),), (answer,))
    assert read_bundle(whole.pem.encode()) == whole
    store = trust_store([whole])
    assert (store.roots, store.crls, store.statuses) == (whole.certificates, whole.crls, whole.statuses)


def test_whatever_windows_encoded_under_the_label_of_a_certificate_is_what_it_is(pki: Pki) -> None:
    crl, p7b = pki.ca.crl(), signed_data([], [pki.root.certificate.der])
    encoded = [to_pem(octets, "CERTIFICATE") for octets in (pki.ca.certificate.der, crl.der, p7b)]
    assert read_bundle("".join(encoded).encode()) == Bundle(
        (pki.ca.certificate, pki.root.certificate), (crl,)
    )
    assert parse_crls(encoded[1].encode()) == (crl,)
    assert parse_cms(encoded[2].encode()).certificates == (pki.root.certificate.der,)
    with pytest.raises(MalformedKey):
        load_private_key(encoded[0].encode())


@pytest.mark.parametrize(
    "octets", [b"", b"words", b"\x30\x00", b"-----BEGIN X-----\nAAAA\n-----END X-----\n"]
)
def test_a_file_of_something_else_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedCertificate):
        read_bundle(octets)


def test_the_self_issued_are_roots_and_the_others_steps(pki: Pki) -> None:
    crl = pki.ca.crl()
    bundles = [Bundle((pki.ca.certificate,)), Bundle((pki.root.certificate,), (crl,))]
    store = trust_store(bundles)
    assert (store.roots, store.intermediates) == ((pki.root.certificate,), (pki.ca.certificate,))
    assert store.crls == (crl,)
    partial = trust_store(bundles, partial=True)
    assert set(partial.roots) == {pki.root.certificate, pki.ca.certificate}
    assert partial.intermediates == ()
