"""A growing buffer of octets and a stack of names in scope, both without Python objects."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport realloc
from libc.string cimport memcpy, memset, strcmp

cdef enum Failure:
    NONE
    NO_NAMESPACE
    XML_NAME
    ENTITY
    TOO_LONG
    NO_MEMORY

cdef struct Octets:
    char* data
    size_t size
    size_t room
    size_t limit
    Failure failure
    const char* culprit

cdef inline void fail(Octets* out, Failure failure, const char* culprit) noexcept nogil:
    if out.failure == NONE:
        out.failure = failure
        out.culprit = culprit

cdef inline bint reserve(Octets* out, size_t more) noexcept nogil:
    """Make room; after a failure nothing is written any more."""
    cdef size_t room
    cdef char* data
    if out.failure != NONE:
        return False
    if out.size + more <= out.room:
        return True
    if out.size + more > out.limit:
        fail(out, TOO_LONG, NULL)
        return False
    room = 2 * (out.size + more) + 4096
    data = <char*> realloc(out.data, room)
    if data is NULL:
        fail(out, NO_MEMORY, NULL)
        return False
    out.data = data
    # the bound holds even where the allocation is larger
    out.room = room if room < out.limit else out.limit
    return True

cdef inline void put(Octets* out, const char* piece, size_t length) noexcept nogil:
    if length and reserve(out, length):
        memcpy(out.data + out.size, piece, length)
        out.size += length

cdef inline void put_char(Octets* out, char c) noexcept nogil:
    if reserve(out, 1):
        out.data[out.size] = c
        out.size += 1

cdef inline void put_number(Octets* out, unsigned int number) noexcept nogil:
    cdef char digits[10]
    cdef int at = 10
    while True:
        at -= 1
        digits[at] = <char> (c'0' + number % 10)
        number //= 10
        if number == 0:
            break
    put(out, digits + at, 10 - at)


DEF BUCKETS = 1024

cdef struct Binding:
    const char* key
    const char* value
    unsigned int number
    int bucket
    int shadowed  # the binding that was first in this bucket before

cdef struct Scope:
    Binding* bindings
    int size
    int room
    uint64_t seed
    int first[BUCKETS]

cdef inline void open_scope(Scope* scope, uint64_t seed) noexcept nogil:
    scope.bindings = NULL
    scope.size = 0
    scope.room = 0
    scope.seed = seed
    memset(scope.first, 0xFF, sizeof(scope.first))  # -1 everywhere

cdef inline int bucket_of(Scope* scope, const char* key) noexcept nogil:
    cdef uint64_t mixed = scope.seed
    while key[0]:
        mixed = (mixed ^ <unsigned char> key[0]) * <uint64_t> 0x100000001B3
        key += 1
    return <int> (mixed >> 54)

cdef inline Binding* look_up(Scope* scope, const char* key) noexcept nogil:
    """Return the innermost binding of the key; NULL when there is none."""
    cdef int at
    if scope.size == 0:
        return NULL
    at = scope.first[bucket_of(scope, key)]
    while at >= 0:
        if strcmp(scope.bindings[at].key, key) == 0:
            return &scope.bindings[at]
        at = scope.bindings[at].shadowed
    return NULL

cdef inline bint bind(
    Scope* scope, Octets* out, const char* key, const char* value, unsigned int number
) noexcept nogil:
    cdef Binding* grown
    cdef int bucket
    if scope.size == scope.room:
        grown = <Binding*> realloc(scope.bindings, (2 * scope.room + 16) * sizeof(Binding))
        if grown is NULL:
            fail(out, NO_MEMORY, NULL)
            return False
        scope.bindings = grown
        scope.room = 2 * scope.room + 16
    bucket = bucket_of(scope, key)
    scope.bindings[scope.size] = Binding(key, value, number, bucket, scope.first[bucket])
    scope.first[bucket] = scope.size
    scope.size += 1
    return True

cdef inline void unbind(Scope* scope, int size) noexcept nogil:
    """Forget the bindings made since there were `size` of them."""
    while scope.size > size:
        scope.size -= 1
        scope.first[scope.bindings[scope.size].bucket] = scope.bindings[scope.size].shadowed
