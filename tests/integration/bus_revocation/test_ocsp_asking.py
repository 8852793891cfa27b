"""OCSP is asked ahead: about registered certificates, and about those met in messages."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mezhved.gost import CertId, OcspHash, Reason
from mezhved.gost.issuing import Term
from mezhved.registry.models import (
    InformationSystem,
    RevocationRecord,
    RevocationSource,
    SystemCertificate,
)
from tests.support.ocsp import Responder, delegate
from tests.support.pki import OFFICIAL_NAME
from tests.support.web import page, serving

if TYPE_CHECKING:
    from tests.support.live_bus import LiveBus
    from tests.support.web import Asked, Web


class Service:
    """A responder of the issuing authority behind the web server."""

    def __init__(self, live: LiveBus, **changes: Any) -> None:
        signer = delegate(live.pki.ca)
        self.live = live
        self.responder = Responder(
            live.pki.ca.certificate, signer, live.pki.now, sent=(signer.certificate.der,)
        ).but(**changes)

    def __call__(self, asked: Asked) -> bytes:
        now = self.live.clock.now // 1_000_000
        at = self.live.pki.now + timedelta(seconds=now - int(self.live.pki.now.timestamp()))
        return page(self.responder.but(now=at).reply(asked.body))

    def revoke(self, serial: int) -> None:
        revoked = {serial: (self.live.pki.now - timedelta(hours=1), Reason.KEY_COMPROMISE)}
        self.responder = self.responder.but(revoked=revoked)


def subjects() -> set[str]:
    return set(RevocationRecord.objects.values_list("subject", flat=True))


def refused(live: LiveBus) -> str:
    reply = live.consumer.get_response()
    return "" if reply.status == HTTPStatus.OK else reply.fault.text


def test_every_registered_certificate_is_asked_about_and_nothing_else(live: LiveBus, web: Web) -> None:
    service = Service(live)
    web.pages["/ocsp"] = service
    live.add_source(web.address("/ocsp"), kind="ocsp", function="streebog256")
    live.tick()
    expected = {each.certificate.thumbprint.hex() for each in live.pki.participants}
    assert subjects() == expected, "the root issued the authority's own certificate, not the authority"
    assert len(web.asked) == len(expected)
    name = CertId.of(
        live.pki.consumer.certificate, live.pki.ca.certificate, OcspHash.STREEBOG256, live.pki.provider
    )
    assert any(name.der() in each.body for each in web.asked)
    assert refused(live) == ""
    live.tick(seconds=30)
    assert len(web.asked) == len(expected)


def test_a_revocation_told_by_ocsp_counts_when_it_is_asked_next(live: LiveBus, web: Web) -> None:
    service = Service(live)
    web.pages["/"] = service
    live.add_source(web.address("/"), kind="ocsp", period_seconds=600)
    live.tick()
    service.revoke(live.pki.consumer.certificate.serial)
    assert refused(live) == ""
    live.tick(seconds=601)
    assert "отозван" in refused(live)
    assert live.provider.get_request().status == HTTPStatus.OK


def test_an_answer_to_another_question_is_not_kept(live: LiveBus, web: Web) -> None:
    service = Service(live)
    replayed = service.responder.about(live.pki.consumer.certificate, nonce=b"yesterday's")
    web.pages["/"] = page(replayed)
    live.add_source(web.address("/"), kind="ocsp")
    live.tick()
    assert set(RevocationRecord.objects.values_list("thumbprint", flat=True)) == {""}
    reasons = {each["reason"] for each in live.events("revocation_fetch_failed")}
    assert reasons == {"replayed"}


def test_a_certificate_registered_later_is_asked_about_within_seconds(live: LiveBus, web: Web) -> None:
    web.pages["/"] = Service(live)
    live.add_source(web.address("/"), kind="ocsp")
    live.tick()
    system = InformationSystem.objects.get(mnemonic="TEST01")
    signer = live.pki.ca.end_entity(OFFICIAL_NAME)
    row = SystemCertificate(system=system, der=signer.certificate.der)
    row.save()
    live.tick(seconds=5)
    assert signer.certificate.thumbprint.hex() in subjects()
    row.delete()
    live.tick(seconds=5)
    assert signer.certificate.thumbprint.hex() not in subjects()


def test_a_certificate_met_in_a_message_is_asked_about_from_then_on(live: LiveBus, web: Web) -> None:
    service = Service(live)
    web.pages["/"] = service
    live.add_source(web.address("/"), kind="ocsp", period_seconds=60)
    live.tick()
    official = live.pki.official.certificate
    trust, chains = live.bus.registry.current().trust, live.bus.chains
    verdict = chains.check(trust, official, live.pki.now)
    assert verdict is not None
    assert verdict.trusted
    assert verdict.stale is not None, "nothing is known of it yet"
    service.revoke(official.serial)
    live.tick(seconds=1)
    assert official.thumbprint.hex() in subjects()
    verdict = chains.check(live.bus.registry.current().trust, official, live.pki.now)
    assert verdict is not None
    assert verdict.state.value == "revoked"


def test_of_certificates_met_the_latest_are_kept(live: LiveBus, web: Web) -> None:
    web.pages["/"] = Service(live)
    live.add_source(web.address("/"), kind="ocsp")
    live.tick()
    registered = subjects()
    met = [live.pki.ca.end_entity(OFFICIAL_NAME).certificate for _ in range(4)]
    strange = live.pki.root.end_entity(OFFICIAL_NAME).certificate
    for each in (*met, strange):
        live.clock.advance(seconds=1)
        live.keeper._roster.note_met([each], live.clock.now, 2)
    assert subjects() - registered == {each.thumbprint.hex() for each in met[2:]}


def test_a_certificate_that_cannot_be_asked_about_for_the_grace_is_refused(live: LiveBus, web: Web) -> None:
    web.pages["/"] = page(b"", "503 Service Unavailable")
    live.add_source(web.address("/"), kind="ocsp")
    live.tick()
    assert refused(live) == ""
    live.tick(hours=5, minutes=59)
    assert refused(live) == ""
    live.tick(minutes=2)
    assert "Данные об отзыве сертификатов устарели" in refused(live)
    web.pages["/"] = Service(live)
    live.tick(hours=1)
    assert refused(live) == ""


def test_a_responder_that_is_away_is_tried_once_however_many_certificates_wait(live: LiveBus) -> None:
    with serving() as gone:
        address = gone.address("/")
    live.add_source(address, kind="ocsp")
    live.tick()
    assert len(live.events("revocation_fetch_failed")) == 1
    assert RevocationRecord.objects.filter(next_at__gt=live.clock.now, leased_until=0).count() == 3
    live.tick(seconds=29)
    assert len(live.events("revocation_fetch_failed")) == 1
    live.tick(seconds=2)
    assert len(live.events("revocation_fetch_failed")) == 2
    live.tick(seconds=31)
    assert len(live.events("revocation_fetch_failed")) == 2, "the second pause is twice as long"


def test_addresses_are_taken_from_registered_certificates_only_when_allowed(live: LiveBus) -> None:
    system = InformationSystem.objects.get(mnemonic="TEST01")
    urls = ("http://crl.example/own.crl", "ldap://crl.example/", "http://user@crl.example/", "http://a b/")
    signer = live.pki.ca.end_entity(
        OFFICIAL_NAME, crl_urls=urls, term=Term(live.pki.now, live.pki.now + timedelta(days=9))
    )
    live.keeper._roster.renew(live.clock.now)
    SystemCertificate(system=system, der=signer.certificate.der).save()
    live.keeper._roster.renew(live.clock.now)
    assert not RevocationSource.objects.exists()
    assert live.keeper._roster.add_named_sources(live.clock.now) == 1
    row = RevocationSource.objects.get()
    assert (row.address, row.from_certificate) == ("http://crl.example/own.crl", True)
    assert row.authority.thumbprint == live.pki.ca.certificate.thumbprint.hex()
    row.enabled = False
    row.save()
    assert live.keeper._roster.add_named_sources(live.clock.now) == 0
