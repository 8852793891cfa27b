"""Damaged octets: one family of errors, whatever was damaged."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import (
    Certificate,
    Crl,
    MalformedCertificate,
    MalformedCms,
    MalformedCrl,
    UnsupportedAlgorithm,
    parse_cms,
    sign_cms,
    verify_cms,
)
from tests.support.examples import examples
from tests.support.pki import NOW, shared_pki


@st.composite
def damages(draw: st.DrawFn, octets: bytes) -> bytes:
    """Change, cut out, double or insert a few octets."""
    damaged = bytearray(octets)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(damaged) - 1, 0)))
        match draw(st.sampled_from(("set", "cut", "insert", "double", "end"))):
            case "set":
                damaged[at : at + 1] = bytes((draw(st.sampled_from((0, 1, 0x30, 0x7F, 0x80, 0x84, 0xFF))),))
            case "cut":
                del damaged[at : at + draw(st.integers(1, 9))]
            case "insert":
                damaged[at:at] = draw(st.binary(min_size=1, max_size=4))
            case "double":
                damaged[at:at] = damaged[at : at + draw(st.integers(1, 40))]
            case _:
                del damaged[at:]
    return bytes(damaged)


PKI = shared_pki()
CERTIFICATE = PKI.official.certificate.der
CRL = PKI.ca.crl(PKI.smev.certificate, PKI.official.certificate).der
CMS = sign_cms(b"content", PKI.official, PKI.provider, at=NOW, cades=True, detached=False)


@examples(400)
@given(damages(CERTIFICATE))
def test_a_damaged_certificate_is_refused_or_holds_only_if_what_was_signed_is_whole(octets: bytes) -> None:
    with suppress(MalformedCertificate):
        certificate = Certificate.parse(octets)
        with suppress(UnsupportedAlgorithm):
            assert certificate.public_key
        if certificate.is_signed_by(PKI.ca.certificate, PKI.provider):
            assert certificate.signed == PKI.official.certificate.signed


@examples(300)
@given(damages(CRL))
def test_a_damaged_list_is_read_or_refused(octets: bytes) -> None:
    with suppress(MalformedCrl):
        crl = Crl.parse(octets)
        crl.revocation(PKI.smev.certificate.serial)
        assert len(crl) >= 0


@examples(400)
@given(damages(CMS))
def test_a_damaged_cms_is_judged_or_refused(octets: bytes) -> None:
    with suppress(MalformedCms):
        verdict = verify_cms(octets, None, PKI.provider)
        if verdict.valid:
            assert parse_cms(octets).content == b"content"


@pytest.mark.parametrize("length", range(0, 60, 3))
def test_a_cut_certificate_says_where_it_breaks_off(length: int) -> None:
    with pytest.raises(MalformedCertificate) as caught:
        Certificate.parse(CERTIFICATE[:length])
    assert str(caught.value)
