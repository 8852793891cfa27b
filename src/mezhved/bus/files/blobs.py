"""Which store of contents the bus's settings name."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mezhved.bus.errors import NotReady
from mezhved.bus.storage import DatabaseAddress
from mezhved.service.blobs import LocalBlobStore, new_key, unavailable
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.configuration import BusSettings
    from mezhved.service.blobs import BlobStore

_PROBE: Final = b"mezhved doctor"


def files_folder(settings: BusSettings) -> Path:
    """Return the folder of the file store: the setting, else `files` beside the database's file."""
    if settings.files_folder is not None:
        return settings.files_folder
    address = DatabaseAddress.of_url(settings.database)
    if address.dialect == "sqlite":
        return Path(address.location).parent / "files"
    return Path("var/files").absolute()


def try_store(settings: BusSettings) -> str:
    """Put a content, read it, delete it; return where contents lie. Raises `BlobStoreError`, `NotReady`."""
    blobs, key = open_blobs(settings), new_key()
    blobs.put(key, io.BytesIO(_PROBE))
    try:
        with blobs.open(key) as file:
            if file.read() != _PROBE:
                raise unavailable(key, "read back otherwise")
    finally:
        blobs.delete(key)
    if settings.files_s3_bucket:
        return f"s3 {settings.files_s3_bucket}"
    folder = files_folder(settings)
    return f"{folder}, {shutil.disk_usage(folder).free // 10**9} GB"


def open_blobs(settings: BusSettings) -> BlobStore:
    """Return the store of contents that the settings name. Raises `NotReady` without the extra `s3`."""
    if settings.files_s3_bucket:
        try:
            from mezhved.service.blobs.s3 import S3BlobStore  # noqa: PLC0415 - an extra of its own
        except ImportError as error:
            raise NotReady(
                Text(ru="для хранилища S3 нужен boto3", en="an S3 store needs boto3"),
                where="files_s3_bucket",
                cure=Text(ru="установите mezhved[bus,s3]", en="install mezhved[bus,s3]"),
            ) from error
        return S3BlobStore.at(
            settings.files_s3_bucket,
            settings.files_s3_prefix,
            endpoint=settings.files_s3_endpoint,
            region=settings.files_s3_region,
            access_key=settings.files_s3_access_key,
            secret_key=settings.files_s3_secret_key,
        )
    return LocalBlobStore(files_folder(settings) / "blobs")
