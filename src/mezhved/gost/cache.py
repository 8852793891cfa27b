"""A bounded cache for many threads: what was used least recently goes first.

There is no lock: a child forked while another thread holds one could never take it again.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps at most `capacity` values; 0 keeps none.

    Keys have to be of built-in types: then each step on the OrderedDict is one that no thread can enter,
    and between the steps a key may only be gone, which every step allows for.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Find a value and mark it as used."""
        value = self._values.get(key)
        if value is not None:
            self._touch(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value; push out the one not used for longest when there are too many."""
        self._values[key] = value
        self._touch(key)
        while len(self._values) > self._capacity:
            with suppress(KeyError):
                self._values.popitem(last=False)

    def _touch(self, key: K) -> None:
        try:  # noqa: SIM105  contextlib costs more than all else here
            self._values.move_to_end(key)
        except KeyError:
            pass

    def __len__(self) -> int:
        return len(self._values)
