"""Files go along inside a message or through SMEV's file store, and are kept before they are acknowledged."""

from __future__ import annotations

import ftplib
import hashlib
import io
import os
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest

from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.files import FileDraft, clean_name, keep_upload, open_file, wipe
from mezhved.gateway.files.cleaning import clean
from mezhved.gateway.files.uploading import upload_due
from mezhved.gateway.models import (
    Attachment,
    AwaitedFiles,
    Carrier,
    Connection,
    Direction,
    Exchange,
    Message,
)
from mezhved.gateway.outbox import RequestDraft, take_request
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.gateways import GatewayBus

LARGE = 6_000_000


@pytest.fixture
def with_store(under_test: GatewayUnderTest, served_bus: GatewayBus) -> GatewayUnderTest:
    """The gateway knows the bus's file store."""
    Connection.objects.update(file_store_url=f"ftp://127.0.0.1:{served_bus.bus.ftp_port}")
    return under_test


def ask_with(under_test: GatewayUnderTest, *files: FileDraft) -> Message:
    draft = RequestDraft(under_test.consumer, under_test.plain, NUMBER, files=files)
    return take_request(under_test.gateway, draft)


def contents(under_test: GatewayUnderTest) -> list[tuple[str, bytes, bool | None]]:
    """Names, hashes and soundness of the files that came."""
    found = []
    for row in Attachment.objects.filter(message__direction=Direction.IN).order_by("number"):
        with open_file(under_test.gateway, row) as file:
            found.append((row.name, hashlib.sha256(file.read()).digest(), row.is_sound))
    return found


def kept(under_test: GatewayUnderTest, octets: bytes, name: str = "Справка.pdf") -> FileDraft:
    return keep_upload(under_test.gateway, io.BytesIO(octets), name, "application/pdf")


def receive(under_test: GatewayUnderTest) -> None:
    """Take the request: SMEV takes its files over in the background, after the receipt."""
    assert eventually(lambda: bool(under_test.take_requests())), "the request did not come"


def blobs_of(under_test: GatewayUnderTest) -> list[Path]:
    folder = under_test.gateway.settings.folder / "files"
    return [each for each in folder.rglob("*") if each.is_file()]


def test_small_and_middling_files_travel_inside_the_message(under_test: GatewayUnderTest) -> None:
    small, middling = os.urandom(1000), os.urandom(200_000)
    ask_with(under_test, kept(under_test, small, "a.pdf"), kept(under_test, middling, "b.pdf"))
    assert under_test.send() == 1
    under_test.take_requests()
    digests = [(hashlib.sha256(each).digest(), True) for each in (small, middling)]
    assert [each[1:] for each in contents(under_test)] == digests
    rows = Attachment.objects.filter(message__direction=Direction.IN).order_by("number")
    assert [bool(each.blob) for each in rows] == [False, True]


def test_a_large_file_goes_through_the_store(with_store: GatewayUnderTest) -> None:
    octets = os.urandom(LARGE)
    message = ask_with(with_store, kept(with_store, octets))
    assert with_store.send() == 0  # not before its file lies in the store
    assert upload_due(with_store.gateway)
    assert with_store.send() == 1
    receive(with_store)
    assert contents(with_store) == [("Справка.pdf", hashlib.sha256(octets).digest(), True)]
    message.refresh_from_db()
    assert message.state == "SENT"
    assert not AwaitedFiles.objects.exists()


def test_what_a_header_says_beside_goes_along_and_comes(with_store: GatewayUnderTest) -> None:
    Connection.objects.update(version="1.3")
    named = "7d2f2a6e-1111-4222-8333-444455556666"
    said = {"namespace": "urn:example:scans", "archive": [["скан.xml", "urn:example:scan"]]}
    stored = replace(kept(with_store, b"one"), carrier=Carrier.STORE, header={"uuid": named} | said)
    inside = replace(kept(with_store, b"two"), header={"namespace": "urn:example:page"})
    ask_with(with_store, stored, inside)
    assert upload_due(with_store.gateway)
    with_store.send()
    receive(with_store)
    came = Attachment.objects.filter(message__direction=Direction.IN)
    assert came.get(carrier=Carrier.STORE).wire_name == named, "business data may refer to a file by it"
    assert came.get(carrier=Carrier.STORE).header == said
    assert came.get(carrier=Carrier.MESSAGE).header == {"namespace": "urn:example:page"}


