"""What can be expected of a package, tried: schemas, forms, samples there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from xmlschema import XMLSchemaModelDepthError

from mezhved.infotypes.checking import Checker
from mezhved.infotypes.documents import infoset, outline, read_document
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.forms import FormModel, NodeKind, form_model
from mezhved.infotypes.forms.types import Types
from mezhved.infotypes.packages import Problem
from mezhved.infotypes.values import to_json, to_xml
from mezhved.smev3.xml import FILE_LIMITS
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mezhved.infotypes.checking import Finding
    from mezhved.infotypes.forms import Node
    from mezhved.infotypes.packages import Package, QName, Sample, SchemaBundle
    from mezhved.infotypes.packages.model import Expected, RootKind

Verdict = Literal["valid", "invalid", "no-schema"]

_COUNTED_NODES: Final = 5000
_COUNTED_DEPTH: Final = 18
_OUT_OF_REACH: Final = (RecursionError, XMLSchemaModelDepthError)
_OF_BROKEN_SCHEMAS: Final = (AttributeError, KeyError, TypeError, ValueError)
"""What components raise that break a rule of XML Schema and are built all the same."""


@dataclass(frozen=True, slots=True)
class RootExamined:
    """One root. `fields` are counted without repeating what recurs, `more` tells that there are more.

    `failure` says why no form could be made.
    """

    name: QName
    kind: RootKind | None
    label: Text
    fields: int = 0
    more: bool = False
    failure: Text | None = None


@dataclass(frozen=True, slots=True)
class SampleExamined:
    """One sample. `lossless` tells whether it came back the same through JSON, None when it was not tried."""

    name: str
    root: QName
    expected: Expected
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    lossless: bool | None = None
    failure: Text | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """All of a package. `failures` are what could be expected of it and does not hold."""

    roots: tuple[RootExamined, ...]
    samples: tuple[SampleExamined, ...]
    problems: tuple[Problem, ...]
    scenarios: int
    failures: tuple[Text, ...]

    @property
    def holds(self) -> bool:
        """Whether all that could be expected holds."""
        return not self.failures


def examine_package(package: Package, *, today: date) -> Examination:
    """Try everything. `today` is for the schemas' rules that speak of the current date."""
    failures: list[Text] = []
    problems = list(package.problems)
    usable = [each for each in package.bundles if _usable(each, package, failures, problems)]
    if not any(each.roots for each in usable):
        failures.append(
            Text(
                ru="в пакете нет годных схем с корневыми элементами",
                en="the package has no schemas that work and have root elements",
            )
        )
    failures.extend(_unread(package))
    forms: dict[tuple[int, QName], FormModel] = {}
    roots = tuple(each for bundle in usable for each in _examined_roots(bundle, forms))
    checkers = {id(bundle): Checker(bundle) for bundle in usable}
    samples = tuple(
        _examined_sample(each, _bundle_of(usable, each.root), checkers, forms, today)
        for each in package.samples
    )
    failures.extend(each.failure for each in roots if each.failure is not None)
    failures.extend(each.failure for each in samples if each.failure is not None)
    return Examination(
        roots=roots,
        samples=samples,
        problems=tuple(problems),
        scenarios=len(package.scenarios),
        failures=tuple(dict.fromkeys(failures)),
    )


def _unread(package: Package) -> Iterator[Text]:
    """Give the schema files that do not read."""
    read = {path for bundle in package.bundles for path in bundle.files}
    for each in package.problems:
        if each.severity == "error" and each.file.lower().endswith(".xsd") and each.file not in read:
            yield Text(ru=f"{each.file}: {each.text.ru}", en=f"{each.file}: {each.text.en}")


def _bundle_of(usable: list[SchemaBundle], root: QName) -> SchemaBundle | None:
    return next((each for each in usable if root in each.elements), None)


def _usable(bundle: SchemaBundle, package: Package, failures: list[Text], problems: list[Problem]) -> bool:
    """Tell whether forms can be made and documents judged by a bundle.

    A stray file whose imports the package lacks is a problem that was told; with messages in it, a failure.
    """
    if not bundle.entries:
        return False
    try:
        faults = bundle.faults
    except InvalidSchemaSet as refused:
        needed = bundle is package.schemas or any(bundle.kind(each) for each in bundle.roots)
        if bundle.complete or needed:
            failures.append(_why(bundle, refused))
        return False
    if bundle.proven:
        problems.extend(Problem(bundle.name, _doubt(each), "note") for each in faults)
    else:
        failures.extend(_fault(each) for each in faults)
    return True


def _why(bundle: SchemaBundle, refused: InvalidSchemaSet) -> Text:
    """Return the reason of libxml2 where it has one, for it names the file and the line."""
    try:
        bundle.lxml_schema()
    except InvalidSchemaSet as first:
        refused = first
    return Text(ru=f"{refused.where}: {refused.what.ru}", en=f"{refused.where}: {refused.what.en}")


def _doubt(message: str) -> Text:
    return Text(
        ru=f"второй валидатор сомневается в схеме: {message}; основной её принял",
        en=f"the second validator doubts the schema: {message}; the main one accepts it",
    )


