"""Who may exchange what: participants, systems, certificates, types, routes, access.

The public names here need no started Django; models are in `mezhved.registry.models`.
"""

from __future__ import annotations

from mezhved.registry.loading import current_revision, live_snapshots, load_snapshot
from mezhved.registry.periods import Period
from mezhved.registry.snapshot import (
    CertificateBinding,
    Direction,
    InformationTypeInfo,
    RoutingKind,
    Snapshot,
    System,
    TypeRoot,
)
from mezhved.registry.source import SnapshotSource
from mezhved.smev3.codes import RoutingExpression
from mezhved.smev3.xpath import BadRouting

__all__ = [
    "BadRouting",
    "CertificateBinding",
    "Direction",
    "InformationTypeInfo",
    "Period",
    "RoutingExpression",
    "RoutingKind",
    "Snapshot",
    "SnapshotSource",
    "System",
    "TypeRoot",
    "current_revision",
    "live_snapshots",
    "load_snapshot",
]
