"""What every long-running role stands on: work that is repeated until the role stops."""

from __future__ import annotations

from mezhved.service.repeating import Repeating

__all__ = ["Repeating"]
