"""What stands in a page: its texts, and the values that elements carry beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class _Reader(HTMLParser):
    texts: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    void: frozenset[str] = frozenset({"meta", "br", "img", "hr", "col"})
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.texts.extend(value or "" for name, value in attrs if name in {"datetime", "value"})
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag


@dataclass(frozen=True)
class PageContent:
    """`texts` is all that can be read, blanks as one space."""

    texts: str
    tags: frozenset[str]
    attributes: frozenset[str]


def read_page(html: str) -> PageContent:
    """Read a page; every element has to be closed where it should."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return PageContent(normal("\n".join(reader.texts)), frozenset(reader.tags), frozenset(reader.attributes))


def normal(text: str) -> str:
    """Return the text with every run of blanks as one space."""
    return " ".join(text.split())
