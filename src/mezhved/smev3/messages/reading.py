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

from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages import errors
from mezhved.smev3.versions import DS, Version

if TYPE_CHECKING:
    from mezhved.smev3.fragments import Source

BLANKS = " \t\r\n"

_INT = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)
_BASE64_BLANKS = {ord(char): None for char in BLANKS}
_BOOLEAN = {"true": True, "1": True, "false": False, "0": False}


class Reader:
    """The children of one element, taken one after another by name."""

    __slots__ = ("_children", "_next", "element")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self._children = element_children(element)
        self._next = 0

    def optional(self, tag: str) -> etree._Element | None:
        """Take the next child when it has this name."""
        if self._next < len(self._children):
            child = self._children[self._next]
            if child.tag == tag:
                self._next += 1
                return child
        return None

    def required(self, tag: str) -> etree._Element:
        """Take the next child, which must have this name; `InvalidEnvelope` otherwise."""
        child = self.optional(tag)
        if child is None:
            raise errors.missing(local_name(tag), path_of(self.element))
        return child

    def repeated(self, tag: str) -> list[etree._Element]:
        """Take all next children of this name."""
        taken = []
        child = self.optional(tag)
        while child is not None:
            taken.append(child)
            child = self.optional(tag)
        return taken

    def rest(self) -> list[etree._Element]:
        """Take all children that are left."""
        taken = self._children[self._next :]
        self._next = len(self._children)
        return taken

    def text(self, tag: str) -> str:
        """Take the text of a required child, character by character as it stands."""
        return text_of(self.required(tag))

    def optional_text(self, tag: str) -> str | None:
        """Take the text of the next child when it has this name."""
        child = self.optional(tag)
        return None if child is None else text_of(child)

    def end(self) -> None:
        """Demand that nothing is left; `InvalidEnvelope` names the first child that is."""
        if self._next < len(self._children):
            child = self._children[self._next]
            raise errors.unexpected(local_name(str(child.tag)), path_of(self.element))


def element_children(element: etree._Element) -> list[etree._Element]:
    """Return the child elements; `InvalidEnvelope` when there is text between them."""
    children: list[etree._Element] = []
    text = element.text
    if text is not None and text.strip(BLANKS):
        raise errors.unexpected(text.strip(BLANKS)[:40], path_of(element))
    for child in element:
        if isinstance(child.tag, str):
            children.append(child)
        tail = child.tail
        if tail is not None and tail.strip(BLANKS):
            raise errors.unexpected(tail.strip(BLANKS)[:40], path_of(element))
    return children


def text_of(element: etree._Element) -> str:
    """Return the whole text of an element without children, comments passed over."""
    if len(element) == 0:
        return element.text or ""
    for child in element.iterchildren("*"):
        raise errors.unexpected(local_name(str(child.tag)), path_of(element))
    return (element.text or "") + "".join(comment.tail or "" for comment in element)


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
        return source.cut(element)
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
    if len(children) > 1 or etree.QName(children[0]).namespace != DS:
        extra = children[1] if len(children) > 1 else children[0]
        raise errors.unexpected(local_name(str(extra.tag)), path_of(holder))
    return cut(children[0], source)


def version_of(element: etree._Element) -> Version:
    """Return the version that the element's namespace belongs to; `InvalidEnvelope` for a foreign one."""
    version = Version.of_namespace(etree.QName(element).namespace)
    if version is None:
        raise errors.unknown_operation(str(element.tag))
    return version


def local_name(tag: str) -> str:
    """Return the part of a Clark name after its namespace."""
    return tag.rpartition("}")[2]


def path_of(element: etree._Element) -> str:
    """Return the element names from the root down to this one, for people to read."""
    names = [local_name(str(element.tag))]
    names.extend(local_name(str(ancestor.tag)) for ancestor in element.iterancestors())
    return "/".join(reversed(names))
