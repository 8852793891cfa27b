# cython: language_level=3
"""The children of an element, taken one after another by name; twin of `walking.py`."""

from libc.string cimport memcmp, strcmp, strlen

from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8
from lxml.includes cimport tree
from lxml.includes.etreepublic cimport LXML_VERSION_STRING, _Element, elementFactory, import_lxml__etree

from mezhved.smev3.messages import errors, walking

import_lxml__etree()

BUILT_FOR = (LXML_VERSION_STRING.decode(), tree.LIBXML_VERSION)

cdef str BLANKS = walking.BLANKS


cdef class Reader:
    """The children of one element, taken one after another by name."""

    cdef readonly _Element element
    cdef tree.xmlNode* _next

    def __init__(self, _Element element not None):
        self.element = element
        if holds_text(element._c_node):
            walking.element_children(element)  # tells what is wrong
        self._next = element_from(element._c_node.children)

    def optional(self, str tag not None):
        """Take the next child when it has this name."""
        cdef tree.xmlNode* node = self.take(tag)
        return None if node is NULL else elementFactory(self.element._doc, node)

    def required(self, str tag not None):
        """Take the next child, which must have this name; `InvalidEnvelope` otherwise."""
        cdef tree.xmlNode* node = self.take(tag)
        if node is NULL:
            raise self.missing(tag)
        return elementFactory(self.element._doc, node)

    def repeated(self, str tag not None):
        """Take all next children of this name."""
        cdef tree.xmlNode* node = self.take(tag)
        taken = []
        while node is not NULL:
            taken.append(elementFactory(self.element._doc, node))
            node = self.take(tag)
        return taken

    def rest(self):
        """Take all children that are left."""
        taken = []
        while self._next is not NULL:
            taken.append(elementFactory(self.element._doc, self._next))
            self._next = element_from(self._next.next)
        return taken

    def text(self, str tag not None):
        """Take the text of a required child, character by character as it stands."""
        cdef tree.xmlNode* node = self.take(tag)
        if node is NULL:
            raise self.missing(tag)
        return self.text_in(node)

    def optional_text(self, str tag not None):
        """Take the text of the next child when it has this name."""
        cdef tree.xmlNode* node = self.take(tag)
        return None if node is NULL else self.text_in(node)

    def token(self, str tag not None):
        """Take the text of a required child without the blanks around it."""
        return self.text(tag).strip(BLANKS)

    def optional_token(self, str tag not None):
        """Take the text of the next child, without the blanks around it, when it has this name."""
        text = self.optional_text(tag)
        return None if text is None else text.strip(BLANKS)

    def end(self):
        """Demand that nothing is left; `InvalidEnvelope` names the first child that is."""
        if self._next is not NULL:
            child = elementFactory(self.element._doc, self._next)
            raise errors.unexpected(walking.local_name(child.tag), walking.path_of(self.element))

    cdef tree.xmlNode* take(self, str tag) except? NULL:
        cdef tree.xmlNode* node = self._next
        if node is NULL or not has_name(node, tag):
            return NULL
        self._next = element_from(node.next)
        return node

    cdef text_in(self, tree.xmlNode* node):
        text = plain_text(node)
        return walking.text_of(elementFactory(self.element._doc, node)) if text is None else text

    cdef missing(self, str tag):
        return errors.missing(walking.local_name(tag), walking.path_of(self.element))


def text_of(_Element element not None):
    """Do what `walking.text_of` does."""
    text = plain_text(element._c_node)
    return walking.text_of(element) if text is None else text


cdef plain_text(tree.xmlNode* node):
    """Return the text of an element that holds one run of it and nothing else; None for any other."""
    cdef tree.xmlNode* inside = node.children
    if inside is NULL:
        return "" if node.type == tree.XML_ELEMENT_NODE else None
    if inside.next is not NULL or not is_text(inside) or inside.content is NULL:
        return None
    return PyUnicode_DecodeUTF8(<const char*> inside.content, strlen(<const char*> inside.content), NULL)


cdef inline bint is_text(tree.xmlNode* node) noexcept nogil:
    return node.type == tree.XML_TEXT_NODE or node.type == tree.XML_CDATA_SECTION_NODE


cdef inline tree.xmlNode* element_from(tree.xmlNode* node) noexcept nogil:
    while node is not NULL and node.type != tree.XML_ELEMENT_NODE:
        node = node.next
    return node


cdef bint holds_text(tree.xmlNode* node) noexcept nogil:
    """Tell whether there is text between the children."""
    cdef const unsigned char* at
    node = node.children
    while node is not NULL:
        if is_text(node) and node.content is not NULL:
            at = <const unsigned char*> node.content
            while at[0] == c' ' or at[0] == c'\t' or at[0] == c'\r' or at[0] == c'\n':
                at += 1
            if at[0]:
                return True
        node = node.next
    return False


cdef bint has_name(tree.xmlNode* node, str tag) except -1:
    """Compare with a name as lxml writes it: `{namespace}local`."""
    cdef Py_ssize_t size
    cdef Py_ssize_t length
    cdef const char* name = PyUnicode_AsUTF8AndSize(tag, &size)
    cdef const char* uri
    if node.ns is not NULL and node.ns.href is not NULL:
        uri = <const char*> node.ns.href
        length = strlen(uri)
        if size < length + 2 or name[0] != c'{' or name[length + 1] != c'}' or memcmp(name + 1, uri, length):
            return False
        name += length + 2
    return strcmp(name, <const char*> node.name) == 0
