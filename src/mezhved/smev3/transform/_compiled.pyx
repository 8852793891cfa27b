# cython: language_level=3
"""The transform and exclusive C14N as one walk over libxml2's tree; twin of `python.py`."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport free, qsort, realloc
from libc.string cimport memset, strchr, strcmp, strlen

from lxml.includes cimport tree
from lxml.includes.etreepublic cimport LXML_VERSION_STRING, _Element, import_lxml__etree

from mezhved.smev3.transform._octets cimport (
    ENTITY, NO_MEMORY, NO_NAMESPACE, NONE, TOO_LONG, XML_NAME, Binding, Octets, Scope,
    bind, fail, look_up, open_scope, put, put_char, put_number, unbind,
)

from mezhved.smev3.transform._escaping cimport (
    CANONICAL, URI, VALUE, Place, compare_utf16, put_canonical_text, put_escaped, put_value,
)

import os

from mezhved.smev3.transform.errors import (
    DEFAULT_LIMIT, entity_reference, no_namespace, not_an_element, too_long, xml_name,
)

import_lxml__etree()

BUILT_FOR = (LXML_VERSION_STRING.decode(), tree.LIBXML_VERSION)

cdef uint64_t SEED = int.from_bytes(os.urandom(8), "little")
cdef const char* XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

cdef const char* EMPTY = ""
cdef enum:
    SHORT = 12
    CHUNK = 512

cdef unsigned char[256] SPECIAL
memset(SPECIAL, 0, sizeof(SPECIAL))
for octet in (0, 0x3C, 0x26, 0x0D, 0x7F, 0xC2):  # the end, < & CR DEL, and the lead octet of C1 controls
    SPECIAL[octet] = True

cdef struct Frame:
    tree.xmlNs* ns
    unsigned int number
    int bindings  # in scope before the element

cdef struct Attribute:
    const char* uri  # NULL: in no namespace
    const char* local
    tree.xmlAttr* node
    unsigned int number

cdef struct Writer:
    Octets out
    Scope scope
    Frame* frames
    size_t depth
    size_t frames_room
    Attribute* attributes
    size_t attributes_room
    unsigned int made  # prefixes so far
    bint signed  # the SMEV transform, else exclusive C14N


def signed_octets(_Element element not None, size_t limit=DEFAULT_LIMIT):
    """Do what `python.signed_octets` does."""
    return write(element, limit, True)


def canonical_octets(_Element element not None, size_t limit=DEFAULT_LIMIT):
    """Do what `canonical.canonical_octets` does."""
    return write(element, limit, False)


cdef bytes write(_Element element, size_t limit, bint signed):
    cdef Writer writer
    if element._c_node is NULL or element._c_node.type != tree.XML_ELEMENT_NODE:
        raise not_an_element()
    writer.out = Octets(NULL, 0, 0, limit, NONE, NULL)
    open_scope(&writer.scope, SEED)
    writer.frames = NULL
    writer.depth = writer.frames_room = 0
    writer.attributes = NULL
    writer.attributes_room = 0
    writer.made = 0
    writer.signed = signed
    try:
        walk(&writer, element._c_node)
        if writer.out.failure == NONE:
            return writer.out.data[: writer.out.size]
        if writer.out.failure == NO_NAMESPACE:
            raise no_namespace(writer.out.culprit.decode())
        if writer.out.failure == XML_NAME:
            raise xml_name(writer.out.culprit.decode())
        if writer.out.failure == ENTITY:
            raise entity_reference(writer.out.culprit.decode())
        if writer.out.failure == TOO_LONG:
            raise too_long(limit)
        raise MemoryError
    finally:
        free(writer.out.data)
        free(writer.scope.bindings)
        free(writer.frames)
        free(writer.attributes)


cdef void walk(Writer* writer, tree.xmlNode* root) noexcept nogil:
    """Write the element and all in it; parents are followed, nothing recurses."""
    cdef tree.xmlNode* node = root
    cdef tree.xmlNode* child
    while True:
        start_tag(writer, node)
        child = node.children
        while True:
            child = content(writer, child)
            if writer.out.failure != NONE:
                return
            if child is not NULL:
                node = child
                break
            end_tag(writer, node)
            if node == root:
                return
            child = node.next
            node = node.parent


cdef tree.xmlNode* content(Writer* writer, tree.xmlNode* node) noexcept nogil:
    """Write text and instructions up to the next element, and return that."""
    cdef tree.xmlNode* event = node
    while node is not NULL and node.type != tree.XML_ELEMENT_NODE:
        if node.type == tree.XML_PI_NODE:
            text(writer, event, node)
            if not writer.signed:
                instruction(&writer.out, node)
            event = node.next
        elif node.type == tree.XML_ENTITY_REF_NODE:
            fail(&writer.out, ENTITY, <const char*> node.name)
            return NULL
        node = node.next
    text(writer, event, node)
    return node


cdef bint enter(Writer* writer, tree.xmlNs* ns) noexcept nogil:
    """Open a frame; the frame below lends its prefix when the namespace is its own."""
    cdef Frame* grown
    if writer.depth == writer.frames_room:
        grown = <Frame*> realloc(writer.frames, (2 * writer.frames_room + 32) * sizeof(Frame))
        if grown is NULL:
            fail(&writer.out, NO_MEMORY, NULL)
            return False
        writer.frames = grown
        writer.frames_room = 2 * writer.frames_room + 32
    writer.frames[writer.depth] = Frame(ns, 0, writer.scope.size)
    writer.depth += 1
    return True


cdef inline const char* uri_of(tree.xmlNs* ns) noexcept nogil:
    if ns is NULL:
        return NULL
    return <const char*> ns.href


cdef size_t gather(Writer* writer, tree.xmlNode* node) noexcept nogil:
    """Put the element's attributes into the writer's array, in the order of the output."""
    cdef size_t count = 0
    cdef Attribute* grown
    cdef tree.xmlAttr* attribute = node.properties
    while attribute is not NULL:
        if count == writer.attributes_room:
            grown = <Attribute*> realloc(writer.attributes, (2 * count + 16) * sizeof(Attribute))
            if grown is NULL:
                fail(&writer.out, NO_MEMORY, NULL)
                return 0
            writer.attributes = grown
            writer.attributes_room = 2 * count + 16
        writer.attributes[count] = Attribute(
            uri_of(attribute.ns), <const char*> attribute.name, attribute, 0
        )
        count += 1
        attribute = attribute.next
    if count > 1:
        qsort(writer.attributes, count, sizeof(Attribute), in_java_order if writer.signed else in_c14n_order)
    return count


cdef int in_java_order(const void* left, const void* right) noexcept nogil:
    """Qualified first; by namespace, then by local name, in UTF-16 code units."""
    cdef const Attribute* a = <const Attribute*> left
    cdef const Attribute* b = <const Attribute*> right
    cdef int order
    if a.uri is NULL or b.uri is NULL:
        if a.uri is not b.uri:
            return 1 if a.uri is NULL else -1
    else:
        order = compare_utf16(a.uri, b.uri)
        if order:
            return order
    return compare_utf16(a.local, b.local)


cdef int in_c14n_order(const void* left, const void* right) noexcept nogil:
    """Unqualified first; by namespace, then by local name, in code points."""
    cdef const Attribute* a = <const Attribute*> left
    cdef const Attribute* b = <const Attribute*> right
    cdef int order
    if a.uri is NULL or b.uri is NULL:
        if a.uri is not b.uri:
            return -1 if a.uri is NULL else 1
    else:
        order = strcmp(a.uri, b.uri)
        if order:
            return order
    return strcmp(a.local, b.local)


cdef unsigned int prefix_of(Writer* writer, const char* uri, const char* local) noexcept nogil:
    """Return the number of the prefix in scope for a namespace; make one when there is none."""
    cdef Binding* binding = look_up(&writer.scope, uri)
    if binding is not NULL:
        return binding.number
    if strcmp(uri, XML_NAMESPACE) == 0:
        fail(&writer.out, XML_NAME, local)
        return 0
    writer.made += 1
    bind(&writer.scope, &writer.out, uri, uri, writer.made)
    return writer.made


cdef void start_tag(Writer* writer, tree.xmlNode* node) noexcept nogil:
    if not enter(writer, node.ns):
        return
    if writer.signed:
        signed_start_tag(writer, node)
    else:
        canonical_start_tag(writer, node)


cdef void signed_start_tag(Writer* writer, tree.xmlNode* node) noexcept nogil:
    cdef Octets* out = &writer.out
    cdef const char* local = <const char*> node.name
    cdef Frame* frame = &writer.frames[writer.depth - 1]
    cdef Attribute* attribute
    cdef size_t at
    cdef size_t count
    cdef int made
    if node.ns is NULL or node.ns.href is NULL or node.ns.href[0] == 0:
        fail(out, NO_NAMESPACE, local)
        return
    if writer.depth > 1 and writer.frames[writer.depth - 2].ns == node.ns:
        frame.number = writer.frames[writer.depth - 2].number
    else:
        frame.number = prefix_of(writer, <const char*> node.ns.href, local)
    put(out, "<ns", 3)
    put_number(out, frame.number)
    put_char(out, c':')
    put(out, local, strlen(local))
    count = gather(writer, node) if node.properties is not NULL else 0
    for at in range(count):
        attribute = &writer.attributes[at]
        if attribute.uri is not NULL:
            attribute.number = prefix_of(writer, attribute.uri, attribute.local)
    for made in range(frame.bindings, writer.scope.size):
        put(out, " xmlns:ns", 9)
        put_number(out, writer.scope.bindings[made].number)
        put(out, "=\"", 2)
        put_value(out, writer.scope.bindings[made].key, URI)
        put_char(out, c'"')
    for at in range(count):
        attribute = &writer.attributes[at]
        if attribute.uri is NULL:
            put_char(out, c' ')
        else:
            put(out, " ns", 3)
            put_number(out, attribute.number)
            put_char(out, c':')
        put_attribute(out, attribute, VALUE)
    put_char(out, c'>')


cdef void end_tag(Writer* writer, tree.xmlNode* node) noexcept nogil:
    cdef Octets* out = &writer.out
    cdef Frame* frame = &writer.frames[writer.depth - 1]
    if writer.signed:
        put(out, "</ns", 4)
        put_number(out, frame.number)
        put_char(out, c':')
        put(out, <const char*> node.name, strlen(<const char*> node.name))
    else:
        put(out, "</", 2)
        put_name(out, node.ns, <const char*> node.name)
    put_char(out, c'>')
    unbind(&writer.scope, frame.bindings)
    writer.depth -= 1


cdef void canonical_start_tag(Writer* writer, tree.xmlNode* node) noexcept nogil:
    cdef Octets* out = &writer.out
    cdef int first = writer.scope.size
    cdef const char* prefix
    cdef size_t at
    cdef size_t count
    cdef int made
    put_char(out, c'<')
    put_name(out, node.ns, <const char*> node.name)
    use_prefix(writer, node.ns)
    count = gather(writer, node) if node.properties is not NULL else 0
    for at in range(count):
        if writer.attributes[at].uri is not NULL:
            use_prefix(writer, writer.attributes[at].node.ns)
    if writer.scope.size - first > 1:
        sort_bindings(writer, first)
    for made in range(first, writer.scope.size):
        prefix = writer.scope.bindings[made].key
        put(out, " xmlns", 6)
        if prefix[0]:
            put_char(out, c':')
            put(out, prefix, strlen(prefix))
        put(out, "=\"", 2)
        put_value(out, writer.scope.bindings[made].value, CANONICAL)
        put_char(out, c'"')
    for at in range(count):
        put_char(out, c' ')
        if writer.attributes[at].uri is not NULL:
            prefix = <const char*> writer.attributes[at].node.ns.prefix
            put(out, prefix, strlen(prefix))
            put_char(out, c':')
        put_attribute(out, &writer.attributes[at], CANONICAL)
    put_char(out, c'>')


cdef void put_name(Octets* out, tree.xmlNs* ns, const char* local) noexcept nogil:
    if ns is not NULL and ns.prefix is not NULL:
        put(out, <const char*> ns.prefix, strlen(<const char*> ns.prefix))
        put_char(out, c':')
    put(out, local, strlen(local))


cdef void use_prefix(Writer* writer, tree.xmlNs* ns) noexcept nogil:
    """Declare a prefix that is visibly used, unless the output has it in scope already."""
    cdef const char* prefix = EMPTY if ns is NULL or ns.prefix is NULL else <const char*> ns.prefix
    cdef const char* uri = EMPTY if ns is NULL or ns.href is NULL else <const char*> ns.href
    cdef Binding* binding
    if strcmp(prefix, "xml") == 0:
        return
    binding = look_up(&writer.scope, prefix)
    if strcmp(uri, EMPTY if binding is NULL else binding.value) != 0:
        bind(&writer.scope, &writer.out, prefix, uri, 0)


cdef void sort_bindings(Writer* writer, int first) noexcept nogil:
    """Order the bindings of the innermost element by prefix."""
    cdef Binding* bindings = writer.scope.bindings
    cdef int size = writer.scope.size
    cdef int at
    unbind(&writer.scope, first)
    qsort(bindings + first, size - first, sizeof(Binding), by_key)
    for at in range(first, size):
        bind(&writer.scope, &writer.out, bindings[at].key, bindings[at].value, 0)


cdef int by_key(const void* left, const void* right) noexcept nogil:
    return strcmp((<const Binding*> left).key, (<const Binding*> right).key)


cdef void instruction(Octets* out, tree.xmlNode* node) noexcept nogil:
    put(out, "<?", 2)
    put(out, <const char*> node.name, strlen(<const char*> node.name))
    if node.content is not NULL and node.content[0]:
        put_char(out, c' ')
        put(out, <const char*> node.content, strlen(<const char*> node.content))
    put(out, "?>", 2)


cdef void put_attribute(Octets* out, Attribute* attribute, Place place) noexcept nogil:
    cdef tree.xmlNode* node = attribute.node.children
    put(out, attribute.local, strlen(attribute.local))
    put(out, "=\"", 2)
    while node is not NULL:
        if node.type == tree.XML_ENTITY_REF_NODE:
            fail(out, ENTITY, <const char*> node.name)
            return
        if node.content is not NULL:
            put_value(out, <const char*> node.content, place)
        node = node.next
    put_char(out, c'"')


cdef enum Last:
    PLAIN
    BRACKET
    ESCAPED


# where a text event stands: Woodstox judges `>` by what came before it in its chunk
cdef struct Run:
    bint is_long
    int unit  # UTF-16 units since the chunk began
    Last last


cdef void text(Writer* writer, tree.xmlNode* node, tree.xmlNode* stop) noexcept nogil:
    """Write one text event: the text nodes from `node` up to `stop`, comments between them left out."""
    cdef tree.xmlNode* part = node
    cdef Run run = Run(False, 0, PLAIN)
    cdef bint blank = True
    cdef bint greater = False
    if not writer.signed:
        while part != stop:
            if is_text(part):
                put_canonical_text(&writer.out, <const char*> part.content)
            part = part.next
        return
    while part != stop:
        if is_text(part):
            judge(<const unsigned char*> part.content, &blank, &greater, &run)
        part = part.next
    if blank:
        return
    run.is_long = run.unit >= SHORT
    run.unit = 0
    part = node
    while part != stop:
        if is_text(part):
            if greater:
                put_text_by_chunks(&writer.out, <const unsigned char*> part.content, &run)
            else:
                put_text(&writer.out, <const unsigned char*> part.content)
        part = part.next


cdef bint is_text(tree.xmlNode* node) noexcept nogil:
    return (
        node.type == tree.XML_TEXT_NODE or node.type == tree.XML_CDATA_SECTION_NODE
    ) and node.content is not NULL


cdef void judge(const unsigned char* at, bint* blank, bint* greater, Run* run) noexcept nogil:
    """Learn whether the event is blank, has a `>`, and is short."""
    cdef const unsigned char* start = at
    while at[0] and (blank[0] or run.unit < SHORT):
        if at[0] > 0x20:
            blank[0] = False
        if at[0] < 0x80 or at[0] >= 0xC0:
            run.unit += 2 if at[0] >= 0xF0 else 1
        at += 1
    if not greater[0]:
        greater[0] = strchr(<const char*> start, c'>') is not NULL


cdef void put_text(Octets* out, const unsigned char* at) noexcept nogil:
    """Write text that has no `>`: the chunks do not matter."""
    cdef const unsigned char* run = at
    while True:
        while not SPECIAL[at[0]]:
            at += 1
        if at[0] == 0xC2 and at[1] > 0x9F:
            at += 2
            continue
        put(out, <const char*> run, at - run)
        if at[0] == 0:
            return
        if at[0] == 0xC2:
            at += 1
        put_escaped(out, at[0])
        at += 1
        run = at


cdef void put_text_by_chunks(Octets* out, const unsigned char* at, Run* state) noexcept nogil:
    """Write text with `>`, which is escaped by its place in the chunk of 512 UTF-16 units."""
    cdef const unsigned char* run = at
    cdef bint escape
    while at[0]:
        if at[0] == c'>':
            escape = (
                state.unit == 0 or state.last == BRACKET or (state.is_long and state.last == ESCAPED)
            )
        else:
            escape = SPECIAL[at[0]] and (at[0] != 0xC2 or at[1] <= 0x9F)
        if escape:
            put(out, <const char*> run, at - run)
            if at[0] == 0xC2:
                at += 1
            put_escaped(out, at[0])
            run = at + 1
        state.last = ESCAPED if escape else BRACKET if at[0] == c']' else PLAIN
        state.unit += 2 if at[0] >= 0xF0 else 1
        at += 1
        while at[0] & 0xC0 == 0x80:
            at += 1
        if state.unit >= CHUNK:
            state.unit -= CHUNK
    put(out, <const char*> run, at - run)
