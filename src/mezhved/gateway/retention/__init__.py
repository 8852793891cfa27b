"""Deleting personal data when the term of their type is over, with a trace that it happened."""

from __future__ import annotations

from mezhved.gateway.retention.due import Rule, due, rules
from mezhved.gateway.retention.forgetting import forget, forget_due
from mezhved.gateway.retention.keeper import Keeper

__all__ = ["Keeper", "Rule", "due", "forget", "forget_due", "rules"]
