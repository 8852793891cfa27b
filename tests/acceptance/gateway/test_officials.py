"""EP-SP made on an official's own machine, or with the official's server key."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.errors import Conflict, InvalidMessage, NotAllowed
from mezhved.gateway.models import Direction, Exchange, ExchangeState, InformationType, KeyPurpose, Message
from mezhved.gateway.officials import (
    FileCms,
    FileValue,
    Person,
    SignatureElement,
    SignatureValue,
    Signed,
    accept_signature,
    release,
    to_be_signed,
    withdraw,
)
from mezhved.gateway.outbox import FileDraft, RequestDraft, ResponseDraft, take_request, take_response
from mezhved.gost import Digest, KeyAlgorithm, Term, Verifier, sign_cms
from mezhved.smev3 import signature
from mezhved.smev3.xml import parse
from tests.support.gateway_keys import keep_key
from tests.support.gateways import NUMBER, WORDS, present_pki
from tests.support.pki import OFFICIAL_NAME, make_root, seeded

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.officials import ToBeSigned
    from mezhved.gost import SoftwareSigner
    from tests.support.gateways import GatewayUnderTest

SPACE = "urn://x-test/signed-by-officials/1.0"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{SPACE}" xmlns="{SPACE}"
  elementFormDefault="qualified">
  <xs:complexType name="T"><xs:sequence><xs:element name="Name" type="xs:string"/></xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/></xs:complexType>
  <xs:element name="Ask" type="T"/><xs:element name="Tell" type="T"/>
</xs:schema>"""
ASK = f'<Ask xmlns="{SPACE}"><Name>Проба &gt; Пера</Name></Ask>'.encode()
FILE = b"an invented scan"


@pytest.fixture
def kind(under_test: GatewayUnderTest) -> InformationType:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.xsd", SCHEMA)
    package = packed.getvalue()
    return InformationType.objects.create(
        code="VS09899",
        namespace=SPACE,
        request_root="Ask",
        response_root="Tell",
        package=package,
        package_digest=hashlib.sha256(package).hexdigest(),
        official_signs_request=True,
        official_signs_answer=True,
    )


def held(under_test: GatewayUnderTest, kind: InformationType, **options: object) -> Message:
    file = FileDraft(
        "scan.bin", "application/octet-stream", len(FILE), FILE, "", under_test.gateway.digest(FILE)
    )
    draft = RequestDraft(under_test.consumer, kind, ASK, files=(file,), options=options)
    message = take_request(under_test.gateway, draft)
    assert message.state == "DRAFT"
    assert message.exchange.state == ExchangeState.DRAFT
    assert under_test.send() == 0
    return message


def by_value(offered: ToBeSigned, signer: SoftwareSigner) -> Signed:
    """What a page with a plain digest signer sends back."""
    file = offered.files[0]
    files = {
        file.number: FileValue(
            file.attributes, signer.sign_digest(file.attributes_digest), signer.certificate.der
        )
    }
    return Signed(SignatureValue(signer.sign_digest(offered.digest), signer.certificate.der), files)


def by_element(offered: ToBeSigned, signer: SoftwareSigner) -> Signed:
    """What a plug-in that makes whole signatures sends back, laid out over lines after KeyInfo began."""
    made = signature.sign(parse(offered.content), signer, signer.provider)
    cms = sign_cms(FILE, signer, signer.provider, at=offered.message.created_at)
    document = b'<?xml version="1.0" encoding="UTF-8"?>\n' + made.replace(
        b"<ds:X509Data>", b"\n<ds:X509Data>"
    )
    return Signed(SignatureElement(document), {1: FileCms(cms)})


