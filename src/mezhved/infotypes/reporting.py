"""What the examination of a package found, as data: for programs, and for pages in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mezhved.infotypes.checking import Finding
    from mezhved.infotypes.examining import Examination
    from mezhved.infotypes.packages import Problem
    from mezhved.texts import Text


def examination_record(examined: Examination) -> dict[str, Any]:
    """Return an examination as data."""
    return {
        "holds": examined.holds,
        "failures": [_both(each) for each in examined.failures],
        "roots": [
            {
                "name": each.name.clark,
                "kind": each.kind,
                "label": _both(each.label),
                "fields": each.fields,
                "failure": _both(each.failure) if each.failure else None,
            }
            for each in examined.roots
        ],
        "samples": [
            {
                "name": each.name,
                "root": each.root.clark,
                "expected": each.expected,
                "verdict": each.verdict,
                "lossless": each.lossless,
                "findings": [_finding(finding) for finding in each.findings],
                "failure": _both(each.failure) if each.failure else None,
            }
            for each in examined.samples
        ],
        "scenarios": examined.scenarios,
        "problems": [problem_record(each) for each in examined.problems],
    }


def problem_record(problem: Problem) -> dict[str, Any]:
    """Return a problem of a package as data."""
    return {"file": problem.file, "severity": problem.severity, "text": _both(problem.text)}


def _both(text: Text) -> dict[str, str]:
    return {"ru": text.ru, "en": text.en}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "path": finding.path,
        "severity": finding.severity,
        "rule": finding.rule,
        "code": finding.code,
        "label": _both(finding.label),
        "text": _both(finding.text),
        "line": finding.line,
    }
