"""Finding the systems that have news, and telling one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mezhved.bus.operations.statistics import queue_name
from mezhved.bus.push.delivery import PushFailed
from mezhved.bus.push.ledger import PushLedger, PushState
from mezhved.bus.push.planning import Pace, Watch, at_address
from mezhved.bus.push.reports import failure_report
from mezhved.bus.storage import Box, Queue
from mezhved.bus.times import SECOND, moment
from mezhved.smev3 import soap
from mezhved.smev3.push import PushNotification, QueueInformation

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.push.delivery import Deliver

# A look-up of a name may outlast the notice's own time-out; another sender then waits so long.
_LEASE_SECONDS = 60


class Notifier:
    """Tells systems of their messages through `deliver`; `due` is for one thread, `tell` for many."""

    def __init__(self, bus: Bus, deliver: Deliver) -> None:
        self._bus = bus
        self._deliver = deliver
        self._ledger = PushLedger(bus.store)
        self._pace = Pace.of(bus.settings)
        self._watch = Watch()
        self._lease = int((_LEASE_SECONDS + 2 * bus.settings.push_timeout_seconds) * SECOND)

    def due(self) -> list[PushState]:
        """Return the systems to be told now, those that waited longest first.

        Two reads, and none while no system has an address. Raises `StorageError`.
        """
        addresses = self._bus.registry.current().push_addresses
        if not addresses:
            return []
        news, states = self._ledger.news(addresses), self._ledger.states(addresses)
        now = self._bus.clock()
        found = []
        for system, address in addresses.items():
            state = at_address(states.get(system) or PushState(system, address), address)
            fresh = self._watch.is_news(state, news.get(system))
            if fresh and state.next_at <= now and state.leased_until <= now:
                found.append(state)
        return sorted(found, key=lambda state: state.next_at)

    def tell(self, state: PushState) -> bool:
        """Tell a system; False: another sender has it. Raises `StorageError`."""
        now = self._bus.clock()
        until = now + self._lease
        if not self._ledger.claim(state, state.address, now, until):
            return False
        # Counted after the claim: what came before this moment is told by this notice.
        news = self._ledger.news([state.system]).get(state.system)
        notice = self._notice(state)
        if news is None or notice is None:
            self._ledger.settle(state, until)
            return False
        try:
            self._deliver(state.address, soap.envelope(notice.to_xml()))
        except PushFailed as failure:
            self._failed(state, failure, until)
            return True
        self._ledger.settle(self._pace.told(state, news, self._bus.clock()), until)
        self._bus.metrics.count_push("ok")
        return True

    def _notice(self, state: PushState) -> PushNotification | None:
        system = self._bus.registry.current().system(state.system)
        counts = self._bus.store.statistics(state.system)
        if system is None or not counts:
            return None
        queues = tuple(QueueInformation(queue_name(system.mnemonic, each), each.pending) for each in counts)
        return PushNotification(moment(self._bus.clock()), queues)

    def _failed(self, state: PushState, failure: PushFailed, until: int) -> None:
        now = self._bus.clock()
        after = self._pace.failed(state, now)
        report = None
        status = Queue(state.system, Box.STATUS)
        if self._pace.to_report(after, now) and self._bus.quota.has_room(status, now):
            after = replace(after, reported_at=now)
            report = failure_report(self._bus, after, failure, now)
        self._ledger.settle(after, until, report)
        self._bus.metrics.count_push(failure.kind)
        system = self._bus.registry.current().system(state.system)
        self._bus.log.warning(
            "push_failed",
            system=system.mnemonic if system else "",
            reason=failure.kind,
            failures=after.failures,
            reported=report is not None,
        )