@pytest.mark.parametrize("how", [by_value, by_element])
def test_what_an_official_signed_elsewhere_goes_out(
    under_test: GatewayUnderTest, kind: InformationType, how: object
) -> None:
    official = present_pki().official
    message = held(under_test, kind)
    offered = to_be_signed(under_test.gateway, message)
    assert offered.digest == under_test.gateway.digest(offered.signed_info)
    assert offered.content_id in offered.content.decode()
    assert "Проба".encode() in offered.content
    signed = how(offered, official)  # type: ignore[operator]
    accept_signature(under_test.gateway, message, signed, Person(snils="001-001-001 12"))
    assert under_test.send() == 1
    message.refresh_from_db()
    assert message.state == "UNSENT"  # the bus of the tests has no such type: it got past the signing
    assert message.call is not None
    call = bytes(message.call.octets or b"")
    assert call.count(b"PersonalSignature>") == 2
    root = parse(call[call.index(b"<soap:Envelope") : call.index(b"</soap:Envelope>") + 16])
    judged = {
        place: signature.verify(holder, target, Verifier(under_test.gateway.provider), place)
        for place, holder, target in signature.find_signatures(root)
    }
    assert judged[signature.Place.PERSONAL].valid
    assert judged[signature.Place.CALLER].valid
    assert judged[signature.Place.PERSONAL].certificate == official.certificate


def test_a_key_of_512_bits_is_offered_its_own_digests(
    under_test: GatewayUnderTest, kind: InformationType
) -> None:
    wide = present_pki().ca.end_entity(OFFICIAL_NAME, algorithm=KeyAlgorithm.GOST2012_512)
    offered = to_be_signed(under_test.gateway, held(under_test, kind), KeyAlgorithm.GOST2012_512)
    assert len(offered.digest) == Digest.STREEBOG512.size
    assert accept_signature(under_test.gateway, offered.message, by_value(offered, wide)).state == "SENDING"


