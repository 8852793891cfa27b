"""Which of the participant's systems may call, and what each may see and do."""

from __future__ import annotations

from mezhved.gateway.access.callers import Act, Caller, Right, recognise
from mezhved.gateway.access.known import Known
from mezhved.gateway.access.systems import find_system, full_name, systems_named
from mezhved.gateway.access.tokens import RightDraft, grant, issue, parse_right, revoke, withdraw

__all__ = [
    "Act",
    "Caller",
    "Known",
    "Right",
    "RightDraft",
    "find_system",
    "full_name",
    "grant",
    "issue",
    "parse_right",
    "recognise",
    "revoke",
    "systems_named",
    "withdraw",
]
