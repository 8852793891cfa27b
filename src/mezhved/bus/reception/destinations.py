"""Where a request goes (MR 3.3 section 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.registry import Snapshot, System, TypeRoot


@dataclass(frozen=True, slots=True)
class Destination:
    """The systems that a message goes to: one, unless it is to `many`, which may be one too."""

    systems: tuple[System, ...]
    many: bool = False

    @property
    def recipient(self) -> System | None:
        """The one recipient, None of a message to many."""
        return None if self.many else self.systems[0]


def destination(snapshot: Snapshot, found: TypeRoot, root: etree._Element) -> Destination:
    """Return where a request goes: a broadcast to every subscriber, any other to one system.

    SMEV-502 for none, and for several of a type that is no broadcast (MR 3.3 section 2.3).
    """
    systems = snapshot.recipients(found, root)
    if not systems:
        raise SmevFaultError(faults.recipient_not_found(found.namespace, found.local_name))
    if found.type.broadcast:
        return Destination(systems, many=True)
    if len(systems) > 1:
        raise SmevFaultError(faults.several_recipients(found.namespace, found.local_name))
    return Destination(systems)
