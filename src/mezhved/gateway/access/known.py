"""Systems and types as every call needs them, asked of the database once in a while."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import InformationSystem, InformationType
from mezhved.gateway.queries import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

KEPT_SECONDS: Final = 2.0
_TYPES: Final = Prepared[InformationType]()
_SYSTEMS: Final = Prepared[InformationSystem]()


class Known:
    """What is in work, at most two seconds old. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._types: dict[str, InformationType] = {}
        self._roots: dict[tuple[str, str], InformationType] = {}
        self._systems: dict[int, InformationSystem] = {}

    def type_of_code(self, code: str) -> InformationType | None:
        """Return a type by its code; its package is read only when asked for."""
        self._refresh()
        return self._types.get(code)

    def type_of_root(self, namespace: str, root: str) -> InformationType | None:
        """Return a type by the root of its request."""
        self._refresh()
        return self._roots.get((namespace, root))

    def systems(self, keys: Iterable[int], named: str = "") -> list[InformationSystem]:
        """Return systems by their keys, of those named `MNEMONIC` or `MNEMONIC@connection` only."""
        self._refresh()
        mnemonic, _, connection = named.partition("@")
        found = (self._systems[each] for each in keys if each in self._systems)
        return [
            each
            for each in found
            if mnemonic in {"", each.mnemonic} and connection in {"", each.connection.name}
        ]

    def _refresh(self) -> None:
        with self._lock:
            now = self._clock()
            if self._read_at is not None and now - self._read_at < KEPT_SECONDS:
                return
            types, systems = _TYPES.rows(_types), _SYSTEMS.rows(_systems)
            self._types = {each.code: each for each in types}
            self._roots = {(each.namespace, each.request_root): each for each in types}
            self._systems = {each.pk: each for each in systems}
            self._read_at = now


def _types() -> QuerySet[InformationType]:
    return InformationType.objects.defer("package").filter(is_active=True)


def _systems() -> QuerySet[InformationSystem]:
    return InformationSystem.objects.select_related("connection").filter(is_active=True)
