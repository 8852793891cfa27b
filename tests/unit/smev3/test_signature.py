"""Signatures: every row of who signs what is made, found and checked; the form is SMEV's own."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mezhved.gost import KeyAlgorithm, Verifier, load_provider
from mezhved.smev3 import faults, soap
from mezhved.smev3.signature import (
    Place,
    SignatureProblem,
    SignatureResult,
    UnsignableElement,
    fault_of,
    find_signatures,
    sign,
    sign_document,
    verify,
)
from mezhved.smev3.transform import TransformError, signed_octets
from mezhved.smev3.versions import DS, Version
from mezhved.smev3.xml import parse
from tests.support import envelopes
from tests.support.examples import examples
from tests.support.pki import shared_pki

PKI = shared_pki()
PROVIDER = PKI.provider
VERIFIER = Verifier(PROVIDER)
CALLERS = [(version, name) for version in Version for name in envelopes.caller_documents(version)]
ANSWERS = [(version, name) for version in Version for name in envelopes.smev_documents(version)]


def signed(octets: bytes, place: Place | None = None) -> bytes:
    return sign_document(octets, PKI.consumer, PROVIDER, place)


def checked(octets: bytes) -> dict[Place, SignatureResult]:
    return {
        place: verify(holder, target, VERIFIER, place)
        for place, holder, target in find_signatures(parse(octets))
    }


@pytest.mark.parametrize(("version", "name"), CALLERS, ids=lambda value: getattr(value, "value", value))
def test_the_caller_signs_what_each_operation_demands(version: Version, name: str) -> None:
    octets = signed(soap.envelope(envelopes.caller_documents(version)[name]))
    (result,) = checked(octets).values()
    assert result.valid
    assert result.place is Place.CALLER
    assert result.element is not None
    assert result.signed_id == result.element.get("Id")
    assert result.certificate == PKI.consumer.certificate
    assert result.algorithm is KeyAlgorithm.GOST2012_256


@pytest.mark.parametrize(("version", "name"), ANSWERS, ids=lambda value: getattr(value, "value", value))
def test_smev_signs_what_each_answer_demands(version: Version, name: str) -> None:
    octets = sign_document(envelopes.smev_documents(version)[name], PKI.smev, PROVIDER)
    (result,) = checked(octets).values()
    assert result.valid
    assert (result.place, result.certificate) == (Place.SMEV, PKI.smev.certificate)


@pytest.mark.parametrize("name", ["GetRequestResponse", "GetResponseResponse"])
def test_the_senders_signature_is_passed_on_inside_what_smev_signs(name: str) -> None:
    delivered = signed(envelopes.smev_documents(Version.V1_1)[name], Place.SENDER)
    octets = sign_document(delivered, PKI.smev, PROVIDER)
    results = checked(octets)
    assert {place: result.valid for place, result in results.items()} == {
        Place.SENDER: True,
        Place.SMEV: True,
    }
    assert results[Place.SENDER].certificate == PKI.consumer.certificate


@pytest.mark.parametrize("name", ["CancelRequestRequest", "GetInteractionStatusRequest"])
def test_the_operations_of_the_first_schema_of_1_1_are_known(name: str) -> None:
    inside = f'<MessageReference Id="M">{envelopes.MESSAGE_ID}</MessageReference>'
    (result,) = checked(signed(envelopes.operation(name, inside, Version.V1_1))).values()
    assert result.valid


def test_a_person_signs_the_root_of_the_business_data() -> None:
    octets = sign_document(
        envelopes.caller_documents(Version.V1_2)["SendRequestRequest"], PKI.official, PROVIDER, Place.PERSONAL
    )
    octets = signed(octets)
    results = checked(octets)
    assert all(result.valid for result in results.values())
    element = results[Place.PERSONAL].element
    assert element is not None
    assert element.tag == "{urn://test-organ/root/001-01/1.0.0}Request"
    assert results[Place.PERSONAL].signed_id == "PERSONAL_SIGNATURE"


def test_routing_is_signed_apart() -> None:
    octets = signed(signed(envelopes.routed_request(), Place.ROUTING))
    results = checked(octets)
    assert {place: result.valid for place, result in results.items()} == {
        Place.CALLER: True,
        Place.ROUTING: True,
    }
    names = [str(child.tag).rpartition("}")[2] for child in parse(octets)]
    assert names == ["SenderProvidedRequestData", "CallerInformationSystemSignature", "Routing"]


@pytest.mark.parametrize("version", list(Version), ids=lambda version: version.value)
def test_every_record_of_a_registry_is_signed_apart(version: Version) -> None:
    octets = envelopes.operation("SendRequestRequest", envelopes.request_data(envelopes.registry(3)), version)
    octets = signed(signed(octets, Place.RECORD))
    found = find_signatures(parse(octets))
    assert [place for place, _, _ in found] == [Place.CALLER, *[Place.RECORD] * 3]
    results = [verify(holder, target, VERIFIER, place) for place, holder, target in found]
    assert all(result.valid for result in results)
    assert len({result.signed_id for result in results}) == 4


def test_a_person_signs_the_content_of_each_record_and_then_the_root() -> None:
    octets = signed(
        envelopes.operation("SendRequestRequest", envelopes.request_data(envelopes.registry()), Version.V1_3),
        Place.PERSONAL,
    )
    found = find_signatures(parse(octets))
    names = sorted(str(target.tag).rpartition("}")[2] for _, _, target in found if target is not None)
    assert names == ["RecordContent", "RecordContent", "Request"]
    assert all(verify(holder, target, VERIFIER, place).valid for place, holder, target in found)


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm), ids=lambda item: item.name)
def test_each_key_is_written_with_its_own_names(algorithm: KeyAlgorithm) -> None:
    pki = shared_pki(algorithm)
    octets = sign_document(envelopes.caller_documents(Version.V1_1)["AckRequest"], pki.consumer, pki.provider)
    urn = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
    more = "http://www.w3.org/2001/04/xmldsig-more#"
    method, digest = {
        KeyAlgorithm.GOST2001: (more + "gostr34102001-gostr3411", more + "gostr3411"),
        KeyAlgorithm.GOST2012_256: (urn + "gostr34102012-gostr34112012-256", urn + "gostr34112012-256"),
        KeyAlgorithm.GOST2012_512: (urn + "gostr34102012-gostr34112012-512", urn + "gostr34112012-512"),
    }[algorithm]
    root = parse(octets)
    assert next(root.iter(f"{{{DS}}}SignatureMethod")).get("Algorithm") == method
    assert next(root.iter(f"{{{DS}}}DigestMethod")).get("Algorithm") == digest
    (result,) = checked(octets).values()
    assert result.valid
    assert result.algorithm is algorithm


def test_the_signature_holds_by_the_rules_of_xmldsig_with_another_provider() -> None:
    octets = signed(envelopes.caller_documents(Version.V1_2)["SendRequestRequest"])
    root = parse(octets)
    pure = load_provider("pure")
    algorithm = KeyAlgorithm.GOST2012_256
    info = next(root.iter(f"{{{DS}}}SignedInfo"))
    canonical = etree.tostring(info, method="c14n", exclusive=True, with_comments=False, with_tail=False)
    value = b64decode(next(root.iter(f"{{{DS}}}SignatureValue")).text or "")
    key = PKI.consumer.certificate.public_key
    assert pure.verify(key, pure.digest(algorithm.digest, canonical), value)
    digest = b64decode(next(root.iter(f"{{{DS}}}DigestValue")).text or "")
    assert pure.digest(algorithm.digest, signed_octets(root[0])) == digest


def test_no_text_stands_between_the_elements_of_a_signature() -> None:
    octets = sign(parse(b'<a xmlns="urn:a" Id="x"/>'), PKI.consumer, PROVIDER)
    root = parse(octets)
    assert root.tag == f"{{{DS}}}Signature"
    assert all(not element.tail for element in root.iter())
    assert all(not element.text for element in root.iter() if len(element))
    assert b"\n" not in octets


def test_an_id_with_special_signs_is_escaped() -> None:
    element = parse('<a xmlns="urn:a" Id="&quot;&amp;&lt;&#9;Ж"/>'.encode())
    holder = parse(b"<h>" + sign(element, PKI.consumer, PROVIDER) + b"</h>")
    assert verify(holder, element, VERIFIER, Place.CALLER).valid


def test_an_element_without_an_id_cannot_be_signed() -> None:
    with pytest.raises(UnsignableElement):
        sign(parse(b'<a xmlns="urn:a"/>'), PKI.consumer, PROVIDER)


def test_an_element_without_a_namespace_cannot_be_signed() -> None:
    with pytest.raises(TransformError):
        sign(parse(b'<a Id="x"/>'), PKI.consumer, PROVIDER)


def test_a_changed_element_has_a_false_digest_and_a_right_value() -> None:
    octets = signed(envelopes.caller_documents(Version.V1_2)["SendRequestRequest"])
    (result,) = checked(octets.replace("Проба".encode(), "Кража".encode())).values()
    assert (result.digest_ok, result.signature_ok, result.valid) == (False, True, False)
    assert result.problem is SignatureProblem.DIGEST


def test_a_changed_signed_info_has_a_false_value() -> None:
    octets = signed(envelopes.caller_documents(Version.V1_2)["SendRequestRequest"])
    digest = octets.split(b"DigestValue>")[1].split(b"<")[0]
    forged = octets.replace("Проба".encode(), "Кража".encode())
    target = parse(forged)[0]
    fresh = b64encode(PROVIDER.digest(KeyAlgorithm.GOST2012_256.digest, signed_octets(target)))
    (result,) = checked(forged.replace(digest, fresh)).values()
    assert (result.digest_ok, result.signature_ok) == (True, False)
    assert result.problem is SignatureProblem.SIGNATURE


def test_other_prefixes_and_blanks_around_do_not_matter() -> None:
    octets = signed(envelopes.caller_documents(Version.V1_2)["SendRequestRequest"])
    moved = octets.replace(b"ns2:", b"typ:").replace(b"xmlns:ns2", b"xmlns:typ")
    moved = moved.replace(b"<typ:MessageID>", b"\n  <typ:MessageID>")
    assert checked(soap.envelope(moved))[Place.CALLER].valid


def test_blanks_inside_base64_do_not_matter() -> None:
    octets = signed(envelopes.caller_documents(Version.V1_2)["AckRequest"])
    for name in (b"SignatureValue", b"X509Certificate"):
        head, text, tail = octets.partition(b"<ds:" + name + b">")
        octets = head + text + b"\r\n " + tail[:30] + b"\n\t" + tail[30:]
    assert checked(octets)[Place.CALLER].valid


def test_reformatting_signed_info_is_told_apart_when_asked() -> None:
    octets = signed(envelopes.caller_documents(Version.V1_2)["AckRequest"])
    pretty = octets.replace(b"<ds:Reference", b"\n  <ds:Reference")
    ((place, holder, target),) = find_signatures(parse(pretty))
    told = verify(holder, target, VERIFIER, place, diagnose=True)
    assert (told.digest_ok, told.signature_ok) == (True, False)
    assert told.problem is SignatureProblem.REFORMATTED
    assert verify(holder, target, VERIFIER, place).problem is SignatureProblem.SIGNATURE


def test_the_fault_of_a_result_is_smevs() -> None:
    assert fault_of(SignatureResult(Place.CALLER, digest_ok=True, signature_ok=True)) is None
    told = {problem: fault_of(SignatureResult(Place.CALLER, problem=problem)) for problem in SignatureProblem}
    assert told[SignatureProblem.NO_SIGNATURE] == faults.no_signature()
    assert told[SignatureProblem.INCORRECT_TARGET] == faults.incorrect_signature_target()
    assert told[SignatureProblem.NO_CERTIFICATE] == faults.certificate_not_found()
    assert told[SignatureProblem.DIGEST] == faults.signature_invalid()
    personal = fault_of(SignatureResult(Place.PERSONAL, problem=SignatureProblem.DIGEST))
    assert personal == faults.signature_invalid("ЭП-СП")


names = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x450, exclude_categories=("Cc", "Cs")), min_size=1
)


@examples(25)
@given(
    text=st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")),
    name=names,
)
def test_whatever_is_signed_verifies_and_nothing_else_does(text: str, name: str) -> None:
    element = etree.Element("{urn:a}a", Id=name)
    etree.SubElement(element, "{urn:b}b").text = text
    signature = sign(element, PKI.consumer, PROVIDER)
    holder = parse(b"<h>" + signature + b"</h>")
    assert verify(holder, element, VERIFIER, Place.CALLER).valid
    element[0].text = text + "."
    assert not verify(holder, element, VERIFIER, Place.CALLER).digest_ok
