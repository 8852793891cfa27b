"""The provider on OpenSSL's gost-engine.

Loaded keys are `EVP_PKEY`s in a bounded table, each with the operation contexts that are free at the
moment. Whoever works with a key holds it, so what the table drops is freed when its last user is done.
Hashing, signing and verifying with loaded keys take no lock: every step on shared state is one atomic
operation of the interpreter. Loading and freeing go through the engine's gate, which a fork waits for.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

from mezhved.gost.algorithms import Digest, KeyAlgorithm
from mezhved.gost.curves import CURVES, curve_by_name
from mezhved.gost.errors import ProviderUnavailable
from mezhved.gost.keys import PrivateKey, PublicKey
from mezhved.gost.libcrypto import Engine, LibCrypto, address_of, load_engine
from mezhved.gost.pkcs8 import private_key_info
from mezhved.gost.provider import check_digest, signature_numbers
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mezhved.gost.curves import Curve
    from mezhved.gost.provider import Octets

Key = TypeVar("Key", PublicKey, PrivateKey)

# Compiled calls where they were built; without them ctypes makes the same ones.
_evp: Any = None
with contextlib.suppress(ImportError):
    _evp = importlib.import_module("mezhved.gost._evp")

_LARGEST: Final = 128
# So much is hashed sooner than another thread could take over and give back the interpreter.
_SHORT: Final = 65536
_IDLE_CONTEXTS: Final = 64
# The engine's own value for the empty message is wrong (RFC 5831 section 7.3, CryptoPro parameters).
_EMPTY_GOST94: Final = bytes.fromhex("981e5f3ca30c841487830f84fb433e13ac1101569b9c13584ac483234cd656c0")
_EMPTY_STREEBOG256: Final = bytes.fromhex("3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb")
_CHECK_CURVE: Final = curve_by_name("CryptoPro-A")


class _Context:
    """One operation's context with its place for the answer; used by one thread at a time."""

    __slots__ = ("_free", "_gate", "buffer", "length", "pointer")

    def __init__(self, engine: Engine, pointer: int | None, free: Callable[[int], None]) -> None:
        self._free = free
        self._gate = engine.gate
        self.pointer = pointer
        if not pointer:
            raise _failure(engine.library)
        self.buffer = ctypes.create_string_buffer(_LARGEST)
        self.length = ctypes.c_size_t(_LARGEST)

    def __del__(self) -> None:
        if self.pointer:
            with self._gate:
                self._free(self.pointer)


class _LoadedKey:
    """A key in libcrypto's memory, with the contexts nobody uses just now."""

    __slots__ = ("_engine", "_idle", "_initialise", "pointer")

    def __init__(self, engine: Engine, pointer: int | None, *, signs: bool) -> None:
        library = engine.library
        self.pointer = pointer
        self._engine = engine
        self._initialise = library.EVP_PKEY_sign_init if signs else library.EVP_PKEY_verify_init
        self._idle: list[_Context] = []
        if not pointer:
            raise _failure(library)
        # Loading that ended well leaves behind the errors of what was tried first.
        library.ERR_clear_error()

    def take(self) -> _Context:
        """Return a context that nobody else uses."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._new()

    def _new(self) -> _Context:
        engine = self._engine
        library = engine.library
        with engine.gate:
            pointer = library.EVP_PKEY_CTX_new(self.pointer, engine.pointer)
            context = _Context(engine, pointer, library.EVP_PKEY_CTX_free)
            if self._initialise(pointer) <= 0:
                raise _failure(library)
        return context

    def give(self, context: _Context) -> None:
        """Take the context back."""
        self._idle.append(context)

    def __del__(self) -> None:
        if self.pointer:
            with self._engine.gate:
                self._engine.library.EVP_PKEY_free(self.pointer)


class _Table(Generic[Key]):
    """Loaded keys, the least recently used dropped first."""

    def __init__(self, load: Callable[[Key], _LoadedKey], capacity: int) -> None:
        self._load: Callable[[Key], _LoadedKey] = load
        self._capacity = capacity
        self._keys: OrderedDict[Key, _LoadedKey] = OrderedDict()

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, key: Key) -> _LoadedKey:
        """Return the key in libcrypto's memory, loading it when it is not there."""
        loaded = self._keys.get(key)
        if loaded is None:
            return self._add(key)
        try:  # noqa: SIM105  contextlib costs more than all else here
            self._keys.move_to_end(key)
        except KeyError:
            pass
        return loaded

    def _add(self, key: Key) -> _LoadedKey:
        self._keys[key] = loaded = self._load(key)
        while len(self._keys) > self._capacity:
            # Another thread may have emptied the table in between.
            with contextlib.suppress(KeyError):
                self._keys.popitem(last=False)
        return loaded


