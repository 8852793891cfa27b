"""Is everything here that the gateway needs, and does SMEV know it: each finding with its cure."""

from __future__ import annotations

from mezhved.gateway.checking.findings import CHECKS, Finding, Verdict

__all__ = ["CHECKS", "Finding", "Verdict"]
