"""Where a request goes (MR 3.3 section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.registry import Snapshot, System, TypeRoot


def the_recipient(snapshot: Snapshot, found: TypeRoot, root: etree._Element) -> System:
    """Return the one system a request goes to; SMEV-502 for none or several (MR 3.3 section 2.3)."""
    systems = snapshot.recipients(found, root)
    if not systems:
        raise SmevFaultError(faults.recipient_not_found(found.namespace, found.local_name))
    if len(systems) > 1:
        raise SmevFaultError(faults.several_recipients(found.namespace, found.local_name))
    return systems[0]
