"""The work that the cabinet does by itself in every process of the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating


def cabinet_loops(gateway: Gateway) -> list[Repeating]:  # noqa: ARG001 - the parts of the cabinet add theirs
    """Return the threads of the cabinet's own work."""
    return []
