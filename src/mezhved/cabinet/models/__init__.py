"""Tables of the cabinet."""

from __future__ import annotations

from mezhved.cabinet.models.accounts import Account, Assignment, Role
from mezhved.cabinet.models.audit import AuditEntry

__all__ = ["Account", "Assignment", "AuditEntry", "Role"]
