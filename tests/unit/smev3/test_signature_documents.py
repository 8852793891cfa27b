"""Signing inside a document: the signature goes to its place and every other octet stays."""

from __future__ import annotations

import pytest

from mezhved.gost import Verifier
from mezhved.smev3 import soap
from mezhved.smev3.signature import Place, UnsignableElement, find_signatures, sign_document, verify
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support import envelopes
from tests.support.pki import shared_pki

PKI = shared_pki()
VERIFIER = Verifier(PKI.provider)
REQUEST = envelopes.caller_documents(Version.V1_2)["SendRequestRequest"]
HOLDER = b"CallerInformationSystemSignature"


def signed(octets: bytes, place: Place | None = None, *, replace: bool = False) -> bytes:
    return sign_document(octets, PKI.consumer, PKI.provider, place, replace=replace)


def all_valid(octets: bytes) -> bool:
    found = find_signatures(parse(octets))
    return bool(found) and all(verify(h, t, VERIFIER, p).valid for p, h, t in found)


def test_all_octets_around_the_signature_stay() -> None:
    octets = (
        b'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- \xd0\x96 -->' + soap.envelope(REQUEST) + b"\n<?end?>"
    )
    found = signed(octets)
    start = found.index(b"<ns2:" + HOLDER)
    end = found.index(b"</ns2:" + HOLDER + b">") + len(HOLDER) + 7
    assert found[:start] + found[end:] == octets
    assert all_valid(found)


def test_an_id_is_made_where_there_is_none_and_does_not_repeat_another() -> None:
    octets = envelopes.operation(
        "SendRequestRequest",
        envelopes.request_data('<q:R xmlns:q="urn:q" Id="SIGNED_BY_CALLER"/>', identifier=""),
        Version.V1_2,
    )
    found = signed(octets)
    assert b'<ns2:SenderProvidedRequestData Id="SIGNED_BY_CALLER_2">' in found
    assert all_valid(found)


@pytest.mark.parametrize(
    "holder",
    [
        b"<ns2:CallerInformationSystemSignature/>",
        b'<ns2:CallerInformationSystemSignature a="&gt;" />',
        b"<ns2:CallerInformationSystemSignature></ns2:CallerInformationSystemSignature>",
        b"<ns2:CallerInformationSystemSignature>\n</ns2:CallerInformationSystemSignature>",
    ],
)
def test_an_empty_holder_is_filled(holder: bytes) -> None:
    found = signed(REQUEST.replace(b"</ns2:SendRequestRequest>", holder + b"</ns2:SendRequestRequest>"))
    assert found.count(HOLDER) == 2
    assert all_valid(found)


def test_a_signature_is_replaced_only_when_asked() -> None:
    once = signed(REQUEST)
    with pytest.raises(UnsignableElement):
        signed(once)
    changed = once.replace("Проба".encode(), "Другая".encode())
    assert not all_valid(changed)
    again = signed(changed, replace=True)
    assert all_valid(again)
    assert again.count(b"<ds:Signature ") == 1


def test_a_document_whose_default_namespace_is_types_is_signed_without_prefixes() -> None:
    octets = (
        f'<AckRequest xmlns="{Version.V1_1.types}"><b:AckTargetMessage xmlns:b="{Version.V1_1.basic}" Id="a" '
        f'accepted="true">{envelopes.MESSAGE_ID}</b:AckTargetMessage></AckRequest>'
    ).encode()
    found = signed(octets)
    assert b"</b:AckTargetMessage><CallerInformationSystemSignature><ds:Signature" in found
    assert all_valid(found)


def test_the_holder_follows_the_attachments() -> None:
    attachments = b"<AttachmentContentList></AttachmentContentList>"
    octets = REQUEST.replace(b"</ns2:SendRequestRequest>", attachments + b"</ns2:SendRequestRequest>")
    assert attachments + b"<ns2:" + HOLDER in signed(octets)


def test_the_personal_signature_follows_the_business_data() -> None:
    assert b"</MessagePrimaryContent><ns2:PersonalSignature><ds:Signature" in signed(REQUEST, Place.PERSONAL)


@pytest.mark.parametrize(
    "octets",
    [
        b'<a xmlns="urn:a"/>',
        envelopes.operation("SendRequestRequest", "", Version.V1_2),
        envelopes.operation("SendRequestRequest", envelopes.request_data() * 2, Version.V1_2),
    ],
    ids=["no operation", "nothing to sign", "two to sign"],
)
def test_what_cannot_be_signed_is_refused(octets: bytes) -> None:
    with pytest.raises(UnsignableElement):
        signed(octets)


def test_a_place_that_the_document_has_not_is_refused() -> None:
    with pytest.raises(UnsignableElement):
        signed(REQUEST, Place.ROUTING)
