# cython: language_level=3
"""The usual ds:Signature taken apart in one walk; see `structure.py`, which judges all others."""

from libc.string cimport strcmp, strlen

from binascii import Error, a2b_base64

from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_DecodeUTF8
from lxml.includes cimport tree
from lxml.includes.etreepublic cimport LXML_VERSION_STRING, _Element, elementFactory, import_lxml__etree

import_lxml__etree()

BUILT_FOR = (LXML_VERSION_STRING.decode(), tree.LIBXML_VERSION)

cdef const char* DS = "http://www.w3.org/2000/09/xmldsig#"
cdef enum:
    TRANSFORMS = 8
    VALUE_OCTETS = 1024
    CERTIFICATE_OCTETS = 131072


def plain(_Element holder not None, str canonicalisation not None):
    """Return the fields of `structure.Structure`; None for what is not of the usual form.

    That is: one ds:Signature of SignedInfo, SignatureValue and KeyInfo, in which stand the elements of
    SMEV's own form, one of each, with ASCII values of base64 and no comments inside values.
    """
    cdef tree.xmlNode* signature = only(holder._c_node, "Signature")
    cdef tree.xmlNode* info
    cdef tree.xmlNode* value
    cdef tree.xmlNode* key
    cdef tree.xmlNode* method
    cdef tree.xmlNode* algorithm
    cdef tree.xmlNode* reference
    cdef tree.xmlNode* chain
    cdef tree.xmlNode* digest
    cdef tree.xmlNode* digest_value
    info = first(signature, "SignedInfo")
    value = following(info, "SignatureValue")
    key = last(following(value, "KeyInfo"))
    method = first(info, "CanonicalizationMethod")
    algorithm = following(method, "SignatureMethod")
    reference = last(following(algorithm, "Reference"))
    chain = first(reference, "Transforms")
    digest = following(chain, "DigestMethod")
    digest_value = last(following(digest, "DigestValue"))
    key = only(only(key, "X509Data"), "X509Certificate")
    if key is NULL or reference is NULL or digest_value is NULL:
        return None
    if method.children is not NULL or algorithm.children is not NULL:
        return None
    if attribute(method, "Algorithm") != canonicalisation:
        return None
    transforms = names(chain)
    uri = attribute(reference, "URI")
    signing = attribute(algorithm, "Algorithm")
    hashing = attribute(digest, "Algorithm")
    certificate = leaf(key, CERTIFICATE_OCTETS)
    signed = leaf(digest_value, VALUE_OCTETS)
    made = leaf(value, VALUE_OCTETS)
    if None in (transforms, uri, signing, hashing, certificate, signed, made):
        return None
    return (
        elementFactory(holder._doc, info), uri, transforms, signing, hashing,
        decoded(signed), decoded(made), (certificate,),
    )


cdef decoded(bytes octets):
    try:
        return a2b_base64(octets.translate(None, b" \t\r\n"), strict_mode=True)
    except Error:
        return None


cdef names(tree.xmlNode* chain):
    """Return the algorithms of the transforms; None when there is anything but plain ones."""
    cdef tree.xmlNode* node = element_from(chain.children)
    cdef int count = 0
    found = []
    while node is not NULL:
        count += 1
        if count > TRANSFORMS or not is_ds(node, "Transform") or element_from(node.children) is not NULL:
            return None
        name = attribute(node, "Algorithm")
        if name is None:
            return None
        found.append(name)
        node = element_from(node.next)
    return tuple(found)


cdef attribute(tree.xmlNode* node, const char* name):
    """Return the value of an attribute in no namespace; None when it is absent or not one run of text."""
    cdef tree.xmlAttr* found = node.properties
    cdef const char* text
    while found is not NULL:
        if found.ns is NULL and strcmp(<const char*> found.name, name) == 0:
            if found.children is NULL or found.children.next is not NULL:
                return None
            if found.children.type != tree.XML_TEXT_NODE or found.children.content is NULL:
                return None
            text = <const char*> found.children.content
            return PyUnicode_DecodeUTF8(text, strlen(text), NULL)
        found = found.next
    return None


cdef leaf(tree.xmlNode* node, size_t limit):
    """Return the ASCII text of an element that holds nothing else, without the blanks around it."""
    cdef tree.xmlNode* inside = node.children
    cdef const unsigned char* text
    cdef size_t size = 0
    if inside is NULL or inside.next is not NULL or inside.content is NULL:
        return None
    if inside.type != tree.XML_TEXT_NODE:
        return None
    text = <const unsigned char*> inside.content
    while text[size]:
        if text[size] > 0x7E or size == limit:
            return None
        size += 1
    return PyBytes_FromStringAndSize(<const char*> text, size).strip()


cdef tree.xmlNode* only(tree.xmlNode* parent, const char* name) noexcept nogil:
    """Return the one child element, which must have this name; NULL otherwise."""
    return last(first(parent, name))


cdef tree.xmlNode* first(tree.xmlNode* parent, const char* name) noexcept nogil:
    return NULL if parent is NULL else named(element_from(parent.children), name)


cdef tree.xmlNode* following(tree.xmlNode* node, const char* name) noexcept nogil:
    return NULL if node is NULL else named(element_from(node.next), name)


cdef tree.xmlNode* last(tree.xmlNode* node) noexcept nogil:
    """Return the node unless another element follows it."""
    return NULL if node is NULL or element_from(node.next) is not NULL else node


cdef tree.xmlNode* named(tree.xmlNode* node, const char* name) noexcept nogil:
    return NULL if node is NULL or not is_ds(node, name) else node


cdef bint is_ds(tree.xmlNode* node, const char* name) noexcept nogil:
    if node.ns is NULL or node.ns.href is NULL or strcmp(<const char*> node.name, name) != 0:
        return False
    return strcmp(<const char*> node.ns.href, DS) == 0


cdef tree.xmlNode* element_from(tree.xmlNode* node) noexcept nogil:
    while node is not NULL and node.type != tree.XML_ELEMENT_NODE:
        node = node.next
    return node
