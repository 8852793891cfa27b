"""Taking inline attachments out of a document while it arrives: base64 becomes a part like any other.

Only AttachmentContentList of a Send* call is looked into, which no signature covers, so nothing signed
changes by an octet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from mezhved.smev3.mtom.base64_pieces import BadBase64, Base64Pieces
from mezhved.smev3.mtom.errors import MalformedContent, MtomLimits, refuse
from mezhved.smev3.mtom.reading import Parts
from mezhved.smev3.mtom.spool import PIECE
from mezhved.smev3.versions import SOAP11, XOP, Version
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from mezhved.smev3.mtom.spool import Part, PartWriter, Spool

_DEFAULT_LIMITS = MtomLimits()
_HOST = "inline.mezhved"
_PATHS = frozenset(
    (
        f"{SOAP11} Envelope",
        f"{SOAP11} Body",
        f"{version.types} {operation}",
        f"{version.basic} AttachmentContentList",
        f"{version.basic} AttachmentContent",
        f"{version.basic} Content",
    )
    for version in Version
    for operation in ("SendRequestRequest", "SendResponseRequest")
)
_DEPTH = 6
# A tag that does not end is read from its beginning with every piece: beyond this it is left to the parser
# that reads the root.
_LONGEST_TAG = 4 * PIECE
_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"<]*\"[^<>\"']*|'[^'<]*'[^<>\"']*)*>")


def divert(read: Callable[[int], bytes], spool: Spool, limits: MtomLimits = _DEFAULT_LIMITS) -> Parts:
    """Read a document that is not multipart; contents of attachments go into the spool, decoded.

    The root is the document with an xop:Include in each place; all its other octets are those that came.
    What is not well-formed is left to the parser that reads the root. Raises `MalformedContent` for what
    is not base64, `MalformedMultipart` beyond the limits, and whatever `read` raises.
    """
    diverter = _Diverter(spool, limits)
    taken = 0
    while piece := read(PIECE):
        taken += len(piece)
        if taken > limits.octets:
            refuse("тело больше допустимого", "the body is larger than allowed")
        diverter.feed(piece)
    return diverter.parts()


class _Stop(Exception):  # noqa: N818 - not an error: the rest is of no interest
    """The rest of the document is taken as it is."""


class _Diverter:
    def __init__(self, spool: Spool, limits: MtomLimits) -> None:
        self._spool = spool
        self._limits = limits
        self._kept: list[bytes] = []
        self._parts: dict[str, Part] = {}
        self._pending = bytearray()
        self._base = 0  # place of the first pending octet in the document
        self._taken = 0
        self._open: list[str] = []
        self._elements = 0
        self._writer: PartWriter | None = None
        self._decoder = Base64Pieces()
        self._size = 0
        self._moved = 0
        self._parser: expat.XMLParserType | None = expat.ParserCreate("utf-8", " ")
        defer = getattr(self._parser, "SetReparseDeferralEnabled", None)
        if defer is not None:  # events must not lag behind the octets
            defer(False)  # noqa: FBT003
        self._parser.buffer_text = True
        self._parser.buffer_size = PIECE
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._stop

    def feed(self, piece: bytes) -> None:
        if self._parser is None:
            self._kept.append(piece)
            return
        seen = len(self._pending)
        self._pending += piece
        self._taken += len(piece)
        try:
            self._parser.Parse(piece, False)  # noqa: FBT003
        except (expat.ExpatError, _Stop):
            self._give_up()
            return
        if self._taken - self._parser.CurrentByteIndex > _LONGEST_TAG:
            self._give_up()
            return
        # A tag may go on in the next piece; where it begins must still be there then.
        tag = self._pending.rfind(b"<", max(0, seen - self._moved))
        self._moved = 0
        if tag >= 0:
            self._settle(tag)
        elif not self._pending.startswith(b"<"):
            self._settle(len(self._pending))

    def parts(self) -> Parts:
        if self._writer is not None:
            self._give_up()
        self._kept.append(bytes(self._pending))
        return Parts(b"".join(self._kept), self._parts)

    def _give_up(self) -> None:
        """Take the rest as it is; the parser that reads the root tells what is wrong with it."""
        self._parser = None
        if self._writer is not None:
            refuse("документ обрывается во вложении", "the document breaks off in an attachment", "XML")
        self._kept.append(bytes(self._pending))
        self._pending.clear()

    def _settle(self, count: int) -> None:
        """Be done with so many pending octets: keep them, or drop them where they are an attachment's."""
        if self._writer is None and count:
            self._kept.append(bytes(self._pending[:count]))
        del self._pending[:count]
        self._base += count
        self._moved += count

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > self._limits.elements or len(self._open) > self._limits.depth:
            raise _Stop
        self._open.append(name)
        if self._writer is not None:
            self._child()
        elif len(self._open) == _DEPTH and tuple(self._open) in _PATHS:
            self._begin()

    def _begin(self) -> None:
        tag = _TAG.match(self._pending, self._place())
        end = tag.end() if tag else 0
        del tag  # a match holds the octets, which then could not be dropped
        if not end or self._pending[end - 2 : end] == b"/>":
            return
        self._settle(end)
        self._writer = self._spool.begin()
        self._decoder = Base64Pieces()
        self._size = 0

    def _child(self) -> None:
        """Leave an element where it stands after nothing but blanks (an xop:Include); elsewhere refuse it."""
        if self._size or self._decoder.pending:
            _malformed("в содержимом вложения стоит элемент", "an element stands in an attachment's content")
        self._settle(self._place())
        self._writer = None

    def _characters(self, text: str) -> None:
        if self._writer is None:
            return
        try:
            octets = self._decoder.feed(text.encode("ascii"))
        except (BadBase64, UnicodeEncodeError):
            _malformed("содержимое вложения — не base64", "an attachment's content is not base64")
        self._size += len(octets)
        self._writer.write(octets)

    def _end(self, _name: str) -> None:
        depth = len(self._open)
        self._open.pop()
        if self._writer is None or depth != _DEPTH:
            return
        try:
            self._decoder.end()
        except BadBase64:
            _malformed("содержимое вложения — не base64", "an attachment's content is not base64")
        self._settle(self._place())
        name = f"{len(self._parts) + 1}@{_HOST}"
        self._parts[name] = self._writer.finish()
        self._writer = None
        self._kept.append(f'<xop:Include xmlns:xop="{XOP}" href="cid:{name}"/>'.encode())

    def _place(self) -> int:
        """Return where in the pending octets the present tag begins."""
        return 0 if self._parser is None else self._parser.CurrentByteIndex - self._base

    def _stop(self, *_: object) -> None:
        raise _Stop


def _malformed(ru: str, en: str) -> NoReturn:
    raise MalformedContent(Text(ru=ru, en=en), where="AttachmentContent/Content")