class _DigestKind:
    """One hash function of the engine, with the contexts nobody uses just now."""

    def __init__(self, engine: Engine, digest: Digest, calls: Any) -> None:
        library = engine.library
        nid = library.OBJ_txt2nid(digest.oid.encode())
        self.digest = digest
        self.library = library
        self._engine = engine
        self._method = library.ENGINE_get_digest(engine.pointer, nid)
        self._idle: list[_Context] = []
        if not self._method:
            raise _failure(library)
        self._own = self._new()
        self.short: Callable[[bytes], bytes | None] | None = self._short(calls) if calls else None

    def _short(self, calls: Any) -> Callable[[bytes], bytes | None]:
        """Return what hashes octets at once, under the interpreter's lock and so with one context for all."""
        library = self.library
        steps = (library.EVP_DigestInit_ex, library.EVP_DigestUpdate, library.EVP_DigestFinal_ex)
        made: Callable[[bytes], bytes | None] = calls.Hash(
            *map(address_of, steps), self._own.pointer, self._method, self._engine.pointer
        )
        return made

    def take(self) -> _Context:
        """Return a context at the beginning of a hash."""
        try:
            context = self._idle.pop()
        except IndexError:
            return self._new()
        # A context that is used again keeps its engine: nothing is locked.
        if self.library.EVP_DigestInit_ex(context.pointer, self._method, self._engine.pointer) != 1:
            raise _failure(self.library)
        return context

    def _new(self) -> _Context:
        library = self.library
        with self._engine.gate:
            context = _Context(self._engine, library.EVP_MD_CTX_new(), library.EVP_MD_CTX_free)
            if library.EVP_DigestInit_ex(context.pointer, self._method, self._engine.pointer) != 1:
                raise _failure(library)
        return context

    def give(self, context: _Context) -> None:
        """Take the context back."""
        if len(self._idle) < _IDLE_CONTEXTS:
            self._idle.append(context)

    def duplicate(self, target: _Context, source: _Context) -> None:
        """Put the target into the state of the source."""
        with self._engine.gate:
            if self.library.EVP_MD_CTX_copy_ex(target.pointer, source.pointer) != 1:
                raise _failure(self.library)

    def finish(self, context: _Context) -> bytes:
        """End the hash."""
        if self.library.EVP_DigestFinal_ex(context.pointer, context.buffer, None) != 1:
            raise _failure(self.library)
        return context.buffer.raw[: self.digest.size]


class OpenSslHasher:
    """A hash in the making in the engine."""

    __slots__ = ("_context", "_empty", "_kind")

    def __init__(self, kind: _DigestKind) -> None:
        self._kind = kind
        self._context = kind.take()
        self._empty = True

    def update(self, data: Octets, /) -> None:
        """Take more octets."""
        octets = data if isinstance(data, bytes) else bytes(data)
        if octets:
            self._empty = False
            if self._kind.library.EVP_DigestUpdate(self._context.pointer, octets, len(octets)) != 1:
                raise _failure(self._kind.library)

    def digest(self) -> bytes:
        """Return the hash of what was taken so far."""
        if self._empty and self._kind.digest is Digest.GOST94:
            return _EMPTY_GOST94
        last = self.copy()
        return self._kind.finish(last._context)  # noqa: SLF001  of the same class

    def copy(self) -> Self:
        """Return an independent hasher in the same state."""
        twin = type(self)(self._kind)
        twin._empty = self._empty  # noqa: SLF001
        self._kind.duplicate(twin._context, self._context)  # noqa: SLF001
        return twin

    def __del__(self) -> None:
        context = getattr(self, "_context", None)
        if context is not None:
            self._kind.give(context)


