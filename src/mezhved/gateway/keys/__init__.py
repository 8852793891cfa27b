"""Whose key signs what, and where keys are kept."""

from __future__ import annotations

from mezhved.gateway.keys.files import FileKeys, Keys
from mezhved.gateway.keys.ring import HeldKey, KeyRing
from mezhved.gateway.keys.trust import Trust, Trusts

__all__ = ["FileKeys", "HeldKey", "KeyRing", "Keys", "Trust", "Trusts"]
