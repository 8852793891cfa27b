"""Contents of files, by keys of ours alone: in a folder, or in an S3-compatible store (`blobs.s3`)."""

from __future__ import annotations

from mezhved.service.blobs.errors import BlobMissing, BlobStoreError, missing, unavailable
from mezhved.service.blobs.stores import PIECE_OCTETS, BlobStore, LocalBlobStore, check_key, new_key

__all__ = [
    "PIECE_OCTETS",
    "BlobMissing",
    "BlobStore",
    "BlobStoreError",
    "LocalBlobStore",
    "check_key",
    "missing",
    "new_key",
    "unavailable",
]
