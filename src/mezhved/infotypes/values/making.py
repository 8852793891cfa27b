"""What the parts of writing share: the types, the problems found, the prefixes given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.infotypes.documents import XML, XSI, Document, read_document
from mezhved.infotypes.forms.lexical import decoded
from mezhved.infotypes.values.problems import Findings
from mezhved.infotypes.values.scalars import from_scalar, normalised
from mezhved.smev3.xml import MalformedXml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.infotypes.forms.shapes import Component
    from mezhved.infotypes.forms.types import Types
    from mezhved.texts import Text


def _equal(text: str, fixed: str, simple: Component) -> bool:
    """Tell whether two texts are one value: `1.50` and `1.5`, `true` and `1` (XML Schema part 1, 3.3.4)."""
    if normalised(text, simple) == normalised(fixed, simple):
        return True
    return simple.variety == "atomic" and bool(decoded(simple, text) == decoded(simple, fixed))


@dataclass(slots=True)
class Making:
    """The state of making one document."""

    types: Types
    findings: Findings = field(default_factory=Findings)
    prefixes: dict[str, str] = field(default_factory=dict)

    def prefix(self, namespace: str) -> str:
        """Return the prefix of a namespace in the document that is made."""
        if not namespace:
            return ""
        if namespace == XML:
            return "xml"
        if namespace not in self.prefixes:
            numbered = sum(each != "xsi" for each in self.prefixes.values()) + 1
            self.prefixes[namespace] = "xsi" if namespace == XSI else f"ns{numbered}"
        return self.prefixes[namespace]

    def scalar(self, value: Any, simple: Component, fixed: str | None, at: str) -> str:
        """Return the text of a simple value; what is wrong with it is noted."""
        text, problem = from_scalar(value, simple, self.types, self.prefix)
        if problem is not None:
            self.findings.add(at, problem.ru, problem.en)
        elif fixed is not None and not _equal(text, fixed, simple):
            self.findings.add(at, f"здесь всегда {fixed}", f"this is always {fixed}")
        return text

    def parsed(self, text: str, at: str) -> Document | None:
        """Return a piece of XML that a value holds, None when it is none."""
        try:
            return read_document(text.encode())
        except UnicodeEncodeError:
            self.findings.add(at, "знаки, недопустимые в XML", "characters that XML does not allow")
        except MalformedXml as error:
            self.findings.add(at, error.what.ru, error.what.en, error.cure)
        return None

    def missing(self, at: str, text: Text) -> None:
        """Note that something required is not there; `text` is what it is called."""
        self.findings.add(
            at, f"обязательное поле не заполнено: {text.ru}", f"a required field is missing: {text.en}"
        )

    def unknown(self, at: str, key: str, known: Iterable[str]) -> None:
        """Note a field that belongs nowhere."""
        self.findings.add(
            at, "такого поля нет в схеме", "the schema has no such field", self.findings.hint(key, known)
        )
