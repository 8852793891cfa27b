"""Control examples: a scenario is run on its request, and both go into files beside an application."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.scenarios.answering import answer
from mezhved.infotypes.scenarios.errors import ScenarioError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.infotypes.scenarios.model import Answer, Scenario
    from mezhved.infotypes.stylesheets import StylesheetRunner

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ControlExample:
    """A request and what the type's own scenario answered to it."""

    number: int
    request: bytes
    answer: Answer

    def files(self) -> dict[str, bytes]:
        """Return the pair as agencies lay out etalons: `1/Request.xml` and `1/Response.xml`."""
        return {
            f"{self.number}/Request.xml": self.request,
            f"{self.number}/Response.xml": _DECLARATION + self.answer.octets,
        }


def control_examples(
    requests: Sequence[bytes], scenarios: Sequence[Scenario], runner: StylesheetRunner
) -> tuple[ControlExample, ...]:
    """Run every request. Raises `ScenarioError` where no scenario recognises one, or one does not work."""
    made = []
    for number, request in enumerate(requests, start=1):
        found = answer(request, scenarios, runner)
        if found is None:
            raise ScenarioError(
                Text(
                    ru=f"запрос {number} не узнаёт ни один сценарий",
                    en=f"no scenario recognises request {number}",
                ),
                cure=Text(
                    ru="проверьте XPath и пространства имён сценариев",
                    en="check the scenarios' XPath and namespaces",
                ),
            )
        made.append(ControlExample(number, request, found))
    return tuple(made)


def archive(examples: Sequence[ControlExample]) -> bytes:
    """Return the pairs as a ZIP that is the same octets for the same examples."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for example in examples:
            for name, octets in example.files().items():
                opened.writestr(zipfile.ZipInfo(name, _EPOCH), octets, zipfile.ZIP_DEFLATED)
    return target.getvalue()
