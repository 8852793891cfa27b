"""Contents in an S3-compatible store, for several nodes (extra `s3`)."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mezhved.service.blobs.errors import missing, unavailable
from mezhved.service.blobs.stores import check_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PART_OCTETS: Final = 8 << 20
_BUFFER_OCTETS: Final = 1 << 20
_NOT_FOUND: Final = frozenset(("404", "NoSuchKey", "NotFound"))
# One part in memory at a time, however large the content is.
_TRANSFER: Final = TransferConfig(
    multipart_threshold=_PART_OCTETS, multipart_chunksize=_PART_OCTETS, use_threads=False
)
_CONFIG: Final = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "max_attempts": 4},
    s3={"addressing_style": "path"},
)


class S3BlobStore:
    """Contents as objects `<prefix><key>` of one bucket.

    Parts of an upload that was interrupted for good are left to the bucket's rule for incomplete uploads.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        """`client` is a boto3 client of S3."""
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @classmethod
    def at(
        cls,
        bucket: str,
        prefix: str = "",
        *,
        endpoint: str = "",
        region: str = "",
        access_key: str = "",
        secret_key: str = "",
    ) -> S3BlobStore:
        """Return the store at an address; nothing is asked of it yet. What is empty boto3 finds itself."""
        client = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or None,
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
            config=_CONFIG,
        )
        return cls(client, bucket, prefix)

    def put(self, key: str, source: BinaryIO) -> int:
        """Upload in parts; an object is there whole or not at all."""
        name = self._prefix + check_key(key)
        counted = _Counted(source)
        with self._explained(key):
            self._client.upload_fileobj(counted, self._bucket, name, Config=_TRANSFER)
        return counted.octets

    def adopt(self, key: str, path: Path) -> None:
        """Upload the file, then remove it."""
        with path.open("rb") as file:
            self.put(key, file)
        path.unlink()

    def open(self, key: str) -> BinaryIO:
        """Open for reading; octets come as they are read."""
        size = self.size(key)
        raw = _Object(self, self._prefix + key, key, size)
        return cast("BinaryIO", io.BufferedReader(raw, _BUFFER_OCTETS))

    def size(self, key: str) -> int:
        """Ask for the object's size."""
        name = self._prefix + check_key(key)
        with self._explained(key):
            return int(self._client.head_object(Bucket=self._bucket, Key=name)["ContentLength"])

    def delete(self, key: str) -> None:
        """Delete the object."""
        name = self._prefix + check_key(key)
        with self._explained(key):
            self._client.delete_object(Bucket=self._bucket, Key=name)

    def keys(self, older_than: int) -> Iterator[str]:
        """List the bucket a page at a time."""
        with self._explained(self._bucket):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Contents", ()):
                    key = each["Key"].removeprefix(self._prefix)
                    if each["LastModified"].timestamp() * 1_000_000 < older_than and len(key) == 32:  # noqa: PLR2004 - a key's length
                        yield key

    def stream(self, name: str, key: str, start: int) -> Any:
        """Return the body of an object from an octet on."""
        with self._explained(key):
            found = self._client.get_object(Bucket=self._bucket, Key=name, Range=f"bytes={start}-")
            return found["Body"]

    @contextmanager
    def _explained(self, where: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _NOT_FOUND:
                raise missing(where) from error
            raise unavailable(self._bucket, code) from error
        except (Boto3Error, BotoCoreError) as error:
            raise unavailable(self._bucket, type(error).__name__) from error


class _Counted:
    """Counts what is read; has nothing but `read`, so that boto3 does not look for the end first."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.octets = 0

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._source.read(size)
        self.octets += len(piece)
        return piece


class _Object(io.RawIOBase):
    """An object read as a file: a request goes out at the first reading after each jump."""

    def __init__(self, store: S3BlobStore, name: str, key: str, size: int) -> None:
        super().__init__()
        self._store = store
        self._name = name
        self._key = key
        self._size = size
        self._place = 0
        self._body: Any = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Jump."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        place = max(0, start + offset)
        if place != self._place:
            self._drop()
            self._place = place
        return place

    def tell(self) -> int:
        """Return the place."""
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Read some octets; a connection that breaks is an OSError."""
        if self._place >= self._size:
            return 0
        if self._body is None:
            self._body = self._store.stream(self._name, self._key, self._place)
        try:
            piece = self._body.read(len(buffer))
        except (BotoCoreError, OSError) as error:
            self._drop()
            raise OSError(f"the object broke off: {type(error).__name__}") from error
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        """Leave the connection."""
        self._drop()
        super().close()

    def _drop(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.close()
