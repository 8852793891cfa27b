"""Checking a document by a bundle of schemas, with everything the schemas say.

Which validator decides: libxml2, the one that the bus checks messages by; where it cannot compile the
schemas, xmlschema. The other's opinion, when it differs, is told as a warning and changes no verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from mezhved.infotypes.checking.issues import Issue
from mezhved.infotypes.checking.libxml2 import issues_of
from mezhved.infotypes.checking.model import CheckReport, Finding
from mezhved.infotypes.checking.numbers import Numbers
from mezhved.infotypes.checking.schematron import rules_of, schematron_findings
from mezhved.infotypes.checking.second import second_issues
from mezhved.infotypes.checking.wording import Wording
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.forms.types import Types
from mezhved.infotypes.packages.model import QName
from mezhved.smev3.xml import WIRE_LIMITS, XmlLimits, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import date

    from mezhved.infotypes.checking.schematron import Rule
    from mezhved.infotypes.packages.bundles import SchemaBundle

MOST_ERRORS: Final = 100
"""A document that is wrong throughout is told so by its first errors."""
_NUMBERS_OCTETS: Final = 4 * 2**20
"""Numbers of larger documents are not looked at: those are extracts, not what people type."""
_SECOND_OPINION_OCTETS: Final = 256 * 1024
"""Larger documents are judged by one validator: the second needs about a second for each megabyte."""


class Checker:
    """Checks documents by one bundle; keeps what it has learnt of the schemas.

    Thread-safe: what two threads learn at once is equal.
    """

    def __init__(self, bundle: SchemaBundle) -> None:
        self.bundle = bundle
        self._rules: tuple[Rule, ...] | None = None
        self._types: Types | None = None
        self._numbers = Numbers()

    def check(
        self, octets: bytes, *, today: date, limits: XmlLimits = WIRE_LIMITS, second_opinion: bool = True
    ) -> CheckReport:
        """Check a document. `today` is for rules that speak of the current date.

        Raises `MalformedXml` for what is not XML within the limits, `InvalidSchemaSet` when neither
        validator can use the schemas.
        """
        root = parse(octets, limits)
        schema = self._schema()
        wording = Wording(schema, self._types)
        both = second_opinion and len(octets) <= _SECOND_OPINION_OCTETS
        findings = self._by_schemas(root, wording, both=both)
        declarations = wording.declarations
        findings.extend(schematron_findings(self._schematron(), root, today, declarations.paths))
        if schema is not None and len(octets) <= _NUMBERS_OCTETS:
            wrong = {each.path for each in findings if each.severity == "error"}
            numbers = self._numbers.findings(declarations, root)
            findings.extend(each for each in numbers if each.path not in wrong)
        order = ("error", "warning", "note")
        return CheckReport(
            root=QName.parse(str(root.tag)),
            findings=tuple(sorted(dict.fromkeys(findings), key=lambda each: order.index(each.severity))),
        )

    def accepts(self, root: etree._Element) -> bool:
        """Tell at little cost whether a document has no error; false also where only `check` can tell.

        Raises `InvalidSchemaSet` as `check`.
        """
        if QName.parse(str(root.tag)) not in self.bundle.elements:
            return False
        if self._schematron():
            return False
        schema = self.bundle.lxml_schema()
        with self.bundle.lock:
            try:
                return schema.validate(root)
            except etree.XMLSchemaValidateError:
                return False

    def _schema(self) -> Any:
        """Return the schema built by xmlschema, None when it cannot be built."""
        try:
            schema = self.bundle.xmlschema()
        except InvalidSchemaSet:
            return None
        if self._types is None:
            self._types = Types(schema)
        return schema

    def _schematron(self) -> tuple[Rule, ...]:
        if self._rules is None:
            self._rules = rules_of(self.bundle)
        return self._rules

    def _by_schemas(self, root: etree._Element, wording: Wording, *, both: bool) -> list[Finding]:
        name = QName.parse(str(root.tag))
        if name not in self.bundle.elements:
            alike = sorted(each.clark for each in self.bundle.elements if each.local == name.local)
            return [wording.finding(Issue("root", root, None, tuple(alike)))]
        try:
            valid, issues = issues_of(self.bundle, root, MOST_ERRORS)
        except InvalidSchemaSet:
            return self._by_second_alone(root, wording)
        findings = [wording.finding(each) for each in issues]
        second = second_issues(self.bundle, root, MOST_ERRORS if valid else 1) if both else None
        if second is None or bool(second) != valid:
            return findings
        if valid:
            return [_doubted(wording.finding(each, "warning")) for each in second]
        return [*findings, _alone(findings[0])] if findings else findings

    def _by_second_alone(self, root: etree._Element, wording: Wording) -> list[Finding]:
        second = second_issues(self.bundle, root, MOST_ERRORS)
        if second is None:
            self.bundle.lxml_schema()
            return []
        return [wording.finding(each) for each in second]


def _doubted(finding: Finding) -> Finding:
    """Return a complaint that only the second validator makes."""
    return Finding(
        path=finding.path,
        text=Text(
            ru=f"{finding.text.ru} (так считает второй валидатор; основной документ принял)",
            en=f"{finding.text.en} (so says the second validator; the main one accepts the document)",
        ),
        severity="warning",
        rule="second-opinion",
        label=finding.label,
        line=finding.line,
    )


def _alone(first: Finding) -> Finding:
    """Return the note that the second validator accepts what the main one refuses."""
    return Finding(
        path=first.path,
        text=Text(
            ru="второй валидатор документ принял; решает основной, им же проверяет шина",
            en="the second validator accepts the document; the main one decides, and the bus checks by it",
        ),
        severity="note",
        rule="second-opinion",
        line=first.line,
    )
