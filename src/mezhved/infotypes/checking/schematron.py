"""The Schematron that schemas carry in `appinfo`: rules between fields, with the agency's codes and texts.

The extension functions are those of the tax service's checking program, found in schemas of ЗАГС and ФНС:
`iif`, `getFileName`, `compareDate`, `checkINN`, `checkDateCurrent` and others of the namespaces below. Those
that ask dictionaries or the file's name cannot be answered here: a rule with one of them is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from mezhved.infotypes.checking.model import NO_TEXT, Finding
from mezhved.infotypes.identifiers import is_inn
from mezhved.infotypes.packages.model import QName
from mezhved.infotypes.wellknown import XS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from mezhved.infotypes.checking.places import Paths
    from mezhved.infotypes.packages.bundles import SchemaBundle

_SCHEMATRON: Final = ("http://purl.oclc.org/dsdl/schematron", "http://www.ascc.net/xml/schematron")
_EXTENSIONS: Final = (
    "http://www.unisoftware.ru/schematron-extensions",
    "http://www.nalogypro.ru/schematron-extensions",
)
_UNANSWERABLE: Final = re.compile(
    r":(?:getFileName|checkNSI|getNSIValue|checkKladr|checkDocument|getCheckError)\s*\("
)
_LITERALS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_PREFIXED: Final = re.compile(r"([\w.\-]+):(?!:)(?=[\w*])")
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d).*|(\d\d)\.(\d\d)\.(\d{4})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Assertion:
    """One test of a rule. `report`: the finding is made when the test holds, not when it fails."""

    test: str
    report: bool
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Tests for the nodes of a context; of the rules of one pattern the first that fits a node counts.

    `element` is the global element the pattern is written in, None for one that stands elsewhere.
    `namespaces` are those in force where the rule is written.
    """

    pattern: int
    element: QName | None
    context: str
    lets: tuple[tuple[str, str], ...]
    assertions: tuple[Assertion, ...]
    namespaces: Mapping[str, str]


def rules_of(bundle: SchemaBundle) -> tuple[Rule, ...]:
    """Return the rules that a bundle's schemas carry."""
    return tuple(rule for each in bundle.files.values() for rule in _rules(each.root(), each.path))


def _rules(root: etree._Element, path: str) -> Iterator[Rule]:
    bound = {each.get("prefix"): each.get("uri") for uri in _SCHEMATRON for each in root.iter(f"{{{uri}}}ns")}
    for uri in _SCHEMATRON:
        for number, pattern in enumerate(root.iter(f"{{{uri}}}pattern")):
            element = _element_of(pattern, root)
            for rule in pattern.iterchildren(f"{{{uri}}}rule"):
                written = {str(key): str(value) for key, value in rule.nsmap.items() if key}
                yield Rule(
                    pattern=hash((path, uri, number)),
                    element=element,
                    context=rule.get("context", ""),
                    lets=tuple(
                        (each.get("name", ""), each.get("value", "''"))
                        for each in rule.iterchildren(f"{{{uri}}}let")
                    ),
                    assertions=tuple(_assertions(rule, uri)),
                    namespaces={**written, **{str(key): str(value) for key, value in bound.items() if key}},
                )


def _element_of(pattern: etree._Element, root: etree._Element) -> QName | None:
    top = next((each for each in pattern.iterancestors() if each.getparent() is root), None)
    if top is None or top.tag != f"{{{XS}}}element":
        return None
    return QName(root.get("targetNamespace", ""), top.get("name", ""))


def _assertions(rule: etree._Element, uri: str) -> Iterator[Assertion]:
    for each in rule.iterchildren(f"{{{uri}}}assert", f"{{{uri}}}report"):
        told = next((child for child in each if etree.QName(child).localname == "error"), each)
        yield Assertion(
            test=each.get("test", "true()"),
            report=etree.QName(each).localname == "report",
            code=told.get("code", "") or each.get("id", ""),
            message=_message(told),
        )


def _message(node: etree._Element) -> str:
    """Return the text; where the value of a field would stand, the field is named instead."""
    parts = [node.text or ""]
    for each in node:
        if isinstance(each.tag, str):
            chosen = each.get("select") or each.get("path")
            parts.append(f"[{chosen}]" if chosen else "".join(str(text) for text in each.itertext()))
        parts.append(each.tail or "")
    return " ".join("".join(parts).split())


def schematron_findings(
    rules: Iterable[Rule], root: etree._Element, today: date, paths: Paths
) -> Iterator[Finding]:
    """Give what fails; a rule that cannot be evaluated is noted, not failed."""
    every = list(rules)
    if not every:
        return
    bare, same = _without_namespaces(root)
    functions = _functions(today)
    taken: set[tuple[int, etree._Element]] = set()
    bares = {real: bare for bare, real in same.items()}
    for rule in every:
        named = _uses_prefixes(rule, rule.context)
        try:
            nodes = _context(root if named else bare, rule, functions)
        except etree.XPathError:
            yield _unusable(rule)
            continue
        for node in nodes:
            real = node if named else same[node]
            if (rule.pattern, real) in taken or not _applies(rule, real):
                continue
            taken.add((rule.pattern, real))
            for assertion, failed in _tested(rule, bares[real], real, functions):
                yield _failed(assertion, real, paths) if failed else _unusable(rule)


def _applies(rule: Rule, node: etree._Element) -> bool:
    if rule.element is None:
        return True
    return any(str(each.tag) == rule.element.clark for each in (node, *node.iterancestors()))