def test_an_upload_that_was_killed_goes_on_where_it_ended(
    with_store: GatewayUnderTest, served_bus: GatewayBus
) -> None:
    octets = os.urandom(LARGE)
    message = ask_with(with_store, kept(with_store, octets))
    folder = with_store.gateway.message_ids.new()
    Attachment.objects.filter(message=message).update(wire_name=folder)
    with ftplib.FTP(encoding="utf-8") as client:  # the process that was killed had sent a third of it
        client.connect("127.0.0.1", served_bus.bus.ftp_port)
        client.login("anonymous", "smev")
        client.mkd(folder)
        client.storbinary(f"STOR {folder}/Справка.pdf", io.BytesIO(octets[: LARGE // 3]))
    assert upload_due(with_store.gateway)
    assert with_store.send() == 1
    receive(with_store)
    assert contents(with_store)[0][1:] == (hashlib.sha256(octets).digest(), True)


def test_files_that_cannot_be_fetched_leave_the_message_with_smev(with_store: GatewayUnderTest) -> None:
    ask_with(with_store, kept(with_store, os.urandom(LARGE)))
    upload_due(with_store.gateway)
    with_store.send()
    right = Connection.objects.get().file_store_url
    Connection.objects.update(file_store_url="")
    receive(with_store)
    assert not Exchange.objects.filter(direction=Direction.IN).exists()
    assert AwaitedFiles.objects.get().problem["cure_en"]
    assert blobs_of(with_store)  # the sender's own is all there is
    Connection.objects.update(file_store_url=right)
    client = with_store.gateway.connections.client(with_store.provider)
    client.ack(Message.objects.get(direction=Direction.OUT).message_id or "")  # no other test is to meet it


def test_a_file_is_kept_in_bounded_memory(under_test: GatewayUnderTest) -> None:
    class Endless:
        """Forty megabytes of a file that is nowhere."""

        left = 40_000_000

        def read(self, size: int) -> bytes:
            taken = min(size, self.left)
            self.left -= taken
            return bytes(taken)

    tracemalloc.start()
    try:
        draft = keep_upload(under_test.gateway, cast("BinaryIO", Endless()), "отчёт.zip", "application/zip")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert draft.size == 40_000_000
    assert peak < 8_000_000
    under_test.gateway.blobs.delete(draft.blob)


def test_contents_of_nothing_are_cleaned_and_others_stay(under_test: GatewayUnderTest) -> None:
    kept(under_test, os.urandom(70_000))
    mine = ask_with(under_test, kept(under_test, os.urandom(70_000)))
    assert clean(under_test.gateway) == 0  # they may be about to be taken
    under_test.clock.offset = timedelta(days=2)
    assert clean(under_test.gateway) >= 1
    row = Attachment.objects.get(message=mine)
    with open_file(under_test.gateway, row) as file:
        assert len(file.read()) == 70_000


def test_a_wiped_file_leaves_its_name_and_hash(under_test: GatewayUnderTest) -> None:
    message = ask_with(under_test, kept(under_test, os.urandom(70_000)))
    row = Attachment.objects.get(message=message)
    blob = row.blob
    wipe(under_test.gateway, [row])
    row.refresh_from_db()
    assert (row.octets, row.blob, row.name, row.size) == (None, "", "Справка.pdf", 70_000)
    assert blob not in {each.name for each in blobs_of(under_test)}


def test_a_type_that_smev_cannot_say_is_refused(under_test: GatewayUnderTest) -> None:
    with pytest.raises(InvalidMessage):
        keep_upload(under_test.gateway, io.BytesIO(b"x"), "a", "font/ttf")
    assert keep_upload(under_test.gateway, io.BytesIO(b"x"), "a", "text/plain; charset=utf-8").mime_type == (
        "text/plain"
    )


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Отчёт.pdf", "Отчёт.pdf"),
        ("счёт\u202efdp.exe", "счётfdp.exe"),
        ("..", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_becomes_one_harmless_component(said: str, called: str) -> None:
    assert clean_name(said) == called
