"""Telling who waits in this process: senders, pollers of an awaited answer, callers of new events."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from mezhved.gateway.models import InformationSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

NOTE_EVERY = timedelta(seconds=1)


class Wakeable(Protocol):
    """What can be told that its work is awaited."""

    def wake(self) -> None:
        """Work now."""


class News:
    """Wakes callers that wait for events once new ones have their place; those of other processes look."""

    def __init__(self) -> None:
        self._came = threading.Condition()

    def tell(self) -> None:
        """Wake all who wait."""
        with self._came:
            self._came.notify_all()

    def wait(self, seconds: float) -> None:
        """Return when there is news, or so many seconds later."""
        with self._came:
            self._came.wait(seconds)


class Bell:
    """Tells one of those who wait that there is work; rung while nobody waits, it is heard by the next."""

    def __init__(self) -> None:
        self._came = threading.Condition()
        self._rung = False
        self._gathering = False

    def ring(self) -> None:
        """Tell one that there is work, which is durable by now."""
        with self._came:
            self._rung = True
            self._came.notify()

    def wait(self, seconds: float, gather: Callable[[], None]) -> None:
        """Return once it was rung and `gather` has let more work come, or so many seconds later.

        What comes meanwhile wakes nobody else: who gathers does it together with the first.
        """
        with self._came:
            if not self._came.wait_for(self._is_heard, seconds):
                return
            self._gathering = True
        gather()
        with self._came:
            self._gathering = self._rung = False

    def _is_heard(self) -> bool:
        return self._rung and not self._gathering


class Wakers:
    """The pollers of answers in this process, by their systems."""

    def __init__(self) -> None:
        self._sleeping: dict[int, list[Wakeable]] = {}
        self._noted: dict[int, datetime] = {}
        self._lock = threading.Lock()

    def add(self, system: int, poller: Wakeable) -> None:
        """Have a poller woken whenever the system has asked."""
        with self._lock:
            self._sleeping.setdefault(system, []).append(poller)

    def remove(self, system: int, poller: Wakeable) -> None:
        """Wake it no more."""
        with self._lock:
            known = self._sleeping.get(system, [])
            if poller in known:
                known.remove(poller)

    def asked(self, systems: Iterable[int], now: datetime) -> None:
        """Tell that requests of these systems went out; at most once a second a system is it written."""
        for system in set(systems):
            with self._lock:
                sleeping = tuple(self._sleeping.get(system, ()))
                noted = self._noted.get(system)
                fresh = noted is None or now - noted >= NOTE_EVERY
                if fresh:
                    self._noted[system] = now
            for each in sleeping:
                each.wake()
            if fresh:
                InformationSystem.objects.filter(pk=system).update(asked_at=now)
