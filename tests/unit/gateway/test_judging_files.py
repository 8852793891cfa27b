"""A file's signature without a certificate of its own is judged by that of the message's sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.evidence.judging import FILE, Judge, sender_of
from mezhved.gost import Verifier
from mezhved.smev3 import messages
from mezhved.smev3.versions import Version
from tests.support.crafted_cms import Parts, signed_data, usual_attributes
from tests.support.pki import NOW, Pki, shared_pki
from tests.support.smev_answers import Smev, business, fragment

if TYPE_CHECKING:
    from mezhved.gost import SoftwareSigner
    from tests.support.standin import Reply

OCTETS = b"an invented paper"


@pytest.fixture
def pki() -> Pki:
    return shared_pki()


def handed(pki: Pki, sender: SoftwareSigner, signer: SoftwareSigner) -> Reply:
    """A request that SMEV hands over, with a file whose signature names a certificate and carries none."""
    digest = pki.provider.digest(signer.digest_algorithm, OCTETS)
    pkcs7 = signed_data([Parts(signer, usual_attributes(digest, NOW)).write()], [])
    data = messages.SenderProvidedRequestData(
        message_id="6b1a2c00-c601-11f1-9a2b-0242ac120002",
        primary_content=fragment(business()),
        id="SIGNED_BY_CALLER",
        attachment_headers=(messages.AttachmentHeader("f", "text/plain", pkcs7),),
    )
    smev = Smev(Version.V1_2, pki.smev, NOW)
    return smev.multipart(smev.handed_request(data, sender, (messages.AttachmentContent("f", OCTETS),)))


@pytest.mark.parametrize("own", [True, False], ids=["the sender's", "a stranger's"])
def test_a_signature_without_a_certificate_is_right_if_the_sender_made_it(pki: Pki, own: bool) -> None:
    reply = handed(pki, pki.consumer, pki.consumer if own else pki.official)
    verifier = Verifier(pki.provider)
    found, problem = Judge(verifier).step(reply.content_type, reply.body, NOW, lambda _: None)
    assert problem is None
    (of_file,) = [each for each in found if each.what == FILE]
    assert of_file.right is own
    assert of_file.certificate == (pki.consumer.certificate if own else None)
    assert sender_of(reply.content_type, reply.body, verifier) == (pki.consumer.certificate,)


def test_what_is_no_message_has_no_sender(pki: Pki) -> None:
    assert sender_of("text/xml", b"<nothing", Verifier(pki.provider)) == ()
