"""Whether the gateway works: its threads, its database, its keys."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from mezhved.gateway.models import InformationSystem
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating

KEYS_EVERY_SECONDS: Final = 30.0


class Health:
    """Tells in a few words what does not work; keys are tried once in a while only."""

    def __init__(
        self,
        gateway: Gateway,
        threads: Callable[[], Iterable[Repeating]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway = gateway
        self._threads = threads
        self._clock = clock
        self._keys = ""
        self._keys_at: float | None = None
        self._lock = threading.Lock()

    def problems(self) -> dict[str, str]:
        """Return what does not work, by part; empty when all does."""
        found = {}
        close_old_connections()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            keys = self._missing_keys()
            if keys:
                found["keys"] = keys
        except (DatabaseError, InterfaceError):
            found["database"] = "no answer"
        dead = sorted(each.name for each in self._threads() if each.ident is not None and not each.is_alive())
        if dead:
            found["threads"] = ", ".join(dead)
        return found

    def _missing_keys(self) -> str:
        """Return the systems that cannot sign at the moment."""
        with self._lock:
            now = self._clock()
            if self._keys_at is None or now - self._keys_at >= KEYS_EVERY_SECONDS:
                self._keys = ", ".join(self._systems_without_key())
                self._keys_at = now
            return self._keys

    def _systems_without_key(self) -> list[str]:
        missing = []
        systems = InformationSystem.objects.select_related("connection").filter(is_active=True)
        for system in systems.filter(connection__is_active=True).order_by("mnemonic"):
            try:
                self._gateway.connections.client(system)
            except MezhvedError:
                missing.append(system.mnemonic)
        return missing
