"""Walking an element's children in the order of the schema, forgiving what the real server forgives.

Whitespace, comments and processing instructions between elements never matter. Text is read across
comments, as exclusive canonicalisation (which drops them before the signature) reads it.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from lxml import etree

from mezhved.smev3 import native
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages import errors, walking
from mezhved.smev3.messages.walking import BLANKS, element_children, local_name, path_of
from mezhved.smev3.versions import DS, Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.smev3.fragments import Source

__all__ = [
    "BLANKS",
    "Reader",
    "base64_of",
    "boolean",
    "cut",
    "element_children",
    "int_of",
    "int_of_text",
    "local_name",
    "path_of",
    "signature_in",
    "text_of",
    "token_of",
    "version_of",
]

_DS = f"{{{DS}}}"
_INT = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)
_BASE64_BLANKS = {ord(char): None for char in BLANKS}
_BOOLEAN = {"true": True, "1": True, "false": False, "0": False}

_compiled = native.load("mezhved.smev3.messages._walking")

if TYPE_CHECKING:
    from mezhved.smev3.messages.walking import Reader
else:
    Reader = _compiled.Reader if _compiled else walking.Reader
    """See `walking.Reader`."""

text_of: Callable[[etree._Element], str] = _compiled.text_of if _compiled else walking.text_of
"""See `walking.text_of`."""


def token_of(element: etree._Element) -> str:
    """Return the text without the blanks around it (types whose whitespace XML Schema collapses)."""
    return text_of(element).strip(BLANKS)


def int_of(element: etree._Element) -> int:
    """Return the value of an element of type xs:int or xs:long."""
    return int_of_text(token_of(element), element)


def int_of_text(text: str, element: etree._Element) -> int:
    """Return the value of an xs:int or xs:long text that stands in `element`."""
    digits = text.strip(BLANKS)
    if _INT.fullmatch(digits) is None:
        raise errors.bad_value(local_name(str(element.tag)), text, "xs:int", path_of(element))
    return int(digits)


def boolean(text: str, element: etree._Element) -> bool:
    """Return the value of an xs:boolean text that stands in `element`."""
    value = _BOOLEAN.get(text.strip(BLANKS))
    if value is None:
        raise errors.bad_value(local_name(str(element.tag)), text, "xs:boolean", path_of(element))
    return value


def base64_of(element: etree._Element) -> bytes:
    """Return the octets of an xs:base64Binary; an xop:Include must have been resolved before."""
    text = text_of(element).translate(_BASE64_BLANKS)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise errors.bad_value(
            local_name(str(element.tag)), text, "xs:base64Binary", path_of(element)
        ) from None


def cut(element: etree._Element, source: Source | None) -> Fragment:
    """Return the element's octets as they came; without their source, as lxml writes them."""
    if source is not None:
        return Fragment.of(source, element)
    return Fragment(etree.tostring(element, encoding="UTF-8", xml_declaration=False, with_tail=False))


def signature_in(holder: etree._Element | None, source: Source | None) -> Fragment | None:
    """Return the ds:Signature that a holder such as CallerInformationSystemSignature contains.

    A holder without a signature counts as no signature, so that the check of signatures reports it and
    not the check of the envelope. `InvalidEnvelope` for foreign content.
    """
    if holder is None:
        return None
    children = element_children(holder)
    if not children:
        return None
    if len(children) > 1 or not str(children[0].tag).startswith(_DS):
        extra = children[1] if len(children) > 1 else children[0]
        raise errors.unexpected(local_name(str(extra.tag)), path_of(holder))
    return cut(children[0], source)


def version_of(element: etree._Element) -> Version:
    """Return the version that the element's namespace belongs to; `InvalidEnvelope` for a foreign one."""
    tag = str(element.tag)
    version = Version.of_namespace(tag[1:].rpartition("}")[0])
    if version is None:
        raise errors.unknown_operation(tag)
    return version
