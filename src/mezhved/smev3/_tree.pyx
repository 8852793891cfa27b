# cython: language_level=3
"""Bounds of a tree, and the place of an element in the octets; twin of `scan.py`."""

from libc.string cimport memchr, memcmp

from lxml.includes cimport tree
from lxml.includes.etreepublic cimport LXML_VERSION_STRING, _Element, import_lxml__etree

import_lxml__etree()

BUILT_FOR = (LXML_VERSION_STRING.decode(), tree.LIBXML_VERSION)

cdef struct Scanner:
    const char* at  # the octet after the last tag
    const char* end
    const char* tag
    const char* name_end

cdef enum Tag:
    NOTHING
    OPEN
    EMPTY
    CLOSE


def glance(bytes octets not None):
    """Do what `scan.glance` does."""
    cdef const char* at = octets
    cdef const char* end = at + len(octets)
    cdef Py_ssize_t markup = 0
    cdef bint odd = end - at < 2 or at[0] != c'<' or at[1] == c'?' or at[1] == c'!'
    if not odd and memchr(at, 0, end - at) is not NULL:
        odd = True
    while True:
        at = seek(at, end, c'<')
        if at is NULL:
            return markup, odd
        markup += 1
        if end - at >= 9 and at[1] == c'!' and memcmp(at, "<!DOCTYPE", 9) == 0:
            odd = True
        at += 1


def exceeds(_Element root not None, bytes octets, int depth, int attributes):
    """Do what `scan.exceeds` does."""
    cdef tree.xmlNode* node = root._c_node
    cdef int deep = 1
    while True:
        if node.type == tree.XML_ELEMENT_NODE:
            if deep > depth:
                return "depth"
            if many(node, attributes):
                return "attributes"
            if node.children is not NULL:
                node = node.children
                deep += 1
                continue
        while node is not root._c_node and node.next is NULL:
            node = node.parent
            deep -= 1
        if node is root._c_node:
            return None
        node = node.next


cdef bint many(tree.xmlNode* node, int limit) noexcept nogil:
    cdef tree.xmlAttr* attribute = node.properties
    cdef tree.xmlNs* declaration = node.nsDef
    while attribute is not NULL:
        limit -= 1
        attribute = attribute.next
    while declaration is not NULL:
        limit -= 1
        declaration = declaration.next
    return limit < 0


def element_path(_Element root not None, _Element element not None):
    """Do what `scan.element_path` does."""
    cdef tree.xmlNode* node = element._c_node
    cdef tree.xmlNode* sibling
    cdef Py_ssize_t before
    path = []
    while True:
        before = 0
        sibling = node.prev
        while sibling is not NULL:
            before += sibling.type == tree.XML_ELEMENT_NODE
            sibling = sibling.prev
        path.append(before)
        if node == root._c_node:
            path.reverse()
            return path
        node = node.parent
        if node is NULL or node.type != tree.XML_ELEMENT_NODE:
            raise ValueError("the element is not of this document")


def inherited(_Element element not None, bytes start_tag):
    """Do what `scan.inherited` does."""
    cdef tree.xmlNode* node = element._c_node
    cdef tree.xmlNs* declaration
    seen = set()
    found = []
    while node is not NULL and node.type == tree.XML_ELEMENT_NODE:
        declaration = node.nsDef
        while declaration is not NULL:
            prefix = b"" if declaration.prefix is NULL else <bytes> declaration.prefix
            if prefix not in seen:
                seen.add(prefix)
                if node != element._c_node and declaration.href is not NULL and declaration.href[0]:
                    found.append((prefix, <bytes> declaration.href))
            declaration = declaration.next
        node = node.parent
    found.sort()
    return found


def locate(bytes octets not None, path):
    """Do what `scan.locate` does."""
    cdef const char* start = octets
    cdef Scanner scanner = Scanner(start, start + len(octets), start, start)
    cdef Py_ssize_t depth = 0
    cdef Tag tag = find(&scanner, path)
    if tag == NOTHING:
        raise ValueError("no such element in the octets")
    place = (scanner.tag - start, scanner.name_end - start, scanner.at - start)
    while True:
        if tag == OPEN:
            depth += 1
        elif tag == CLOSE:
            depth -= 1
        elif tag == NOTHING:
            raise ValueError("no such element in the octets")
        if depth == 0:
            return (*place, scanner.at - start)
        tag = next_tag(&scanner)


cdef Tag find(Scanner* scanner, path):
    """Pass tags up to the start tag at the path."""
    cdef Py_ssize_t length = len(path)
    cdef Py_ssize_t depth = 0  # open elements
    cdef Py_ssize_t found = 0  # how many of them, from the root down, are those of the path
    cdef Py_ssize_t left = path[0]  # elements to pass inside the last one found
    cdef Tag tag
    while True:
        tag = next_tag(scanner)
        if tag == NOTHING:
            return NOTHING
        if tag == CLOSE:
            depth -= 1
            if depth < found:
                return NOTHING
            continue
        if depth == found:
            if left:
                left -= 1
            elif found + 1 == length:
                return tag
            else:
                found += 1
                left = path[found]
        if tag == OPEN:
            depth += 1


cdef Tag next_tag(Scanner* scanner) noexcept nogil:
    """Find the next tag outside comments, CDATA and processing instructions."""
    cdef const char* at = scanner.at
    cdef const char* end = scanner.end
    while True:
        at = seek(at, end, c'<')
        if at is NULL or end - at < 3:
            return NOTHING
        if at[1] == c'?':
            at = after(at + 2, end, "?>", 2)
        elif at[1] == c'!':
            if end - at > 4 and memcmp(at, "<!--", 4) == 0:
                at = after(at + 4, end, "-->", 3)
            elif end - at > 9 and memcmp(at, "<![CDATA[", 9) == 0:
                at = after(at + 9, end, "]]>", 3)
            else:
                return NOTHING
        else:
            scanner.tag = at
            return tag_end(scanner)
        if at is NULL:
            return NOTHING


cdef inline const char* seek(const char* at, const char* end, char what) noexcept nogil:
    return <const char*> memchr(at, what, end - at)


cdef const char* after(const char* at, const char* end, const char* closing, size_t length) noexcept nogil:
    """Return the octet after the closing sign, whose last octet is `>`; NULL when there is none."""
    cdef const char* begin = at
    while True:
        at = seek(at, end, c'>')
        if at is NULL:
            return NULL
        at += 1
        if <size_t> (at - begin) >= length and memcmp(at - length, closing, length) == 0:
            return at


cdef Tag tag_end(Scanner* scanner) noexcept nogil:
    """Read the tag at `scanner.tag`; a `>` inside an attribute's value does not end it."""
    cdef const char* at = scanner.tag + 1
    cdef const char* end = scanner.end
    if at[0] == c'/':
        at = seek(at, end, c'>')
        if at is NULL:
            return NOTHING
        scanner.at = at + 1
        return CLOSE
    while at < end and at[0] != c'>' and at[0] != c'/' and <unsigned char> at[0] > c' ':
        at += 1
    scanner.name_end = at
    while at < end:
        if at[0] == c'>':
            scanner.at = at + 1
            return EMPTY if at[-1] == c'/' else OPEN
        if at[0] == c'"' or at[0] == c"'":
            at = seek(at + 1, end, at[0])
            if at is NULL:
                return NOTHING
        at += 1
    return NOTHING
