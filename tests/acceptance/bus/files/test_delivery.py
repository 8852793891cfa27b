"""A file goes through the file store: up, referred to, taken over, fetched by a one-time login, wiped."""

from __future__ import annotations

import ftplib
import io
import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.processing import process_all
from mezhved.gost import Digest
from mezhved.smev3.signature import Place
from mezhved.smev3.versions import Version
from tests.support.exchange import CONSUMER, OTHER, PROVIDER
from tests.support.file_exchange import File, accesses
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from mezhved.bus.metrics import Metrics
    from tests.support.file_exchange import FileExchange


@pytest.mark.parametrize("version", Version)
def test_a_file_comes_to_the_recipient_as_it_was_sent(exchange: FileExchange, version: Version) -> None:
    file = exchange.signed(File(name="Заявление.zip"))
    message_id = exchange.send(file, sender=exchange.consumer.speaking(version))
    assert exchange.files.ledger.folders(CONSUMER) == []

    reply = exchange.provider.speaking(version).get_request()
    [access] = accesses(reply)
    signatures = reply.signatures(exchange.bus.verifier)
    assert signatures[Place.SMEV].valid
    assert re.fullmatch(r"[0-9A-Za-z]{30}", access.user_name)
    assert re.fullmatch(r"[0-9A-Za-z]{30}", access.password)
    assert (access.uuid, access.file_name) == (file.folder, "/Заявление.zip")
    assert exchange.fetch(access) == file.octets

    assert exchange.provider.ack(message_id).status == 200
    assert not exchange.opens(access)
    assert exchange.wipe() == 1
    assert exchange.files.disk() == []


def test_a_uuid_in_capital_letters_is_given_back_as_it_was_written(exchange: FileExchange) -> None:
    file = File()
    exchange.upload(file)
    file.folder = file.folder.upper()
    exchange.refer([file])
    process_all(exchange.bus.bus)
    [access] = accesses(exchange.provider.get_request())
    assert access.uuid == file.folder
    assert exchange.fetch(access) == exchange.fetch(access, f"/{access.uuid.lower()}/zapros.zip")


def test_files_cross_versions(exchange: FileExchange) -> None:
    file = File()
    exchange.send(file, sender=exchange.consumer.speaking(Version.V1_3))
    [access] = accesses(exchange.provider.speaking(Version.V1_1).get_request())
    assert exchange.fetch(access) == file.octets


def test_a_response_carries_files_too(exchange: FileExchange) -> None:
    exchange.consumer.send_request()
    request = exchange.provider.get_request().operation.request
    assert request is not None
    file = File(name="otvet.pdf")
    exchange.files.upload(file.octets, file.name, file.folder, "tothr1")
    # The answering system's own area is its login's: here that of the provider.
    exchange.files.ledger.make_folder(PROVIDER, file.folder, 1)
    reply = exchange.provider.send_response(request.reply_to, ref_attachment_headers=(exchange.header(file),))
    assert reply.status == 200
    process_all(exchange.bus.bus)
    told = exchange.refusal(exchange.provider)
    assert "SMEV-201" in str(told.fault and told.fault.description)


def test_a_response_with_a_file_of_its_sender_is_delivered(small_exchange: FileExchange) -> None:
    small_exchange.consumer.send_request()
    request = small_exchange.provider.get_request().operation.request
    assert request is not None
    file = File(b"answer", name="otvet.pdf")
    with small_exchange.files.connect() as client:
        client.login("anonymous", "smev")
        client.mkd(file.folder)
        client.storbinary(f"STOR {file.folder}/{file.name}", io.BytesIO(file.octets))
    small_exchange.provider.send_response(
        request.reply_to, ref_attachment_headers=(small_exchange.header(file),)
    )
    process_all(small_exchange.bus.bus)
    [access] = accesses(small_exchange.consumer.get_response())
    assert small_exchange.fetch(access) == b"answer"


def test_several_files_have_a_login_each(exchange: FileExchange) -> None:
    files = [File(b"one", "same.txt"), File(b"two", "same.txt"), File(b"", "empty")]
    exchange.send(*files)
    given = accesses(exchange.provider.get_request())
    assert [each.uuid for each in given] == [each.folder for each in files]
    assert [exchange.fetch(each) for each in given] == [b"one", b"two", b""]
    with pytest.raises(ftplib.error_perm, match=r"^550"):
        exchange.fetch(given[0], f"/{files[1].folder}/same.txt")


def test_the_recipient_sees_its_file_and_can_only_read(exchange: FileExchange) -> None:
    file = File(b"0123456789")
    exchange.send(file)
    [access] = accesses(exchange.provider.get_request())
    with exchange.files.connect() as client:
        client.login(access.user_name, access.password)
        assert client.nlst("/") == [file.folder]
        client.cwd(file.folder)
        assert client.nlst() == ["zapros.zip"]
        assert client.size("zapros.zip") == 10
        got = io.BytesIO()
        client.retrbinary("RETR zapros.zip", got.write, rest=7)
        assert got.getvalue() == b"789"
        for command in ("DELE zapros.zip", f"MKD {file.folder}", "RMD /", "RNFR zapros.zip"):
            with pytest.raises(ftplib.error_perm, match=r"^550"):
                client.voidcmd(command)
        with pytest.raises(ftplib.error_perm, match=r"^550"):
            client.storbinary("STOR zapros.zip", io.BytesIO(b"x"))
        for path in ("/etc/passwd", "../../etc/passwd", "/", f"/{file.folder}/../../etc/passwd"):
            with pytest.raises(ftplib.error_perm, match=r"^550"):
                client.retrbinary(f"RETR {path}", got.write)
    # Clients that take FileName for the whole path find the file as well.
    assert exchange.fetch(access, access.file_name) == b"0123456789"