def test_a_signature_over_other_data_or_by_another_key_is_refused(
    under_test: GatewayUnderTest, kind: InformationType
) -> None:
    gateway, official = under_test.gateway, present_pki().official
    message, other = held(under_test, kind), held(under_test, kind)
    offered = to_be_signed(gateway, message)
    signed = by_value(offered, official)
    forged = SignatureValue(signed.content.value[:-1] + b"\0", official.certificate.der)  # type: ignore[union-attr]
    elsewhere = by_element(offered, official)
    changed = elsewhere.content.octets.replace(b"PERSONAL", b"PERSONEL")  # type: ignore[union-attr]
    wrong_file = FileCms(sign_cms(b"another scan", official, official.provider, at=message.created_at))
    for bad in (
        Signed(forged),
        Signed(SignatureElement(changed)),
        Signed(SignatureElement(b"<a/>")),
        Signed(SignatureElement(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")),
        Signed(SignatureValue(b"", b"no certificate")),
        Signed(signed.content, {1: wrong_file}),
        Signed(signed.content, {2: wrong_file}),
        Signed(signed.content, {1: FileCms(b"nothing")}),
    ):
        with pytest.raises(InvalidMessage):
            accept_signature(gateway, message, bad)
    message.refresh_from_db()
    assert message.state == "DRAFT"
    assert message.personal_signature is None
    assert accept_signature(gateway, other, signed).state == "SENDING", "the same data, the same signature"


def test_only_the_bound_person_signs_and_only_once(
    under_test: GatewayUnderTest, kind: InformationType
) -> None:
    gateway, pki = under_test.gateway, present_pki()
    message = held(under_test, kind, official={"snils": "00100100112"})
    offered = to_be_signed(gateway, message)
    with pytest.raises(NotAllowed):
        accept_signature(gateway, message, by_value(offered, pki.consumer))
    with pytest.raises(NotAllowed):
        accept_signature(gateway, message, by_value(offered, pki.official), Person(thumbprint="00" * 32))
    thumbprint = pki.official.certificate.thumbprint.hex()
    accept_signature(gateway, message, by_value(offered, pki.official), Person(thumbprint=thumbprint))
    with pytest.raises(Conflict):
        accept_signature(gateway, message, by_value(offered, pki.official))
    with pytest.raises(Conflict):
        to_be_signed(gateway, Message.objects.get(pk=message.pk))


def test_a_certificate_out_of_its_term_or_of_strangers_is_refused(
    under_test: GatewayUnderTest, kind: InformationType
) -> None:
    gateway, pki = under_test.gateway, present_pki()
    now = under_test.clock()
    old = pki.ca.end_entity(OFFICIAL_NAME, term=Term(now - timedelta(days=9), now - timedelta(days=1)))
    stranger = make_root(pki.provider, pki.now, seeded("strangers")).end_entity(OFFICIAL_NAME)
    message = held(under_test, kind)
    offered = to_be_signed(gateway, message)
    for signer in (old, stranger):
        with pytest.raises(InvalidMessage):
            accept_signature(gateway, message, by_value(offered, signer))


def test_a_server_key_signs_without_anybody(
    under_test: GatewayUnderTest, kind: InformationType, tmp_path: Path
) -> None:
    pki = present_pki()
    keep_key(tmp_path, under_test.consumer, "head", pki.official, purpose=KeyPurpose.OFFICIAL)
    message = take_request(under_test.gateway, RequestDraft(under_test.consumer, kind, ASK, "ours"))
    assert message.state == "SENDING"
    again = take_request(under_test.gateway, RequestDraft(under_test.consumer, kind, ASK, "ours"))
    assert again == message
    assert under_test.send() == 1
    message.refresh_from_db()
    assert message.call is not None
    assert b"PersonalSignature>" in bytes(message.call.octets or b"")


def test_a_type_without_room_for_the_id_takes_nothing_to_be_signed(under_test: GatewayUnderTest) -> None:
    draft = RequestDraft(under_test.consumer, under_test.plain, NUMBER, to_sign=True)
    with pytest.raises(InvalidMessage, match="Id"):
        take_request(under_test.gateway, draft)
    assert not Exchange.objects.exists()
    wrong = replace(draft, content=NUMBER.replace(b"1234", b"no number"))
    with pytest.raises(InvalidMessage, match="Number") as refusal:
        take_request(under_test.gateway, wrong)
    assert "Id" not in refusal.value.what.en, "what is wrong by itself is told in the schema's words"
    held = take_request(under_test.gateway, replace(draft, to_sign=False, hold=True))
    with pytest.raises(InvalidMessage, match="Id"):
        to_be_signed(under_test.gateway, held)
    release(under_test.gateway, held)
    assert under_test.send() == 1, "what only waits for its author goes as it is"


@pytest.mark.parametrize("signs", [(True, False), (False, True)])
def test_an_official_signs_the_request_alone_or_the_answer_alone(
    under_test: GatewayUnderTest, kind: InformationType, signs: tuple[bool, bool]
) -> None:
    kind.official_signs_request, kind.official_signs_answer = signs
    kind.save()
    asked = take_request(under_test.gateway, RequestDraft(under_test.consumer, kind, ASK))
    came = Exchange.objects.create(
        system=under_test.provider,
        direction=Direction.IN,
        type=kind,
        state=ExchangeState.NEW,
        environment="test",
        created_at=under_test.clock(),
    )
    told = take_response(under_test.gateway, ResponseDraft(came, ASK.replace(b"Ask", b"Tell")))
    assert (asked.state == "DRAFT", told.state == "DRAFT") == signs


def test_a_held_answer_can_be_given_up_and_given_anew(under_test: GatewayUnderTest) -> None:
    take_request(under_test.gateway, RequestDraft(under_test.consumer, under_test.plain, NUMBER))
    under_test.send()
    under_test.take_requests()
    came = Exchange.objects.get(direction=Direction.IN)
    first = take_response(under_test.gateway, ResponseDraft(came, WORDS, hold=True))
    withdraw(under_test.gateway, first)
    came.refresh_from_db()
    assert came.state == ExchangeState.IN_WORK
    second = take_response(under_test.gateway, ResponseDraft(came, WORDS, hold=True))
    assert under_test.send() == 0
    release(under_test.gateway, second)
    assert under_test.send() == 1
    under_test.take_responses()
    assert Exchange.objects.get(direction=Direction.OUT).state == ExchangeState.ANSWERED


def test_a_type_that_demands_a_signature_is_not_let_go_without_one(
    under_test: GatewayUnderTest, kind: InformationType
) -> None:
    with pytest.raises(Conflict):
        release(under_test.gateway, held(under_test, kind))