def _context(tree: etree._Element, rule: Rule, functions: Any) -> list[etree._Element]:
    """Return the elements that match the context, which is a pattern of XSLT: a path from anywhere."""
    found: dict[etree._Element, None] = {}
    for part in _union(rule.context):
        path = part if part.startswith("/") else f"//{part}"
        selected: Any = etree.XPath(path, namespaces=_bound(rule), extensions=functions)(tree)
        for each in selected if isinstance(selected, list) else []:
            node = each.getparent() if hasattr(each, "is_attribute") else each
            if etree.iselement(node):
                found[node] = None
    return list(found)


def _union(context: str) -> list[str]:
    """Divide a pattern at the signs `|` that stand outside brackets and quotes."""
    parts, depth, quote = [""], 0, ""
    for sign in context:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[(":
            depth += 1
        elif sign in "])":
            depth -= 1
        if sign == "|" and not quote and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [each.strip() for each in parts if each.strip()]


def _tested(
    rule: Rule, bare: etree._Element, real: etree._Element, functions: Any
) -> Iterator[tuple[Assertion, bool]]:
    """Give the tests that fail, and, with False, those that cannot be evaluated."""
    for each in rule.assertions:
        if _UNANSWERABLE.search(_LITERALS.sub("''", each.test)):
            continue
        named = _uses_prefixes(rule, each.test, *(value for _, value in rule.lets))
        try:
            held = _held(rule, each, real if named else bare, functions)
        except (etree.XPathError, ValueError):
            yield each, False
            continue
        if held == each.report:
            yield each, True


def _failed(assertion: Assertion, node: etree._Element, paths: Paths) -> Finding:
    line: Any = node.sourceline
    told = assertion.message or assertion.test
    return Finding(
        path=paths.of(node),
        text=Text(ru=told, en=f"a rule of the schema does not hold: {told}"),
        severity="error",
        rule="schematron",
        code=assertion.code,
        line=line or 0,
    )


def _held(rule: Rule, assertion: Assertion, node: etree._Element, functions: Any) -> bool:
    bound = _bound(rule)
    variables: dict[str, Any] = {
        name: etree.XPath(value, namespaces=bound, extensions=functions)(node) for name, value in rule.lets
    }
    test = etree.XPath(f"boolean({assertion.test})", namespaces=bound, extensions=functions)
    return bool(test(node, **variables))


def _unusable(rule: Rule) -> Finding:
    return Finding(
        path="/",
        text=Text(
            ru=f"правило схемы не удалось вычислить: {rule.context[:200]}",
            en=f"a rule of the schema could not be evaluated: {rule.context[:200]}",
        ),
        severity="note",
        rule="schematron",
        label=NO_TEXT,
    )


def _bound(rule: Rule) -> dict[str, str]:
    return {key: value for key, value in rule.namespaces.items() if key != "xml"}


def _uses_prefixes(rule: Rule, *texts: str) -> bool:
    """Tell whether an expression names namespaces; one that does not means names in any namespace."""
    prefixes = {found for text in texts for found in _PREFIXED.findall(_LITERALS.sub("''", text))}
    return any(rule.namespaces.get(each) not in _EXTENSIONS for each in prefixes)


def _without_namespaces(
    root: etree._Element,
) -> tuple[etree._Element, Mapping[etree._Element, etree._Element]]:
    """Return a copy whose names lie in no namespace, and for each of its elements the real one."""
    same: dict[etree._Element, etree._Element] = {}

    def copied(source: etree._Element) -> etree._Element:
        made = etree.Element(etree.QName(source).localname)
        made.text, made.tail = source.text, source.tail
        for name, value in source.attrib.items():
            made.set(etree.QName(str(name)).localname, value)
        same[made] = source
        return made

    bare = copied(root)
    elements = set(root.iter(etree.Element))
    waiting = [(root, bare)]
    while waiting:
        source, made = waiting.pop()
        for child in source.iterchildren():
            if child in elements:
                inner = copied(child)
                made.append(inner)
                waiting.append((child, inner))
            elif child.tail:
                _append_text(made, child.tail)
    return bare, same


def _append_text(parent: etree._Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _functions(today: date) -> dict[tuple[str, str], Any]:
    """Return the extension functions by namespace and name."""
    made = {
        "iif": lambda _, condition, yes, no: yes if _truth(condition) else no,
        "compareDate": lambda _, one, other: _as_date(one) == _as_date(other),
        "checkINN": lambda _, value: is_inn(_string(value)),
        "checkINNFL": lambda _, value: len(_string(value)) == 12 and is_inn(_string(value)),  # noqa: PLR2004
        "checkINNUL": lambda _, value: len(_string(value)) == 10 and is_inn(_string(value)),  # noqa: PLR2004
        "checkDateCurrent": lambda _, value: _as_date(value) <= today.isoformat(),
        "getDateCurrent": lambda _: f"{today:%d.%m.%Y}",
    }
    return {(uri, name): function for uri in _EXTENSIONS for name, function in made.items()}


def _truth(value: Any) -> bool:
    return bool(value)


def _string(value: Any) -> str:
    """Return an argument as a string, as `string()` of XPath does."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if etree.iselement(value):
        return "".join(str(each) for each in value.itertext())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _as_date(value: Any) -> str:
    """Return a date as `YYYY-MM-DD`; what is no date as it is."""
    written = _string(value).strip()
    found = _DATE.fullmatch(written)
    if found is None:
        return written
    return f"{found[1]}-{found[2]}-{found[3]}" if found[1] else f"{found[6]}-{found[5]}-{found[4]}"
