"""Who gets a message of 1.3: the union of what its values and records name, and the outcome of each.

Everything here decides and nothing is read or written. Every recipient gets the whole message: the
sender's signature is over all records, and what was signed is not cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from mezhved.registry import RoutingKind
from mezhved.smev3 import messages
from mezhved.smev3.messages import RoutingStatusCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mezhved.registry import Snapshot, System, TypeRoot
    from mezhved.smev3.messages import RecordRouting, RecordStatus, RoutingInformation, ValueStatus

RECORDS_TOLD: Final = 1000
"""Most records in one RoutingStatus (its schema)."""
VALUES_TOLD: Final = 10_000
"""Most values of records in one RoutingStatus: what is told must not outgrow what was sent."""
_FOUND = RoutingStatusCode.SUCCESS
_NOT_FOUND = RoutingStatusCode.RECIPIENT_NOT_FOUND


@dataclass(frozen=True, slots=True)
class Resolution:
    """The recipients, each once in the order of their ids, and the outcome of every value and record."""

    systems: tuple[System, ...]
    status: messages.RoutingStatus
    complete: bool
    """Everything that was named was found."""


def resolve(
    snapshot: Snapshot,
    root: TypeRoot,
    information: RoutingInformation,
    records: Mapping[int, RoutingStatusCode],
) -> Resolution:
    """Find the recipients of a message whose Routing block says `information`.

    `records` is what was found of the records that lie in the message, by RecordId: `SUCCESS` or why a
    record is not routed. A record that the block does not name follows the general routing; without one
    it is told as not found, since nobody was named for it.
    """
    return _Resolver(snapshot, root).run(information, records)


@dataclass(slots=True)
class _Resolver:
    snapshot: Snapshot
    root: TypeRoot
    found: dict[int, System] = field(default_factory=dict)
    known: dict[tuple[RoutingKind, str], tuple[System, ...]] = field(default_factory=dict)

    def run(self, information: RoutingInformation, records: Mapping[int, RoutingStatusCode]) -> Resolution:
        dynamic = self._values(RoutingKind.DYNAMIC, information.dynamic)
        identifiers = self._values(RoutingKind.IDENTIFIER, information.identifiers)
        general = _General(
            there=bool(information.dynamic or information.identifiers),
            found=any(each.code == _FOUND for each in (*dynamic, *identifiers)),
        )
        by_records = bool(information.records)
        if by_records and not self.root.type.accepts(RoutingKind.REGISTRY):
            statuses = tuple(
                messages.RecordStatus(each.record_id, _NOT_FOUND) for each in information.records
            )
        else:
            statuses = tuple(self._records(information.records, records, general))
        unnamed = records.keys() - {each.record_id for each in information.records}
        if by_records:
            statuses += tuple(_unnamed(each, records[each], general) for each in sorted(unnamed))
        elif any(code != _FOUND for code in records.values()):
            statuses = tuple(messages.RecordStatus(each, code) for each, code in sorted(records.items()))
        systems = tuple(self.found[each] for each in sorted(self.found))
        status = messages.RoutingStatus(dynamic, identifiers, tuple(_told(statuses)))
        return Resolution(systems, status, _complete(dynamic, identifiers, statuses))

    def _values(self, kind: RoutingKind, values: tuple[str, ...]) -> tuple[ValueStatus, ...]:
        return tuple(messages.ValueStatus(each, self._value(kind, each)) for each in values)

    def _value(self, kind: RoutingKind, value: str) -> RoutingStatusCode:
        key = (kind, value)
        if key not in self.known:
            self.known[key] = self.snapshot.recipients_by_value(self.root, kind, value)
        self.found.update((system.id, system) for system in self.known[key])
        return _FOUND if self.known[key] else _NOT_FOUND

    def _records(
        self,
        routings: tuple[RecordRouting, ...],
        records: Mapping[int, RoutingStatusCode],
        general: _General,
    ) -> list[RecordStatus]:
        statuses: list[RecordStatus] = []
        seen: set[int] = set()
        for each in routings:
            own = records.get(each.record_id, RoutingStatusCode.INVALID_REGISTRY_RECORD_ID)
            if each.record_id in seen:
                own = RoutingStatusCode.INVALID_REGISTRY_RECORD_ID
            seen.add(each.record_id)
            statuses.append(
                self._record(each, general) if own == _FOUND else messages.RecordStatus(each.record_id, own)
            )
        return statuses

    def _record(self, routing: RecordRouting, general: _General) -> RecordStatus:
        dynamic = self._values(RoutingKind.DYNAMIC, routing.dynamic)
        identifiers = self._values(RoutingKind.IDENTIFIER, routing.identifiers)
        found = any(each.code == _FOUND for each in (*dynamic, *identifiers))
        code = _FOUND if found else _NOT_FOUND
        if routing.use_general_routing and not general.there:
            code = RoutingStatusCode.GENERAL_ROUTING_NOT_FOUND
        elif routing.use_general_routing and general.found:
            code = _FOUND
        return messages.RecordStatus(routing.record_id, code, dynamic, identifiers)


@dataclass(frozen=True, slots=True)
class _General:
    """The block's routing of the whole message: whether it is there and whether it leads to anybody."""

    there: bool
    found: bool


def _complete(
    dynamic: tuple[ValueStatus, ...], identifiers: tuple[ValueStatus, ...], records: tuple[RecordStatus, ...]
) -> bool:
    values = chain(dynamic, identifiers, *((*each.dynamic, *each.identifiers) for each in records))
    return all(each.code == _FOUND for each in values) and all(each.code == _FOUND for each in records)


def _told(statuses: tuple[RecordStatus, ...]) -> Iterator[RecordStatus]:
    """Give what fits: of records beyond the bound of values the code alone."""
    left = VALUES_TOLD
    for each in statuses[:RECORDS_TOLD]:
        left -= len(each.dynamic) + len(each.identifiers)
        yield each if left >= 0 else replace(each, dynamic=(), identifiers=())


def _unnamed(record_id: int, code: RoutingStatusCode, general: _General) -> RecordStatus:
    if code == _FOUND and not general.found:
        code = _NOT_FOUND
    return messages.RecordStatus(record_id, code)
