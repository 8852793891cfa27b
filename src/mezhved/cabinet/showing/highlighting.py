"""XML as people read it: indented, coloured by classes, everything escaped, files folded."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents import Comment, Element, Instruction
from mezhved.infotypes.rendering.values import size_text
from mezhved.texts import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.infotypes.documents import Document
    from mezhved.infotypes.documents.model import Child

SHOWN_CHARACTERS: Final = 80_000
"""Of markup and text; what follows is downloaded."""
FOLDED_CHARACTERS: Final = 512
"""A value of base64 at least so long is folded."""
UNFOLDED_CHARACTERS: Final = 20_000
"""Of a folded value so much is in the page."""
LONG_CHARACTERS: Final = 4_000
"""Another value of such a length is folded too, and whole."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*", re.ASCII)
_DEEPEST_INDENT: Final = 40
_DOWNLOAD: Final = Text(ru="скачать", en="download")
_AND_SO_ON: Final = Text(ru="показано начало", en="the beginning is shown")
_LONG: Final = Text(ru="длинное значение", en="a long value")
_CONTROLS: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def highlighted(
    document: Document, language: Language = "ru", address: Callable[[int], str] | None = None
) -> tuple[str, bool]:
    """Return the document as HTML for a `pre`, and whether its end was left out.

    `address` gives the address of a value by its number (see `documents.values`). Indents are for reading:
    the document itself may have none. Signs that turn the direction of text are written by their codes.
    """
    writer = _Writer(language, address)
    for outside in document.before:
        writer.child(outside, 0)
    writer.root(document.root)
    for outside in document.after:
        writer.child(outside, 0)
    return "".join(writer.pieces).strip("\n"), writer.is_full


class _Writer:
    """Writes with a stack of its own: documents may be deeper than Python likes to call."""

    def __init__(self, language: Language, address: Callable[[int], str] | None) -> None:
        self.pieces: list[str] = []
        self._language: Language = language
        self._address = address
        self._left = SHOWN_CHARACTERS
        self._number = 0

    @property
    def is_full(self) -> bool:
        """Whether no more is written."""
        return self._left <= 0

    def root(self, root: Element) -> None:
        """Write an element with all in it, until there is enough."""
        waiting: list[tuple[Child | str, int, bool]] = [(root, 0, False)]
        while waiting and not self.is_full:
            node, depth, is_end = waiting.pop()
            if is_end:
                self._line(depth)
                self._put(str(node))
            elif not isinstance(node, Element):
                self.child(node, depth)
            else:
                waiting.extend(reversed(self._element(node, depth)))

    def child(self, node: Child, depth: int) -> None:
        """Write text, a comment or an instruction in a line of its own."""
        if isinstance(node, str):
            if node.strip():
                self._line(depth)
                self._value(node, "x-text")
        elif isinstance(node, Comment):
            self._line(depth)
            self._put(f'<span class="x-comment">&lt;!--{_shown(node.text)}--&gt;</span>', len(node.text))
        elif isinstance(node, Instruction):
            self._line(depth)
            said = f"{node.target} {node.data}".strip()
            self._put(f'<span class="x-comment">&lt;?{_shown(said)}?&gt;</span>', len(said))

    def _element(self, element: Element, depth: int) -> list[tuple[Child | str, int, bool]]:
        """Write the start tag, and the whole element where it is simple; return what is to follow."""
        name = f"{element.prefix}:{element.name.local}" if element.prefix else element.name.local
        tag = f'<span class="x-name">{_shown(name)}</span>'
        self._line(depth)
        self._put(f'<span class="x-mark">&lt;</span>{tag}', len(name))
        for prefix, namespace in element.declared:
            self._attribute(f"xmlns:{prefix}" if prefix else "xmlns", namespace, counted=False)
        for each in element.attributes:
            self._attribute(
                f"{each.prefix}:{each.name.local}" if each.prefix else each.name.local, each.value
            )
        end = f'<span class="x-mark">&lt;/</span>{tag}<span class="x-mark">&gt;</span>'
        if not element.children:
            self._put('<span class="x-mark">/&gt;</span>')
            return []
        self._put('<span class="x-mark">&gt;</span>')
        if all(isinstance(each, str) for each in element.children):
            for text in element.children:
                if isinstance(text, str) and text.strip():
                    self._value(text, "x-text")
            self._put(end)
            return []
        return [*((each, depth + 1, False) for each in element.children), (end, depth, True)]

    def _attribute(self, name: str, value: str, *, counted: bool = True) -> None:
        self._put(
            f' <span class="x-attribute">{_shown(name)}</span><span class="x-mark">="</span>', len(name)
        )
        if counted and value.strip():
            self._value(value, "x-value")
        else:
            self._put(f'<span class="x-value">{_shown(value)}</span>', len(value))
        self._put('<span class="x-mark">"</span>')

    def _value(self, value: str, css: str) -> None:
        number, self._number = self._number, self._number + 1
        bare = value.strip()
        is_file = len(bare) >= FOLDED_CHARACTERS and " " not in bare and _BASE64.fullmatch(bare) is not None
        if not is_file and len(bare) < LONG_CHARACTERS:
            self._put(f'<span class="{css}">{_shown(value)}</span>', len(value))
            return
        size = size_text(len("".join(bare.split())) * 3 // 4 if is_file else len(bare.encode()))
        what = "base64" if is_file else self._say(_LONG)
        begun = len(bare) > UNFOLDED_CHARACTERS
        note = f", {self._say(_AND_SO_ON)}" if begun else ""
        shown = bare[:UNFOLDED_CHARACTERS]
        self._put(
            f'<details class="x-fold"><summary>{what}, {escape(self._say(size))}{note}</summary>'
            f'<span class="{css}">{_shown(shown)}</span></details>',
            len(shown),
        )
        address = self._address(number) if self._address is not None else ""
        if address:
            self._put(f'<a class="x-load" href="{escape(address)}" download>{self._say(_DOWNLOAD)}</a>')

    def _line(self, depth: int) -> None:
        self._put("\n" + "  " * min(depth, _DEEPEST_INDENT), 1)

    def _put(self, html: str, counted: int = 1) -> None:
        if not self.is_full:
            self.pieces.append(html)
            self._left -= counted

    def _say(self, text: Text) -> str:
        return text.ru if self._language == "ru" else text.en


def _shown(text: str) -> str:
    """Return escaped text in which nothing hides: what turns or joins text is told by its code."""
    return _CONTROLS.sub(lambda found: f'<span class="x-code">U+{ord(found[0]):04X}</span>', escape(text))
