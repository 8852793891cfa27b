"""The PKCS#7 of attachments: what the field makes is taken, what does not hold is told afterwards."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.gost import Digest, KeyAlgorithm, Term, TrustStore, der, sign_cms
from mezhved.gost.cms_reading import ALGORITHM_PROTECTION
from mezhved.smev3 import mtom
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.versions import Version
from tests.support.attachments import (
    File,
    answer_with,
    mtom_call,
    send_inline,
    send_mtom,
    taken_files,
    told_fault,
)
from tests.support.crafted_cms import Parts, attribute, signed_data, usual_attributes
from tests.support.pki import NOW, OFFICIAL_NAME, Pki, make_pki, seeded, shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost import SoftwareSigner
    from tests.support.databases import Database, Engine
    from tests.support.exchange import BusUnderTest, HttpReply


@pytest.fixture
def database(fresh_database: Callable[[Engine], Database]) -> Database:
    """One engine: what is judged here is judged before anything is stored."""
    return fresh_database("sqlite")


OCTETS = b"\x89PNG\r\n" + bytes(range(256)) * 200
TOLD = "Проверка подписи на вложении zapros.jpg: Дайджест не прошел проверку!"


def file(pkcs7: bytes | None, octets: bytes = OCTETS) -> File:
    return File("zapros.jpg", octets, pkcs7, "image/jpeg")


def usual(pki: Pki, signer: SoftwareSigner, **changes: Any) -> bytes:
    digest = pki.provider.digest(signer.digest_algorithm, OCTETS)
    parts = Parts(signer, usual_attributes(digest, NOW), content_digest=digest)
    return signed_data([replace(parts, **changes).write()], [signer.certificate.der])


def with_protection(pki: Pki, signer: SoftwareSigner) -> bytes:
    digest = pki.provider.digest(signer.digest_algorithm, OCTETS)
    protection = der.sequence(
        der.sequence(der.oid(signer.digest_algorithm.oid)),
        der.tlv(0xA1, der.oid(signer.key.algorithm.oid)),
    )
    attributes = [*usual_attributes(digest, NOW), attribute(ALGORITHM_PROTECTION, protection)]
    return usual(pki, signer, attributes=attributes)


def without_certificate(pki: Pki, signer: SoftwareSigner) -> bytes:
    digest = pki.provider.digest(signer.digest_algorithm, OCTETS)
    return signed_data([Parts(signer, usual_attributes(digest, NOW)).write()], [])


FORMS: dict[str, Callable[[Pki, SoftwareSigner], bytes]] = {
    "detached": lambda pki, signer: sign_cms(OCTETS, signer, pki.provider, at=NOW),
    "attached": lambda pki, signer: sign_cms(OCTETS, signer, pki.provider, at=NOW, detached=False),
    "cades": lambda pki, signer: sign_cms(OCTETS, signer, pki.provider, at=NOW, cades=True),
    "signature oid": lambda pki, signer: usual(pki, signer, signature_oid="1.2.643.7.1.1.3.2"),
    "2001 signature oid": lambda pki, signer: usual(pki, signer, signature_oid="1.2.643.2.2.19"),
    "no attributes": lambda pki, signer: usual(pki, signer, attributes=None),
    "algorithm protection": with_protection,
    "indefinite lengths": lambda pki, signer: usual(pki, signer, indefinite=True),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_the_field_are_taken(bus: BusUnderTest, form: str) -> None:
    pkcs7 = FORMS[form](bus.pki, bus.pki.official)
    assert send_mtom(bus.consumer, file(pkcs7)).status == 200
    assert taken_files(bus.provider.get_request()) == [("zapros.jpg", OCTETS)]


def test_the_system_may_sign_without_its_certificate_inside(bus: BusUnderTest) -> None:
    assert send_mtom(bus.consumer, file(without_certificate(bus.pki, bus.pki.consumer))).status == 200
    assert bus.provider.get_request().operation.request is not None


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST2001, KeyAlgorithm.GOST2012_512])
def test_keys_of_other_generations_are_taken(bus: BusUnderTest, algorithm: KeyAlgorithm) -> None:
    signer = bus.pki.ca.end_entity(OFFICIAL_NAME, algorithm=algorithm)
    assert send_inline(bus.consumer, file(sign_cms(OCTETS, signer, bus.pki.provider, at=NOW))).status == 200
    assert bus.provider.get_request().operation.request is not None


@pytest.mark.parametrize("version", list(Version))
def test_a_signature_may_come_as_a_part_and_is_read_as_its_base64(
    bus: BusUnderTest, version: Version
) -> None:
    signed = file(None).signed(bus.pki, bus.pki.official)
    assert signed.pkcs7 is not None
    envelope, parts = mtom_call(bus.consumer.speaking(version), signed)
    include = b'<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:s%40x"/>'
    packed = envelope.replace(b64encode(signed.pkcs7), include)
    assert packed != envelope
    content_type, body = mtom.write(packed, {**parts, "s@x": signed.pkcs7}, "uuid:b")
    assert bus.consumer.speaking(version).post(body, content_type).status == 200
    taken = bus.provider.speaking(version).get_request()
    (header,) = taken.operation.request.data.attachment_headers
    assert header.pkcs7 == signed.pkcs7
    assert all(each.valid for each in taken.signatures(bus.verifier).values())


@pytest.mark.parametrize("send", [send_inline, send_mtom])
@pytest.mark.parametrize("version", list(Version))
def test_a_false_digest_is_told_by_a_system_response(
    bus: BusUnderTest, version: Version, send: Callable[..., HttpReply]
) -> None:
    pkcs7 = sign_cms(OCTETS + b".", bus.pki.official, bus.pki.provider, at=NOW)
    sent = send(bus.consumer.speaking(version), file(pkcs7))
    assert sent.operation.metadata.status == "requestIsQueued"
    assert bus.provider.get_request().operation.request is None
    told = bus.consumer.speaking(version).get_response().operation.response.data.async_status
    assert told.original_message_id == sent.operation.metadata.message_id
    assert told.status_details == TOLD
    assert told.fault.fault_type == "SignatureVerificationFault"
    assert told.fault.description == f"SMEV-100:{TOLD}"
    assert told.fault.code.endswith("TR:ASYNC:SPS:7")
    assert [each.text for each in told.fault.details] == ["SignatureIsInvalid"]


def garbage(seed: bytes) -> bytes:
    return b"\x30\x82\x01\x00" + seed * 64


BAD: dict[str, Callable[[Pki], bytes]] = {
    "empty": lambda _: b"",
    "text": lambda _: b"not a signature",
    "garbage": lambda _: garbage(b"\x00\xff\x30\x80"),
    "nested": lambda _: b"\x30\x80" * 5000,
    "cut": lambda pki: sign_cms(OCTETS, pki.official, pki.provider, at=NOW)[:-20],
    "damaged": lambda pki: sign_cms(OCTETS, pki.official, pki.provider, at=NOW)[:-1] + b"\x00",
    "a certificate": lambda pki: pki.official.certificate.der,
    "no signer": lambda pki: signed_data([], [pki.official.certificate.der]),
    "another's certificate": lambda pki: signed_data(
        [
            Parts(
                pki.official,
                usual_attributes(pki.provider.digest(Digest.STREEBOG256, OCTETS), NOW),
            ).write()
        ],
        [pki.smev.certificate.der],
    ),
    "attached, another content": lambda pki: sign_cms(
        OCTETS + b".", pki.official, pki.provider, at=NOW, detached=False
    ),
    "one right signer and one wrong": lambda pki: signed_data(
        [
            Parts(signer, usual_attributes(pki.provider.digest(Digest.STREEBOG256, content), NOW)).write()
            for signer, content in ((pki.official, OCTETS), (pki.consumer, b"other"))
        ],
        [pki.official.certificate.der, pki.consumer.certificate.der],
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_signature_of_the_file_is_told_likewise(bus: BusUnderTest, kind: str) -> None:
    assert send_mtom(bus.consumer, file(BAD[kind](bus.pki))).status == 200
    assert bus.provider.get_request().operation.request is None
    assert told_fault(bus.consumer).description == f"SMEV-100:{TOLD}"


def expired(pki: Pki) -> SoftwareSigner:
    return pki.ca.end_entity(
        OFFICIAL_NAME, term=Term(pki.now - timedelta(days=9), pki.now - timedelta(days=2))
    )


def early(pki: Pki) -> SoftwareSigner:
    return pki.ca.end_entity(
        OFFICIAL_NAME, term=Term(pki.now + timedelta(days=2), pki.now + timedelta(days=9))
    )


def strange(pki: Pki) -> SoftwareSigner:
    return make_pki(pki.provider, randomness=seeded("another pki")).official


REFUSED: dict[str, tuple[Callable[[Pki], SoftwareSigner], str, str]] = {
    "expired": (
        expired,
        "Срок действия сертификата ЭП-СП истёк. Сертификат действителен до 2026-11-18 15:00",
        "CertificateIsExpired",
    ),
    "not yet valid": (
        early,
        "Срок действия сертификата ЭП-СП не начался. Сертификат действителен с 2026-11-22 15:00",
        "CertificateIsExpired",
    ),
    "untrusted": (strange, "Не найден сертификат ЭП-СП", "CertificateIsNotFound"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_the_signers_certificate_must_be_in_force_and_trusted(bus: BusUnderTest, kind: str) -> None:
    signer, why, code = REFUSED[kind]
    assert send_mtom(bus.consumer, file(None).signed(bus.pki, signer(bus.pki))).status == 200
    assert bus.provider.get_request().operation.request is None
    fault = told_fault(bus.consumer)
    assert fault.description == f"SMEV-100:Проверка подписи на вложении zapros.jpg: {why}"
    assert fault.code.endswith(":SPS:7")
    assert [each.text for each in fault.details] == [code]


def test_a_revoked_signer_is_refused(bus: BusUnderTest) -> None:
    crl = bus.pki.ca.crl(bus.pki.official.certificate)
    bus.change_registry(trust=replace(bus.snapshot.trust, crls=(crl,)))
    assert send_mtom(bus.consumer, file(None).signed(bus.pki, bus.pki.official)).status == 200
    assert "Cертификат отозван. Код ответа в ГУЦ:14" in told_fault(bus.consumer).description


def test_an_intermediate_authority_may_come_inside_the_signature(bus: BusUnderTest) -> None:
    bus.change_registry(trust=TrustStore((bus.pki.root.certificate,)))
    digest = bus.pki.provider.digest(Digest.STREEBOG256, OCTETS)
    info = Parts(bus.pki.official, usual_attributes(digest, NOW)).write()
    chain = [bus.pki.official.certificate.der, bus.pki.ca.certificate.der]
    fault_alone = _judged(bus, signed_data([info], chain[:1]))
    assert fault_alone is not None
    assert fault_alone.text.endswith("Не найден сертификат ЭП-СП")
    assert _judged(bus, signed_data([info], chain)) is None


def test_what_the_bus_itself_cannot_tell_is_not_blamed_on_the_file(bus: BusUnderTest) -> None:
    stale = bus.pki.ca.crl(next_update=bus.pki.now - timedelta(days=7))
    bus.change_registry(trust=replace(bus.snapshot.trust, crls=(stale,)))
    fault = _judged(bus, sign_cms(OCTETS, bus.pki.official, bus.pki.provider, at=NOW))
    assert fault.kind is FaultKind.SMEV_FAILURE


def _judged(bus: BusUnderTest, pkcs7: bytes) -> Any:
    from mezhved.bus.inspection.attachments import attachment_signatures  # noqa: PLC0415
    from mezhved.bus.reception.attachments import Enclosed  # noqa: PLC0415
    from mezhved.bus.reception.caller import Caller  # noqa: PLC0415

    system = bus.snapshot.systems[0]
    enclosed = Enclosed("zapros.jpg", "image/jpeg", OCTETS, pkcs7)
    caller = Caller(system, shared_pki().consumer.certificate)
    return attachment_signatures(bus.bus, bus.snapshot, caller, (enclosed,), bus.clock.now)


def test_without_a_registered_root_only_the_term_counts(bus: BusUnderTest) -> None:
    bus.change_registry(trust=TrustStore())
    assert send_mtom(bus.consumer, file(None).signed(bus.pki, strange(bus.pki))).status == 200
    assert bus.provider.get_request().operation.request is not None
    assert send_mtom(bus.consumer, file(None).signed(bus.pki, expired(bus.pki))).status == 200
    assert "истёк" in told_fault(bus.consumer).description


def test_an_answers_attachment_is_judged_too(bus: BusUnderTest) -> None:
    bus.consumer.send_request()
    request = bus.provider.get_request().operation.request
    wrong = file(sign_cms(b"other", bus.pki.official, bus.pki.provider, at=NOW))
    assert answer_with(bus.provider, request.reply_to, wrong).status == 200
    assert told_fault(bus.provider).description == f"SMEV-100:{TOLD}"
    assert bus.consumer.get_response().operation.response is None


def test_a_file_without_a_signature_is_taken_as_the_real_server_takes_it(bus: BusUnderTest) -> None:
    assert send_mtom(bus.consumer, file(None)).status == 200
    assert bus.provider.get_request().operation.request is not None


def test_a_bus_that_demands_signatures_refuses_a_file_without_one_at_once(strict_bus: BusUnderTest) -> None:
    reply = send_mtom(strict_bus.consumer, file(None))
    assert reply.fault.kind is FaultKind.ATTACHMENT_CONTENT_MISCOORDINATION
    assert reply.fault.text == "Вложения не имеют заполненных требуемых полей."
    signed = file(None).signed(strict_bus.pki, strict_bus.pki.consumer)
    assert send_mtom(strict_bus.consumer, signed).status == 200