def test_every_hand_out_has_fresh_logins_and_the_earlier_ones_go_on(exchange: FileExchange) -> None:
    message_id = exchange.send(File(b"x"))
    [first] = accesses(exchange.provider.get_request())
    exchange.bus.clock.advance(hours=3)
    [second] = accesses(exchange.provider.get_request())
    assert first.user_name != second.user_name
    assert exchange.fetch(first) == exchange.fetch(second) == b"x"
    exchange.provider.ack(message_id)
    assert not exchange.opens(first)
    assert not exchange.opens(second)


def test_a_wrong_password_of_a_right_name_opens_nothing(exchange: FileExchange) -> None:
    exchange.send(File(b"x"))
    [access] = accesses(exchange.provider.get_request())
    with exchange.files.connect() as client, pytest.raises(ftplib.error_perm, match=r"^530"):
        client.login(access.user_name, access.password[:-1])


def test_a_connection_that_was_open_before_the_acknowledgement_reads_no_more(exchange: FileExchange) -> None:
    message_id = exchange.send(File(b"x"))
    [access] = accesses(exchange.provider.get_request())
    with exchange.files.connect() as client:
        client.login(access.user_name, access.password)
        exchange.provider.ack(message_id)
        with pytest.raises(ftplib.error_perm, match="acknowledged"):
            client.retrbinary(f"RETR {access.uuid}{access.file_name}", lambda _: None)


def test_large_files_are_waited_for_longer(small_exchange: FileExchange) -> None:
    small_exchange.send(File(b"x" * 499))
    small_exchange.send(File(b"x" * 500))
    small_exchange.provider.get_request()
    small_exchange.provider.get_request()
    small_exchange.bus.clock.advance(minutes=16)
    assert accesses(small_exchange.provider.get_request())
    assert small_exchange.provider.get_request().operation.request is None
    small_exchange.bus.clock.advance(minutes=15)
    assert small_exchange.provider.get_request().operation.request is not None


@pytest.mark.parametrize("function", [Digest.GOST94, Digest.STREEBOG256, Digest.STREEBOG512])
def test_a_hash_of_any_gost_generation_is_taken(exchange: FileExchange, function: Digest) -> None:
    file = File(function=function)
    exchange.send(file)
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == file.octets


def test_a_name_in_the_header_of_1_3_chooses_among_several_files(exchange: FileExchange) -> None:
    chosen = File(b"chosen", "chosen.txt", file_name="chosen.txt")
    other = File(b"other", "other.txt", folder=chosen.folder)
    exchange.upload(chosen)
    with exchange.files.login() as client:
        client.storbinary(f"STOR {other.folder}/other.txt", io.BytesIO(b"other"))
    exchange.refer([chosen], exchange.consumer.speaking(Version.V1_3))
    process_all(exchange.bus.bus)
    [access] = accesses(exchange.provider.speaking(Version.V1_3).get_request())
    assert exchange.fetch(access) == b"chosen"
    assert [each.place.name for each in exchange.files.ledger.uploads(CONSUMER, chosen.folder)] == [
        "other.txt"
    ]


def test_nobody_elses_login_leads_to_the_file_of_a_message(exchange: FileExchange) -> None:
    exchange.send(File(b"x"))
    accesses(exchange.provider.get_request())
    assert exchange.files.ledger.folders(OTHER) == []
    with exchange.files.login("tothr1") as client:
        assert client.nlst("/") == []


def test_transfers_and_takings_are_counted(exchange: FileExchange) -> None:
    exchange.send(File(b"x" * 7))
    exchange.fetch(accesses(exchange.provider.get_request())[0])

    def told(metrics: Metrics, line: str) -> bool:
        return line in metrics.exposition().decode()

    ftp = exchange.files.server.handler.metrics
    for step in ("upload", "download"):
        line = f'mezhved_bus_files_total{{outcome="ok",step="{step}"}} 1.0'
        assert eventually(partial(told, ftp, line)), step
    assert told(exchange.bus.bus.metrics, 'mezhved_bus_files_total{outcome="ok",step="take"} 1.0')
    assert told(exchange.bus.bus.metrics, 'mezhved_bus_file_octets_total{step="take"} 7.0')


def test_a_file_hashed_while_it_came_is_not_read_again(exchange: FileExchange) -> None:
    """Seen by changing the content on the disk, which only a second reading would notice."""
    file = exchange.signed(File(b"as it came"))
    exchange.upload(file)
    [blob] = [each for each in exchange.files.disk() if each.startswith("blobs")]
    (exchange.files.folder / blob).write_bytes(b"otherwise!")
    exchange.refer([file])
    process_all(exchange.bus.bus)
    assert len(accesses(exchange.provider.get_request())) == 1


def test_a_file_that_came_in_two_parts_is_hashed_when_it_is_taken(exchange: FileExchange) -> None:
    file = exchange.signed(File(b"0123456789"))
    exchange.upload(File(b"01234", file.name, file.folder))
    with exchange.files.login() as client:
        client.storbinary(f"STOR {file.folder}/{file.name}", io.BytesIO(b"56789"), rest=5)
    [upload] = exchange.files.ledger.uploads(CONSUMER, file.folder)
    assert upload.digest == ""
    exchange.refer([file])
    process_all(exchange.bus.bus)
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == b"0123456789"
