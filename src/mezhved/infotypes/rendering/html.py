"""Sections, values and tables as HTML: no scripts, no addresses but the caller's, everything escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.rendering.model import Branch, Leaf, Part, Remark, Table, ValueKind
from mezhved.texts import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_CONTENT: Final = Text(ru="содержимое в base64", en="content in base64")
_ABSENT: Final = Text(ru="нет", en="none")
_REMARK: Final = Text(ru="Примечание в XML", en="A remark in the XML")
_OF: Final = Text(ru="из", en="of")
_LAST_HEADING: Final = 6
_NARROW: Final = 3
_TURNING: Final = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]"
)


@dataclass(frozen=True, slots=True)
class HtmlOptions:
    """How a document is written.

    `heading` is the level of the outermost heading; `files` tells whether the octets of files are written,
    folded, or only their sizes (as in a PDF, which holds the whole XML beside the page). `link` gives the
    address a file's octets are downloaded from: it then stands instead of them, empty for none.
    """

    language: Language = "ru"
    heading: int = 2
    files: bool = True
    link: Callable[[Leaf], str] | None = None


def to_html(branch: Branch, options: HtmlOptions | None = None) -> str:
    """Return the document as an `article`, to be put into a page that has `stylesheet()`."""
    chosen = options or HtmlOptions()
    pieces: list[str] = [f'<article class="mz-document" lang="{chosen.language}">']
    _Writer(pieces, chosen).branch(branch, chosen.heading)
    pieces.append("</article>")
    return "".join(pieces)


def to_page(branch: Branch, options: HtmlOptions | None = None, *, title: str = "") -> str:
    """Return a whole page that stands alone; `title` is the document's own heading where it is empty."""
    chosen = options or HtmlOptions(heading=1)
    heading = title or _in(branch.label, chosen.language)
    return page(to_html(branch, chosen), title=heading, language=chosen.language)


def page(
    body: str, *, title: str, language: Language, style: str = "", created: str = "", screen: bool = True
) -> str:
    """Return a page around a body that is HTML already; `created` is the time for a PDF's metadata."""
    dates = "".join(
        f'<meta name="dcterms.{name}" content="{escape(created)}">'
        for name in ("created", "modified")
        if created
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">{dates}'
        f"<title>{escape(title)}</title><style>{stylesheet(screen=screen)}{style}</style></head><body>{body}</body></html>"
    )


def stylesheet(*, screen: bool = True) -> str:
    """Return the CSS of rendered documents, with what narrow screens need or without."""
    names = ("document.css", "screen.css") if screen else ("document.css",)
    folder = resources.files("mezhved.infotypes.rendering")
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


class _Writer:
    """Writes parts into one list of pieces."""

    def __init__(self, pieces: list[str], options: HtmlOptions) -> None:
        self._pieces = pieces
        self._options = options
        self._language = options.language

    def branch(self, branch: Branch, level: int) -> None:
        """Write a section; values in a row are one list, what is inside follows in order."""
        out = self._pieces.append
        heading = escape(self._heading(branch))
        name = escape(branch.name.local)
        if branch.technical:
            out(f'<details class="mz-technical"><summary title="{name}">{heading}</summary>')
            self._parts(branch.parts, level + 1)
            out("</details>")
            return
        tag = f"h{min(level, _LAST_HEADING)}"
        deeper = f' aria-level="{level}"' if level > _LAST_HEADING else ""
        out(f'<section class="mz-section"><{tag}{deeper} title="{name}">{heading}</{tag}>')
        self._parts(branch.parts, level + 1)
        out("</section>")

    def _parts(self, parts: Sequence[Part], level: int) -> None:
        values: list[Leaf] = []
        for part in parts:
            if isinstance(part, Leaf):
                values.append(part)
                continue
            self._values(values)
            values = []
            if isinstance(part, Branch):
                self.branch(part, level)
            elif isinstance(part, Table):
                self._table(part)
            else:
                self._remark(part)
        self._values(values)

    def _values(self, values: Iterable[Leaf]) -> None:
        rows = [
            f'<tr><th scope="row" title="{escape(each.name.local)}">{escape(self._say(each.label))}</th>'
            f"<td>{self._value(each)}</td></tr>"
            for each in values
        ]
        if rows:
            self._pieces.append(f'<table class="mz-values"><tbody>{"".join(rows)}</tbody></table>')

    def _table(self, table: Table) -> None:
        heads = "".join(
            f'<th scope="col" title="{escape(each.path[-1].local)}">{escape(self._say(each.label))}</th>'
            for each in table.columns
        )
        cells = ("".join(f"<td>{self._cell(each)}</td>" for each in row) for row in table.rows)
        rows = "".join(
            f'<tr><td class="mz-number">{number}</td>{row}</tr>' for number, row in enumerate(cells, start=1)
        )
        caption = escape(self._say(table.label))
        reached = ' tabindex="0"' if len(table.columns) > _NARROW else ""  # it may scroll on a small screen
        self._pieces.append(
            f'<table class="mz-table"{reached}>'
            f'<caption title="{escape(table.name.local)}">{caption}</caption>'
            f'<thead><tr><th scope="col" class="mz-number">№</th>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )

    def _cell(self, value: Leaf | None) -> str:
        if value is None:
            return f'<span class="mz-none" aria-label="{escape(self._say(_ABSENT))}">–</span>'
        return self._value(value)

    def _value(self, value: Leaf) -> str:
        shown, raw = escape(self._say(value.shown)), escape(value.raw.strip())
        if value.kind is ValueKind.DATE:
            return f'<time datetime="{raw}">{shown}</time>'
        if value.kind is ValueKind.CHOICE:
            return f'{_isolated(shown)} <span class="mz-code">({raw})</span>'
        if value.kind is ValueKind.FLAG:
            return f'<data value="{raw}">{shown}</data>'
        if value.kind is ValueKind.EMPTY:
            return f'<span class="mz-none">{shown}</span>'
        if value.kind is ValueKind.BINARY:
            return self._file(value, shown, raw)
        return _isolated(shown)

    def _file(self, value: Leaf, shown: str, raw: str) -> str:
        address = self._options.link(value) if self._options.link is not None else ""
        if address:
            return f'<a href="{escape(address)}" download>{shown}</a>'
        if not self._options.files:
            return shown
        summary = f"{shown} ({escape(self._say(_CONTENT))})"
        return f'<details class="mz-file"><summary>{summary}</summary><pre>{raw}</pre></details>'

    def _remark(self, remark: Remark) -> None:
        said = escape(self._say(_REMARK))
        self._pieces.append(f'<p class="mz-remark">{said}: {_isolated(escape(remark.text.strip()))}</p>')

    def _heading(self, branch: Branch) -> str:
        said = self._say(branch.label)
        if not branch.number:
            return said
        return f"{said}: {branch.number} {self._say(_OF)} {branch.total}"

    def _say(self, text: Text) -> str:
        return _in(text, self._language)


def _isolated(text: str) -> str:
    """Keep the direction of one text from turning what stands around it."""
    return f"<bdi>{text}</bdi>" if _TURNING.search(text) else text


def _in(text: Text, language: Language) -> str:
    return text.ru if language == "ru" else text.en
