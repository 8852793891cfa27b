"""Errors of the store.

StorageError
 +-- StorageUnavailable   the database cannot be reached or cannot write; what was asked may be repeated
 |    +-- OutcomeUnknown  the connection broke while committing: it may be done or not
 +-- StorageClosed        the store was closed, or is used in a process that did not open it
 +-- StorageDamaged       rows that belong together are not there together
"""

from __future__ import annotations

from mezhved.texts import MezhvedError, Text


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


def unavailable(error: BaseException, kind: type[StorageUnavailable]) -> StorageUnavailable:
    """Return the named error for a database that is gone, `error` being what the driver said."""
    if isinstance(error, StorageUnavailable):
        return error
    ru, en = ", исход записи неизвестен", ", the outcome of the write is unknown"
    if kind is not OutcomeUnknown:
        ru = en = ""
    made = kind(
        Text(ru=f"база данных недоступна{ru}: {error}", en=f"the database is unavailable{en}: {error}"),
        cure=Text(
            ru="повторите обращение с тем же идентификатором сообщения",
            en="repeat the call with the same message id",
        ),
    )
    made.__cause__ = error
    return made


def refused(error: BaseException) -> StorageError:
    """Return the named error for a statement that the database did not take."""
    made = StorageError(
        Text(ru=f"база данных отказала: {error}", en=f"the database refused: {error}"),
        cure=Text(
            ru="проверьте, что выполнены миграции: mezhved bus migrate",
            en="check that the migrations were run: mezhved bus migrate",
        ),
    )
    made.__cause__ = error
    return made


def closed() -> StorageClosed:
    """Return the error for a call that came after `close` or in another process."""
    return StorageClosed(Text(ru="хранилище закрыто", en="the store is closed"))
