"""The store of contents: one suite for the folder and for an S3-compatible store."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from mezhved.service.blobs import BlobMissing, BlobStoreError, LocalBlobStore, new_key

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.service.blobs import BlobStore

# Connections that the S3 stand-in leaves open when it stops.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LATER = 4_000_000_000_000_000


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return LocalBlobStore(tmp_path / "blobs")
    found: BlobStore = request.getfixturevalue("s3_blobs")
    return found


def test_a_content_is_given_back_as_it_was_put(blobs: BlobStore) -> None:
    key, octets = new_key(), os.urandom(3_000_000)
    assert blobs.put(key, io.BytesIO(octets)) == len(octets)
    assert blobs.size(key) == len(octets)
    with blobs.open(key) as file:
        assert file.read() == octets


def test_a_content_can_be_read_from_any_place(blobs: BlobStore) -> None:
    key, octets = new_key(), os.urandom(100_000)
    blobs.put(key, io.BytesIO(octets))
    with blobs.open(key) as file:
        assert file.seek(99_990) == 99_990
        assert file.read() == octets[-10:]
        file.seek(10)
        assert file.read(20) == octets[10:30]
        assert file.tell() == 30


def test_an_empty_content_is_a_content(blobs: BlobStore) -> None:
    key = new_key()
    assert blobs.put(key, io.BytesIO()) == 0
    assert blobs.size(key) == 0
    with blobs.open(key) as file:
        assert file.read() == b""


def test_a_file_is_taken_over(blobs: BlobStore, tmp_path: Path) -> None:
    key, source = new_key(), tmp_path / "source"
    source.write_bytes(b"content")
    blobs.adopt(key, source)
    assert not source.exists()
    with blobs.open(key) as file:
        assert file.read() == b"content"


def test_what_is_deleted_is_missing_and_may_be_deleted_again(blobs: BlobStore) -> None:
    key = new_key()
    blobs.put(key, io.BytesIO(b"x"))
    blobs.delete(key)
    blobs.delete(key)
    with pytest.raises(BlobMissing):
        blobs.open(key)
    with pytest.raises(BlobMissing):
        blobs.size(key)


def test_keys_are_told_by_age(blobs: BlobStore) -> None:
    keys = sorted(new_key() for _ in range(5))
    for key in keys:
        blobs.put(key, io.BytesIO(b"x"))
    assert sorted(blobs.keys(LATER)) == keys
    assert list(blobs.keys(1)) == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 32, "a" * 31, "a" * 33, "a" * 31 + "\n"])
def test_a_name_that_is_no_key_of_ours_is_refused(blobs: BlobStore, key: str) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal"):
        blobs.put(key, io.BytesIO(b"x"))
    with pytest.raises(ValueError, match="32 hexadecimal"):
        blobs.open(key)
    with pytest.raises(ValueError, match="32 hexadecimal"):
        blobs.delete(key)


class _Failing(io.RawIOBase):
    """A source that breaks after its first piece."""

    def __init__(self) -> None:
        self._pieces = [b"x" * 1000]

    def read(self, _: int = -1) -> bytes:
        if not self._pieces:
            raise ConnectionResetError("the client went away")
        return self._pieces.pop()


def test_a_content_whose_source_broke_is_not_there(blobs: BlobStore) -> None:
    key = new_key()
    with pytest.raises((BlobStoreError, OSError)):
        blobs.put(key, _Failing())  # type: ignore[arg-type]
    with pytest.raises(BlobMissing):
        blobs.open(key)
    assert list(blobs.keys(LATER)) == []


def test_what_interrupted_writing_left_is_removed(tmp_path: Path) -> None:
    blobs = LocalBlobStore(tmp_path)
    blobs.put(new_key(), io.BytesIO(b"x"))
    left = tmp_path / "unfinished" / new_key()
    left.write_bytes(b"half")
    assert len(list(blobs.keys(LATER))) == 1
    assert not left.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_bytes(b"a file stands here")
    with pytest.raises(BlobStoreError):
        LocalBlobStore(tmp_path / "blobs").put(new_key(), io.BytesIO(b"x"))
