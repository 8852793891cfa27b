"""CMS: what is signed is verified; the forms of the field; what is false is told."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms as asn1crypto_cms
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import (
    CmsProblem,
    Digest,
    KeyAlgorithm,
    MalformedCms,
    Provider,
    Verifier,
    der,
    load_provider,
    parse_cms,
    sign_cms,
    sign_cms_digest,
    verify_cms,
)
from mezhved.gost.armor import to_pem
from mezhved.gost.cms_reading import (
    ALGORITHM_PROTECTION,
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
)
from tests.support.crafted_certificates import RSA_SPKI, crafted
from tests.support.crafted_cms import Parts, attribute, by_key, signed_data, usual_attributes
from tests.support.examples import examples
from tests.support.pki import NOW, Pki, shared_pki
from tests.support.work import growth

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT = "Содержимое вложения\r\n".encode()


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared_pki()


def usual(pki: Pki, content: bytes = CONTENT) -> Parts:
    """One usual signature of the consumer."""
    signer = pki.consumer
    digest = signer.digest_algorithm
    hashed = pki.provider.digest(digest, content)
    return Parts(signer, usual_attributes(hashed, NOW), content_digest=hashed)


def whole(pki: Pki, parts: Parts, **options: object) -> bytes:
    return signed_data([parts.write()], [parts.signer.certificate.der], **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
@pytest.mark.parametrize("detached", [True, False])
@pytest.mark.parametrize("cades", [True, False])
def test_what_is_signed_is_verified(algorithm: KeyAlgorithm, detached: bool, cades: bool) -> None:
    pki = shared_pki(algorithm)
    signature = sign_cms(CONTENT, pki.official, pki.provider, at=NOW, detached=detached, cades=cades)
    verdict = verify_cms(signature, CONTENT if detached else None, pki.provider)
    assert verdict.valid
    assert verdict.digest_ok
    assert verdict.signature_ok
    assert verdict.problem is None
    assert verdict.certificate == pki.official.certificate
    assert verdict.signing_time == NOW
    assert verdict.digest_algorithm is algorithm.digest
    assert verdict.message_digest == verdict.content_digest == pki.provider.digest(algorithm.digest, CONTENT)
    assert verdict.detached is detached
    assert verdict.cades is cades


def test_the_form_is_that_of_smev(pki: Pki) -> None:
    signature = sign_cms(CONTENT, pki.official, pki.provider, at=NOW)
    judged = asn1crypto_cms.ContentInfo.load(signature, strict=True)
    assert judged["content_type"].native == "signed_data"
    signed = judged["content"]
    assert signed["version"].native == "v1"
    assert signed["encap_content_info"]["content_type"].native == "data"
    assert signed["encap_content_info"]["content"].native is None
    assert len(signed["certificates"]) == 1
    (info,) = signed["signer_infos"]
    assert info["version"].native == "v1"
    assert info["digest_algorithm"]["algorithm"].native == Digest.STREEBOG256.oid
    assert info["signature_algorithm"]["algorithm"].native == KeyAlgorithm.GOST2012_256.oid
    attributes = {item["type"].native: item["values"] for item in info["signed_attrs"]}
    assert set(attributes) == {"content_type", "signing_time", "message_digest"}
    assert attributes["signing_time"][0].native == NOW
    assert info["signed_attrs"].contents == b"".join(sorted(item.dump() for item in info["signed_attrs"])), (
        "a SET OF in DER is sorted"
    )
    assert info["unsigned_attrs"].native is None


def test_cades_names_the_certificate(pki: Pki) -> None:
    signature = sign_cms(CONTENT, pki.official, pki.provider, at=NOW, cades=True)
    (info,) = parse_cms(signature).signers
    assert info.attributes is not None
    expected = pki.provider.digest(Digest.STREEBOG256, pki.official.certificate.der)
    assert info.attributes.certificate_digests == ((Digest.STREEBOG256.oid, expected),)


def test_signatures_of_one_provider_hold_with_the_other(pki: Pki) -> None:
    pure = load_provider("pure")
    signature = sign_cms(CONTENT, pki.official, pki.provider, at=NOW, cades=True)
    assert verify_cms(signature, CONTENT, pure).valid
    signer = replace(pki.official, provider=pure)
    assert verify_cms(sign_cms(CONTENT, signer, pure, at=NOW), CONTENT, pki.provider).valid


@examples(30)
@given(st.binary(max_size=3000), st.booleans(), st.booleans())
def test_any_content_is_signed_and_verified_as_file_and_as_octets(
    content: bytes, detached: bool, cades: bool
) -> None:
    pki = shared_pki()
    signature = sign_cms(
        io.BytesIO(content), pki.consumer, pki.provider, at=NOW, detached=detached, cades=cades
    )
    assert verify_cms(signature, io.BytesIO(content) if detached else None, pki.provider).valid
    assert verify_cms(signature, content, pki.provider).valid
    assert not verify_cms(signature, content + b"\0", pki.provider).valid


def test_pem_and_base64_are_taken(pki: Pki) -> None:
    signature = sign_cms(CONTENT, pki.consumer, pki.provider, at=NOW)
    for label in ("CMS", "PKCS7"):
        assert verify_cms(to_pem(signature, label).encode(), CONTENT, pki.provider).valid
    assert verify_cms(base64.encodebytes(signature), CONTENT, pki.provider).valid
    assert verify_cms(signature + b"\n", CONTENT, pki.provider).valid


def test_other_content_is_told_apart_from_a_false_signature(pki: Pki) -> None:
    signature = sign_cms(CONTENT, pki.consumer, pki.provider, at=NOW)
    verdict = verify_cms(signature, CONTENT + b".", pki.provider)
    assert (verdict.digest_ok, verdict.signature_ok) == (False, True)
    assert verdict.problem is CmsProblem.WRONG_DIGEST
    damaged = bytearray(signature)
    damaged[-1] ^= 1
    verdict = verify_cms(bytes(damaged), CONTENT, pki.provider)
    assert (verdict.digest_ok, verdict.signature_ok) == (True, False)
    assert verdict.problem is CmsProblem.WRONG_SIGNATURE
    assert not verdict.valid


def test_without_the_content_the_signed_digest_is_given_and_nothing_is_called_valid(pki: Pki) -> None:
    signature = sign_cms(CONTENT, pki.consumer, pki.provider, at=NOW)
    verdict = verify_cms(signature, None, pki.provider)
    assert verdict.digest_ok is None
    assert verdict.signature_ok
    assert verdict.problem is None
    assert verdict.message_digest == pki.provider.digest(Digest.STREEBOG256, CONTENT)
    assert not verdict.valid


def test_a_digest_computed_before_stands_for_the_content(pki: Pki) -> None:
    digest = pki.provider.digest(Digest.STREEBOG256, CONTENT)
    signature = sign_cms_digest(digest, pki.consumer, pki.provider, at=NOW)
    assert verify_cms(signature, None, pki.provider, content_digest=digest).valid
    assert not verify_cms(signature, None, pki.provider, content_digest=bytes(32)).valid
    assert not verify_cms(signature, CONTENT, pki.provider, content_digest=bytes(32)).valid


def test_an_attached_content_must_be_the_one_given(pki: Pki) -> None:
    signature = sign_cms(CONTENT, pki.consumer, pki.provider, at=NOW, detached=False)
    assert parse_cms(signature).content == CONTENT
    assert verify_cms(signature, CONTENT, pki.provider).valid
    verdict = verify_cms(signature, b"other", pki.provider)
    assert verdict.digest_ok is False
    assert verdict.problem is CmsProblem.WRONG_DIGEST


@pytest.mark.parametrize(
    "signature_oid",
    [
        oid
        for algorithm in KeyAlgorithm
        if algorithm is not KeyAlgorithm.GOST2012_512
        for oid in (algorithm.oid, algorithm.signature_oid)
    ],
)
def test_every_identifier_that_the_field_writes_for_the_signature_is_taken(
    signature_oid: str, pki: Pki
) -> None:
    parts = replace(usual(pki), signature_oid=signature_oid)
    assert verify_cms(whole(pki, parts), CONTENT, pki.provider).valid


def test_the_old_hash_under_a_new_key_is_taken(pki: Pki) -> None:
    digest = pki.provider.digest(Digest.GOST94, CONTENT)
    parts = Parts(pki.consumer, usual_attributes(digest, NOW), digest=Digest.GOST94)
    assert verify_cms(whole(pki, parts), CONTENT, pki.provider).valid


def test_a_hash_that_does_not_fit_the_key_is_unsupported(pki: Pki) -> None:
    digest = pki.provider.digest(Digest.STREEBOG512, CONTENT)
    parts = replace(usual(pki), attributes=usual_attributes(digest, NOW), digest_oid=Digest.STREEBOG512.oid)
    verdict = verify_cms(whole(pki, parts), CONTENT, pki.provider)
    assert verdict.problem is CmsProblem.UNSUPPORTED
    assert not verdict.signature_ok


@pytest.mark.parametrize(
    "change", [{"digest_oid": "2.16.840.1.101.3.4.2.1"}, {"signature_oid": "1.2.840.113549.1.1.11"}]
)
def test_foreign_algorithms_are_unsupported(change: dict[str, str], pki: Pki) -> None:
    verdict = verify_cms(whole(pki, replace(usual(pki), **change)), CONTENT, pki.provider)  # type: ignore[arg-type]
    assert verdict.problem is CmsProblem.UNSUPPORTED
    assert not verdict.valid


def test_a_signature_with_an_rsa_certificate_is_unsupported(pki: Pki) -> None:
    odd = crafted(pki.ca.signer, spki=RSA_SPKI, serial=der.integer(pki.consumer.certificate.serial))
    cms = signed_data([usual(pki).write()], [odd])
    verdict = verify_cms(cms, CONTENT, pki.provider)
    assert verdict.problem is CmsProblem.UNSUPPORTED
    assert verdict.certificate is not None


def test_a_signature_without_attributes_covers_the_content_itself(pki: Pki) -> None:
    cms = whole(pki, replace(usual(pki), attributes=None))
    verdict = verify_cms(cms, CONTENT, pki.provider)
    assert verdict.valid
    assert verdict.message_digest is None
    assert verdict.signing_time is None
    false = verify_cms(cms, b"other", pki.provider)
    assert (false.digest_ok, false.signature_ok) == (False, False)
    assert false.problem is CmsProblem.WRONG_SIGNATURE
    assert verify_cms(cms, None, pki.provider).problem is CmsProblem.NO_CONTENT


@pytest.mark.parametrize("content", [b"", CONTENT, CONTENT * 500])
def test_ber_as_cryptopro_writes_it_is_read(content: bytes, pki: Pki) -> None:
    attached = whole(pki, usual(pki, content), content=content, indefinite=True)
    assert verify_cms(attached, None, pki.provider).valid
    assert parse_cms(attached).content == content
    detached = whole(pki, usual(pki, content), indefinite=True)
    assert verify_cms(detached, content, pki.provider).valid


def test_attributes_of_indefinite_length_are_hashed_in_der(pki: Pki) -> None:
    cms = whole(pki, replace(usual(pki), indefinite=True), indefinite=True)
    assert verify_cms(cms, CONTENT, pki.provider).valid


def test_attributes_are_hashed_in_the_order_that_came_or_in_that_of_der(pki: Pki) -> None:
    parts = usual(pki)
    assert parts.attributes is not None
    backwards = tuple(sorted(parts.attributes, reverse=True))
    assert verify_cms(whole(pki, replace(parts, attributes=backwards)), CONTENT, pki.provider).valid
    resorted = replace(parts, attributes=backwards, signed_order=True)
    assert verify_cms(whole(pki, resorted), CONTENT, pki.provider).valid


def test_a_signer_named_by_key_is_found_among_several_certificates(pki: Pki) -> None:
    parts = replace(usual(pki), identifier=by_key(pki.consumer))
    certificates = [pki.root.certificate.der, pki.ca.certificate.der, pki.consumer.certificate.der]
    verdict = verify_cms(signed_data([parts.write()], certificates), CONTENT, pki.provider)
    assert verdict.valid
    assert verdict.certificate == pki.consumer.certificate
    assert len(verdict.certificates) == 3


def test_a_signer_whose_issuer_is_written_from_the_end_is_found_by_its_serial_number(pki: Pki) -> None:
    certificate = pki.consumer.certificate
    issuer = der.Node(certificate.issuer_der, 0, len(certificate.issuer_der))
    parts = [part.raw for part in issuer.children()]
    assert len(parts) > 1
    turned = der.sequence(*reversed(parts))
    for name, serial, problem in (
        (turned, certificate.serial, None),
        (turned, certificate.serial + 1, CmsProblem.NO_CERTIFICATE),
        (der.sequence(*parts[1:]), certificate.serial, CmsProblem.NO_CERTIFICATE),
    ):
        named = replace(usual(pki), identifier=der.sequence(name, der.integer(serial)))
        verdict = verify_cms(signed_data([named.write()], [certificate.der]), CONTENT, pki.provider)
        assert verdict.problem is problem


def test_other_kinds_of_certificates_in_the_set_are_passed_over(pki: Pki) -> None:
    certificates = [der.tlv(0xA1, der.integer(1)), pki.consumer.certificate.der, der.tlv(0xA3, b"")]
    assert verify_cms(signed_data([usual(pki).write()], certificates), CONTENT, pki.provider).valid


def test_a_certificate_that_did_not_come_may_be_given(pki: Pki) -> None:
    cms = signed_data([usual(pki).write()], [])
    verdict = verify_cms(cms, CONTENT, pki.provider)
    assert verdict.problem is CmsProblem.NO_CERTIFICATE
    assert verdict.certificate is None
    given_one = verify_cms(cms, CONTENT, pki.provider, certificates=(pki.consumer.certificate,))
    assert given_one.valid
    assert verify_cms(cms, CONTENT, pki.provider, certificates=(pki.smev.certificate,)).problem is (
        CmsProblem.NO_CERTIFICATE
    )


def test_a_broken_certificate_matters_only_when_it_may_be_the_signers(pki: Pki) -> None:
    info, broken = usual(pki).write(), der.sequence(der.integer(1))
    assert verify_cms(
        signed_data([info], [broken, pki.consumer.certificate.der]), CONTENT, pki.provider
    ).valid
    with pytest.raises(MalformedCms, match="certificates"):
        verify_cms(signed_data([info], [broken]), CONTENT, pki.provider)


def test_every_signature_of_several_must_hold(pki: Pki) -> None:
    hashed = pki.provider.digest(Digest.STREEBOG256, CONTENT)
    second = Parts(pki.official, usual_attributes(hashed, NOW))
    certificates = [pki.consumer.certificate.der, pki.official.certificate.der]
    cms = signed_data([usual(pki).write(), second.write()], certificates)
    verdict = verify_cms(cms, CONTENT, pki.provider)
    assert verdict.valid
    assert [item.certificate for item in verdict.co_signers] == [pki.official.certificate]
    wrong = Parts(pki.official, usual_attributes(bytes(32), NOW))
    verdict = verify_cms(
        signed_data([usual(pki).write(), wrong.write()], certificates), CONTENT, pki.provider
    )
    assert verdict.problem is None
    assert verdict.co_signers[0].problem is CmsProblem.WRONG_DIGEST
    assert not verdict.valid


def protection(digest: str, signature: str) -> bytes:
    value = der.sequence(der.sequence(der.oid(digest)), der.tlv(0xA1, der.oid(signature)))
    return attribute(ALGORITHM_PROTECTION, value)


def with_attribute(parts: Parts, extra: bytes) -> Parts:
    assert parts.attributes is not None
    return replace(parts, attributes=[*parts.attributes, extra])


def test_algorithm_protection_is_compared(pki: Pki) -> None:
    right = protection(Digest.STREEBOG256.oid, KeyAlgorithm.GOST2012_256.oid)
    wrong = protection(Digest.GOST94.oid, KeyAlgorithm.GOST2012_256.oid)
    assert verify_cms(whole(pki, with_attribute(usual(pki), right)), CONTENT, pki.provider).valid
    verdict = verify_cms(whole(pki, with_attribute(usual(pki), wrong)), CONTENT, pki.provider)
    assert verdict.problem is CmsProblem.OTHER_ALGORITHM
    assert verdict.signature_ok


def certificate_named(oid: str, digest: bytes, algorithm: str | None) -> bytes:
    named = b"" if algorithm is None else der.sequence(der.oid(algorithm))
    return attribute(oid, der.sequence(der.sequence(der.sequence(named, der.tlv(der.OCTET_STRING, digest)))))


def test_cades_with_other_hashes_is_compared_where_the_hash_is_known(pki: Pki) -> None:
    import hashlib  # noqa: PLC0415

    octets = pki.consumer.certificate.der
    sha256, sha1 = hashlib.sha256(octets).digest(), hashlib.sha1(octets).digest()
    cases = [
        (certificate_named(SIGNING_CERTIFICATE_V2, sha256, None), None, True),
        (certificate_named(SIGNING_CERTIFICATE, sha1, None), None, True),
        (certificate_named(SIGNING_CERTIFICATE_V2, sha1, "1.2.3.4"), None, False),
        (certificate_named(SIGNING_CERTIFICATE_V2, sha1, None), CmsProblem.OTHER_CERTIFICATE, False),
        (certificate_named(SIGNING_CERTIFICATE, sha256, None), CmsProblem.OTHER_CERTIFICATE, False),
    ]
    for extra, problem, cades in cases:
        verdict = verify_cms(whole(pki, with_attribute(usual(pki), extra)), CONTENT, pki.provider)
        assert (verdict.problem, verdict.cades) == (problem, cades)


def test_attributes_without_a_digest_sign_nothing(pki: Pki) -> None:
    parts = replace(usual(pki), attributes=[attribute(CONTENT_TYPE, der.oid(DATA))])
    verdict = verify_cms(whole(pki, parts), CONTENT, pki.provider)
    assert verdict.problem is CmsProblem.NO_DIGEST
    assert verdict.digest_ok is False


def test_another_content_type_than_the_signed_one_is_refused(pki: Pki) -> None:
    verdict = verify_cms(whole(pki, usual(pki), content_type="1.2.3.4"), CONTENT, pki.provider)
    assert verdict.problem is CmsProblem.WRONG_CONTENT_TYPE


@pytest.mark.parametrize(
    "damage",
    ["empty", "words", "data", "certificate", "no signers", "crowd", "twice", "two digests", "digest"],
)
def test_what_cannot_be_judged_is_malformed(damage: str, pki: Pki) -> None:
    parts = usual(pki)
    assert parts.attributes is not None
    two = attribute(MESSAGE_DIGEST, der.tlv(4, b"a"), der.tlv(4, b"b"))
    octets = {
        "empty": b"",
        "words": b"words",
        "data": der.sequence(der.oid(DATA), der.explicit(0, der.tlv(4, b""))),
        "certificate": pki.consumer.certificate.der,
        "no signers": signed_data([], [pki.consumer.certificate.der]),
        "crowd": signed_data([parts.write()] * 17, []),
        "twice": whole(pki, with_attribute(parts, parts.attributes[0])),
        "two digests": whole(pki, replace(parts, attributes=[two])),
        "digest": whole(pki, replace(parts, attributes=[attribute(MESSAGE_DIGEST, der.integer(1))])),
    }[damage]
    with pytest.raises(MalformedCms):
        verify_cms(octets, CONTENT, pki.provider)


def test_indefinite_lengths_without_end_are_malformed(pki: Pki) -> None:
    with pytest.raises(MalformedCms):
        verify_cms(b"\x30\x80" + der.oid(SIGNED_DATA) + b"\xa0\x80\x30\x80" * 5000, CONTENT, pki.provider)


def hostile(kind: str, pki: Pki, size: int) -> bytes:
    """Make a SignedData that is nearly all headers: a few megabytes where `size` is 100."""
    parts = usual(pki)
    if kind == "pieces":
        body = b"\x24\x80" + b"\x04\x01a" * 10_000 * size + b"\0\0"
        content = der.sequence(der.oid(DATA), der.explicit(0, body))
        fields = der.integer(1) + der.set_of([]) + content + der.tlv(der.SET, parts.write())
        return der.sequence(der.oid(SIGNED_DATA), der.explicit(0, der.tlv(der.SEQUENCE, fields)))
    if kind == "empty elements":
        return b"\x30\x80" + der.oid(SIGNED_DATA) + b"\xa0\x80" + b"\x05\x00" * 20_000 * size + b"\0\0\0\0"
    if kind == "certificates":
        return signed_data([parts.write()], [pki.consumer.certificate.der] * 30 * size)
    if kind == "names":
        pair = der.set_of([der.sequence(der.oid("2.5.4.3"), der.tlv(der.UTF8_STRING, b"x"))])
        identifier = der.sequence(der.tlv(der.SEQUENCE, pair * 3000 * size), der.integer(1))
        return whole(pki, replace(parts, identifier=identifier))
    attributes = [attribute(f"1.2.3.{number}", b"\x05\x00") for number in range(1000 * size)]
    return whole(pki, replace(parts, attributes=attributes))


@pytest.mark.parametrize("kind", ["pieces", "empty elements", "certificates", "names", "attributes"])
def test_headers_without_end_are_refused_with_work_in_proportion_at_most(kind: str, pki: Pki) -> None:
    def refusing(size: int) -> Callable[[], object]:
        octets = hostile(kind, pki, size)

        def refused() -> None:
            with pytest.raises(MalformedCms):
                verify_cms(octets, CONTENT, pki.provider)

        return refused

    assert growth(refusing(5), refusing(20)) < 5


def test_a_verifier_parses_the_signers_certificate_once(pki: Pki) -> None:
    verifier = Verifier(pki.provider)
    signature = sign_cms(CONTENT, pki.consumer, pki.provider, at=NOW)
    first = verify_cms(signature, CONTENT, pki.provider, verifier=verifier)
    second = verify_cms(signature, CONTENT, pki.provider, verifier=verifier)
    assert first.certificate is second.certificate


def test_a_signing_time_after_2050_is_carried(pki: Pki) -> None:
    late = datetime(2051, 1, 1, tzinfo=UTC)
    signature = sign_cms(CONTENT, pki.consumer, pki.provider, at=late)
    assert verify_cms(signature, CONTENT, pki.provider).signing_time == late


class Token:
    """A signer whose key has no number to read."""

    def __init__(self, pki: Pki) -> None:
        self._signer = pki.official
        self.certificate = pki.official.certificate
        self.digest_algorithm = Digest.STREEBOG256

    def sign_digest(self, digest: bytes) -> bytes:
        return self._signer.sign_digest(digest)


@pytest.mark.parametrize("name", ["openssl", "pure"])
def test_a_token_signs_as_software_does(name: str, pki: Pki) -> None:
    provider: Provider = pki.provider if name == pki.provider.name else load_provider("pure")
    assert verify_cms(sign_cms(CONTENT, Token(pki), provider, at=NOW), CONTENT, provider).valid
