"""The test scenarios of a package: what recognises a request, and the stylesheet that answers it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.packages.manuals import BINDING, told_cases
from mezhved.infotypes.packages.model import ScenarioFiles, Stylesheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.infotypes.packages.model import PackageFile

XSL_SUFFIXES: Final = (".xsl", ".xslt")
_IS_SCENARIO: Final = re.compile(
    r"сценари|scenario|test|transform|контрольн|(?<![a-zа-я])(?:kp|кп)[-_ ]?\d", re.IGNORECASE
)
_MAKES_HTML: Final = re.compile(
    r"""<xsl:output\b[^>]*\bmethod\s*=\s*["']x?html|<html\b|http://www\.w3\.org/1999/xhtml""", re.IGNORECASE
)
_CASE: Final = re.compile(
    r"^\s*(?:тестовый сценарий|контрольный пример|test (?:case|scenario))\s*№?\s*(\d*)", re.IGNORECASE
)
_XPATH: Final = re.compile(r"xpath", re.IGNORECASE)
_NAMESPACES: Final = re.compile(r"пространств\w* им|namespace", re.IGNORECASE)
_LONGEST_HEADING: Final = 80
_NUMBER: Final = re.compile(r"\d+")


def scenarios_of(files: Iterable[PackageFile]) -> tuple[tuple[ScenarioFiles, ...], tuple[Stylesheet, ...]]:
    """Return the scenarios, and the stylesheets that show messages to people."""
    every = list(files)
    sheets = [each for each in every if each.path.lower().endswith(XSL_SUFFIXES)]
    answering = [each for each in sheets if _answers(each)]
    notes = [each for each in every if each.path.lower().endswith(".txt")]
    scenarios: list[ScenarioFiles] = []
    used: set[str] = set()
    for note in notes:
        for number, xpath, namespaces in _cases(read_text(note.octets)[0]):
            sheet = _sheet_for(note, number, answering)
            if sheet is not None:
                used.add(sheet.path)
                name = f"{note.path}#{number}"
                scenarios.append(ScenarioFiles(name, xpath, namespaces, sheet.octets, sheet.path))
    if answering and not scenarios:
        scenarios = list(_of_manuals(every, answering))
        used = {each.xsl_path for each in scenarios}
    scenarios.extend(
        ScenarioFiles(each.path, "", {}, each.octets, each.path)
        for each in answering
        if each.path not in used
    )
    shown = tuple(Stylesheet(each.path, each.octets) for each in sheets if each not in answering)
    return tuple(scenarios), shown


def _of_manuals(files: list[PackageFile], sheets: list[PackageFile]) -> Iterable[ScenarioFiles]:
    """Give the scenarios of manuals, each with the stylesheet it names, else with the first."""
    for manual in files:
        for number, (xpath, namespaces, wanted) in enumerate(told_cases(manual), start=1):
            named = (each for each in sheets if posixpath.basename(each.path).lower() == wanted.lower())
            sheet = next(named, sheets[0])
            yield ScenarioFiles(f"{manual.path}#{number}", xpath, namespaces, sheet.octets, sheet.path)


def _answers(sheet: PackageFile) -> bool:
    return bool(_IS_SCENARIO.search(sheet.path)) and not _MAKES_HTML.search(read_text(sheet.octets)[0])


def _cases(text: str) -> Iterable[tuple[str, str, Mapping[str, str]]]:
    """Give the cases of a description: number, XPath, namespaces."""
    number, mode = "1", ""
    xpath: list[str] = []
    namespaces: dict[str, str] = {}
    for line in text.splitlines():
        bare = line.strip()
        started = _CASE.match(bare)
        if started:
            if xpath:
                yield number, " ".join(xpath), namespaces
            number, mode, xpath, namespaces = started[1] or "1", "", [], {}
        elif _NAMESPACES.search(bare) and not BINDING.search(bare):
            mode = "namespaces"
        elif _XPATH.search(bare) and len(bare) < _LONGEST_HEADING and "/" not in bare:
            if xpath:
                yield number, " ".join(xpath), namespaces
                number, xpath, namespaces = str(int(number) + 1), [], {}
            mode = "xpath"
        elif bare and mode == "xpath":
            xpath.append(bare)
        elif bare and mode == "namespaces":
            namespaces.update({prefix: uri.rstrip(";,") for prefix, uri in BINDING.findall(bare)})
    if xpath:
        yield number, " ".join(xpath), namespaces


def _sheet_for(note: PackageFile, number: str, sheets: list[PackageFile]) -> PackageFile | None:
    """Return the stylesheet nearest to a description; of several, that with the case's number."""
    if not sheets:
        return None
    folder = posixpath.dirname(note.path)
    near = [each for each in sheets if each.path.startswith(f"{folder}/" if folder else "")] or sheets
    numbered = [
        each for each in near if number in _NUMBER.findall(posixpath.relpath(each.path, folder or "."))
    ]
    return (numbered or near)[0]