def _fault(message: str) -> Text:
    return Text(
        ru=f"схема отступает от правил XML Schema: {message}",
        en=f"the schema breaks a rule of XML Schema: {message}",
    )


def _examined_roots(
    bundle: SchemaBundle, forms: dict[tuple[int, QName], FormModel]
) -> Iterator[RootExamined]:
    types = Types(bundle.xmlschema())
    return (_examined_root(bundle, root, types, forms) for root in bundle.roots)


def _examined_root(
    bundle: SchemaBundle, root: QName, types: Types, forms: dict[tuple[int, QName], FormModel]
) -> RootExamined:
    kind = bundle.kind(root)
    try:
        model = forms[id(bundle), root] = form_model(types.schema, root, types)
        fields, more = _count_fields(model.root)
    except MezhvedError as error:
        failure = Text(ru=f"{root.local}: {error.what.ru}", en=f"{root.local}: {error.what.en}")
        return RootExamined(root, kind, Text(ru="", en=""), failure=failure)
    except _OUT_OF_REACH:
        return RootExamined(root, kind, Text(ru="", en=""), failure=_too_intricate(root.local))
    except _OF_BROKEN_SCHEMAS:
        failure = Text(ru=f"{root.local}: форму построить нельзя", en=f"{root.local}: no form can be made")
        return RootExamined(root, kind, Text(ru="", en=""), failure=failure)
    return RootExamined(root, kind, model.root.label, fields, more)


def _count_fields(root: Node) -> tuple[int, bool]:
    """Count the fields; a type that contains itself is entered once on each way down."""
    waiting: list[tuple[Node, int, frozenset[int]]] = [(root, 0, frozenset())]
    fields = seen = 0
    while waiting:
        node, depth, above = waiting.pop()
        seen += 1
        if seen > _COUNTED_NODES:
            return fields, True
        if node.kind is NodeKind.FIELD:
            fields += 1
        kind = id(getattr(getattr(node.source, "declaration", None), "type", None))
        if node.opens and depth < _COUNTED_DEPTH and kind not in above:
            inner = above | {kind} if node.kind is NodeKind.SECTION else above
            waiting.extend((each, depth + 1, inner) for each in node.children())
    return fields, False


def _examined_sample(
    sample: Sample,
    bundle: SchemaBundle | None,
    checkers: dict[int, Checker],
    forms: dict[tuple[int, QName], FormModel],
    today: date,
) -> SampleExamined:
    if bundle is None:
        return SampleExamined(sample.name, sample.root, sample.expected, "no-schema")
    try:
        report = checkers[id(bundle)].check(sample.octets, today=today, limits=FILE_LIMITS)
    except MezhvedError as error:
        failure = Text(ru=f"{sample.name}: {error.what.ru}", en=f"{sample.name}: {error.what.en}")
        return SampleExamined(sample.name, sample.root, sample.expected, "invalid", failure=failure)
    except _OUT_OF_REACH:
        failure = _too_intricate(sample.name)
        return SampleExamined(sample.name, sample.root, sample.expected, "invalid", failure=failure)
    if not report.valid:
        promised = _promised(sample) if sample.expected == "valid" else None
        return SampleExamined(
            sample.name, sample.root, sample.expected, "invalid", report.findings, failure=promised
        )
    failures = list(_not_lossless(sample, bundle, forms))
    return SampleExamined(
        sample.name,
        sample.root,
        sample.expected,
        "valid",
        report.findings,
        lossless=not failures,
        failure=failures[0] if failures else None,
    )


def _comes_back(octets: bytes, model: FormModel) -> bool:
    """Tell whether a document comes back through the form.

    Prefixes in values of names and blanks that the type makes nothing of may differ: there the values count.
    """
    value = to_json(octets, model)
    again = to_xml(value, model)
    first, second = read_document(octets).root, read_document(again).root
    if infoset(first) == infoset(second):
        return True
    return outline(first) == outline(second) and to_json(again, model) == value


def _too_intricate(name: str) -> Text:
    return Text(
        ru=f"{name}: части схемы вложены слишком глубоко, чтобы с ней работать",
        en=f"{name}: the parts of the schema are nested too deep to work with",
    )


def _promised(sample: Sample) -> Text:
    return Text(
        ru=f"{sample.name}: эталон не проходит проверку по схемам",
        en=f"{sample.name}: the etalon is not valid by the schemas",
    )


def _not_lossless(
    sample: Sample, bundle: SchemaBundle, forms: dict[tuple[int, QName], FormModel]
) -> Iterator[Text]:
    """Give why a valid sample does not come back the same through JSON."""
    try:
        model = forms.get((id(bundle), sample.root)) or form_model(bundle.xmlschema(), sample.root)
        same = _comes_back(sample.octets, model)
    except MezhvedError as error:
        yield Text(ru=f"{sample.name}: {error.what.ru}", en=f"{sample.name}: {error.what.en}")
        return
    except _OUT_OF_REACH:
        yield _too_intricate(sample.name)
        return
    if not same:
        yield Text(
            ru=f"{sample.name}: через форму возвращается не то же самое",
            en=f"{sample.name}: does not come back the same through the form",
        )
