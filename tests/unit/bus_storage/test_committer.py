"""Group commit on a pretended database that fails when it is told to."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.bus.storage import OutcomeUnknown, StorageClosed, StorageError, StorageUnavailable
from mezhved.bus.storage.committer import Committer, _Job
from mezhved.bus.storage.session import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable


class DriverError(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


LOST, REPEAT, REFUSED = (DriverError(each) for each in (Trouble.LOST, Trouble.REPEAT, Trouble.REFUSED))


@dataclass
class Database:
    """What was committed, and what shall go wrong next at which step."""

    committed: list[list[Any]] = field(default_factory=list)
    trouble: dict[str, list[DriverError | None]] = field(default_factory=dict)
    connections: int = 0
    open: int = 0
    gate: threading.Event | None = None

    def fail(self, step: str) -> None:
        following = self.trouble.get(step)
        error = following.pop(0) if following else None
        if error is not None:
            raise error


class PretendedSession:
    single = False

    def __init__(self, database: Database) -> None:
        database.fail("connect")
        database.connections += 1
        database.open += 1
        self.database = database
        self.done: list[Any] = []

    def alive(self) -> bool:
        following = self.database.trouble.get("alive")
        return not (following and following.pop(0))

    def begin(self) -> None:
        self.database.fail("begin")
        self.done = []

    def write(self, what: Any) -> Any:
        self.database.fail("write")
        self.done.append(what)
        return what

    def commit(self) -> None:
        if self.database.gate is not None:
            self.database.gate.wait()
        self.database.fail("commit")
        self.database.committed.append(self.done)

    def rollback(self) -> None:
        self.done = []

    def close(self) -> None:
        self.database.open -= 1

    def trouble(self, error: BaseException) -> Trouble | None:
        return error.trouble if isinstance(error, DriverError) else None


class Told:
    def __init__(self) -> None:
        self.committed_sizes: list[int] = []
        self.failed_sizes: list[int] = []

    def committed(self, operations: int, seconds: float) -> None:
        assert seconds >= 0
        self.committed_sizes.append(operations)

    def failed(self, operations: int) -> None:
        self.failed_sizes.append(operations)


def committer(database: Database, **options: Any) -> Committer:
    return Committer(lambda: PretendedSession(database), patience=0.05, **options)


def write(what: Any) -> Callable[[Any], Any]:
    return lambda session: session.write(what)


def submit(target: Committer, what: Any) -> Any:
    return target.submit(write(what), (0, bytes([what])))


def test_a_result_comes_after_its_commit() -> None:
    database = Database()

    assert submit(committer(database), 1) == 1
    assert database.committed == [[1]]


def group_behind_a_slow_commit(database: Database, target: Committer, works: list[int]) -> list[Any]:
    """Results of works that all gather while the first commit is held up."""
    database.gate = threading.Event()
    with ThreadPoolExecutor(len(works) + 1) as pool:
        first = pool.submit(submit, target, 0)
        while not target._busy:
            pass
        later = [pool.submit(submit, target, each) for each in works]
        while len(target._waiting) < len(works):
            pass
        database.gate.set()
        first.result()
        return [each.exception() or each.result() for each in later]


def test_what_gathers_during_a_commit_is_committed_together_in_lock_order() -> None:
    database, told = Database(), Told()
    target = committer(database, observer=told)

    assert group_behind_a_slow_commit(database, target, [5, 3, 9, 1]) == [5, 3, 9, 1]

    assert database.committed == [[0], [1, 3, 5, 9]]
    assert told.committed_sizes == [1, 4]


def test_a_group_is_no_larger_than_allowed() -> None:
    database = Database()
    target = committer(database, group=2)

    group_behind_a_slow_commit(database, target, [1, 2, 3, 4, 5])

    assert [len(each) for each in database.committed] == [1, 2, 2, 1]


def test_one_failing_work_is_undone_alone() -> None:
    database, told = Database(), Told()
    target = committer(database, observer=told)
    database.trouble["write"] = [None, None, REFUSED, None, None, REFUSED]

    results = group_behind_a_slow_commit(database, target, [1, 2, 3])

    assert results[0] == 1
    assert [type(each) for each in results[1:]] == [int, StorageError]
    assert sorted(each for group in database.committed for each in group) == [0, 1, 2]
    assert told.failed_sizes == [1]


def test_what_the_work_itself_raises_reaches_its_caller_unchanged() -> None:
    database = Database()

    def wrong(session: Any) -> None:
        session.write(1)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        committer(database).submit(wrong, (0, b""))
    assert database.committed == []


@pytest.mark.parametrize("step", ["begin", "write", "commit"])
def test_a_transaction_that_another_hindered_is_repeated(step: str) -> None:
    database = Database(trouble={step: [REPEAT, REPEAT]})

    assert submit(committer(database), 1) == 1
    assert database.committed == [[1]]
    assert database.connections == 1


@pytest.mark.parametrize("step", ["begin", "write"])
def test_a_connection_lost_before_the_commit_is_made_anew_and_the_work_repeated(step: str) -> None:
    database = Database(trouble={step: [LOST]})

    assert submit(committer(database), 1) == 1
    assert database.committed == [[1]]
    assert (database.connections, database.open) == (2, 1)


def test_a_connection_that_was_closed_while_nobody_used_it_is_replaced_before_the_work() -> None:
    database = Database(trouble={"alive": [LOST]})
    target = committer(database)

    assert [submit(target, each) for each in (1, 2, 3)] == [1, 2, 3]
    assert (database.connections, database.open) == (2, 1)


def test_a_connection_lost_in_the_commit_leaves_the_outcome_unknown_and_is_never_called_success() -> None:
    database, told = Database(trouble={"commit": [None, LOST]}), Told()
    target = committer(database, observer=told)

    results = group_behind_a_slow_commit(database, target, [1, 2])

    assert [type(each) for each in results] == [OutcomeUnknown, OutcomeUnknown]
    assert database.committed == [[0]]
    assert told.failed_sizes == [2]
    assert submit(target, 3) == 3
    assert database.connections == 2


def test_a_database_that_stays_away_is_named_and_found_again_later() -> None:
    database = Database(trouble={"connect": [LOST] * 12})
    target = committer(database)

    with pytest.raises(StorageUnavailable) as error:
        submit(target, 1)
    assert not isinstance(error.value, OutcomeUnknown)
    assert error.value.cure is not None
    database.trouble.clear()

    assert submit(target, 2) == 2
    assert database.committed == [[2]]


def test_a_short_absence_is_waited_for() -> None:
    database = Database(trouble={"connect": [LOST]})

    assert submit(committer(database), 1) == 1


def test_a_database_that_always_breaks_is_given_up() -> None:
    database = Database(trouble={"write": [LOST] * 50})

    with pytest.raises(StorageUnavailable):
        submit(committer(database), 1)
    assert database.open == 0


def test_an_interrupt_in_the_leading_thread_leaves_nobody_waiting() -> None:
    database = Database()
    target = committer(database)
    started, go = threading.Event(), threading.Event()

    def interrupted(session: Any) -> None:
        started.set()
        go.wait()
        session.write(1)
        raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(target.submit, interrupted, (0, b""))
        started.wait()
        second = pool.submit(submit, target, 2)
        while not target._waiting:
            pass
        go.set()
        assert isinstance(first.exception(), KeyboardInterrupt)
        assert second.result() == 2
    assert database.committed == [[2]]


def test_a_caller_interrupted_while_it_waits_takes_its_work_back() -> None:
    database = Database(gate=threading.Event())
    assert database.gate is not None
    target = committer(database)

    def interrupt(_signal: int, _frame: object) -> None:
        raise InterruptedError

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(submit, target, 1)
        while not target._busy:
            pass
        before = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(InterruptedError):
            submit(target, 2)
        signal.signal(signal.SIGALRM, before)
        database.gate.set()
        assert first.result() == 1

    assert submit(target, 3) == 3
    assert database.committed == [[1], [3]]


def test_an_interrupted_caller_that_has_the_lead_passes_it_on() -> None:
    target = committer(Database())
    jobs = [_Job(write(each), (0, b""), single=False) for each in (1, 2)]
    target._busy = True
    target._waiting.extend(jobs)
    jobs[0].leads = True

    target._abandon(jobs[0])

    assert jobs[1].leads
    assert list(target._waiting) == [jobs[1]]
    target._abandon(jobs[1])
    assert submit(target, 3) == 3


def test_closing_waits_for_what_was_taken_and_refuses_the_rest() -> None:
    database = Database(gate=threading.Event())
    assert database.gate is not None
    target = committer(database)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(submit, target, 1)
        while not target._busy:
            pass
        second = pool.submit(submit, target, 2)
        while not target._waiting:
            pass
        closing = pool.submit(target.close)
        while not target._closed:
            pass
        with pytest.raises(StorageClosed):
            submit(target, 3)
        database.gate.set()
        assert (first.result(), second.result(), closing.result()) == (1, 2, None)

    assert database.committed == [[1], [2]]
    assert database.open == 0


def test_an_engine_that_commits_single_operations_by_itself_is_left_to_it() -> None:
    database = Database()

    class SelfCommitting(PretendedSession):
        single = True

        def write(self, what: Any) -> Any:
            self.database.fail("write")
            self.database.committed.append([what])
            return what

    target = Committer(lambda: SelfCommitting(database), patience=0.05)

    assert target.submit(write(1), (0, b""), single=True) == 1
    assert database.committed == [[1]]
    database.trouble["write"] = [LOST]
    with pytest.raises(OutcomeUnknown):
        target.submit(write(2), (0, b""), single=True)
