"""Information types by their request roots, looked up in memory: every message that comes asks for one."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import InformationType
from mezhved.gateway.queries import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

FRESH = timedelta(seconds=2)
"""How long a change of types may go unnoticed."""
KEPT = 1024
_KIND: Final = Prepared[InformationType]()


class Kinds:
    """Rows of types without their packages. One object serves many threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str, str], InformationType | None] = {}
        self._read_at: datetime | None = None
        self._lock = threading.Lock()

    def of_root(self, namespace: str, name: str, environment: str) -> InformationType | None:
        """Return the type whose requests have this root in that contour; None where it was never added."""
        wanted = namespace, name, environment
        now = self._clock()
        with self._lock:
            if self._read_at is None or abs(now - self._read_at) > FRESH or len(self._known) > KEPT:
                self._known, self._read_at = {}, now
            if wanted in self._known:
                return self._known[wanted]
        row = _KIND.first(_kind, *wanted)
        with self._lock:
            self._known[wanted] = row
        return row


def _kind(namespace: str, name: str, environment: str) -> QuerySet[InformationType]:
    found = InformationType.objects.defer("package").filter(namespace=namespace, request_root=name)
    return found.filter(environment__in=("", environment))[:1]
