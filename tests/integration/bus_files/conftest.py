"""A file store on a fresh database of each engine."""

from __future__ import annotations

import gc
import uuid
import warnings
from typing import TYPE_CHECKING

import boto3
import pytest

from mezhved.bus.files.blobs import open_blobs
from mezhved.configuration import BusSettings
from mezhved.service.blobs.s3 import S3BlobStore
from tests.support.databases import database, fresh_database, postgres_maker, sqlite_maker
from tests.support.file_store import FileStoreUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.databases import Database

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]


@pytest.fixture
def files(database: Database, tmp_path: Path) -> Iterator[FileStoreUnderTest]:
    """A running file store."""
    made = FileStoreUnderTest(database.url, tmp_path / "files")
    yield made
    made.close()


@pytest.fixture
def small_files(database: Database, tmp_path: Path) -> Iterator[FileStoreUnderTest]:
    """A running file store with room for little, where anybody may enter as anonymous."""
    made = FileStoreUnderTest(
        database.url,
        tmp_path / "files",
        files_message_limit=1000,
        files_area_quota=1500,
        files_area_entries=2,
        ftp_anonymous=True,
    )
    yield made
    made.close()


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """A stand-in for an S3-compatible store on loopback."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer  # noqa: PLC0415 - takes a second

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the stand-in leaves its connections open
        gc.collect()


@pytest.fixture
def s3_settings(s3_address: str) -> dict[str, str]:
    """Settings of a fresh bucket."""
    bucket = f"mezhved-{uuid.uuid4().hex}"
    given = {
        "files_s3_endpoint": s3_address,
        "files_s3_bucket": bucket,
        "files_s3_prefix": "files/",
        "files_s3_region": "us-east-1",
        "files_s3_access_key": "test",
        "files_s3_secret_key": "test",
    }
    client = boto3.client(
        "s3",
        endpoint_url=s3_address,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=bucket)
    client.close()
    return given


@pytest.fixture
def s3_blobs(s3_settings: dict[str, str]) -> Iterator[S3BlobStore]:
    """A store in a fresh bucket."""
    blobs = open_blobs(BusSettings(**s3_settings))
    assert isinstance(blobs, S3BlobStore)
    yield blobs
    left_open(blobs)


def left_open(blobs: S3BlobStore) -> None:
    """Close the client's connections, and let the stand-in's go without a word."""
    blobs._client.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
