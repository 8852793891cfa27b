"""What checking a document finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.infotypes.packages.model import QName

Severity = Literal["error", "warning", "note"]
"""error: the document is not valid; warning: valid, but likely wrong; note: for who wants to know."""

NO_TEXT = Text(ru="", en="")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. No text of it quotes the document, so a finding may be logged.

    `path` names the place in the words of the document, `/Запрос/СведФЛ[2]/@ИННФЛ`, with numbers where
    elements of one name repeat. `label` is what the schema calls the field, `text` says what is wrong and
    what is expected. `rule` is a short name: `pattern`, `required`, `unexpected`, `schematron`, `inn`...
    `code` is the agency's own code of the error. `line` is 0 where unknown.
    """

    path: str
    text: Text
    severity: Severity
    rule: str
    label: Text = NO_TEXT
    code: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The findings of one document, errors first. `root` is the element that was checked."""

    root: QName
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether the document may be sent: nothing found is an error."""
        return not any(each.severity == "error" for each in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the document invalid."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is likely wrong although the schema allows it."""
        return tuple(each for each in self.findings if each.severity == "warning")
