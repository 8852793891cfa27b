"""Errors of the store.

StorageError
 +-- StorageUnavailable   the database cannot be reached or cannot write; what was asked may be repeated
 |    +-- OutcomeUnknown  the connection broke while committing: it may be done or not
 +-- StorageClosed        the store was closed, or is used in a process that did not open it
 +-- StorageDamaged       rows that belong together are not there together
"""

from __future__ import annotations

from mezhved.texts import MezhvedError


class StorageError(MezhvedError):
    """The store could not do what it was asked."""


class StorageUnavailable(StorageError):  # noqa: N818 - named for what is the matter
    """The database cannot be reached or cannot write now; nothing was done unless the subclass says so."""


class OutcomeUnknown(StorageUnavailable):
    """The connection broke while the transaction was being committed: it may be done or not."""


class StorageClosed(StorageError):  # noqa: N818
    """The store is closed, or was opened by another process."""


class StorageDamaged(StorageError):  # noqa: N818
    """A queued message lacks its row or its content; `mezhved bus check` tells more."""
