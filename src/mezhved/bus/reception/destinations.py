"""Where a request goes: by its type (MR 3.3 section 2.3) or by what its sender says (1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.routing.resolution import resolve
from mezhved.registry import RoutingKind
from mezhved.smev3 import faults, messages
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.bus.routing.records import RegistryVerdict
    from mezhved.registry import Snapshot, System, TypeRoot
    from mezhved.smev3.faults import Fault


@dataclass(frozen=True, slots=True)
class Destination:
    """The systems that a message goes to: one, unless it is to `many`, which may be one too.

    There is none where the Routing block leads to nobody: `fault` says why, and `status` tells the outcome
    of each value. `complete`: all that was named was found. `by_block`: the sender has named them;
    `by_records`: for each record, which was judged by itself.
    """

    systems: tuple[System, ...]
    many: bool = False
    status: messages.RoutingStatus | None = None
    complete: bool = True
    by_block: bool = False
    by_records: bool = False
    fault: Fault | None = None

    @property
    def recipient(self) -> System | None:
        """The one recipient, None of a message to many or to nobody."""
        return None if self.many or not self.systems else self.systems[0]


def destination(
    snapshot: Snapshot,
    found: TypeRoot,
    root: etree._Element,
    information: messages.RoutingInformation | None = None,
    registry: RegistryVerdict | None = None,
) -> Destination:
    """Return where a request goes: a broadcast to every subscriber, any other to one system.

    `information` is the verified Routing block: its message goes to all whom the block names. Without one:
    SMEV-502 for none, and for several of a type that is no broadcast (MR 3.3 section 2.3).
    """
    if information is not None and (information.dynamic or information.identifiers or information.records):
        return _by_block(snapshot, found, information, registry)
    status = None
    if registry is not None and registry.fault is not None:
        codes = registry.codes.items()
        status = messages.RoutingStatus(
            records=tuple(messages.RecordStatus(each, code) for each, code in codes)
        )
    systems = snapshot.recipients(found, root)
    if not systems:
        raise SmevFaultError(faults.recipient_not_found(found.namespace, found.local_name))
    if found.type.broadcast:
        return Destination(systems, many=True, status=status)
    if len(systems) > 1:
        raise SmevFaultError(faults.several_recipients(found.namespace, found.local_name))
    return Destination(systems, status=status)


def _by_block(
    snapshot: Snapshot,
    found: TypeRoot,
    information: messages.RoutingInformation,
    registry: RegistryVerdict | None,
) -> Destination:
    resolution = resolve(snapshot, found, information, {} if registry is None else registry.codes)
    fault = None
    if not resolution.systems:
        fault = (registry.fault if registry else None) or faults.recipient_not_found(
            found.namespace, found.local_name
        )
    return Destination(
        resolution.systems,
        many=len(resolution.systems) > 1,
        status=resolution.status,
        complete=resolution.complete,
        by_block=True,
        by_records=bool(information.records) and found.type.accepts(RoutingKind.REGISTRY),
        fault=fault,
    )
