"""Connections for reading, a few for all threads; a lost one is replaced and the reading repeated."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, TypeVar

from mezhved.bus.storage.errors import StorageError, StorageUnavailable, closed, refused, unavailable
from mezhved.bus.storage.session import Session, Trouble

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
            try:
                session = self._ready(session)
                return work(session)
            except Exception as error:
                trouble = Trouble.LOST if session is None else session.trouble(error)
                if trouble is Trouble.REFUSED:
                    raise refused(error) from error
                if trouble is None:
                    raise
                if trouble is Trouble.LOST and session is not None:
                    session.close()
                    session = None
            session = self._ready(session)
            return work(session)
        except StorageError:
            raise
        except Exception as error:
            if session is not None and session.trouble(error) is None:
                raise
            raise unavailable(error, StorageUnavailable) from error
        finally:
            self._free.put(session)

    def _ready(self, session: Session | None) -> Session:
        if self._closed:
            raise closed()
        return self._connect() if session is None else session

    def close(self) -> None:
        """Wait for readings under way and close all connections."""
        self._closed = True
        for _ in range(self._size):
            session = self._free.get()
            if session is not None:
                session.close()
        for _ in range(self._size):
            self._free.put(None)
