"""Reading XML from outside with expat: no DTD, no entities, nothing from elsewhere, everything bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from mezhved.infotypes.documents.model import Attribute, Comment, Document, Element, Instruction, QName
from mezhved.smev3.xml import MalformedXml, XmlLimitExceeded, XmlLimits
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.infotypes.documents.model import Child

DOCUMENT_LIMITS: Final = XmlLimits(octets=64 * 2**20, depth=200, attributes=1024, utf8_only=False)
"""Business data as they lie in messages and in archives attached; older ones are in windows-1251."""

# The separator is no character of XML, so no namespace name can hold it.
_SEPARATOR: Final = "\f"


def read_document(octets: bytes, limits: XmlLimits = DOCUMENT_LIMITS) -> Document:
    """Parse a document. Errors: `MalformedXml`, `XmlLimitExceeded`, with line and column in `where`.

    A DOCTYPE is refused whatever the limits say: nothing in business data needs one.
    """
    if len(octets) > limits.octets:
        raise XmlLimitExceeded(
            Text(
                ru=f"документ длиннее {limits.octets} байт: {len(octets)}",
                en=f"the document is longer than {limits.octets} octets: {len(octets)}",
            )
        )
    if octets.count(b"<") > limits.markup:
        raise XmlLimitExceeded(
            Text(
                ru=f"в документе больше {limits.markup} знаков разметки «<»",
                en=f"the document has more than {limits.markup} markup signs '<'",
            )
        )
    if limits.utf8_only and octets[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise _not_utf8("UTF-16")
    reader = _Reader(limits)
    parser = reader.parser
    try:
        parser.Parse(octets, True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise _malformed(expat.errors.messages[error.code], error.lineno, error.offset) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise _malformed(str(error), parser.CurrentLineNumber, parser.CurrentColumnNumber) from error
    return reader.document()


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: QName
    prefix: str
    attributes: tuple[Attribute, ...]
    declared: tuple[tuple[str, str], ...]
    line: int
    children: list[Child] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def flush(self) -> None:
        """Join the character data that came since the last markup."""
        if self.text:
            self.children.append("".join(self.text))
            self.text.clear()

    def close(self) -> Element:
        self.flush()
        return Element(
            self.name, self.prefix, self.attributes, self.declared, tuple(self.children), self.line
        )


class _Reader:
    """Builds the tree from what expat tells."""

    def __init__(self, limits: XmlLimits) -> None:
        self.limits = limits
        self.open: list[_Open] = []
        self.root: Element | None = None
        self.before: list[Comment | Instruction] = []
        self.after: list[Comment | Instruction] = []
        self.declared: list[tuple[str, str]] = []
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.namespace_prefixes = True
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.CommentHandler = self.comment
        parser.ProcessingInstructionHandler = self.instruction
        parser.StartNamespaceDeclHandler = self.namespace
        parser.StartDoctypeDeclHandler = self.doctype
        parser.XmlDeclHandler = self.declaration
        self.parser = parser

    def document(self) -> Document:
        if self.root is None:
            raise MalformedXml(Text(ru="нет корневого элемента", en="there is no root element"))
        return Document(self.root, tuple(self.before), tuple(self.after))

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:  # noqa: ARG002
        utf8 = (encoding or "utf-8").lower() in {"utf-8", "utf8"}
        if self.limits.utf8_only and not utf8:
            raise _not_utf8(encoding or "")

    def doctype(self, *_: object) -> None:
        raise MalformedXml(
            Text(ru="DOCTYPE не допускается", en="DOCTYPE is not allowed"),
            cure=Text(ru="уберите объявление DOCTYPE", en="remove the DOCTYPE declaration"),
        )

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        self.declared.append((prefix or "", uri or ""))

    def start(self, name: str, attributes: list[str]) -> None:
        if len(self.open) >= self.limits.depth:
            raise XmlLimitExceeded(
                Text(
                    ru=f"вложенность элементов больше {self.limits.depth}",
                    en=f"elements are nested deeper than {self.limits.depth}",
                ),
                where=self._place(),
            )
        if len(attributes) // 2 + len(self.declared) > self.limits.attributes:
            raise XmlLimitExceeded(
                Text(
                    ru=f"у элемента больше {self.limits.attributes} атрибутов",
                    en=f"an element has more than {self.limits.attributes} attributes",
                ),
                where=self._place(),
            )
        if self.open:
            self.open[-1].flush()
        full, prefix = _name(name)
        found = []
        for position in range(0, len(attributes), 2):
            own, own_prefix = _name(attributes[position])
            found.append(Attribute(own, attributes[position + 1], own_prefix))
        declared = tuple(self.declared)
        self.declared.clear()
        self.open.append(_Open(full, prefix, tuple(found), declared, self.parser.CurrentLineNumber))

    def end(self, name: str) -> None:  # noqa: ARG002
        element = self.open.pop().close()
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element

    def text(self, data: str) -> None:
        if self.open:
            self.open[-1].text.append(data)

    def comment(self, data: str) -> None:
        self._aside(Comment(data))

    def instruction(self, target: str, data: str) -> None:
        self._aside(Instruction(target, data))

    def _aside(self, node: Comment | Instruction) -> None:
        if self.open:
            self.open[-1].flush()
            self.open[-1].children.append(node)
        else:
            (self.before if self.root is None else self.after).append(node)

    def _place(self) -> str:
        return _place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber)


def _name(text: str) -> tuple[QName, str]:
    """Return the name and the prefix from expat's `namespace, local, prefix`."""
    parts = text.split(_SEPARATOR)
    if len(parts) == 1:
        return QName("", parts[0]), ""
    return QName(parts[0], parts[1]), parts[2] if len(parts) > 2 else ""  # noqa: PLR2004


def _not_utf8(encoding: str) -> MalformedXml:
    return MalformedXml(
        Text(ru=f"кодировка не UTF-8: {encoding}", en=f"the encoding is not UTF-8: {encoding}")
    )


def _place(line: int, column: int) -> str:
    return str(Text(ru=f"строка {line}, знак {column}", en=f"line {line}, column {column}"))


def _malformed(reason: str, line: int, column: int) -> MalformedXml:
    return MalformedXml(
        Text(ru=f"XML составлен неверно: {reason}", en=f"XML is not well formed: {reason}"),
        where=_place(line, column),
    )
