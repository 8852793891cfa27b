"""Connections for reading, a few for all threads; a lost one is replaced and the reading repeated."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, TypeVar

from mezhved.bus.storage.errors import StorageClosed, StorageError, StorageUnavailable
from mezhved.bus.storage.session import Session, Trouble
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Readers:
    """At most `size` reading connections, opened when first needed."""

    def __init__(self, connect: Callable[[], Session], *, size: int = 4) -> None:
        self._connect = connect
        self._size = size
        self._free: queue.LifoQueue[Session | None] = queue.LifoQueue()
        self._closed = False
        for _ in range(size):
            self._free.put(None)

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on a free connection; raises StorageUnavailable when there is no database."""
        session = self._free.get()
        try:
            if self._closed:
                raise StorageClosed(Text(ru="хранилище закрыто", en="the store is closed"))
            for again in (True, False):
                try:
                    if session is None:
                        session = self._connect()
                    return work(session)
                except Exception as error:
                    trouble = _trouble(session, error)
                    if trouble is Trouble.LOST and session is not None:
                        session.close()
                        session = None
                    if trouble is None or not again:
                        raise
                    if trouble is Trouble.REFUSED:
                        raise StorageError(
                            Text(ru=f"база данных отказала: {error}", en=f"the database refused: {error}")
                        ) from error
            raise AssertionError  # the second pass returns or raises
        except (StorageError, AssertionError):
            raise
        except Exception as error:
            if _trouble(session, error) is None and session is not None:
                raise
            raise StorageUnavailable(
                Text(ru=f"база данных недоступна: {error}", en=f"the database is unavailable: {error}")
            ) from error
        finally:
            self._free.put(session)

    def close(self) -> None:
        """Wait for readings under way and close all connections."""
        self._closed = True
        for _ in range(self._size):
            session = self._free.get()
            if session is not None:
                session.close()
        for _ in range(self._size):
            self._free.put(None)


def _trouble(session: Session | None, error: BaseException) -> Trouble | None:
    return Trouble.LOST if session is None else session.trouble(error)
