"""Keys of every kind and signatures written in every way that verified messages show."""

from __future__ import annotations

import pytest

from tests.support.foreign.pki import KEYS
from tests.support.foreign.signing import C14N, ENVELOPED, EXC, SMEV, SignatureStyle, verify
from tests.support.foreign.world import World, ask, new_id

STYLES = {
    "no prefix": SignatureStyle(prefix=""),
    "odd prefix": SignatureStyle(prefix="подпись"),
    "id on the signature": SignatureStyle(attributes=' Id="sigID"'),
    "the same id twice": SignatureStyle(attributes=' Id="SIGNED_BY_CALLER_SIG"'),
    "declared again": SignatureStyle(declared_again=True),
    "wrapped at 76": SignatureStyle(wrap=76),
    "line breaks signed": SignatureStyle(blanks="\n    "),
    "carriage returns signed": SignatureStyle(blanks="&#13;\n"),
    "enveloped": SignatureStyle(transforms=(ENVELOPED, EXC, SMEV)),
    "c14n": SignatureStyle(transforms=(C14N, SMEV)),
    "enveloped c14n": SignatureStyle(transforms=(ENVELOPED, C14N, SMEV)),
    "names before": SignatureStyle(
        before_certificate="<ds:X509SubjectName>CN=Проба</ds:X509SubjectName><ds:X509IssuerSerial>"
        "<ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber>"
        "</ds:X509IssuerSerial>"
    ),
    "key name": SignatureStyle(in_key_info="<ds:KeyName>key</ds:KeyName>"),
    "object": SignatureStyle(after_key_info="<ds:Object><x xmlns='urn:x'/></ds:Object>"),
}


@pytest.mark.parametrize(("algorithm", "paramset"), KEYS)
def test_a_key_of_any_curve_signs(world: World, algorithm: str, paramset: str) -> None:
    caller = world.consumer.but(key=world.consumer_keys[algorithm, paramset])
    assert caller.post(caller.stamp("GetStatus")).status == 200


@pytest.mark.parametrize("algorithm", ["gost2012_512", "gost2001"])
def test_a_signature_of_any_algorithm_is_delivered_as_it_was_made(world: World, algorithm: str) -> None:
    caller = world.consumer.but(key=world.consumer_keys[algorithm, "A"])
    request = world.provider.take("Request", caller.send(ask())).the(
        "GetRequestResponse", "RequestMessage", "Request"
    )
    (target,) = request.findall("{*}SenderProvidedRequestData")
    (holder,) = request.findall("{*}SenderInformationSystemSignature")
    theirs = verify(world.pki.openssl, holder, target)
    assert "".join(theirs.split()) in "".join(caller.key.pem.split())


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_signature_may_be_written_in_many_ways(world: World, style: SignatureStyle) -> None:
    caller = world.consumer.but(style=style)
    assert caller.post(caller.stamp("GetStatus")).status == 200


@pytest.mark.parametrize("place", ["before_certificate", "after_certificate"])
def test_the_certificate_that_signed_is_found_among_several(world: World, place: str) -> None:
    other = world.provider_key.base64
    style = SignatureStyle(**{place: f"<ds:X509Certificate>{other}</ds:X509Certificate>"})  # type: ignore[arg-type]
    caller = world.consumer.but(style=style)
    assert caller.post(caller.stamp("GetStatus")).status == 200


def test_a_false_signature_is_told_as_such(world: World) -> None:
    caller = world.consumer
    octets = caller.request(new_id(), ask())
    answer = caller.post(octets.replace("Что известно".encode(), "Чего нет".encode()))
    name, description, _ = answer.fault
    assert (name, description[:8]) == ("SignatureVerificationFault", "SMEV-100")
