"""The FTP server over an S3-compatible store, as several nodes use it."""

from __future__ import annotations

import io
import os
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.bus.files.cleaning import wipe_finished
from mezhved.bus.files.ledger import Wanted
from mezhved.service.blobs.s3 import S3BlobStore
from tests.integration.bus_files.conftest import left_open
from tests.support.file_store import SENDER, UUID_1, FileStoreUnderTest, download

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Connections that the stand-in leaves open when it stops.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def files(sqlite_maker: Any, tmp_path: Path, s3_settings: dict[str, str]) -> Iterator[FileStoreUnderTest]:
    made = FileStoreUnderTest(str(sqlite_maker()), tmp_path / "files", **s3_settings)
    yield made
    made.close()
    assert isinstance(made.blobs, S3BlobStore)
    left_open(made.blobs)


def test_a_file_goes_up_and_down_and_is_resumed(files: FileStoreUnderTest) -> None:
    octets = os.urandom(10_000_000)
    files.upload(octets[:6_000_000])
    with files.login() as client:
        client.storbinary(f"STOR {UUID_1}/file.bin", io.BytesIO(octets[6_000_000:]), rest=6_000_000)
        assert download(client, f"{UUID_1}/file.bin") == octets
        assert download(client, f"{UUID_1}/file.bin", rest=9_999_990) == octets[-10:]
    assert files.contents() == [octets]
    assert files.disk() == []


def test_files_of_an_acknowledged_message_leave_the_bucket(files: FileStoreUnderTest) -> None:
    files.upload(b"x")
    files.ledger.take(uuid.uuid1(), [SENDER], [Wanted(0, UUID_1, None)], files.clock())
    assert wipe_finished(files.ledger, files.blobs) == 1
    assert list(files.blobs.keys(4_000_000_000_000_000)) == []
