"""The thread that keeps revocation data fresh, apart from those that serve calls.

Every worker of every node has one; a lease in the database lets one of them at a time fetch from a source.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Final, Protocol

from django.db import Error, connection

from mezhved.bus.revocation import ledger
from mezhved.bus.revocation.fetch_round import Fetching, Outcome
from mezhved.bus.revocation.report import NAME_DIGITS, Freshness, revocation_report
from mezhved.bus.revocation.roster import Roster
from mezhved.bus.times import SECOND
from mezhved.service import Repeating

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.revocation.report import AuthorityLine

PERIOD_SECONDS: Final = 1.0
ROSTER_SECONDS: Final = 5
REPORT_SECONDS: Final = 10
REMIND_SECONDS: Final = 3600
AT_ONCE: Final = 32
_LEASE_SPARE: Final = 60


class Ticking(Protocol):
    """What the thread does again and again."""

    def tick(self) -> None:
        """Do what is due."""


class Keeper:
    """What the thread does, step by step; one thread at a time."""

    def __init__(self, bus: Bus, fetching: Fetching) -> None:
        self._bus = bus
        self._fetching = fetching
        self._roster = Roster(bus.provider)
        self._roster_at = self._report_at = 0
        self._told: dict[str, tuple[Freshness, int]] = {}

    def tick(self) -> None:
        """Fetch what is due, look at the age of everything."""
        now = self._bus.clock()
        if self._bus.settings.revocation_fetching:
            self._fetch(now)
        if now - self._report_at >= REPORT_SECONDS * SECOND:
            self._report_at = now
            self.look()

    def _fetch(self, now: int) -> None:
        settings = self._bus.settings
        met = self._bus.chains.take_met()
        if now - self._roster_at >= ROSTER_SECONDS * SECOND:
            self._roster_at = now
            if settings.revocation_from_certificates:
                self._roster.add_named_sources(now)
            self._roster.renew(now)
        self._roster.note_met(met, now, settings.revocation_seen_certificates)
        lease = int((AT_ONCE * settings.revocation_timeout_seconds + _LEASE_SPARE) * SECOND)
        away: dict[int, int] = {}
        for task in ledger.claim(now, now + lease, AT_ONCE):
            if task.source in away:
                ledger.give_back(task, away[task.source])
                continue
            outcome = self._fetching.fetch(task)
            if outcome.source_is_away:
                away[task.source] = outcome.again
            self.tell(outcome)

    def tell(self, outcome: Outcome) -> None:
        """Count and log one fetch; the authority is named by its thumbprint, the source by its number."""
        task = outcome.task
        self._bus.metrics.count_fetch(task.kind, outcome.word)
        names = {
            "kind": task.kind,
            "source": task.source,
            "authority": task.authority.thumbprint.hex()[:NAME_DIGITS],
        }
        if outcome.problem is not None:
            self._bus.log.warning(
                "revocation_fetch_failed", **names, reason=outcome.word, problem=outcome.problem.en
            )
        elif outcome.word == "ok":
            self._bus.log.info("revocation_fetched", **names, entries=outcome.entries)

    def look(self) -> None:
        """Renew the report, and log whose data is out of date: when it gets so and once an hour."""
        now = self._bus.clock()
        self._bus.revocation.lines = revocation_report(self._bus.chains.rules, now)
        for line in self._bus.revocation.lines:
            before, told_at = self._told.get(line.name, (Freshness.FRESH, 0))
            again = now - told_at >= REMIND_SECONDS * SECOND
            if line.freshness is not before or (line.freshness is not Freshness.FRESH and again):
                self._told[line.name] = (line.freshness, now)
                self._log_age(line, before, now)

    def _log_age(self, line: AuthorityLine, before: Freshness, now: int) -> None:
        grace = int(self._bus.chains.rules.grace.total_seconds())
        left = (line.until - now) // SECOND + grace
        if line.freshness is Freshness.GRACE:
            self._bus.log.warning("revocation_stale", authority=line.name, refused_in_seconds=left)
        elif line.freshness is Freshness.EXPIRED:
            self._bus.log.error("revocation_expired", authority=line.name, refused_for_seconds=-left)
        elif line.freshness is Freshness.FRESH and before is not Freshness.ABSENT:
            self._bus.log.info("revocation_fresh", authority=line.name)


class KeeperThread(Repeating):
    """Ticks every `period` seconds until stopped; holds one connection to the database."""

    def __init__(self, bus: Bus, keeper: Ticking, period: float = PERIOD_SECONDS) -> None:
        super().__init__("revocation", period)
        self._bus = bus
        self._keeper = keeper
        self._period = period

    def tick(self) -> float:
        """Let the keeper do what is due."""
        connection.ensure_connection()
        self._keeper.tick()
        return self._period

    def troubled(self, error: Exception) -> float:
        """Log it and take a new connection next time."""
        connection.close()
        if isinstance(error, Error):
            self._bus.log.warning("revocation_database_away", error_type=type(error).__name__)
        else:
            self._bus.log.critical("revocation_defect", error_type=type(error).__name__)
        return self._period

    def ended(self) -> None:
        """Let the connection go."""
        connection.close()


def start_keeper(bus: Bus) -> KeeperThread:
    """Start the thread of a worker. Django must be started."""
    chance = random.SystemRandom().random
    fetching = Fetching.of(bus.settings, bus.provider, bus.clock, chance, os.urandom)
    thread = KeeperThread(bus, Keeper(bus, fetching))
    thread.start()
    return thread
