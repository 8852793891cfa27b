"""The thread that looks for news and the few that tell of it, apart from those that serve calls."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from mezhved.bus.storage import StorageError
from mezhved.service import Repeating

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.push.ledger import PushState
    from mezhved.bus.push.notifier import Notifier

# The registry is read through Django: it may lose the database before the store does.
_AWAY = (StorageError, OperationalError, InterfaceError)


class Pusher(Repeating):
    """Looks for news until stopped; at most `push_senders` notices are under way at once.

    A system whose notice hangs occupies one sender until the notice's time is over; no call ever waits
    for any of them.
    """

    def __init__(self, bus: Bus, notifier: Notifier) -> None:
        super().__init__("push", bus.settings.push_check_seconds)
        self._bus = bus
        self._notifier = notifier
        self._free = bus.settings.push_senders
        self._under_way: set[int] = set()
        self._lock = threading.Lock()

    def tick(self) -> float:
        """Look for news."""
        self.look()
        return self._bus.settings.push_check_seconds

    def troubled(self, error: Exception) -> float:
        """Log it and look again."""
        if isinstance(error, _AWAY):
            self._bus.log.warning("push_postponed", reason=type(error).__name__)
        else:
            self._bus.log.critical("push_defect", error_type=type(error).__name__)
        return self._bus.settings.push_check_seconds

    def look(self) -> int:
        """Hand what is due to free senders; return how many notices that began."""
        with self._lock:
            free = self._free - len(self._under_way)
        if free <= 0:
            return 0
        try:
            due = self._notifier.due()
        except Exception as error:  # noqa: BLE001 - the thread must outlive one bad state
            self.troubled(error)
            return 0
        begun = 0
        for state in due:
            with self._lock:
                if state.system in self._under_way or begun == free:
                    continue
                self._under_way.add(state.system)
            begun += 1
            threading.Thread(target=self._tell, args=(state,), name="mezhved-push", daemon=True).start()
        return begun

    def _tell(self, state: PushState) -> None:
        try:
            self._notifier.tell(state)
        except Exception as error:  # noqa: BLE001 - the thread must outlive one bad state
            self.troubled(error)
        finally:
            with self._lock:
                self._under_way.discard(state.system)


def start_pusher(bus: Bus) -> Pusher | None:
    """Start telling systems of their messages; None where this node is set to tell nobody."""
    if not bus.settings.push_senders:
        return None
    from mezhved.bus.push.delivery import HttpDelivery  # noqa: PLC0415 - loads TLS
    from mezhved.bus.push.notifier import Notifier  # noqa: PLC0415

    deliver = HttpDelivery(bus.settings.push_timeout_seconds, bus.settings.push_networks)
    pusher = Pusher(bus, Notifier(bus, deliver))
    pusher.start()
    return pusher
