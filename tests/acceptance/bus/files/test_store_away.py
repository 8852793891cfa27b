"""The store of contents is away, or lost a content; answers with files under the strict switch."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from mezhved.bus.processing import process_all
from mezhved.bus.storage import State
from mezhved.smev3 import schemas
from mezhved.smev3.versions import Version
from tests.support.file_exchange import File, FileExchange, accesses

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.databases import Database

# What differs between the engines is in the statements, which other tests run on both.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_message_waits_for_a_store_that_is_away(exchange: FileExchange) -> None:
    file = exchange.signed(File())
    exchange.upload(file)
    folder = exchange.files.folder / "blobs"
    away = folder.with_name("not mounted")
    shutil.move(folder, away)
    message_id = exchange.refer([file])
    process_all(exchange.bus.bus)
    found = exchange.bus.store.find(UUID(message_id))
    assert found is not None
    assert found.state is State.RECEIVED
    shutil.move(away, folder)
    exchange.bus.clock.advance(minutes=2)
    process_all(exchange.bus.bus)
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == file.octets


def test_a_content_that_stays_away_is_told_to_the_sender_in_the_end(exchange: FileExchange) -> None:
    file = File()
    exchange.upload(file)
    shutil.rmtree(exchange.files.folder / "blobs")
    message_id = exchange.refer([file])
    for _ in range(70):
        process_all(exchange.bus.bus)
        exchange.bus.clock.advance(minutes=2)
    status = exchange.refusal()
    assert status.original_message_id == message_id
    assert "SMEV-201" in str(status.fault and status.fault.description)


def test_an_upload_that_cannot_be_stored_is_told_and_can_be_repeated(exchange: FileExchange) -> None:
    file = File()
    blobs = exchange.files.folder / "blobs"
    blobs.parent.mkdir(parents=True, exist_ok=True)
    blobs.write_bytes(b"a file stands where the folder should be")
    with pytest.raises(Exception, match="451"):
        exchange.upload(file)
    blobs.unlink()
    with exchange.files.login() as client:
        assert client.size(f"{file.folder}/{file.name}") == len(file.octets)
        client.voidcmd("TYPE I")
        connection, _ = client.ntransfercmd(f"APPE {file.folder}/{file.name}")
        connection.close()
        client.voidresp()
    exchange.refer([file])
    process_all(exchange.bus.bus)
    assert exchange.fetch(accesses(exchange.provider.get_request())[0]) == file.octets


@pytest.mark.parametrize("version", Version)
def test_an_answer_with_files_is_valid_by_the_schema_of_its_version(
    database: Database, tmp_path: Path, version: Version
) -> None:
    strict = FileExchange(database.url, tmp_path / "files", strict_xsd=True)
    try:
        fields = {"reference_message_id": strict.bus.ids.new(), "transaction_code": "code"}
        strict.send(strict.signed(File()), sender=strict.consumer.speaking(version), **fields)
        reply = strict.provider.speaking(version).get_request()
        assert len(accesses(reply)) == 1
        assert reply.message is not None
        assert schemas.EnvelopeSchemas().errors(version, reply.message.body) == ()
    finally:
        strict.close()
