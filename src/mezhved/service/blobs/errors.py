"""Errors of a store of contents."""

from __future__ import annotations

from mezhved.texts import MezhvedError, Text


class BlobStoreError(MezhvedError):
    """The store of contents cannot do what was asked now; trying again later may help."""


class BlobMissing(BlobStoreError):  # noqa: N818 - a state of the store
    """There is no content under this key."""


def missing(key: str) -> BlobMissing:
    """Return the error of a key that nothing lies under."""
    return BlobMissing(
        Text(ru="содержимого нет в хранилище", en="the content is not in the store"), where=key
    )


def unavailable(where: str, reason: object) -> BlobStoreError:
    """Return the error of a store that cannot be reached or written."""
    return BlobStoreError(
        Text(ru=f"хранилище недоступно: {reason}", en=f"the store is unavailable: {reason}"),
        where=where,
        cure=Text(
            ru="проверьте место на диске, права и настройки хранилища",
            en="check the disk's space, permissions and the store's settings",
        ),
    )
