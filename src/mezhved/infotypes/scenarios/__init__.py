"""Test scenarios of information types: the mock provider and control examples."""

from __future__ import annotations

from mezhved.infotypes.scenarios.answering import answer, read_answer, run
from mezhved.infotypes.scenarios.errors import ScenarioError
from mezhved.infotypes.scenarios.examples import ControlExample, archive, control_examples
from mezhved.infotypes.scenarios.model import Answer, Scenario, read_namespaces

__all__ = [
    "Answer",
    "ControlExample",
    "Scenario",
    "ScenarioError",
    "answer",
    "archive",
    "control_examples",
    "read_answer",
    "read_namespaces",
    "run",
]
