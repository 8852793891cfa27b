"""What every operation but Send* begins with: one moment, one snapshot, a caller that is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.reception.caller import Caller, demand_trust, identify

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.registry import Snapshot


@dataclass(frozen=True, slots=True)
class Entry:
    """The caller, the registry as of now, and now in microseconds."""

    caller: Caller
    snapshot: Snapshot
    now: int


def recognise(bus: Bus, call: Call, record: CallRecord) -> Entry:
    """Identify the caller; whether its certificate is revoked is left to the inspection."""
    now = bus.clock()
    snapshot = bus.registry.current()
    caller = identify(bus, call, snapshot, now)
    record.system = caller.system.mnemonic
    return Entry(caller, snapshot, now)


def enter(bus: Bus, call: Call, record: CallRecord) -> Entry:
    """Identify the caller and demand a certificate that is trusted now."""
    entry = recognise(bus, call, record)
    demand_trust(bus, entry.caller, entry.snapshot, entry.now)
    return entry
