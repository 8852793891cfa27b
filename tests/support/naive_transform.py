"""The SMEV transform a second time: slow, plain, on another path (expat events), for comparison only."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Sequence

XML = "http://www.w3.org/XML/1998/namespace"


class RefusedError(Exception):
    """The transform must fail."""


def naive_transform(document: bytes) -> bytes:
    """Transform the root element of a document, by the letter of the rules."""
    writer = _Rules()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator="\n")
    parser.ordered_attributes = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.characters
    parser.ProcessingInstructionHandler = writer.instruction
    parser.Parse(_canonical(document), True)
    return "".join(writer.out).encode()


def _canonical(document: bytes) -> bytes:
    """Return exc-c14n octets; libxml2's are wrong or absent for some namespace names."""
    try:
        root = etree.fromstring(document)
        octets = etree.tostring(root, method="c14n", exclusive=True, with_comments=False, with_tail=False)
        etree.fromstring(octets)
    except etree.LxmlError:
        return document  # the events of the document itself are the same, comments unheard
    return octets


class _Rules:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.text = ""
        self.counter = 1
        self.stack: list[dict[str, str]] = []
        self.names: list[str] = []

    def start(self, name: str, flat: Sequence[str]) -> None:
        self.flush()
        self.stack.append({})
        declarations: list[str] = []
        uri, local = self._split(name)
        if uri == "":
            raise RefusedError(name)
        full = self.prefix(uri, declarations) + ":" + local
        pairs = [(*self._split(flat[i]), flat[i + 1]) for i in range(0, len(flat), 2)]
        qualified = [pair for pair in pairs if pair[0] != ""]
        plain = [pair for pair in pairs if pair[0] == ""]
        qualified.sort(key=lambda pair: (units(pair[0]), units(pair[1])))
        plain.sort(key=lambda pair: units(pair[1]))
        written = []
        for space, attribute, value in qualified:
            written.append(f' {self.prefix(space, declarations)}:{attribute}="{escape_value(value)}"')
        for _, attribute, value in plain:
            written.append(f' {attribute}="{escape_value(value)}"')
        self.names.append(full)
        self.out.append("<" + full + "".join(declarations) + "".join(written) + ">")

    def end(self, _name: str) -> None:
        self.flush()
        self.out.append("</" + self.names.pop() + ">")
        self.stack.pop()

    def characters(self, text: str) -> None:
        self.text += text

    def instruction(self, _target: str, _data: str) -> None:
        self.flush()

    def flush(self) -> None:
        if any(character > " " for character in self.text) and self.stack:
            self.out.append(escape_text(self.text))
        self.text = ""

    def prefix(self, uri: str, declarations: list[str]) -> str:
        for scope in self.stack:
            if uri in scope:
                return scope[uri]
        if uri == XML:
            raise RefusedError(uri)
        made = f"ns{self.counter}"
        self.counter += 1
        self.stack[-1][uri] = made
        escaped = uri.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        declarations.append(f' xmlns:{made}="{escaped}"')
        return made

    @staticmethod
    def _split(name: str) -> tuple[str, str]:
        *uri, local = name.rsplit("\n", 1)
        return "".join(uri), local


def units(text: str) -> list[int]:
    """Return the UTF-16 code units."""
    octets = text.encode("utf-16-be")
    return [octets[i] * 256 + octets[i + 1] for i in range(0, len(octets), 2)]


def escape_value(value: str) -> str:
    table = {"<": "&lt;", "&": "&amp;", '"': "&quot;", "\r": "&#xd;", "\n": "&#xa;", "\t": "&#x9;"}
    return "".join(table.get(character, character) for character in value)


def escape_text(text: str) -> str:
    """Escape as rule 9 tells, unit by unit."""
    all_units = units(text)
    if len(all_units) < 12:
        pieces = _escape(all_units, after_escaped=False)
    else:
        pieces = []
        for start in range(0, len(all_units), 512):
            pieces += _escape(all_units[start : start + 512], after_escaped=True)
    return b"".join(pieces).decode("utf-16-be")


def _escape(chunk: list[int], *, after_escaped: bool) -> list[bytes]:
    pieces: list[bytes] = []
    last_was_escaped = False
    for index, unit in enumerate(chunk):
        escaped = ""
        if unit == ord("<"):
            escaped = "&lt;"
        elif unit == ord("&"):
            escaped = "&amp;"
        elif unit == 13 or 0x7F <= unit <= 0x9F:
            escaped = f"&#x{unit:x};"
        elif unit == ord(">"):
            first = index == 0
            if first or chunk[index - 1] == ord("]") or (after_escaped and last_was_escaped):
                escaped = "&gt;"
        last_was_escaped = escaped != ""
        pieces.append(escaped.encode("utf-16-be") if escaped else unit.to_bytes(2, "big"))
    return pieces
