"""What may stand in BusinessProcessMetadata: the case, and the code of the end system (`frgu`).

Aggregators put the code of the system behind them into `frgu`: MR 3.3 section 3.2.1.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING, Self

from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages.errors import InvalidEnvelope
from mezhved.smev3.messages.reading import Reader, token_of
from mezhved.smev3.messages.writing import element, optional
from mezhved.smev3.versions import BUSINESS_PROCESS
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

_TAG = f"{{{BUSINESS_PROCESS}}}"
_SCHEMA = "smev-business-process-metadata-1.0.xsd"
NUMBER_LENGTH = 100
CODE_LENGTH = 50


class ServiceOrFunction(StrEnum):
    """Whether the case is a state service or a state function."""

    SERVICE = "SERVICE"
    FUNCTION = "FUNCTION"


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """The case a message belongs to; kind and code of the service come as a pair or not at all."""

    case_number: str | None = None
    kind: str | None = None
    code: str | None = None

    def __post_init__(self) -> None:
        if (self.kind is None) != (self.code is None):
            raise ValueError("kind and code of the service come as a pair")

    def fragment(self) -> Fragment:
        """Return the CaseInfo element; `ValueError` for what the schema has no room for."""
        if len(self.case_number or "") > NUMBER_LENGTH or len(self.code or "") > CODE_LENGTH:
            raise ValueError(f"a case's number has {NUMBER_LENGTH} characters, a code {CODE_LENGTH}")
        if self.kind is not None and self.kind not in set(ServiceOrFunction):
            raise ValueError(f"neither SERVICE nor FUNCTION: {self.kind}")
        inner = (
            optional("CaseNumber", self.case_number)
            + optional("ServiceOrFunction", self.kind)
            + optional("ServiceOrFunctionCode", self.code)
        )
        return Fragment(f'<CaseInfo xmlns="{BUSINESS_PROCESS}">{inner}</CaseInfo>'.encode())

    @classmethod
    def from_xml(cls, case: etree._Element) -> Self:
        """Read a CaseInfo element."""
        reader = Reader(case)
        number = reader.optional_text(_TAG + "CaseNumber")
        kind = reader.optional(_TAG + "ServiceOrFunction")
        code = None if kind is None else reader.text(_TAG + "ServiceOrFunctionCode")
        reader.end()
        return cls(number, None if kind is None else token_of(kind), code)


def frgu_fragment(code: str) -> Fragment:
    """Return the frgu element; the code has up to 50 characters, else `ValueError`."""
    if len(code) > CODE_LENGTH:
        raise ValueError(f"a code has {CODE_LENGTH} characters")
    return Fragment(element("frgu", code).replace("<frgu>", f'<frgu xmlns="{BUSINESS_PROCESS}">', 1).encode())


def schema() -> bytes:
    """Return the XSD of what may stand in BusinessProcessMetadata, of our own writing."""
    return files(__package__).joinpath(_SCHEMA).read_bytes()


def frgu_of(business_process: Iterable[Fragment]) -> str | None:
    """Return the first frgu code among the elements of BusinessProcessMetadata."""
    for element_found in _named("frgu", business_process):
        with suppress(InvalidEnvelope):
            return token_of(element_found)
    return None


def cases_of(business_process: Iterable[Fragment]) -> tuple[CaseInfo, ...]:
    """Return the cases among the elements of BusinessProcessMetadata, but for those that break the schema."""
    found = []
    for case in _named("CaseInfo", business_process):
        with suppress(InvalidEnvelope):
            found.append(CaseInfo.from_xml(case))
    return tuple(found)


def _named(name: str, business_process: Iterable[Fragment]) -> Iterator[etree._Element]:
    for fragment in business_process:
        if BUSINESS_PROCESS.encode() in fragment.octets:
            parsed = parse(fragment.octets)
            if parsed.tag == _TAG + name:
                yield parsed
