"""Signatures of officials and of files made by the `openssl` command: taken, or told afterwards."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from tests.support.foreign.pki import checked
from tests.support.foreign.signing import sign_in_place
from tests.support.foreign.world import Caller, World, ask, new_id
from tests.support.foreign.writing import Raw

if TYPE_CHECKING:
    from tests.support.foreign.pki import ForeignKey

MARK = "@@PERSONAL@@"
FILE = bytes(range(256)) * 300
ALGORITHMS = [("gost2012_256", "B"), ("gost2012_512", "A"), ("gost2001", "A")]


def signed_by_official(caller: Caller, message_id: str, key: ForeignKey, spoilt: str = "") -> bytes:
    """A request whose business data an official has signed; `spoilt` is put into them afterwards."""
    content = ask(attributes=' Id="OFFICIAL"')
    data = caller.t(
        "SenderProvidedRequestData",
        caller.t("MessageID", message_id),
        *(
            [caller.t("ReferenceMessageID", message_id), caller.t("TransactionCode")]
            if caller.version == "1.2"
            else []
        ),
        caller.b("MessagePrimaryContent", Raw(content)),
        caller.t("PersonalSignature", Raw(MARK)),
        Id=caller.habit.id,
    )
    document = sign_in_place(caller.unsigned("SendRequest", data), "OFFICIAL", key, mark=MARK)
    if spoilt:
        document = document.replace("известно".encode(), spoilt.encode())
    return sign_in_place(document, caller.habit.id, caller.key, caller.style)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids="-".join)
@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3"])
def test_an_official_of_another_program_is_believed(
    world: World, algorithm: tuple[str, str], version: str
) -> None:
    caller, sent = world.consumer.but(version=version), new_id()
    octets = signed_by_official(caller, sent, world.consumer_keys[algorithm])
    caller.receipt(caller.post(octets), "SendRequestResponse", sent)
    taken = world.provider.but(version=version).take("Request", sent)
    assert taken.envelope.find(".//{*}PersonalSignature") is not None


def test_data_changed_after_the_official_signed_are_told(world: World) -> None:
    caller, sent = world.consumer.but(version="1.1"), new_id()
    octets = signed_by_official(caller, sent, world.consumer_keys["gost2012_256", "B"], "слышно")
    caller.receipt(caller.post(octets), "SendRequestResponse", sent)
    assert "ЭП-СП не соответствует подписанным данным" in refusal(caller, sent)


FORMS: dict[str, tuple[str, ...]] = {
    "detached": (),
    "attached": ("-nodetach",),
    "no attributes": ("-noattr",),
    "cades": ("-cades",),
    "by key": ("-keyid",),
    "no certificate": ("-nocerts",),
    "no capabilities": ("-nosmimecap",),
}


def pkcs7(key: ForeignKey, octets: bytes, *options: str) -> bytes:
    key.openssl.write("attached", octets)
    return checked(
        key.openssl, "cms", "-sign", "-binary", "-in", "attached", "-signer", key.certificate_file,
        "-inkey", key.key_file, "-md", key.digest_name, "-outform", "DER", *options,
    )  # fmt: skip


def with_file(caller: Caller, message_id: str, signature: bytes) -> bytes:
    header = caller.b(
        "AttachmentHeader",
        caller.b("contentId", "zapros.jpg"),
        caller.b("MimeType", "image/jpeg"),
        caller.b("SignaturePKCS7", b64encode(signature).decode()),
    )
    content = caller.b("Content", Raw(b64encode(FILE).decode()))
    attached = caller.b("AttachmentContent", caller.b("Id", "zapros.jpg"), content)
    listed = caller.b("AttachmentHeaderList", header)
    return caller.request(message_id, ask(), listed, attached=caller.b("AttachmentContentList", attached))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_signature_that_openssl_makes_is_taken(world: World, form: str) -> None:
    caller, sent = world.consumer, new_id()
    signature = pkcs7(caller.key, FILE, *FORMS[form])
    caller.receipt(caller.post(with_file(caller, sent, signature)), "SendRequestResponse", sent)
    world.provider.take("Request", sent)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids="-".join)
def test_another_file_is_told(world: World, algorithm: tuple[str, str]) -> None:
    caller, sent = world.consumer.but(version="1.1"), new_id()
    signature = pkcs7(world.consumer_keys[algorithm], FILE + b".")
    caller.receipt(caller.post(with_file(caller, sent, signature)), "SendRequestResponse", sent)
    assert "Проверка подписи на вложении zapros.jpg: Дайджест не прошел проверку!" in refusal(caller, sent)


def refusal(caller: Caller, sent: str) -> str:
    """The words of the system response about a message; others are acknowledged on the way."""
    for _ in range(50):
        answer = caller.post(caller.selector("GetResponse"))
        response = answer.the("GetResponseResponse", "ResponseMessage", "Response")
        caller.post(caller.ack_of(response.findtext("{*}MessageMetadata/{*}MessageId")))
        if response.findtext("{*}OriginalMessageId") == sent:
            return str(response.findtext(".//{*}StatusDetails"))
    raise AssertionError(sent)
