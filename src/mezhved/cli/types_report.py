"""What `mezhved type` prints of packages, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.forms import NodeKind, describe, form_model
from mezhved.infotypes.reporting import problem_record
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.infotypes.examining import Examination, SampleExamined
    from mezhved.infotypes.forms import Node
    from mezhved.infotypes.packages import Package

_MARKS: Final = {"valid": "  ok  ", "invalid": " !    ", "no-schema": " ?    "}
_FAILED: Final = " FAIL "
_MANY: Final = 200


def form_lines(root: Node, depth: int) -> Iterator[str]:
    """Give a line per field: path in JSON, what it is called, its kind; `*` marks what must be filled in."""
    waiting: list[tuple[Node, int]] = [(root, 0)]
    given = 0
    while waiting:
        node, level = waiting.pop()
        given += 1
        if given > _MANY:
            yield "…"
            return
        yield f"{'  ' * level}{_line(node)}"
        if node.opens and level < depth:
            waiting.extend((each, level + 1) for each in reversed(node.children()))


def _line(node: Node) -> str:
    name = f"@{node.name.local}" if node.attribute and node.name else (node.name.local if node.name else "")
    kind = node.field.kind.value if node.field is not None else node.kind.value
    more = "" if node.occurs.most == 1 else " …"
    mark = "*" if node.required else ""
    told = f" — {node.label}" if str(node.label) and str(node.label) != name else ""
    return f"{name or _SIGNS.get(node.kind, node.kind.value)}{mark}{more}{told} [{kind}]"


_SIGNS: Final = {NodeKind.CHOICE: "|", NodeKind.GROUP: "()"}


def type_record(package: Package, root: str | None, depth: int) -> dict[str, Any]:
    """Return a package as data."""
    roots = [
        {
            "name": name.clark,
            "kind": bundle.kind(name),
            "form": describe(form_model(bundle.xmlschema(), name).root, depth),
        }
        for bundle, name in package.roots
        if root in (None, name.local, name.clark)
    ]
    return {
        "roots": roots,
        "files": list(package.files),
        "samples": [
            {"name": each.name, "root": each.root.clark, "expected": each.expected}
            for each in package.samples
        ],
        "scenarios": [
            {"name": each.name, "xpath": each.xpath, "namespaces": dict(each.namespaces)}
            for each in package.scenarios
        ],
        "stylesheets": [each.path for each in package.stylesheets],
        "manuals": [each.path for each in package.manuals],
        "problems": [problem_record(each) for each in package.problems],
    }


def examination_text(examined: Examination) -> Iterator[str]:
    """Give the lines of a report."""
    fields, more = Text(ru="полей", en="fields"), Text(ru="и больше", en="and more")
    for root in examined.roots:
        mark = _FAILED if root.failure else _MARKS["valid"]
        label = f" — {root.label}" if str(root.label) else ""
        count = f"{root.fields} {more}" if root.more else str(root.fields)
        yield f"{mark} {root.name.clark}{label} ({fields}: {count})"
    for sample in examined.samples:
        yield from _sample(sample)
    for problem in examined.problems:
        yield f"[{problem.severity}] {problem.file}: {problem.text}"
    if examined.scenarios:
        yield f"{Text(ru='тестовых сценариев', en='test scenarios')}: {examined.scenarios}"
    for failure in examined.failures:
        yield f"{_FAILED} {failure}"
    yield str(
        Text(ru="всё, чего можно ждать от пакета, есть", en="all that could be expected of the package holds")
        if examined.holds
        else Text(ru="пакет проверку не прошёл", en="the package does not pass")
    )


def _sample(sample: SampleExamined) -> Iterator[str]:
    verdict = {
        "valid": Text(ru="верен, возвращается без потерь", en="valid, comes back without loss"),
        "invalid": Text(ru="не проходит проверку по схемам", en="not valid by the schemas"),
        "no-schema": Text(ru="схемы для него в пакете нет", en="the package has no schema for it"),
    }[sample.verdict]
    mark = _FAILED if sample.failure else _MARKS[sample.verdict]
    yield f"{mark} {sample.name}: {sample.failure or verdict}"
    for finding in sample.findings:
        label = f" ({finding.label})" if str(finding.label) else ""
        code = f" [{finding.code}]" if finding.code else ""
        yield f"        {finding.severity}: {finding.path}{label}: {finding.text}{code}"
