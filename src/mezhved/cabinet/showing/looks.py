"""The look that a type gives to its documents by a stylesheet of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents import read_document
from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.rendering import CleanHtml, by_stylesheet
from mezhved.infotypes.stylesheets import StylesheetRunner
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message
    from mezhved.infotypes.documents import QName
    from mezhved.infotypes.packages import Package

STYLED_OCTETS: Final = 4 * 2**20
"""Larger documents are shown without their look."""


def has_look(gateway: Gateway, message: Message) -> bool:
    """Tell whether the type has a stylesheet for this message."""
    return _sheet(gateway, message) is not None


def look_of(gateway: Gateway, message: Message) -> CleanHtml | None:
    """Show a message as its type's stylesheet does; None where there is none, or it does not work."""
    sheet = _sheet(gateway, message)
    if sheet is None:
        return None
    try:
        with StylesheetRunner(processes=1) as runner:
            return by_stylesheet(bytes(message.content or b""), sheet, runner)
    except MezhvedError as error:
        gateway.log.warning("look_failed", message=str(message.uid), reason=type(error).__name__)
        return None


def _sheet(gateway: Gateway, message: Message) -> bytes | None:
    kind = message.exchange.type
    if kind is None or message.content is None or len(bytes(message.content)) > STYLED_OCTETS:
        return None
    try:
        package = gateway.catalogue.loaded(kind).package
        if not package.stylesheets:
            return None
        root = read_document(bytes(message.content)).root.name
    except MezhvedError:
        return None
    return stylesheet_for(package, root)


def stylesheet_for(package: Package, root: QName) -> bytes | None:
    """Return the stylesheet that shows documents of this root.

    Nothing in a package says which does: it is the one that names the root; of several, one that speaks of
    the root's namespace, else the first by name. One that names no root of the package is for any, when it is
    the only one.
    """
    texts = {each.path: read_text(each.octets)[0] for each in package.stylesheets}
    naming = [each for each in package.stylesheets if _names(texts[each.path], root.local)]
    if naming:
        own = [each for each in naming if root.namespace and root.namespace in texts[each.path]]
        return min(own or naming, key=lambda each: each.path).octets
    others = {each.local for _, each in package.roots}
    free = [
        each for each in package.stylesheets if not any(_names(texts[each.path], other) for other in others)
    ]
    return free[0].octets if len(package.stylesheets) == 1 and free else None


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None
