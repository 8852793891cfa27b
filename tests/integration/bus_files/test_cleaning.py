"""What nobody needs is deleted in the end; what somebody needs is not."""

from __future__ import annotations

import io
import time
import uuid
from typing import TYPE_CHECKING

import structlog

from mezhved.bus.files.cleaning import (
    Janitor,
    clear_spool,
    drop_forgotten_uploads,
    drop_orphans,
    wipe_finished,
)
from mezhved.bus.files.ledger import Wanted
from mezhved.service.blobs import new_key
from tests.support.file_store import SENDER, UUID_1, UUID_2
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.support.file_store import FileStoreUnderTest

FAR = 4_000_000_000_000_000


def test_uploads_that_no_message_named_are_deleted_by_age(files: FileStoreUnderTest) -> None:
    files.upload(b"old", folder=UUID_1)
    files.clock.advance(days=2)
    files.upload(b"new", folder=UUID_2)
    assert drop_forgotten_uploads(files.uploads, files.clock() - 86_400_000_000) == 1
    assert [name for name, _ in files.ledger.folders(SENDER)] == [UUID_2]
    assert files.contents(UUID_2) == [b"new"]
    assert len(files.disk()) == 1


def test_an_empty_directory_is_removed_by_age(files: FileStoreUnderTest) -> None:
    with files.login() as client:
        client.mkd(UUID_1)
    drop_forgotten_uploads(files.uploads, files.clock() + 1)
    assert files.ledger.folders(SENDER) == []


def test_a_file_that_is_being_written_is_not_forgotten(files: FileStoreUnderTest) -> None:
    with files.login() as client:
        client.mkd(UUID_1)
        client.voidcmd("TYPE I")
        connection, _ = client.ntransfercmd(f"STOR {UUID_1}/file")
        connection.sendall(b"slow ")
        assert drop_forgotten_uploads(files.uploads, FAR) == 0
        assert clear_spool(files.uploads, FAR) == 0
        connection.sendall(b"but sure")
        connection.close()
        client.voidresp()
    assert files.contents() == [b"slow but sure"]


def test_contents_without_a_row_are_deleted_by_age_and_others_stay(files: FileStoreUnderTest) -> None:
    files.upload(b"known")
    orphan = new_key()
    files.blobs.put(orphan, io.BytesIO(b"orphan"))
    assert drop_orphans(files.ledger, files.blobs, 1) == 0
    assert drop_orphans(files.ledger, files.blobs, FAR) == 1
    assert files.contents() == [b"known"]


def test_parts_without_a_row_are_deleted_from_the_spool(files: FileStoreUnderTest) -> None:
    files.uploads.spool.mkdir(parents=True, exist_ok=True)
    (files.uploads.spool / new_key()).write_bytes(b"left by a killed process")
    (files.uploads.spool / "not-ours").write_bytes(b"x")
    assert clear_spool(files.uploads, 1) == 0
    assert clear_spool(files.uploads, FAR) == 1
    assert [each.name for each in files.uploads.spool.iterdir()] == ["not-ours"]


def test_files_of_a_message_that_nobody_waits_for_are_wiped(files: FileStoreUnderTest) -> None:
    files.upload(b"x")
    message_id = uuid.uuid1()
    [taken] = files.ledger.take(message_id, [SENDER], [Wanted(0, UUID_1, None)], files.clock())
    assert files.contents() == []
    assert files.blobs.size(taken.key) == 1
    assert wipe_finished(files.ledger, files.blobs) == 1
    assert files.disk() == []
    assert files.ledger.files(message_id) == ()


def test_the_janitor_outlives_a_database_that_is_away(files: FileStoreUnderTest) -> None:
    told: list[str] = []

    def note(_: object, __: str, event: dict[str, object]) -> dict[str, object]:
        told.append(str(event["event"]))
        raise structlog.DropEvent

    log = structlog.wrap_logger(structlog.ReturnLogger(), processors=[note])
    janitor = Janitor(files.settings, files.uploads, files.clock, log, pause=0.02)
    files.upload(b"x")
    files.ledger.take(uuid.uuid1(), [SENDER], [Wanted(0, UUID_1, None)], files.clock())
    janitor.start()
    assert eventually(lambda: not files.disk())
    files.store.close()
    assert eventually(lambda: "cleaning_failed" in told)
    assert janitor.is_alive()
    janitor.stop()
    janitor.join(60)
    assert not janitor.is_alive()


def test_the_janitor_deletes_by_the_ages_of_the_settings(files: FileStoreUnderTest) -> None:
    log = structlog.wrap_logger(structlog.ReturnLogger())
    janitor = Janitor(files.settings, files.uploads, files.clock, log)
    files.upload(b"x")
    orphan = new_key()
    files.blobs.put(orphan, io.BytesIO(b"orphan"))
    janitor.drop_forgotten()
    assert files.contents() == [b"x"]
    files.clock.advance(days=3, seconds=1)
    janitor.drop_forgotten()
    assert files.ledger.folders(SENDER) == []
    files.clock.now = int(time.time() * 1_000_000)
    janitor.drop_unknown()
    assert files.blobs.size(orphan) == 6
    files.clock.advance(days=1, seconds=60)
    janitor.drop_unknown()
    assert files.disk() == []
