"""Threads that finish received messages. Any process may do any work; one that dies leaves it to others."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from mezhved.bus.delivery.refusals import refusal
from mezhved.bus.delivery.system_responses import system_response
from mezhved.bus.processing.fanout import fan_out
from mezhved.bus.processing.steps import STEPS
from mezhved.bus.storage import State, StorageError
from mezhved.bus.times import SECOND
from mezhved.service import Repeating
from mezhved.smev3 import faults
from mezhved.smev3.messages import InteractionStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.bus.assembly import Bus
    from mezhved.bus.processing.steps import Step
    from mezhved.bus.storage import Work
    from mezhved.smev3.faults import Fault

PERIOD_SECONDS: Final = 1.0
LEASE_SECONDS: Final = 30
_HOLD_AGAIN_SECONDS: Final = 10.0
_LONGEST_PAUSE_SECONDS: Final = 60


def process_all(bus: Bus, steps: Sequence[Step] = STEPS) -> int:
    """Do all works that are due, one after another; return how many were begun."""
    done = 0
    while True:
        now = bus.clock()
        works = bus.store.claim(now, now + LEASE_SECONDS * SECOND, 1)
        if not works:
            return done
        for work in works:
            done += 1
            _guarded(bus, work, steps)


def _guarded(bus: Bus, work: Work, steps: Sequence[Step]) -> None:
    """Do a work; whatever goes wrong with it puts it off, longer each time."""
    try:
        with _held(bus, work):
            process(bus, work, steps)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad message must not hold up the others
        pause = min(2 ** min(work.attempts, 10), _LONGEST_PAUSE_SECONDS)
        bus.log.warning(
            "processing_put_off",
            message_id=str(work.message.message_id),
            attempts=work.attempts,
            seconds=pause,
            error_type=type(error).__name__,
        )
        bus.store.postpone(work, bus.clock() + pause * SECOND)


def process(bus: Bus, work: Work, steps: Sequence[Step]) -> None:
    """Run the steps and put the message into its queues, or refuse it."""
    if 0 < work.message.eol <= bus.clock() and not bus.store.shares(work.pk):
        _cancel(bus, work)
        return
    for step in steps:
        fault = step(bus, work)
        if fault is not None:
            _refuse(bus, work, fault)
            return
    fault = fan_out(bus, work, bus.clock() + LEASE_SECONDS * SECOND)
    if fault is not None:
        _refuse(bus, work, fault)


def _refuse(bus: Bus, work: Work, fault: Fault) -> None:
    reason, answer, queue = refusal(bus, work.message, fault, bus.clock())
    bus.store.reject(work, reason, answer, queue, answer.accepted_at)


def _cancel(bus: Bus, work: Work) -> None:
    """End a message whose end of life came before it entered a queue (SMEV-500)."""
    now = bus.clock()
    answer, queue = system_response(bus, work.message, InteractionStatus.CANCELLED, faults.end_of_life(), now)
    bus.store.reject(work, "", answer, queue, now, state=State.EXPIRED)


@contextmanager
def _held(bus: Bus, work: Work) -> Iterator[None]:
    """Keep the work this process's while the block runs, which may take long."""
    done = threading.Event()

    def hold() -> None:
        while not done.wait(_HOLD_AGAIN_SECONDS):
            try:
                if not bus.store.postpone(work, bus.clock() + LEASE_SECONDS * SECOND):
                    return
            except StorageError as error:
                bus.log.warning("processing_not_held", reason=str(error))

    thread = threading.Thread(target=hold, name="mezhved-work-holder", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class Processor(Repeating):
    """Works whenever a message arrives in this process, and every second on what others left."""

    def __init__(self, bus: Bus, steps: Sequence[Step] = STEPS) -> None:
        super().__init__("processor")
        self._bus = bus
        self._steps = steps

    def tick(self) -> float:
        """Wait for a message, then work off all there are."""
        self._bus.arrivals.wait(PERIOD_SECONDS)
        self._bus.arrivals.clear()
        process_all(self._bus, self._steps)
        return 0.0

    def troubled(self, error: Exception) -> float:
        """Log it; an unreachable database is tried again next time."""
        if isinstance(error, StorageError):
            self._bus.log.warning("processing_failed", reason=str(error))
        else:
            self._bus.log.critical("processing_defect", error_type=type(error).__name__)
        return 0.0

    def stop(self) -> None:
        """End the thread after the works in hand."""
        super().stop()
        self._bus.arrivals.set()
