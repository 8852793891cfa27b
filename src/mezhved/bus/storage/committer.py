"""Group commit: what many threads ask at once becomes durable in one transaction.

There is no thread of its own. The first caller that finds nobody at work leads: it takes everything
that waits, runs it, commits once, tells the others, and passes the lead to the next one waiting. While
the disk syncs, the next group gathers.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from copy import copy
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from mezhved.bus.storage.errors import OutcomeUnknown, StorageUnavailable, closed, refused, unavailable
from mezhved.bus.storage.session import NoObserver, Observer, Session, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_TRIES: Final = 5


class _Job(Generic[T]):
    """One caller's work and the lock that the caller sleeps on."""

    __slots__ = ("done", "error", "leads", "order", "result", "single", "wake", "work")

    def __init__(self, work: Callable[[Session], T], order: tuple[int, bytes], *, single: bool) -> None:
        self.work = work
        self.order = order
        self.single = single
        self.wake = threading.Lock()
        self.wake.acquire()
        self.done = False
        self.leads = False
        self.result: T | None = None
        self.error: BaseException | None = None


class Committer:
    """Runs callers' work on one writing connection of this process."""

    def __init__(
        self,
        connect: Callable[[], Session],
        *,
        group: int = 128,
        patience: float = 5.0,
        observer: Observer | None = None,
    ) -> None:
        """`group`: most operations in one transaction; `patience`: seconds to go on trying to connect."""
        self._connect = connect
        self._group = group
        self._patience = patience
        self._observer = observer or NoObserver()
        self._mutex = threading.Lock()
        self._idle = threading.Condition(self._mutex)
        self._waiting: deque[_Job[Any]] = deque()
        self._busy = False
        self._closed = False
        self._session: Session | None = None
        self._process = os.getpid()

    def submit(self, work: Callable[[Session], T], order: tuple[int, bytes], *, single: bool = False) -> T:
        """Run `work` in a transaction and return its result once that is durable.

        `single` says that `work` is one operation of the session, which an engine may commit by itself.
        Works of one group run in the order of `order`, so that groups of two processes take their locks
        in the same sequence and do not wait for each other in a circle. `work` may run more than once
        and must have no effect but through the session. Raises what `work` raised, or StorageUnavailable.
        """
        self._demand_own_process()
        job = _Job(work, order, single=single)
        with self._mutex:
            if self._closed:
                raise closed()
            self._waiting.append(job)
            job.leads, self._busy = not self._busy, True
        if not job.leads:
            try:
                job.wake.acquire()
            except BaseException:
                self._abandon(job)
                raise
        if not job.done:
            self._lead(job)
        if job.error is not None:
            raise job.error
        return cast("T", job.result)

    def close(self) -> None:
        """Refuse new work, wait until all that was taken is durable, close the connection."""
        self._demand_own_process()
        with self._mutex:
            self._closed = True
            while self._busy:
                self._idle.wait()
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def _demand_own_process(self) -> None:
        """Refuse a forked process before it touches a lock or a connection that is its parent's."""
        if os.getpid() != self._process:
            raise closed()

    def _lead(self, own: _Job[Any]) -> None:
        with self._mutex:
            size = min(self._group, len(self._waiting))
            jobs = [self._waiting.popleft() for _ in range(size)]
        try:
            self._run(sorted(jobs, key=lambda job: job.order))
        except BaseException as error:
            # An interrupt struck this thread: the connection may be in the middle of anything.
            self._drop()
            for job in jobs:
                job.error = unavailable(error, OutcomeUnknown)
            raise
        finally:
            with self._mutex:
                self._hand_over()
            for job in jobs:
                job.done = True
                if job is not own:
                    job.wake.release()

    def _hand_over(self) -> None:
        """Pass the lead to the first that waits; the caller holds the mutex."""
        if self._waiting:
            self._waiting[0].leads = True
            self._waiting[0].wake.release()
        else:
            self._busy = False
            self._idle.notify_all()

    def _abandon(self, job: _Job[Any]) -> None:
        """Take an interrupted caller's work back if nobody took it, and pass its lead on if it has it."""
        with self._mutex:
            if job in self._waiting:
                self._waiting.remove(job)
                if job.leads:
                    self._hand_over()

    def _run(self, jobs: Sequence[_Job[Any]]) -> None:
        started = time.monotonic()
        error = self._attempt(jobs, started)
        if error is None:
            self._observer.committed(len(jobs), time.monotonic() - started)
        elif len(jobs) == 1 or isinstance(error, StorageUnavailable):
            for job in jobs:  # each caller raises an exception of its own: raising writes into it
                job.error = copy(error).with_traceback(None) if len(jobs) > 1 else error
            self._observer.failed(len(jobs))
        else:
            for job in jobs:
                self._run([job])

    def _attempt(self, jobs: Sequence[_Job[Any]], started: float) -> BaseException | None:
        """Commit the jobs; return None or the error of them all, StorageUnavailable if it is nobody's own.

        A lost connection before the commit is no harm: the database has undone the transaction.
        """
        error: BaseException | None = None
        for _ in range(_TRIES):
            try:
                session = self._connected(started)
            except StorageUnavailable as failure:
                return failure
            error = self._transaction(session, jobs)
            if error is None:
                return None
            trouble = session.trouble(error)
            if trouble is Trouble.LOST or isinstance(error, OutcomeUnknown):
                self._drop()
            if trouble is None:
                return error
            if trouble is Trouble.REFUSED:
                return refused(error)
            if time.monotonic() - started > self._patience:
                break
        return error if error is None or len(jobs) > 1 else unavailable(error, StorageUnavailable)

    @staticmethod
    def _transaction(session: Session, jobs: Sequence[_Job[Any]]) -> BaseException | None:
        """Run the jobs and commit; the exception that undid them, OutcomeUnknown if it came too late."""
        committing = alone = len(jobs) == 1 and jobs[0].single and session.single
        try:
            if alone:
                jobs[0].result = jobs[0].work(session)
                return None
            session.begin()
            for job in jobs:
                job.result = job.work(session)
            committing = True
            session.commit()
        except Exception as error:  # noqa: BLE001 - sorted by the caller
            session.rollback()
            if committing and session.trouble(error) is Trouble.LOST:
                return unavailable(error, OutcomeUnknown)
            return error
        return None

    def _connected(self, started: float) -> Session:
        pause = 0.01
        if self._session is not None and not self._session.alive():
            self._drop()
        while self._session is None:
            try:
                self._session = self._connect()
            except Exception as error:
                if time.monotonic() - started > self._patience:
                    raise unavailable(error, StorageUnavailable) from error
                time.sleep(pause)
                pause = min(pause * 2, 0.5)
        return self._session

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
