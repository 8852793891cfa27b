"""The mock provider: the first scenario that recognises a request answers it.

What the stylesheet writes decides what the answer is. `RequestRejected` and `RequestStatus` of any
version of SMEV 3 are a refusal and an interim status, alone or inside `SenderProvidedResponseData` (several
`RequestRejected` are one refusal with several reasons); `MessagePrimaryContent` and everything else is
business data. A type's own codes of return (`ImportProtocol/code` of GIS GMP) are business data.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from lxml import etree

from mezhved.infotypes.scenarios.errors import ScenarioError
from mezhved.infotypes.scenarios.model import Answer, Scenario
from mezhved.infotypes.stylesheets import Pattern, StylesheetError, StylesheetRunner
from mezhved.smev3.messages import RequestRejected, RequestStatus
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import MalformedXml, XmlLimits, parse
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LIMITS: Final = XmlLimits(octets=64 * 2**20, depth=512)


def answer(octets: bytes, scenarios: Sequence[Scenario], runner: StylesheetRunner) -> Answer | None:
    """Return what the first scenario that recognises the request answers; `None` when none does.

    `octets` is the business data, one element. A scenario without an XPath, as old packages have, recognises
    whatever its stylesheet answers, and is asked after the others. Official manuals name namespaces that
    their own schemas do not have; where nothing recognises the request by the letter, the scenarios are tried
    again with the request's namespaces that end alike (`Answer.renamed`). Raises `ScenarioError`,
    `MalformedXml`.
    """
    named = [each for each in scenarios if each.xpath]
    patterns = [Pattern(each.xpath, each.namespaces) for each in named]
    number, broken = _choose(octets, patterns, runner) if named else (None, ())
    renamed = False
    if number is None:
        others = renamed_patterns(patterns, parse(octets, _LIMITS))
        if others:
            number, _ = _choose(octets, others, runner)
            renamed = number is not None
    if number is not None:
        return run(octets, named[number], runner, renamed=renamed)
    for each in scenarios:
        found = None if each.xpath else _if_any(octets, each, runner)
        if found is not None:
            return found
    for position, why in broken:
        raise ScenarioError(
            Text(ru=f"XPath сценария не вычисляется: {why}", en=f"the scenario's XPath does not work: {why}"),
            where=named[position].name,
        )
    return None


def run(octets: bytes, scenario: Scenario, runner: StylesheetRunner, *, renamed: bool = False) -> Answer:
    """Return what one scenario answers to a request, whether it recognises it or not."""
    roots = _elements(octets, scenario, runner)
    return _read(scenario.name, _only(roots, scenario.name), renamed=renamed)


def read_answer(name: str, octets: bytes) -> Answer:
    """Tell what a document is as an answer; `name` is whose. Raises `ScenarioError`, `MalformedXml`."""
    return _read(name, parse(octets, _LIMITS), renamed=False)


def _if_any(octets: bytes, scenario: Scenario, runner: StylesheetRunner) -> Answer | None:
    """Return the answer of a scenario without an XPath; None where its stylesheet writes no element."""
    roots = _elements(octets, scenario, runner)
    return _read(scenario.name, _only(roots, scenario.name), renamed=False) if roots else None


def renamed_patterns(patterns: Sequence[Pattern], request: etree._Element) -> list[Pattern]:
    """Return the patterns with namespaces that the request lacks replaced by its own ones that end alike.

    Alike are the last two steps, the name and the version: `…/services/import-charges/2.1.1` for
    `…/xsd/services/import-charges/2.1.1`. Empty when nothing would change.
    """
    present = {uri for uri in _namespaces(request) if uri}
    changed = [
        Pattern(each.xpath, tuple((prefix, _alike(uri, present)) for prefix, uri in each.namespaces))
        for each in patterns
    ]
    return changed if changed != list(patterns) else []


def _choose(
    octets: bytes, patterns: list[Pattern], runner: StylesheetRunner
) -> tuple[int | None, tuple[tuple[int, str], ...]]:
    try:
        choice = runner.choose(octets, patterns)
    except StylesheetError as error:
        raise ScenarioError(error.what, cure=error.cure) from error
    return choice.number, choice.broken


def _alike(uri: str, present: set[str]) -> str:
    if uri in present:
        return uri
    fitting = [each for each in present if _tail(each) == _tail(uri)]
    return fitting[0] if len(fitting) == 1 else uri


def _tail(uri: str) -> tuple[str, str]:
    head, name = posixpath.split(uri)
    return posixpath.basename(head), name


def _namespaces(root: etree._Element) -> Iterator[str | None]:
    for element in root.iter("*"):
        yield etree.QName(element).namespace


def _read(name: str, root: etree._Element, *, renamed: bool) -> Answer:
    try:
        return _told(name, root, renamed=renamed)
    except ScenarioError:
        raise
    except MezhvedError as error:
        raise ScenarioError(error.what, where=name, cure=error.cure) from error


def _told(name: str, root: etree._Element, *, renamed: bool) -> Answer:
    octets = _octets(root)
    rejected = _own(root, "RequestRejected", "types")
    status = _own(root, "RequestStatus", "types")
    content = _own(root, "MessagePrimaryContent", "basic")
    if rejected:
        return Answer(
            name, octets, rejections=tuple(map(RequestRejected.from_xml, rejected)), renamed=renamed
        )
    if status:
        return Answer(name, octets, status=RequestStatus.from_xml(status[0]), renamed=renamed)
    if content:
        root = _only([each for each in content[0] if isinstance(each.tag, str)], name)
    elif Version.of_namespace(etree.QName(root).namespace):
        raise _no_answer(name)
    return Answer(name, octets, content=_octets(root), renamed=renamed)


def _own(root: etree._Element, local: str, which: str) -> list[etree._Element]:
    """Return the elements of SMEV's own with this name: the root, or children of a wrapper."""
    version = Version.of_namespace(etree.QName(root).namespace)
    if version is None:
        return []
    tag = f"{{{getattr(version, which)}}}{local}"
    wrapped = root.tag == f"{{{version.types}}}SenderProvidedResponseData"
    return [each for each in (root if wrapped else [root]) if each.tag == tag]


def _elements(octets: bytes, scenario: Scenario, runner: StylesheetRunner) -> list[etree._Element]:
    """Return what a stylesheet writes; text around it is what XSLT's built-in rules copy, and is dropped."""
    try:
        result = runner.transform(scenario.stylesheet, octets)
    except StylesheetError as error:
        raise ScenarioError(error.what, where=scenario.name, cure=error.cure) from error
    try:
        return [parse(result, _LIMITS)]
    except MalformedXml:
        pass
    try:
        return list(parse(b"<r>%b</r>" % result, _LIMITS).iterchildren("*"))
    except MalformedXml as error:
        raise ScenarioError(
            Text(ru=f"ответ сценария не XML: {error}", en=f"the scenario's answer is no XML: {error}"),
            where=scenario.name,
        ) from error


def _only(elements: list[etree._Element], name: str) -> etree._Element:
    if len(elements) != 1:
        raise _no_answer(name)
    return elements[0]


def _no_answer(name: str) -> ScenarioError:
    return ScenarioError(
        Text(
            ru="ответ сценария не один элемент с данными, отказом или статусом",
            en="the scenario's answer is not one element with data, a refusal or a status",
        ),
        where=name,
        cure=Text(
            ru="таблица стилей должна написать корневой элемент ответа, RequestRejected или RequestStatus",
            en="the stylesheet has to write the answer's root element, RequestRejected or RequestStatus",
        ),
    )


def _octets(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False, with_tail=False)
