"""What is wrong with files is told by a system response; nothing of it reaches the recipient."""

from __future__ import annotations

import base64
import io
import uuid
from datetime import timedelta
from textwrap import wrap
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.files.taking import take_files
from mezhved.bus.processing import process_all
from mezhved.bus.processing.steps import STEPS
from mezhved.gost import Digest, Term, sign_cms
from mezhved.smev3.faults import FaultKind
from tests.support.crafted_cms import Parts, signed_data, usual_attributes
from tests.support.exchange import CONSUMER
from tests.support.file_exchange import File, accesses
from tests.support.pki import NOW, OFFICIAL_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import Work
    from mezhved.smev3.faults import Fault
    from tests.support.file_exchange import FileExchange

INCORRECT = "SMEV-201:Некорректная информация о фтп вложениях; message id = {}"


def _told(exchange: FileExchange, message_id: str) -> str:
    """The description told to the sender; the recipient has nothing, the store keeps nothing."""
    status = exchange.refusal()
    assert status.original_message_id == message_id
    assert status.status_category == "requestIsRejectedBySmev"
    assert exchange.provider.get_request().operation.request is None
    exchange.wipe()
    assert status.fault is not None
    return str(status.fault.description)


def _no_file(exchange: FileExchange) -> File:
    return File()


def _wrong_hash(exchange: FileExchange) -> File:
    file = File(hash=exchange.hash_of(File(b"other")))
    exchange.upload(file)
    return file


def _hash_in_hex(exchange: FileExchange) -> File:
    file = File()
    file.hash = base64.b64decode(exchange.hash_of(file)).hex()
    exchange.upload(file)
    return file


def _hash_of_another_length(exchange: FileExchange) -> File:
    file = File(hash=base64.b64encode(b"x" * 20).decode())
    exchange.upload(file)
    return file


def _replaced(exchange: FileExchange) -> File:
    """The file is replaced after its hash was made."""
    file = File()
    exchange.upload(file)
    with exchange.files.login() as client:
        client.storbinary(f"STOR {file.folder}/{file.name}", io.BytesIO(b"another content"))
    return file


def _of_another_sender(exchange: FileExchange) -> File:
    file = File()
    exchange.upload(file, user="tothr1")
    return file


def _two_files_in_one_directory(exchange: FileExchange) -> File:
    file = File()
    exchange.upload(file)
    with exchange.files.login() as client:
        client.storbinary(f"STOR {file.folder}/second", io.BytesIO(file.octets))
    return file


def _uuid_in_other_words(exchange: FileExchange) -> File:
    file = File()
    exchange.upload(file)
    file.folder = "../" + file.folder
    return file


