"""Whose key signs what, and where keys are kept."""

from __future__ import annotations

from mezhved.gateway.keys.choosing import choose_key
from mezhved.gateway.keys.files import FileKeys, Keys

__all__ = ["FileKeys", "Keys", "choose_key"]
