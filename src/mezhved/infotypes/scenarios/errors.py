"""Errors of test scenarios.

MezhvedError
└── ScenarioError - a scenario does not work: its XPath, its stylesheet, or what it answers
"""

from __future__ import annotations

from mezhved.texts import MezhvedError


class ScenarioError(MezhvedError):
    """A test scenario does not work; `where` is its name."""