class OpenSslProvider:
    """GOST by gost-engine; `ProviderUnavailable` when it is not on this machine.

    At most `capacity` keys of each kind stay loaded (about 2 KB each). Without `compiled` the library is
    called through ctypes, as where nothing could be compiled.
    """

    name: Final = "openssl"

    def __init__(self, *, capacity: int = 4096, compiled: bool = True) -> None:
        calls = _evp if compiled else None
        self.engine = load_engine()
        self._library = self.engine.library
        self._kinds = {digest: _DigestKind(self.engine, digest, calls) for digest in Digest}
        self._public: _Table[PublicKey] = _Table(self._load_public, capacity)
        self._private: _Table[PrivateKey] = _Table(self._load_private, capacity)
        self._sign, self._verify = _operations(self._library, calls)
        self._check()

    @property
    def loaded_keys(self) -> int:
        """Count the keys that are loaded now, public and private."""
        return len(self._public) + len(self._private)

    def hasher(self, digest: Digest) -> OpenSslHasher:
        """Begin a hash."""
        return OpenSslHasher(self._kinds[digest])

    def digest(self, digest: Digest, data: Octets) -> bytes:
        """Hash the octets at once."""
        octets = data if isinstance(data, bytes) else bytes(data)
        if not octets and digest is Digest.GOST94:
            return _EMPTY_GOST94
        kind = self._kinds[digest]
        if kind.short is not None and len(octets) <= _SHORT:
            value = kind.short(octets)
            if value is None:
                raise _failure(self._library)
            return value
        context = kind.take()
        if self._library.EVP_DigestUpdate(context.pointer, octets, len(octets)) != 1:
            raise _failure(self._library)
        value = kind.finish(context)
        kind.give(context)
        return value

    def sign(self, key: PrivateKey, digest: bytes) -> bytes:
        """Sign a digest (RFC 7091 section 6.1)."""
        check_digest(key, digest)
        loaded = self._private.get(key)
        context = loaded.take()
        signature = self._sign(context, digest)
        if signature is None:
            raise _failure(self._library)
        loaded.give(context)
        return signature

    def verify(self, key: PublicKey, digest: bytes, signature: bytes) -> bool:
        """Check a signature (RFC 7091 section 6.2)."""
        if signature_numbers(key, digest, signature) is None:
            return False
        loaded = self._public.get(key)
        context = loaded.take()
        verdict = self._verify(context, signature, digest)
        loaded.give(context)
        if verdict == 1:
            return True
        self._library.ERR_clear_error()
        return False

    def public_key(self, key: PrivateKey) -> PublicKey:
        """Compute the public half, d·P."""
        loaded = self._private.get(key)
        with self.engine.gate:
            length = self._library.i2d_PUBKEY(loaded.pointer, None)
            if length <= 0:
                raise _failure(self._library)
            buffer = ctypes.create_string_buffer(length)
            self._library.i2d_PUBKEY(loaded.pointer, ctypes.byref(ctypes.c_void_p(ctypes.addressof(buffer))))
        public = PublicKey.from_spki(buffer.raw)
        return PublicKey(key.algorithm, key.curve, public.x, public.y)

    def _check(self) -> None:
        """Make sure that the engine and this libcrypto understand each other (0.3 ms)."""
        key = PrivateKey(KeyAlgorithm.GOST2012_256, _CHECK_CURVE, 1)
        public = PublicKey(key.algorithm, key.curve, key.curve.x, key.curve.y)
        digest = self.digest(Digest.STREEBOG256, b"")
        signature = self.sign(key, digest)
        right = digest == _EMPTY_STREEBOG256 and self.verify(public, digest, signature)
        if not right or self.verify(public, digest, signature[::-1]):
            raise ProviderUnavailable(
                Text(ru="gost-engine считает неверно", en="gost-engine computes wrongly"), where="openssl"
            )

    def _load_public(self, key: PublicKey) -> _LoadedKey:
        octets = PublicKey(key.algorithm, _ENGINE_NAMES[key.curve], key.x, key.y).spki()
        data = ctypes.c_char_p(octets)
        with self.engine.gate:
            pointer = self._library.d2i_PUBKEY(None, ctypes.byref(data), len(octets))
            return _LoadedKey(self.engine, pointer, signs=False)

    def _load_private(self, key: PrivateKey) -> _LoadedKey:
        octets = private_key_info(PrivateKey(key.algorithm, _ENGINE_NAMES[key.curve], key.value))
        data = ctypes.c_char_p(octets)
        with self.engine.gate:
            pointer = self._library.d2i_AutoPrivateKey(None, ctypes.byref(data), len(octets))
            return _LoadedKey(self.engine, pointer, signs=True)


def _operations(
    library: LibCrypto, calls: Any
) -> tuple[Callable[[_Context, bytes], bytes | None], Callable[[_Context, bytes, bytes], int]]:
    """Return what signs and what verifies with a context; both free the interpreter's lock meanwhile."""
    if calls:
        signing, verifying = address_of(library.EVP_PKEY_sign), address_of(library.EVP_PKEY_verify)
        sign, verify = calls.sign, calls.verify
        return (
            lambda context, digest: sign(signing, context.pointer, digest),
            lambda context, signature, digest: verify(verifying, context.pointer, signature, digest),
        )

    def sign_by_ctypes(context: _Context, digest: bytes) -> bytes | None:
        context.length.value = _LARGEST
        done = library.EVP_PKEY_sign(context.pointer, context.buffer, context.length, digest, len(digest))
        return context.buffer.raw[: context.length.value] if done == 1 else None

    def verify_by_ctypes(context: _Context, signature: bytes, digest: bytes) -> int:
        verdict: int = library.EVP_PKEY_verify(
            context.pointer, signature, len(signature), digest, len(digest)
        )
        return verdict

    return sign_by_ctypes, verify_by_ctypes


def _failure(library: LibCrypto) -> ProviderUnavailable:
    reason = library.reasons()
    return ProviderUnavailable(
        Text(ru=f"отказ gost-engine: {reason}", en=f"gost-engine failed: {reason}"), where="openssl"
    )


def _engine_names() -> Mapping[Curve, Curve]:
    """Map each curve to the first one with its numbers: the engine need not know every name."""
    first: dict[tuple[int, int, int], Curve] = {}
    return {curve: first.setdefault((curve.p, curve.a, curve.x), curve) for curve in CURVES}


_ENGINE_NAMES: Final = _engine_names()
