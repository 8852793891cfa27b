"""What is no signature of SMEV's: wrapping, foreign transforms, broken structure, wrong keys."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest

from mezhved.gost import KeyAlgorithm, Verifier
from mezhved.smev3 import soap
from mezhved.smev3.signature import (
    Place,
    SignatureProblem,
    SignatureResult,
    find_signatures,
    sign_document,
    verify,
)
from mezhved.smev3.signature.algorithms import ENVELOPED, EXC_C14N, SMEV_TRANSFORM, WRITTEN
from mezhved.smev3.transform import canonical_octets, signed_octets
from mezhved.smev3.versions import DS, Version
from mezhved.smev3.xml import parse
from tests.support import envelopes
from tests.support.pki import shared_pki

PKI = shared_pki()
PROVIDER = PKI.provider
VERIFIER = Verifier(PROVIDER)
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ORIGINAL = sign_document(
    envelopes.caller_documents(Version.V1_2)["SendRequestRequest"], PKI.consumer, PROVIDER
)
DATA = ORIGINAL[ORIGINAL.index(b"<ns2:SenderProvided") : ORIGINAL.index(b"<ns2:Caller")]
HOLDER = ORIGINAL[ORIGINAL.index(b"<ns2:Caller") : ORIGINAL.index(b"</ns2:SendRequestRequest")]
FORGED = DATA.replace("Проба".encode(), "Кража".encode())
OTHER_ID = FORGED.replace(b"SIGNED_BY_CONSUMER", b"FORGED")


def only(octets: bytes) -> SignatureResult:
    (result,) = (
        verify(holder, target, VERIFIER, place) for place, holder, target in find_signatures(parse(octets))
    )
    return result


def operation(inside: bytes) -> bytes:
    head = f"<ns2:SendRequestRequest {envelopes.declared(Version.V1_2)}>".encode()
    return head + inside + b"</ns2:SendRequestRequest>"


def in_object(octets: bytes) -> bytes:
    return HOLDER.replace(b"</ds:Signature>", b"<ds:Object>" + octets + b"</ds:Object></ds:Signature>")


def in_header(octets: bytes, body: bytes) -> bytes:
    declared = envelopes.declared(Version.V1_2).encode()
    header = b"<soap:Header><x " + declared + b">" + octets + b"</x></soap:Header><soap:Body>"
    return soap.envelope(body).replace(b"<soap:Body>", header)


def holding(outer: bytes, inner: bytes) -> bytes:
    """Put the inner element at the end of the outer SenderProvidedRequestData."""
    process = b"<ns2:BusinessProcessMetadata>" + inner + b"</ns2:BusinessProcessMetadata>"
    return outer.replace(b"</ns2:SenderProvidedRequestData>", process + b"</ns2:SenderProvidedRequestData>")


WRAPPED = {
    "original in the header, forged with its id": in_header(DATA, operation(FORGED + HOLDER)),
    "original in the header, forged with another id": in_header(DATA, operation(OTHER_ID + HOLDER)),
    "original in ds:Object, forged with its id": operation(FORGED + in_object(DATA)),
    "original in ds:Object, forged with another id": operation(OTHER_ID + in_object(DATA)),
    "original inside the forged one, same id": operation(holding(FORGED, DATA) + HOLDER),
    "original inside the forged one, another id": operation(holding(OTHER_ID, DATA) + HOLDER),
    "original beside the forged one": operation(FORGED + DATA + HOLDER),
    "original after the forged one, another id": operation(OTHER_ID + DATA + HOLDER),
    "original in an extension, the signature with it": operation(OTHER_ID + HOLDER + b"<x>" + DATA + b"</x>"),
    "original in the business data": operation(
        OTHER_ID.replace(b"</q:Request>", DATA + b"</q:Request>") + HOLDER
    ),
}


def test_the_original_is_valid() -> None:
    assert only(operation(DATA + HOLDER)).valid


@pytest.mark.parametrize("name", sorted(WRAPPED))
def test_a_signature_over_another_element_is_never_taken_for_this_one(name: str) -> None:
    for result in (verify(h, t, VERIFIER, p) for p, h, t in find_signatures(parse(WRAPPED[name]))):
        assert not result.valid
        assert not result.digest_ok
        assert result.problem in {SignatureProblem.INCORRECT_TARGET, SignatureProblem.DIGEST}


def test_the_signed_element_is_named_only_when_it_is_the_one_demanded() -> None:
    result = only(WRAPPED["original in ds:Object, forged with another id"])
    assert (result.signed_id, result.element) == ("SIGNED_BY_CONSUMER", None)
    assert result.problem is SignatureProblem.INCORRECT_TARGET


@pytest.mark.parametrize(
    "uri", ["", "#", "#other", "SIGNED_BY_CONSUMER", "#xpointer(id('SIGNED_BY_CONSUMER'))", "#xpointer(/)"]
)
def test_only_a_plain_reference_to_the_element_is_accepted(uri: str) -> None:
    octets = ORIGINAL.replace(b'URI="#SIGNED_BY_CONSUMER"', f'URI="{uri}"'.encode())
    assert only(octets).problem is SignatureProblem.INCORRECT_TARGET


def test_ids_repeated_elsewhere_are_harmless() -> None:
    business = b'<q:Request Id="SIGNED_BY_CONSUMER"'
    octets = envelopes.caller_documents(Version.V1_2)["SendRequestRequest"].replace(b"<q:Request", business)
    assert only(sign_document(octets, PKI.consumer, PROVIDER)).valid


@pytest.mark.parametrize("name", ["ID", "id", "wsu:Id"])
def test_only_the_attribute_id_names_the_element(name: str) -> None:
    attribute = name if ":" not in name else 'xmlns:wsu="urn:wsu" wsu:Id'
    octets = ORIGINAL.replace(b' Id="SIGNED', f' {attribute}="SIGNED'.encode())
    assert only(octets).problem is SignatureProblem.INCORRECT_TARGET


def resigned(
    transforms: list[str],
    *,
    octets: bytes = ORIGINAL,
    info: bytes = b"",
    algorithm: KeyAlgorithm | None = None,
) -> bytes:
    """Sign SignedInfo anew after changing it, so that only the change can be refused."""
    written = "".join(f'<ds:Transform Algorithm="{name}"/>' for name in transforms).encode()
    octets = re.sub(rb"(<ds:Transforms>).*(</ds:Transforms>)", rb"\1" + written + rb"\2", octets)
    if info:
        octets = octets.replace(b"<ds:SignedInfo>", b"<ds:SignedInfo>" + info)
    if algorithm:
        octets = octets.replace(
            WRITTEN[KeyAlgorithm.GOST2012_256].signature.encode(), WRITTEN[algorithm].signature.encode()
        )
    signed_info = next(parse(octets).iter(f"{{{DS}}}SignedInfo"))
    digest = PROVIDER.digest(KeyAlgorithm.GOST2012_256.digest, canonical_octets(signed_info))
    value = b64encode(PKI.consumer.sign_digest(digest))
    return re.sub(rb"(<ds:SignatureValue>)[^<]*", lambda match: match[1] + value, octets)


@pytest.mark.parametrize(
    "transforms",
    [
        [EXC_C14N, SMEV_TRANSFORM],
        [ENVELOPED, EXC_C14N, SMEV_TRANSFORM],
        [EXC_C14N, ENVELOPED, SMEV_TRANSFORM],
        [C14N, SMEV_TRANSFORM],
        [ENVELOPED, C14N, SMEV_TRANSFORM],
    ],
)
def test_the_transforms_of_verified_messages_are_accepted(transforms: list[str]) -> None:
    assert only(resigned(transforms)).valid


@pytest.mark.parametrize(
    "transforms",
    [
        [],
        [EXC_C14N],
        [SMEV_TRANSFORM],
        [SMEV_TRANSFORM, EXC_C14N],
        [EXC_C14N, SMEV_TRANSFORM, SMEV_TRANSFORM],
        [EXC_C14N, SMEV_TRANSFORM, ENVELOPED],
        [EXC_C14N + "WithComments", SMEV_TRANSFORM],
        ["http://www.w3.org/TR/1999/REC-xpath-19991116", SMEV_TRANSFORM],
        ["http://www.w3.org/TR/1999/REC-xslt-19991116", EXC_C14N, SMEV_TRANSFORM],
        ["http://www.w3.org/2002/06/xmldsig-filter2", EXC_C14N, SMEV_TRANSFORM],
    ],
)
def test_other_transforms_are_refused(transforms: list[str]) -> None:
    result = only(resigned(transforms))
    assert (result.digest_ok, result.signature_ok, result.valid) == (False, True, False)
    assert result.problem is SignatureProblem.UNSUPPORTED


def test_inclusive_c14n_under_an_inherited_xml_attribute_is_refused() -> None:
    octets = resigned([C14N, SMEV_TRANSFORM]).replace(
        b"<ns2:SendRequestRequest ", b'<ns2:SendRequestRequest xml:lang="ru" '
    )
    assert only(octets).problem is SignatureProblem.UNSUPPORTED
    octets = ORIGINAL.replace(b"<ns2:SendRequestRequest ", b'<ns2:SendRequestRequest xml:lang="ru" ')
    assert only(octets).valid


def test_xml_lang_inside_the_signed_element_has_no_signed_form() -> None:
    octets = ORIGINAL.replace(b"<q:Name>", b'<q:Name xml:lang="ru">')
    assert only(octets).problem is SignatureProblem.NO_SIGNED_FORM


def test_signed_info_in_another_canonical_form_is_refused() -> None:
    method = b'<ds:CanonicalizationMethod Algorithm="' + EXC_C14N.encode()
    octets = ORIGINAL.replace(method, b'<ds:CanonicalizationMethod Algorithm="' + C14N.encode())
    assert only(octets).problem is SignatureProblem.UNSUPPORTED


@pytest.mark.parametrize("part", ["signature", "digest"])
def test_an_algorithm_that_is_none_of_gost_is_refused(part: str) -> None:
    names = WRITTEN[KeyAlgorithm.GOST2012_256]
    octets = ORIGINAL.replace(
        getattr(names, part).encode() + b'"', b'http://www.w3.org/2001/04/xmlenc#sha256"'
    )
    assert only(octets).problem is SignatureProblem.UNSUPPORTED


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST2001, KeyAlgorithm.GOST2012_512])
def test_the_algorithm_must_be_the_keys(algorithm: KeyAlgorithm) -> None:
    result = only(resigned([EXC_C14N, SMEV_TRANSFORM], algorithm=algorithm))
    assert (result.signature_ok, result.problem) == (False, SignatureProblem.WRONG_ALGORITHM)


def test_both_forms_of_the_names_are_read_and_the_one_smev_rejects_is_marked() -> None:
    more, urn = (
        b"http://www.w3.org/2001/04/xmldsig-more#gost",
        b"urn:ietf:params:xml:ns:cpxmlsec:algorithms:gost",
    )
    assert only(resigned([EXC_C14N, SMEV_TRANSFORM], octets=ORIGINAL.replace(urn, more))).valid
    pki = shared_pki(KeyAlgorithm.GOST2001)
    octets = envelopes.caller_documents(Version.V1_1)["AckRequest"]
    octets = sign_document(octets, pki.consumer, pki.provider).replace(more, urn)
    info = next(parse(octets).iter(f"{{{DS}}}SignedInfo"))
    digest = pki.provider.digest(KeyAlgorithm.GOST2001.digest, canonical_octets(info))
    value = b64encode(pki.consumer.sign_digest(digest))
    result = only(re.sub(rb"(<ds:SignatureValue>)[^<]*", lambda match: match[1] + value, octets))
    assert (result.digest_ok, result.signature_ok, result.valid) == (True, True, False)
    assert result.problem is SignatureProblem.REJECTED_NAMES


def test_a_certificate_of_another_key_does_not_verify() -> None:
    mine, other = (b64encode(signer.certificate.der) for signer in (PKI.consumer, PKI.smev))
    result = only(ORIGINAL.replace(mine, other))
    assert (result.digest_ok, result.signature_ok, result.problem) == (
        True,
        False,
        SignatureProblem.SIGNATURE,
    )
    assert result.certificate == PKI.smev.certificate


def test_of_several_certificates_the_one_that_signed_counts() -> None:
    mine, other = (
        b"<ds:X509Certificate>" + b64encode(signer.certificate.der) + b"</ds:X509Certificate>"
        for signer in (PKI.consumer, PKI.ca.signer)
    )
    for listed in (mine + other, other + mine, b"<ds:X509Certificate/>" + mine):
        result = only(ORIGINAL.replace(mine, listed))
        assert result.valid
        assert result.certificate == PKI.consumer.certificate
    false = only(ORIGINAL.replace(mine, other + other))
    assert (false.valid, false.certificate) == (False, PKI.ca.signer.certificate)
    assert only(ORIGINAL.replace(mine, mine * 9)).problem is SignatureProblem.MALFORMED


SIGNATURE = HOLDER[HOLDER.index(b"<ds:Signature ") : HOLDER.index(b"</ns2:Caller")]
INFO = SIGNATURE[SIGNATURE.index(b"<ds:SignedInfo") : SIGNATURE.index(b"<ds:SignatureValue")]
REFERENCE = INFO[INFO.index(b"<ds:Reference") : INFO.index(b"</ds:SignedInfo")]
KEY_INFO = SIGNATURE[SIGNATURE.index(b"<ds:KeyInfo") : SIGNATURE.index(b"</ds:Signature>")]
VALUE = SIGNATURE[SIGNATURE.index(b"<ds:SignatureValue") : SIGNATURE.index(b"<ds:KeyInfo")]

BROKEN = {
    "an empty holder": (SIGNATURE, b"", SignatureProblem.NO_SIGNATURE),
    "two signatures": (SIGNATURE, SIGNATURE * 2, SignatureProblem.MALFORMED),
    "something else in the holder": (SIGNATURE, b"<x/>" + SIGNATURE, SignatureProblem.MALFORMED),
    "another element for a signature": (b"ds:Signature ", b"ds:Sign ", SignatureProblem.MALFORMED),
    "no value": (VALUE, b"", SignatureProblem.MALFORMED),
    "two values": (VALUE, VALUE * 2, SignatureProblem.MALFORMED),
    "two signed infos": (INFO, INFO * 2, SignatureProblem.MALFORMED),
    "two references": (REFERENCE, REFERENCE * 2, SignatureProblem.MALFORMED),
    "no reference": (REFERENCE, b"", SignatureProblem.MALFORMED),
    "two key infos": (KEY_INFO, KEY_INFO * 2, SignatureProblem.MALFORMED),
    "no key info": (KEY_INFO, b"", SignatureProblem.NO_CERTIFICATE),
    "no certificate": (b"X509Certificate>", b"X509SKI>", SignatureProblem.NO_CERTIFICATE),
    "garbage for a certificate": (
        b"X509Certificate>MII",
        b"X509Certificate>AAA",
        SignatureProblem.BAD_CERTIFICATE,
    ),
    "no base64 in the certificate": (
        b"X509Certificate>MII",
        b"X509Certificate>%%%",
        SignatureProblem.BAD_CERTIFICATE,
    ),
    "no base64 in the value": (b"SignatureValue>", b"SignatureValue>%", SignatureProblem.SIGNATURE),
    "a comment in the digest": (b"DigestValue>", b"DigestValue><!-- -->", SignatureProblem.MALFORMED),
    "a huge value": (
        b"</ds:SignatureValue>",
        b"A" * 5000 + b"</ds:SignatureValue>",
        SignatureProblem.SIGNATURE,
    ),
    "an element in the value": (
        b"</ds:SignatureValue>",
        b"<x/></ds:SignatureValue>",
        SignatureProblem.SIGNATURE,
    ),
    "a transform with an expression": (
        f'Algorithm="{SMEV_TRANSFORM}"></ds:Transform>'.encode(),
        f'Algorithm="{SMEV_TRANSFORM}"><ds:XPath>1</ds:XPath></ds:Transform>'.encode(),
        SignatureProblem.UNSUPPORTED,
    ),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_signature_is_a_result_that_names_the_problem(name: str) -> None:
    old, new, problem = BROKEN[name]
    octets = ORIGINAL.replace(old, new)
    if old == b"ds:Signature ":
        octets = octets.replace(b"</ds:Signature>", b"</ds:Sign>")
    if old == b"DigestValue>":
        octets = octets.replace(b"</ds:DigestValue><!-- -->", b"</ds:DigestValue>")
    for token in (b"SignatureValue>", b"X509Certificate>"):
        octets = octets.replace(b"</ds:" + token + b"%", b"</ds:" + token)
    result = only(octets)
    assert not result.valid
    assert result.problem is problem
    assert result.reason is not None
    assert str(result.reason)


def test_a_value_of_another_length_is_false() -> None:
    for value in (
        b"",
        b64encode(b"\x01" * 63),
        b64encode(b"\x00" * 64),
        b64encode(b"\xff" * 64),
        b64encode(b"\x01" * 128),
    ):
        octets = re.sub(rb"(<ds:SignatureValue>)[^<]*", lambda match, v=value: match[1] + v, ORIGINAL)
        result = only(octets)
        assert (result.digest_ok, result.signature_ok) == (True, False)


def test_what_is_broken_in_one_half_leaves_the_other_half_judged() -> None:
    value = only(ORIGINAL.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>%"))
    assert (value.digest_ok, value.signature_ok) == (True, False)
    assert value.certificate == PKI.consumer.certificate
    certificate = only(ORIGINAL.replace(b"<ds:X509Certificate>", b"<ds:X509Certificate>%"))
    assert (certificate.digest_ok, certificate.signature_ok) == (True, False)


def test_a_message_without_its_parts_says_so() -> None:
    include = b'<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:x"/></q:Name>'
    result = only(ORIGINAL.replace(b"</q:Name>", include))
    assert (result.digest_ok, result.problem) == (False, SignatureProblem.PARTS_MISSING)


def test_a_missing_holder_or_target_is_a_result_too() -> None:
    root = parse(ORIGINAL)
    assert verify(None, root[0], VERIFIER, Place.CALLER).problem is SignatureProblem.NO_SIGNATURE
    assert verify(root[1], None, VERIFIER, Place.CALLER).problem is SignatureProblem.INCORRECT_TARGET


def test_a_signature_inside_what_it_signs_by_the_enveloped_transform_is_refused() -> None:
    octets = resigned([ENVELOPED, EXC_C14N, SMEV_TRANSFORM])
    root = parse(octets)
    target, holder = root[0], root[1]
    target.append(holder)
    assert verify(holder, target, VERIFIER, Place.CALLER).problem is SignatureProblem.UNSUPPORTED


def test_the_transform_is_over_the_element_and_not_over_its_surroundings() -> None:
    root = parse(soap.envelope(ORIGINAL))
    assert signed_octets(root[0][0][0]) == signed_octets(parse(ORIGINAL)[0])