WRONG: dict[str, Callable[[FileExchange], File]] = {
    "no file": _no_file,
    "wrong hash": _wrong_hash,
    "hash in hex": _hash_in_hex,
    "hash of another length": _hash_of_another_length,
    "replaced": _replaced,
    "of another sender": _of_another_sender,
    "two files in one directory": _two_files_in_one_directory,
    "uuid in other words": _uuid_in_other_words,
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_refused(exchange: FileExchange, what: str) -> None:
    message_id = exchange.refer([WRONG[what](exchange)])
    process_all(exchange.bus.bus)
    assert _told(exchange, message_id) == INCORRECT.format(message_id)


def test_a_file_that_is_only_half_there_is_refused(exchange: FileExchange) -> None:
    file = File()
    with exchange.files.login() as client:
        client.mkd(file.folder)
        client.voidcmd("TYPE I")
        connection, _ = client.ntransfercmd(f"STOR {file.folder}/{file.name}")
        connection.sendall(file.octets[:10])
        message_id = exchange.refer([file])
        process_all(exchange.bus.bus)
        connection.close()
        client.voidresp()
    assert _told(exchange, message_id) == INCORRECT.format(message_id)


def test_files_beyond_the_limit_of_a_message_are_refused(small_exchange: FileExchange) -> None:
    message_id = small_exchange.send(File(b"x" * 1000), File(b"x" * 1001))
    assert _told(small_exchange, message_id) == INCORRECT.format(message_id)
    assert small_exchange.files.disk() == []


def test_a_directory_goes_with_one_message_only(exchange: FileExchange) -> None:
    file = File()
    exchange.send(file)
    second = exchange.refer([file])
    process_all(exchange.bus.bus)
    status = exchange.refusal()
    assert (status.original_message_id, status.fault and status.fault.description) == (
        second,
        INCORRECT.format(second),
    )
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == file.octets


def test_one_directory_named_twice_in_a_message_is_refused(exchange: FileExchange) -> None:
    file = File()
    exchange.upload(file)
    message_id = exchange.refer([file, file])
    process_all(exchange.bus.bus)
    assert _told(exchange, message_id) == INCORRECT.format(message_id)
    assert exchange.files.disk() == []


@pytest.mark.parametrize("field", ["folder", "hash"])
def test_an_empty_field_is_told_at_once(exchange: FileExchange, field: str) -> None:
    file = File()
    setattr(file, field, "")
    data = exchange.consumer.request_data(ref_attachment_headers=(exchange.header(file),))
    reply = exchange.consumer.post(exchange.consumer.request_envelope(data))
    assert reply.fault.kind is FaultKind.ATTACHMENT_CONTENT_MISCOORDINATION
    assert reply.fault.text == "Вложения не имеют заполненных требуемых полей."


def test_a_signature_of_other_content_is_refused(exchange: FileExchange) -> None:
    file = File()
    file.pkcs7 = exchange.signed(File(b"other content")).pkcs7
    message_id = exchange.send(file)
    told = "SMEV-100:Проверка подписи на вложении zapros.zip: Дайджест не прошел проверку!"
    assert _told(exchange, message_id) == told


def test_what_is_no_pkcs7_is_refused(exchange: FileExchange) -> None:
    message_id = exchange.send(File(pkcs7=b"no PKCS#7"))
    assert "zapros.zip" in _told(exchange, message_id)


@pytest.mark.parametrize("options", [{}, {"detached": False}, {"cades": True}])
def test_forms_of_signatures_are_taken(exchange: FileExchange, options: dict[str, bool]) -> None:
    file = exchange.signed(File(), **options)
    exchange.send(file)
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == file.octets


@pytest.mark.parametrize(
    "form", ["after its issuer's", "in the armour of PEM", "with line ends as references"]
)
def test_a_file_signed_without_certificates_is_the_senders_however_its_own_signature_shows_one(
    exchange: FileExchange, form: str
) -> None:
    file, pki = File(), exchange.bus.pki
    hashed = pki.provider.digest(file.function, file.octets)
    info = Parts(pki.consumer, usual_attributes(hashed, NOW)).write()
    file.pkcs7 = signed_data([info], [])
    exchange.upload(file)
    plain = base64.b64encode(pki.consumer.certificate.der).decode()
    issuer = base64.b64encode(pki.ca.certificate.der).decode()
    shown = {
        "after its issuer's": f"{issuer}</ds:X509Certificate><ds:X509Certificate>{plain}",
        "in the armour of PEM": pki.consumer.certificate.pem,
        "with line ends as references": "&#13;\n".join(wrap(plain, 76)),
    }[form]
    data = exchange.consumer.request_data(ref_attachment_headers=(exchange.header(file),))
    envelope = exchange.consumer.request_envelope(data)
    assert plain.encode() in envelope
    assert exchange.consumer.post(envelope.replace(plain.encode(), shown.encode())).status == 200
    process_all(exchange.bus.bus)
    [access] = accesses(exchange.provider.get_request())
    assert exchange.fetch(access) == file.octets


def test_an_officials_signature_by_another_generation_than_the_hash_is_taken(exchange: FileExchange) -> None:
    file = File(function=Digest.GOST94)
    file.pkcs7 = sign_cms(file.octets, exchange.bus.pki.official, exchange.bus.pki.provider, at=NOW)
    exchange.send(file)
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == file.octets


def test_a_signature_by_an_expired_certificate_is_refused(exchange: FileExchange) -> None:
    term = Term(NOW - timedelta(days=30), NOW - timedelta(days=1))
    expired = exchange.bus.pki.ca.end_entity(OFFICIAL_NAME, term=term)
    file = File()
    file.pkcs7 = sign_cms(file.octets, expired, exchange.bus.pki.provider, at=NOW)
    message_id = exchange.send(file)
    assert "истёк" in _told(exchange, message_id)


def test_a_recipients_quota_for_a_type_is_told_and_freed_by_its_acknowledgement(
    small_exchange: FileExchange,
) -> None:
    first = small_exchange.send(File(b"x" * 1500))
    small_exchange.send(File(b"x" * 1001))
    status = small_exchange.refusal()
    assert status.fault is not None
    assert status.fault.fault_type == "QuoteLimitExceeded"
    assert status.fault.description == "SMEV-202:Квота на файловое хранилище для получателя превышена!"
    assert {each.name: each.text for each in status.fault.details} == {
        "RemainedTotalQuoteSize": "1000",
        "RealTotalAttachmentSize": "1001",
    }
    small_exchange.provider.get_request()
    small_exchange.provider.ack(first)
    small_exchange.send(File(b"x" * 1001))
    assert accesses(small_exchange.provider.get_request())


class Killed(BaseException):
    """The process dies here."""


def test_a_process_that_dies_after_the_taking_leaves_the_rest_to_another(exchange: FileExchange) -> None:
    file = exchange.signed(File())
    exchange.upload(file)
    exchange.refer([file])

    def dying(bus: Bus, work: Work) -> Fault | None:
        assert take_files(bus, work) is None
        raise Killed

    with pytest.raises(Killed):
        process_all(exchange.bus.bus, (dying,))
    assert exchange.files.ledger.folders(CONSUMER) == []
    assert exchange.wipe() == 0, "files of a message that is still worked on are kept"
    exchange.bus.clock.advance(minutes=1)
    process_all(exchange.bus.bus, STEPS)
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == file.octets
    assert exchange.bus.store.check().right


def test_a_refused_messages_files_are_wiped(exchange: FileExchange) -> None:
    message_id = exchange.send(File(), File(hash=base64.b64encode(b"x" * 32).decode()))
    assert _told(exchange, message_id) == INCORRECT.format(message_id)
    assert exchange.files.disk() == []
    assert exchange.files.ledger.files(uuid.UUID(message_id)) == ()
