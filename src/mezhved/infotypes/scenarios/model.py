"""A test scenario of an information type, as agencies register it: XPath, prefixes and a stylesheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.scenarios.errors import ScenarioError
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.infotypes.packages import Package
    from mezhved.smev3.messages import RequestRejected, RequestStatus

_PAIR: Final = re.compile(r"""(?:xmlns:?)?(?P<prefix>[^\s=;,"']*?)\s*=\s*["'«]?(?P<uri>[^\s;,"'»]+)["'»]?""")
_BETWEEN: Final = re.compile(r"[\s;,]*")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What recognises a request (`xpath` with its prefixes) and what makes the answer of it.

    Where `xpath` is empty the stylesheet itself recognises: it writes an element or none.
    """

    name: str
    xpath: str
    namespaces: tuple[tuple[str, str], ...]
    stylesheet: bytes

    @classmethod
    def of(cls, name: str, xpath: str, namespaces: str, stylesheet: bytes) -> Scenario:
        """Make a scenario of the texts in a type's manual. Raises `ScenarioError`."""
        return cls(name, xpath.strip(), read_namespaces(namespaces), stylesheet)

    @classmethod
    def all_of(cls, package: Package) -> tuple[Scenario, ...]:
        """Return the scenarios of a package in its order."""
        return tuple(
            cls(each.name, each.xpath, tuple(each.namespaces.items()), each.xsl) for each in package.scenarios
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scenario answers: business data, refusals or an interim status, exactly one of them.

    `octets` is the result of the stylesheet as it is kept with a control example. `renamed` tells that the
    scenario's XPath fits only with a namespace of the request put in place of the one it names.
    """

    scenario: str
    octets: bytes
    content: bytes | None = None
    rejections: tuple[RequestRejected, ...] = ()
    status: RequestStatus | None = None
    renamed: bool = False


def read_namespaces(text: str) -> tuple[tuple[str, str], ...]:
    """Read a list of prefixes as manuals write it: `a=urn:x; b=urn:y`, lines, or `xmlns:a="urn:x"`.

    The last one counts where a prefix stands twice. Raises `ScenarioError` for what is no such list.
    """
    found: dict[str, str] = {}
    position = _end_of(_BETWEEN.match(text))
    while position < len(text):
        pair = _PAIR.match(text, position)
        if pair is None:
            raise ScenarioError(
                Text(
                    ru=f"не список «префикс=пространство имён»: {text[position : position + 60]}",
                    en=f"no list of prefix=namespace: {text[position : position + 60]}",
                ),
                cure=Text(ru="запишите так: a=urn:x; b=urn:y", en="write it so: a=urn:x; b=urn:y"),
            )
        found[pair["prefix"]] = pair["uri"]
        position = _end_of(_BETWEEN.match(text, pair.end()))
    return tuple(found.items())


def _end_of(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
