"""What an account may do and see: roles, permissions, borders of departments, and the door of every page."""

from __future__ import annotations

from mezhved.cabinet.access.permissions import Access, Permission, access_of
from mezhved.cabinet.access.visits import Page, Visit, page

__all__ = ["Access", "Page", "Permission", "Visit", "access_of", "page"]
