"""The escapes of the transform and of C14N, and the order of UTF-16."""

from libc.string cimport strlen

from mezhved.smev3.transform._octets cimport Octets, put, put_char

cdef enum Place:
    VALUE = 1
    URI = 2
    CANONICAL = 4


cdef inline void put_value(Octets* out, const char* value, Place place) noexcept nogil:
    """Write an attribute's value or a namespace name."""
    cdef const char* run = value
    cdef const char* escape
    cdef const char* at = value
    while at[0]:
        escape = NULL
        if at[0] == c'&':
            escape = "&amp;"
        elif at[0] == c'<':
            escape = "&lt;"
        elif at[0] == c'"':
            escape = "&quot;"
        elif at[0] == c'\t':
            escape = "&#x9;"
        elif at[0] == c'\n':
            escape = "&#xA;" if place == CANONICAL else "&#xa;"
        elif at[0] == c'\r':
            escape = "&#xD;" if place == CANONICAL else "&#xd;"
        if escape is not NULL and (place != URI or at[0] > c' '):
            put(out, run, at - run)
            put(out, escape, strlen(escape))
            run = at + 1
        at += 1
    put(out, run, at - run)


cdef inline void put_canonical_text(Octets* out, const char* at) noexcept nogil:
    cdef const char* run = at
    cdef const char* escape
    while at[0]:
        escape = NULL
        if at[0] == c'<':
            escape = "&lt;"
        elif at[0] == c'&':
            escape = "&amp;"
        elif at[0] == c'>':
            escape = "&gt;"
        elif at[0] == c'\r':
            escape = "&#xD;"
        if escape is not NULL:
            put(out, run, at - run)
            put(out, escape, strlen(escape))
            run = at + 1
        at += 1
    put(out, run, at - run)


cdef inline void put_escaped(Octets* out, unsigned char c) noexcept nogil:
    if c == c'<':
        put(out, "&lt;", 4)
    elif c == c'&':
        put(out, "&amp;", 5)
    elif c == c'>':
        put(out, "&gt;", 4)
    elif c == c'\r':
        put(out, "&#xd;", 5)
    else:
        put(out, "&#x", 3)
        put_char(out, b"0123456789abcdef"[c >> 4])
        put_char(out, b"0123456789abcdef"[c & 15])
        put_char(out, c';')


cdef inline int compare_utf16(const char* a, const char* b) noexcept nogil:
    """Compare UTF-8 strings as their UTF-16 forms compare: astral characters before U+E000."""
    cdef unsigned char left, right
    while a[0] and a[0] == b[0]:
        a += 1
        b += 1
    left = <unsigned char> a[0]
    right = <unsigned char> b[0]
    if left >= 0xEE and right >= 0xEE:
        if left < 0xF0:
            left += 0x10
        if right < 0xF0:
            right += 0x10
    return <int> left - <int> right
