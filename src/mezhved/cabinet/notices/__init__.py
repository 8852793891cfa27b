"""What people are told of: in the page, by mail, each as the account wants it."""

from __future__ import annotations

from mezhved.cabinet.notices.telling import notify

__all__ = ["notify"]
