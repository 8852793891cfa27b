"""Attachments come out as they went in, whatever their size and form; what is too much is refused."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from mezhved.bus.endpoint.application import Application
from mezhved.bus.storage import OutcomeUnknown, State, StorageUnavailable
from mezhved.gost import sign_cms
from mezhved.registry import Direction
from mezhved.smev3 import mtom
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.versions import Version
from mezhved.texts import Text
from tests.support.attachments import (
    File,
    answer_with,
    mtom_call,
    send_inline,
    send_mtom,
    taken_files,
    told_fault,
)
from tests.support.exchange import NAMESPACE, OTHER, PROVIDER, BusUnderTest
from tests.support.pki import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.bus.storage import StorageError, Store
    from tests.support.databases import Database

SIZES = {"empty": 0, "small": 1000, "of a row": 32 * 1024, "large": 32 * 1024 + 1, "megabyte": 2**20}
PERMITTED = 5_242_880


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """All of this is judged before any database is asked."""
    return sqlite_database


def blobs(folder: Path) -> list[Path]:
    return [each for each in (folder / "files").rglob("*") if each.is_file()]


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("send", [send_inline, send_mtom])
def test_files_of_any_size_reach_the_recipient(
    bus: BusUnderTest, tmp_path: Path, version: Version, send: object
) -> None:
    files = [File(name.replace(" ", "-"), os.urandom(size)) for name, size in SIZES.items()]
    assert send(bus.consumer.speaking(version), *files).status == 200  # type: ignore[operator]
    for taker in (version, Version.V1_2):
        taken = bus.provider.speaking(taker).get_request()
        assert int(taken.headers["Content-Length"]) == len(taken.body)
        assert taken_files(taken) == [(each.name, each.octets) for each in files]
        bus.clock.advance(minutes=16)
    assert sorted(each.stat().st_size for each in blobs(tmp_path)) == [32 * 1024 + 1, 2**20]


def test_a_large_attachment_is_on_the_disk_before_the_receipt_and_its_row_names_it(
    bus: BusUnderTest, tmp_path: Path
) -> None:
    reply = send_mtom(bus.consumer, File("large", b"x" * 100_000))
    (blob,) = blobs(tmp_path)
    content = bus.store.content(UUID(reply.operation.metadata.message_id))
    assert content is not None
    (stored,) = content.attachments
    assert (stored.blob, stored.size, stored.octets) == (blob.name, 100_000, b"")


def test_a_message_sent_twice_leaves_no_second_blob(bus: BusUnderTest, tmp_path: Path) -> None:
    envelope, parts = mtom_call(bus.consumer, File("large", b"x" * 100_000))
    content_type, body = mtom.write(envelope, parts, "uuid:b")
    assert bus.consumer.post(body, content_type).status == 200
    assert bus.consumer.post(body, content_type).fault.kind is FaultKind.MESSAGE_IS_ALREADY_SENT
    assert len(blobs(tmp_path)) == 1


def test_a_blob_that_is_gone_is_told_before_anything_of_the_answer(bus: BusUnderTest, tmp_path: Path) -> None:
    send_mtom(bus.consumer, File("large", b"x" * 100_000))
    blobs(tmp_path)[0].unlink()
    assert bus.provider.get_request().fault.kind is FaultKind.SMEV_FAILURE


@pytest.mark.parametrize("over", [0, 1])
def test_attachments_and_message_together_may_have_5242880_octets(bus: BusUnderTest, over: int) -> None:
    envelope, _ = mtom_call(bus.consumer, File("one", b""), File("two", b""))
    half = (PERMITTED - len(envelope)) // 2
    parts = {"one@test": b"x" * half, "two@test": b"x" * (PERMITTED - len(envelope) - half + over)}
    content_type, body = mtom.write(envelope, parts, "uuid:b")
    reply = bus.consumer.post(body, content_type)
    if not over:
        assert reply.status == 200
        assert [len(octets) for _, octets in taken_files(bus.provider.get_request())] == [
            len(each) for each in parts.values()
        ]
        return
    assert reply.fault.kind is FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED
    assert reply.fault.text == (
        "Превышен максимально допустимый суммарный размер присоединённых файлов и сообщения."
    )
    assert {child.name: child.text for child in reply.fault.children} == {
        "PermittedTotalAttachmentSize": "5242880",
        "RealTotalAttachmentSize": "5242881",
    }


def test_signatures_in_parts_count_once(bus: BusUnderTest) -> None:
    signed = File("one", b"").signed(bus.pki, bus.pki.consumer)
    assert signed.pkcs7 is not None
    envelope, _ = mtom_call(bus.consumer, signed)
    packed = mtom.extract(envelope, package := mtom.Package("p", Version.V1_1.basic))
    room = PERMITTED - len(packed) - len(signed.pkcs7)
    for size, status in ((room + 1, 500), (room, 200)):
        body = mtom.write(packed, {**package.parts, "one@test": b"x" * size}, "uuid:b")
        assert bus.consumer.post(body[1], body[0]).status == status


def test_what_base64_adds_is_not_counted(bus: BusUnderTest) -> None:
    assert send_inline(bus.consumer, File("one", b"x" * (PERMITTED - 20_000))).status == 200
    reply = send_inline(bus.consumer, File("one", b"x" * PERMITTED))
    (permitted, real) = (int(child.text) for child in reply.fault.children)
    assert permitted == PERMITTED
    assert PERMITTED < real < PERMITTED + 10_000


def test_one_part_named_by_many_attachments_counts_as_often(bus: BusUnderTest) -> None:
    files = [File(f"f{number}", b"") for number in range(60)]
    envelope, _ = mtom_call(bus.consumer, *files)
    for number in range(60):
        envelope = envelope.replace(f"cid:f{number}@test".encode(), b"cid:same")
    content_type, body = mtom.write(envelope, {"same": b"x" * 100_000}, "uuid:b")
    reply = bus.consumer.post(body, content_type)
    assert reply.fault.kind is FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED


def test_answers_carry_attachments_too(bus: BusUnderTest) -> None:
    bus.consumer.send_request()
    request = bus.provider.get_request().operation.request
    files = [File("answer.bin", os.urandom(70_000)), File("note.txt", b"text")]
    sent = answer_with(bus.provider, request.reply_to, *files)
    assert sent.status == 200
    assert taken_files(bus.consumer.get_response()) == [(each.name, each.octets) for each in files]


@pytest.mark.parametrize("send", [send_inline, send_mtom])
@pytest.mark.parametrize("size", [100, 400_000])
def test_a_strict_bus_takes_files_in_parts_and_in_place(
    database: Database, tmp_path: Path, send: object, size: int
) -> None:
    bus = BusUnderTest(database.url, strict_xsd=True, files_folder=tmp_path / "files")
    try:
        sent = send(bus.consumer, File("file", b"x" * size))  # type: ignore[operator]
        assert sent.status == 200, sent.body
        assert taken_files(bus.provider.get_request()) == [("file", b"x" * size)]
        wrong = send(bus.consumer, File("file", b"x" * size, mime_type="wrong"))  # type: ignore[operator]
        assert wrong.fault.kind is FaultKind.INVALID_CONTENT
    finally:
        bus.store.close()


def test_a_folder_of_temporary_files_that_is_gone_is_told_and_nothing_breaks(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    bus = BusUnderTest(database.url, files_folder=tmp_path / "files", temporary_folder=folder)
    try:
        reply = send_mtom(bus.consumer, File("large", b"x" * 400_000))
        assert reply.fault.kind is FaultKind.SMEV_FAILURE
        assert any(str(folder) in str(problem) for problem in bus.bus.problems())
        assert send_mtom(bus.consumer, File("small", b"x")).status == 200
        folder.mkdir()
        assert send_mtom(bus.consumer, File("large", b"x" * 400_000)).status == 200
        assert not bus.bus.problems()
    finally:
        bus.store.close()


def test_a_refused_file_is_kept_with_its_message_and_told(bus: BusUnderTest, tmp_path: Path) -> None:
    wrong = File("zapros.jpg", b"x" * 100_000, sign_cms(b"y", bus.pki.official, bus.pki.provider, at=NOW))
    sent = send_mtom(bus.consumer, wrong)
    assert sent.operation.metadata.status == "requestIsQueued"
    assert bus.provider.get_request().operation.request is None
    assert told_fault(bus.consumer).description == (
        "SMEV-100:Проверка подписи на вложении zapros.jpg: Дайджест не прошел проверку!"
    )
    stored = bus.store.find(UUID(sent.operation.metadata.message_id))
    assert stored is not None
    assert stored.state is State.REFUSED
    assert len(blobs(tmp_path)) == 1


def test_one_blob_serves_every_subscriber_of_a_broadcast(bus: BusUnderTest, tmp_path: Path) -> None:
    key = (NAMESPACE, "Question")
    found = bus.snapshot.roots[key]
    told = dataclasses.replace(
        found, type=dataclasses.replace(found.type, broadcast=True), direction=Direction.BROADCAST
    )
    systems = bus.snapshot.systems_by_id
    subscribers = {found.type.id: (systems[PROVIDER], systems[OTHER])}
    bus.change_registry(roots={**bus.snapshot.roots, key: told}, providers=subscribers)
    files = [File("large", b"x" * 100_000).signed(bus.pki, bus.pki.official), File("small", b"y")]
    assert send_mtom(bus.consumer, *files).status == 200
    for subscriber in (bus.provider, bus.participant(bus.pki.participants[2])):
        taken = subscriber.get_request()
        assert taken_files(taken) == [(each.name, each.octets) for each in files]
        assert subscriber.ack(taken.operation.request.metadata.message_id).status == 200
    assert len(blobs(tmp_path)) == 1
    assert not bus.store.check().differences


class Failing:
    """A store that fails to accept, whatever else it can do."""

    def __init__(self, store: Store, error: StorageError) -> None:
        self._store = store
        self._error = error

    def accept(self, *_: object) -> bool:
        raise self._error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize(("error", "left"), [(StorageUnavailable, 0), (OutcomeUnknown, 1)])
def test_blobs_of_a_message_that_was_not_stored_go_unless_it_may_have_been(
    bus: BusUnderTest, tmp_path: Path, error: type[StorageError], left: int
) -> None:
    failing: Any = Failing(bus.store, error(Text(ru="нет", en="away")))
    bus.application = Application(dataclasses.replace(bus.bus, store=failing), None)
    reply = send_mtom(bus.consumer, File("large", b"x" * 100_000))
    assert reply.fault.kind is FaultKind.SMEV_FAILURE
    assert len(blobs(tmp_path)) == left
