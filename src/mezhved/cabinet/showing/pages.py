"""A message as a part of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from mezhved.cabinet.showing.documents import READ_OCTETS, carried, numbered
from mezhved.cabinet.showing.explaining import category_words, explained
from mezhved.cabinet.showing.files import files_of
from mezhved.cabinet.showing.highlighting import highlighted
from mezhved.cabinet.showing.looks import has_look
from mezhved.cabinet.showing.signatures import signatures_of
from mezhved.cabinet.wording import is_english
from mezhved.gateway.models import MessageKind
from mezhved.infotypes.documents import read_document
from mezhved.infotypes.rendering import HtmlOptions, to_html
from mezhved.infotypes.rendering.values import size_text
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from typing import Any

    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Message
    from mezhved.infotypes.rendering import Leaf

_START_CHARACTERS: Final = 50_000
"""Of a document that is too large to be read."""
_LARGE: Final = Text(
    ru="Документ слишком велик, чтобы показать его на странице.", en="The document is too large for a page."
)


def page_of(
    visit: Visit, message: Message, *, heading: int = 3, files: bool = True, explain: bool = True
) -> SafeString:
    """Return what a message says as a part of a page: its document, its files with archives opened.

    Says itself when data were deleted, and the words of refusals, statuses and notices; `explain` tells
    whether troubles are explained here. Writes no audit: the view does, once a page.
    """
    said = _said(visit, message, heading)
    said["explanations"] = explained(message) if explain else ()
    if files:
        said["files"] = files_of(visit.gateway, message, min(heading + 1, 6))
    return SafeString(render_to_string("cabinet/showing/message.html", said, visit.request))


def xml_of(visit: Visit, message: Message) -> SafeString:
    """Return the XML of a message, indented and coloured, long values folded."""
    return SafeString(render_to_string("cabinet/showing/xml.html", _xml(message), visit.request))


def signatures_html(visit: Visit, message: Message) -> SafeString:
    """Return the signatures of a message in plain words, as a part of a page."""
    lines = signatures_of(visit.gateway, message)
    return SafeString(
        render_to_string("cabinet/showing/signatures.html", {"signatures": lines}, visit.request)
    )


def _said(visit: Visit, message: Message, heading: int) -> dict[str, Any]:
    """Return what the template shows of a message."""
    said: dict[str, Any] = {"message": message, "heading": heading}
    exchange = message.exchange
    carries = message.kind in {MessageKind.REQUEST, MessageKind.ANSWER}
    if message.content is None:
        said["deleted_at"] = exchange.forgotten_at
        said["is_empty"] = carries and exchange.forgotten_at is None
        if message.kind == MessageKind.NOTICE:
            said["words"] = category_words(str(message.details.get("category", "")))
        return said
    octets = len(bytes(message.content))
    if octets > READ_OCTETS:
        return said | {"problem": _LARGE, "size": size_text(octets)}
    try:
        shown = carried(visit.gateway, message)
    except MezhvedError as error:
        return said | {"problem": error.what}
    numbers = numbered(shown.branch)

    def link(leaf: Leaf) -> str:
        number = numbers.get(id(leaf))
        return "" if number is None else reverse("cabinet:message_value", args=[message.uid, number])

    options = HtmlOptions("en" if is_english() else "ru", heading=heading, files=False, link=link)
    return said | {
        "document": mark_safe(to_html(shown.branch, options)),  # noqa: S308 - escapes all that it is given
        "is_cut": shown.is_cut,
        "has_look": has_look(visit.gateway, message),
    }


def _xml(message: Message) -> dict[str, Any]:
    content = message.content
    if content is None:
        return {"message": message, "deleted_at": message.exchange.forgotten_at}
    octets = bytes(content)
    size = size_text(len(octets))

    def address(number: int) -> str:
        return reverse("cabinet:message_value", args=[message.uid, number])

    plain = {
        "message": message,
        "plain": octets[:_START_CHARACTERS].decode("utf-8", "replace"),
        "problem": _LARGE,
        "size": size,
    }
    if len(octets) > READ_OCTETS:
        return plain
    try:
        html, is_cut = highlighted(read_document(octets), "en" if is_english() else "ru", address)
    except MezhvedError as error:
        return plain | {"problem": error.what}
    return {
        "message": message,
        "xml": mark_safe(html),  # noqa: S308 - the highlighter escapes all that it is given
        "is_cut": is_cut,
        "size": size,
    }
