"""What is shown to people: any document becomes a page of nothing but text, any markup is cleaned."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mezhved.infotypes.documents import read_document
from mezhved.infotypes.rendering import (
    ArchiveError,
    archive_html,
    grids,
    open_archive,
    sanitise,
    to_csv,
    to_html,
    view,
)
from mezhved.infotypes.scenarios import ScenarioError, read_namespaces
from mezhved.smev3.xml import MalformedXml
from tests.support.form_schemas import everything_schema
from tests.support.html_texts import normal, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xmlschema import XMLSchema

    from mezhved.infotypes.documents import Element

ACTING = {"script", "style", "iframe", "object", "embed", "svg", "math", "form", "meta", "base", "link"}
ALLOWED = {
    *("abbr", "align", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan"),
    *("datetime", "dir", "face", "height", "lang", "noshade", "nowrap", "reversed", "rowspan", "rules"),
    *("scope", "size", "span", "start", "title", "type", "valign", "value", "width", "alt", "style", "src"),
}


@cache
def known() -> XMLSchema:
    """The schema with every construct."""
    return everything_schema()


def shown(data: bytes) -> None:
    """A document is shown whole, with a schema and without, as HTML and as a table."""
    try:
        document = read_document(data)
    except MalformedXml:
        return
    expected = [normal(each) for each in _texts(document.root)]
    for schema in (None, known()):
        seen = view(document, schema)
        page = read_page(to_html(seen))
        assert not page.tags & {*ACTING, "img", "a"}
        assert [each for each in expected if each not in page.texts] == []
        to_csv(grids(seen)[0])


def markup(data: bytes) -> None:
    """What is left of any markup neither acts nor names an address, and cleaning it again changes nothing."""
    clean = sanitise(data.decode("utf-8", "replace"))
    page = read_page(f"<body>{clean.body}</body>")
    assert not page.tags & ACTING
    assert page.attributes <= ALLOWED
    assert not re.search(r"url\(|@import|</", clean.style, re.IGNORECASE)
    assert normal(sanitise(clean.body).body) == normal(clean.body)


def archive(data: bytes) -> None:
    """An archive is opened or refused, and what it holds is shown."""
    try:
        files = open_archive(data)
    except ArchiveError:
        return
    page = read_page(archive_html(files))
    assert not page.tags & {*ACTING, "img", "a"}


def prefixes(data: bytes) -> None:
    """A list of prefixes is read or refused."""
    try:
        found = read_namespaces(data.decode("utf-8", "replace"))
    except ScenarioError:
        return
    assert all(uri and not re.search(r"[\s;,]", uri) for _, uri in found)


def _texts(root: Element) -> Iterator[str]:
    for element in root.iter():
        yield from (each.value for each in element.attributes)
        yield from (each for each in element.children if isinstance(each, str))
