# cython: language_level=3
"""The calls of libcrypto that every signature makes, without what ctypes costs; see `openssl.py`.

The functions come as addresses from the library that `libcrypto.py` has found, so that nothing is linked.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize

ctypedef int (*Begin)(void*, const void*, void*) noexcept nogil
ctypedef int (*Update)(void*, const void*, size_t) noexcept nogil
ctypedef int (*Finish)(void*, unsigned char*, unsigned int*) noexcept nogil
ctypedef int (*Sign)(void*, unsigned char*, size_t*, const unsigned char*, size_t) noexcept nogil
ctypedef int (*Verify)(void*, const unsigned char*, size_t, const unsigned char*, size_t) noexcept nogil

cdef enum:
    LARGEST = 128


cdef class Hash:
    """One hash function over one context, which the interpreter's lock keeps to one thread at a time."""

    cdef Begin begin
    cdef Update update
    cdef Finish finish
    cdef void* context
    cdef void* method
    cdef void* engine

    def __cinit__(
        self, size_t begin, size_t update, size_t finish, size_t context, size_t method, size_t engine
    ):
        self.begin = <Begin> begin
        self.update = <Update> update
        self.finish = <Finish> finish
        self.context = <void*> context
        self.method = <void*> method
        self.engine = <void*> engine

    def __call__(self, bytes octets not None):
        """Return the hash; None when the library refuses."""
        cdef unsigned char value[LARGEST]
        cdef unsigned int size = 0
        cdef const char* data = octets
        if self.begin(self.context, self.method, self.engine) != 1:
            return None
        if self.update(self.context, data, len(octets)) != 1:
            return None
        if self.finish(self.context, value, &size) != 1:
            return None
        return PyBytes_FromStringAndSize(<const char*> value, size)


def sign(size_t function, size_t context, bytes digest not None):
    """Call EVP_PKEY_sign; None when the library refuses."""
    cdef unsigned char value[LARGEST]
    cdef size_t size = LARGEST
    cdef const unsigned char* data = digest
    cdef size_t length = len(digest)
    cdef int done
    with nogil:
        done = (<Sign> function)(<void*> context, value, &size, data, length)
    return PyBytes_FromStringAndSize(<const char*> value, size) if done == 1 else None


def verify(size_t function, size_t context, bytes signature not None, bytes digest not None):
    """Call EVP_PKEY_verify and return what it returns."""
    cdef const unsigned char* made = signature
    cdef const unsigned char* data = digest
    cdef size_t made_length = len(signature)
    cdef size_t length = len(digest)
    cdef int verdict
    with nogil:
        verdict = (<Verify> function)(<void*> context, made, made_length, data, length)
    return verdict
