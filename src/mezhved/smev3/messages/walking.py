"""Walking an element's children in the order of the schema, in pure Python; see `reading.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3.messages import errors

if TYPE_CHECKING:
    from lxml import etree

BLANKS = " \t\r\n"


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

    def token(self, tag: str) -> str:
        """Take the text of a required child without the blanks around it."""
        return self.text(tag).strip(BLANKS)

    def optional_token(self, tag: str) -> str | None:
        """Take the text of the next child, without the blanks around it, when it has this name."""
        text = self.optional_text(tag)
        return None if text is None else text.strip(BLANKS)

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


def local_name(tag: str) -> str:
    """Return the part of a Clark name after its namespace."""
    return tag.rpartition("}")[2]


def path_of(element: etree._Element) -> str:
    """Return the element names from the root down to this one, for people to read."""
    names = [local_name(str(element.tag))]
    names.extend(local_name(str(ancestor.tag)) for ancestor in element.iterancestors())
    return "/".join(reversed(names))
