"""Envelopes as other people's programs write them: one structure, many handwritings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PREFIX = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/"
SIGNATURE_MARK = "@@SIGNATURE@@"


def types(version: str) -> str:
    return f"{PREFIX}{version}"


def basic(version: str) -> str:
    return f"{PREFIX}basic/{version}"


@dataclass(frozen=True)
class Raw:
    """Text that is written as it stands."""

    text: str


@dataclass(frozen=True)
class E:
    """An element to be written."""

    namespace: str
    name: str
    children: Sequence[E | Raw | str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Habit:
    """A handwriting."""

    name: str
    prefixes: tuple[str, str, str] = ("soap", "ns2", "ns")
    """Of SOAP, types and basic; the empty one is the default namespace."""
    at_envelope: bool = False
    """All declarations stand on the Envelope, else each where it is used first."""
    header: str = ""
    head: bytes = b""
    """Before the Envelope: byte order mark, XML declaration, comment."""
    tail: bytes = b""
    indent: str | None = None
    line_end: str = "\n"
    quote: str = '"'
    id: str = "SIGNED_BY_CALLER"

    def prefix(self, namespace: str) -> str:
        if namespace == SOAP:
            return self.prefixes[0]
        return self.prefixes[2 if "/basic/" in namespace else 1]


def write(envelope: E, habit: Habit, version: str) -> bytes:
    """Write the envelope as octets."""
    outer = {SOAP, types(version), basic(version)} if habit.at_envelope else set()
    text = _Writer(habit).element(envelope, frozenset(), outer, 0)
    return habit.head + text.replace("\n", habit.line_end).encode() + habit.tail


class _Writer:
    def __init__(self, habit: Habit) -> None:
        self.habit = habit

    def element(self, element: E, known: frozenset[tuple[str, str]], declare: set[str], depth: int) -> str:
        quote = self.habit.quote
        prefix = self.habit.prefix(element.namespace)
        wanted = [(self.habit.prefix(each), each) for each in sorted(declare)]
        pair = (prefix, element.namespace)
        if pair not in known and pair not in wanted:
            wanted.append(pair)
        hidden = {name for name, _ in wanted}
        inner = frozenset({each for each in known if each[0] not in hidden} | set(wanted))
        declarations = "".join(
            f" xmlns{':' if name else ''}{name}={quote}{uri}{quote}" for name, uri in wanted
        )
        attributes = "".join(
            f" {name}={quote}{escape(value)}{quote}" for name, value in element.attributes.items()
        )
        name = f"{prefix}:{element.name}" if prefix else element.name
        content = self.content(element, inner, depth)
        if not content:
            return f"<{name}{declarations}{attributes}/>"
        return f"<{name}{declarations}{attributes}>{content}</{name}>"

    def content(self, element: E, known: frozenset[tuple[str, str]], depth: int) -> str:
        pieces = []
        for child in element.children:
            if isinstance(child, E):
                pieces.append(self.element(child, known, set(), depth + 1))
            else:
                pieces.append(child.text if isinstance(child, Raw) else escape(child))
        if self.habit.indent is None or any(isinstance(child, str) for child in element.children):
            return "".join(pieces)
        between = "\n" + self.habit.indent * (depth + 1)
        return "".join(between + piece for piece in pieces) + (between[: -len(self.habit.indent) or None])


HABITS = (
    Habit("cxf", ("soap", "ns2", "")),
    Habit("spring", ("SOAP-ENV", "typ", "bas"), at_envelope=True, header="<SOAP-ENV:Header/>", id="I_0"),
    Habit("defaults", ("", "", ""), id="_1"),
    Habit("dotnet", ("s", "", "b"), head=b'<?xml version="1.0" encoding="utf-8"?>', id="ID_b9d1"),
    Habit(
        "bom",
        ("soapenv", "t", "b"),
        at_envelope=True,
        head=b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<!-- by hand -->\r\n',
        tail=b"\r\n<!-- end -->\r\n",
        id="подпись",
    ),
    Habit("pretty", ("soap", "ns", "ns1"), indent="    ", tail=b"\n", id="SIGNED_BY_CONSUMER"),
    Habit("windows", ("soap", "ns", "ns1"), indent="\t", line_end="\r\n", at_envelope=True, id="a.b-c"),
    Habit("quotes", ("Ж", "Тип", "_"), quote="'", head=b"<?pi data?>\n", id="1starts-with-a-digit"),
    Habit("odd-id", ("soap", "ns", "ns1"), id="{3F2504E0-4F89-11D3}"),
)
