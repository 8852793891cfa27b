"""Telling the pollers that an answer is awaited: in this process at once, in others within a second."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from mezhved.gateway.models import InformationSystem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

NOTE_EVERY = timedelta(seconds=1)


class Wakeable(Protocol):
    """What can be told that its work is awaited."""

    def wake(self) -> None:
        """Work now."""


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
