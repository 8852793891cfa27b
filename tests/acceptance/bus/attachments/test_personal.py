"""The official's signature over the business data: demanded or not, it must hold when it is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from mezhved.gost import Term
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.signature import sign
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support.attachments import answer_with, told_fault
from tests.support.exchange import NAMESPACE
from tests.support.pki import OFFICIAL_NAME, make_pki, seeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost import Signer
    from tests.support.databases import Database, Engine
    from tests.support.exchange import BusUnderTest


@pytest.fixture
def database(fresh_database: Callable[[Engine], Database]) -> Database:
    """One engine: what is judged here is judged before anything is stored."""
    return fresh_database("sqlite")


BROKEN = (
    "ЭП-СП не соответствует подписанным данным: ru.voskhod.crypto.exceptions.SignatureValidationException: "
    "Ошибка проверки ЭП: Нарушена целостность ЭП."
)


def business(
    name: str = "Question", identifier: str = ' Id="OFFICIAL"', text: str = "Что известно?"
) -> bytes:
    return f'<q:{name} xmlns:q="{NAMESPACE}"{identifier}><q:Text>{text}</q:Text></q:{name}>'.encode()


def personal(bus: BusUnderTest, content: bytes, signer: Signer | None = None) -> Fragment:
    return Fragment(sign(parse(content), signer or bus.pki.official, bus.pki.provider))


def demand(bus: BusUnderTest, **flags: Any) -> None:
    """Let the plain type demand what the flags say."""
    roots = {
        key: replace(root, type=replace(root.type, **flags)) if root.type.id == 10 else root
        for key, root in bus.snapshot.roots.items()
    }
    bus.change_registry(roots=roots)


@pytest.fixture(params=[False, True], ids=["not demanded", "demanded"])
def either(bus: BusUnderTest, request: pytest.FixtureRequest) -> BusUnderTest:
    demand(bus, personal_signature=request.param)
    return bus


@pytest.mark.parametrize("version", list(Version))
def test_a_right_signature_passes_and_reaches_the_recipient(either: BusUnderTest, version: Version) -> None:
    content = business()
    sent = either.consumer.speaking(version).send_request(
        content, personal_signature=personal(either, content)
    )
    assert sent.status == 200
    taken = either.provider.speaking(version).get_request()
    found = taken.signatures(either.verifier)
    assert {place.value: result.valid for place, result in found.items()} == {
        "SMEVSignature": True,
        "SenderInformationSystemSignature": True,
        "PersonalSignature": True,
    }


def test_a_missing_one_is_told_where_it_is_demanded(bus: BusUnderTest) -> None:
    demand(bus, personal_signature=True)
    sent = bus.consumer.send_request(business())
    assert sent.operation.metadata.status == "requestIsQueued"
    assert bus.provider.get_request().operation.request is None
    fault = told_fault(bus.consumer)
    assert fault.description == "SMEV-100:Отсутствует ЭП-СП"
    assert fault.code.endswith("TR:ASYNC:SPS:1")
    assert [each.text for each in fault.details] == ["NoSignatureFound"]


def test_an_empty_holder_is_no_signature(bus: BusUnderTest) -> None:
    data = bus.consumer.written(bus.consumer.request_data(business(), personal_signature=Fragment(b"")))
    assert b"PersonalSignature></" in data
    assert bus.consumer.post(bus.consumer.signed_call("SendRequestRequest", data)).status == 200
    assert bus.provider.get_request().operation.request is not None


def test_a_false_one_is_told_whether_it_is_demanded_or_not(either: BusUnderTest) -> None:
    over_other = personal(either, business(text="Другое"))
    assert either.consumer.send_request(business(), personal_signature=over_other).status == 200
    assert either.provider.get_request().operation.request is None
    fault = told_fault(either.consumer)
    assert fault.fault_type == "SignatureVerificationFault"
    assert fault.description == f"SMEV-100:{BROKEN}"
    assert fault.code.endswith("TR:ASYNC:SPS:2")


def test_it_must_sign_the_root_of_the_business_data(either: BusUnderTest) -> None:
    inner = f'<q:Text xmlns:q="{NAMESPACE}" Id="INNER">Что известно?</q:Text>'
    over_inner = personal(either, inner.encode())
    content = business().replace(b"<q:Text>", b'<q:Text Id="INNER">')
    assert either.consumer.send_request(content, personal_signature=over_inner).status == 200
    fault = told_fault(either.consumer)
    assert [each.text for each in fault.details] == ["IncorrectSignatureTarget"]
    assert "ЭП-СП" in fault.description


def test_a_root_without_an_id_cannot_be_signed(either: BusUnderTest) -> None:
    over_same = personal(either, business())
    assert either.consumer.send_request(business(identifier=""), personal_signature=over_same).status == 200
    assert [each.text for each in told_fault(either.consumer).details] == ["IncorrectSignatureTarget"]


def _official(bus: BusUnderTest, first_day: int, last_day: int) -> Any:
    now = bus.pki.now
    term = Term(now + timedelta(days=first_day), now + timedelta(days=last_day))
    return bus.pki.ca.end_entity(OFFICIAL_NAME, term=term)


CERTIFICATES: dict[str, tuple[Callable[[BusUnderTest], Any], str]] = {
    "expired": (lambda bus: _official(bus, -9, -2), "Срок действия сертификата ЭП-СП истёк."),
    "not yet valid": (lambda bus: _official(bus, 2, 9), "Срок действия сертификата ЭП-СП не начался."),
    "untrusted": (
        lambda bus: make_pki(bus.pki.provider, randomness=seeded("another pki")).official,
        "Не найден сертификат ЭП-СП",
    ),
}


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_the_officials_certificate_must_be_in_force_and_trusted(either: BusUnderTest, kind: str) -> None:
    make, told = CERTIFICATES[kind]
    content = business()
    signature = personal(either, content, make(either))
    assert either.consumer.send_request(content, personal_signature=signature).status == 200
    assert told in told_fault(either.consumer).description


def test_a_revoked_official_is_refused(either: BusUnderTest) -> None:
    crl = either.pki.ca.crl(either.pki.official.certificate)
    either.change_registry(trust=replace(either.snapshot.trust, crls=(crl,)))
    content = business()
    either.consumer.send_request(content, personal_signature=personal(either, content))
    assert told_fault(either.consumer).description == "SMEV-100:Cертификат отозван. Код ответа в ГУЦ:14"


def test_answers_are_demanded_apart_from_requests(bus: BusUnderTest) -> None:
    demand(bus, personal_signature_response=True)
    assert bus.consumer.send_request().status == 200
    to = bus.provider.get_request().operation.request.reply_to
    assert answer_with(bus.provider, to).status == 200
    assert bus.consumer.get_response().operation.response is None
    assert told_fault(bus.provider).description == "SMEV-100:Отсутствует ЭП-СП"
    content = business("Answer")
    signed = answer_with(
        bus.provider, to, primary_content=Fragment(content), personal_signature=personal(bus, content)
    )
    assert signed.status == 200
    assert bus.consumer.get_response().operation.response is not None


def test_a_refusal_needs_no_official(bus: BusUnderTest) -> None:
    from mezhved.smev3.messages import RequestRejected  # noqa: PLC0415

    demand(bus, personal_signature_response=True)
    bus.consumer.send_request()
    to = bus.provider.get_request().operation.request.reply_to
    reason = RequestRejected("NO_DATA", "Ничего нет")
    assert bus.provider.send_response(to, rejections=(reason,)).status == 200
    assert bus.consumer.get_response().operation.response is not None


def test_blanks_and_comments_in_the_holder_change_nothing(bus: BusUnderTest) -> None:
    content = business()
    signature = personal(bus, content)
    padded = Fragment(b"\n <!-- official -->\n" + signature.octets + b"\n")
    assert bus.consumer.send_request(content, personal_signature=padded).status == 200
    request = bus.provider.get_request().operation.request
    assert etree.fromstring(request.data.personal_signature.octets).tag.endswith("}Signature")
