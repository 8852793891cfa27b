"""OpenSSL's libcrypto through ctypes: finding it, naming its functions, starting its GOST engine.

The system's openssl.cnf is neither needed nor changed, and no default of TLS is touched: the engine is
started by its name and registered only for the GOST identifiers, which nobody but this room asks for.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import functools
import importlib
import os
import sys
import sysconfig
import threading
from ctypes import POINTER, c_char_p, c_int, c_long, c_size_t, c_uint64, c_ulong, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from mezhved.gost.errors import ProviderUnavailable
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_INIT_ENGINE_DYNAMIC: Final = 0x400
_CURE: Final = Text(
    ru="установите gost-engine (Debian: apt install libengine-gost-openssl) или возьмите провайдер pure",
    en="install gost-engine (Debian: apt install libengine-gost-openssl) or take the pure provider",
)

# name -> (result, arguments)
_FUNCTIONS: Final[Mapping[str, tuple[Any, tuple[Any, ...]]]] = {
    "OPENSSL_init_crypto": (c_int, (c_uint64, c_void_p)),
    "OpenSSL_version_num": (c_ulong, ()),
    "ERR_clear_error": (None, ()),
    "ERR_get_error": (c_ulong, ()),
    "ERR_reason_error_string": (c_char_p, (c_ulong,)),
    "OBJ_txt2nid": (c_int, (c_char_p,)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_copy_ex": (c_int, (c_void_p, c_void_p)),
    "EVP_DigestInit_ex": (c_int, (c_void_p, c_void_p, c_void_p)),
    "EVP_DigestUpdate": (c_int, (c_void_p, c_char_p, c_size_t)),
    "EVP_DigestFinal_ex": (c_int, (c_void_p, c_void_p, c_void_p)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "i2d_PUBKEY": (c_int, (c_void_p, POINTER(c_void_p))),
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_sign_init": (c_int, (c_void_p,)),
    "EVP_PKEY_sign": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_verify_init": (c_int, (c_void_p,)),
    "EVP_PKEY_verify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_CIPHER_CTX_new": (c_void_p, ()),
    "EVP_CIPHER_CTX_free": (None, (c_void_p,)),
    "EVP_aes_256_cbc": (c_void_p, ()),
    "EVP_EncryptInit_ex": (c_int, (c_void_p, c_void_p, c_void_p, c_char_p, c_char_p)),
    "EVP_EncryptUpdate": (c_int, (c_void_p, c_void_p, POINTER(c_int), c_char_p, c_int)),
    "EVP_EncryptFinal_ex": (c_int, (c_void_p, c_void_p, POINTER(c_int))),
    "d2i_X509_SIG": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "X509_SIG_free": (None, (c_void_p,)),
    "PKCS8_decrypt": (c_void_p, (c_void_p, c_char_p, c_int)),
    "i2d_PKCS8_PRIV_KEY_INFO": (c_int, (c_void_p, c_void_p)),
    "PKCS8_PRIV_KEY_INFO_free": (None, (c_void_p,)),
    "d2i_X509_ALGOR": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "X509_ALGOR_free": (None, (c_void_p,)),
    "PKCS12_pbe_crypt": (
        c_void_p,
        (c_void_p, c_char_p, c_int, c_char_p, c_int, POINTER(c_void_p), POINTER(c_int), c_int),
    ),
    "CRYPTO_free": (None, (c_void_p, c_char_p, c_int)),
    "d2i_PKCS12": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "PKCS12_free": (None, (c_void_p,)),
    "PKCS12_verify_mac": (c_int, (c_void_p, c_char_p, c_int)),
}
_ENGINE_FUNCTIONS: Final[Mapping[str, tuple[Any, tuple[Any, ...]]]] = {
    "ENGINE_by_id": (c_void_p, (c_char_p,)),
    "ENGINE_init": (c_int, (c_void_p,)),
    "ENGINE_free": (c_int, (c_void_p,)),
    "ENGINE_ctrl_cmd_string": (c_int, (c_void_p, c_char_p, c_char_p, c_int)),
    "ENGINE_register_pkey_asn1_meths": (c_int, (c_void_p,)),
    "ENGINE_register_pkey_meths": (c_int, (c_void_p,)),
    "ENGINE_unregister_ciphers": (None, (c_void_p,)),
    "ENGINE_get_digest": (c_void_p, (c_void_p, c_int)),
}


class LibCrypto:
    """One loaded libcrypto with its functions as attributes; calls through it free the interpreter's lock."""

    def __init__(self, handle: ctypes.CDLL) -> None:
        for name, (result, arguments) in {**_FUNCTIONS, **_ENGINE_FUNCTIONS}.items():
            function = getattr(handle, name, None)
            if function is None:
                if name in _ENGINE_FUNCTIONS:
                    continue
                raise ProviderUnavailable(
                    Text(ru=f"в libcrypto нет функции {name}", en=f"libcrypto has no function {name}"),
                    cure=_CURE,
                )
            function.restype = result
            function.argtypes = arguments
            setattr(self, name, function)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Any]: ...

    @property
    def has_engines(self) -> bool:
        """Tell whether this libcrypto knows engines at all (OpenSSL 4.0 does not)."""
        return all(hasattr(self, name) for name in _ENGINE_FUNCTIONS)

    def reasons(self) -> str:
        """Take this thread's errors out of the queue, where Python's ssl would take them for its own."""
        reasons: list[str] = []
        while code := self.ERR_get_error():
            text: bytes | None = self.ERR_reason_error_string(code)
            if text:
                reasons.append(text.decode("ascii", "replace"))
        return ", ".join(reasons)


def address_of(function: Callable[..., Any]) -> int:
    """Return where a function of the library lies, for compiled callers."""
    address = ctypes.cast(cast("Any", function), c_void_p).value
    if address is None:
        raise ProviderUnavailable(Text(ru="функции нет", en="there is no such function"), cure=_CURE)
    return address


@dataclass(frozen=True, slots=True)
class Engine:
    """The GOST engine at work in its library; `pointer` is its `ENGINE *`, valid as long as the process.

    Whoever calls what takes locks inside libcrypto (loading and freeing keys and contexts) holds `gate`: so
    does a fork, and the child never finds such a lock taken by a thread that it has not.
    """

    library: LibCrypto
    pointer: int
    gate: threading.RLock = field(default_factory=threading.RLock)


def _names() -> Iterator[str | None]:
    """Yield the names to try, the library of Python's own ssl first: two in one process clash."""
    # A Python built without ssl may still find a libcrypto by its name.
    with contextlib.suppress(ImportError):
        yield getattr(importlib.import_module("_ssl"), "__file__", None)
    if sys.platform == "darwin":
        yield from ("libcrypto.3.dylib", "libcrypto.dylib")
    elif sys.platform == "win32":
        yield from ("libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-3.dll")
    else:
        yield from ("libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so")
    yield ctypes.util.find_library("crypto")


def _handles() -> Iterator[ctypes.CDLL]:
    """Yield the libraries that have what libcrypto has."""
    for name in _names():
        if not name:
            continue
        try:
            handle = ctypes.CDLL(name)
        except OSError:
            continue
        # Symbols of a library are also found through one that is linked with it.
        if hasattr(handle, "OPENSSL_init_crypto"):
            yield handle


def _engine_files(library: LibCrypto) -> Iterator[Path]:
    """Yield the places where packages put the engine, for a libcrypto that looks elsewhere."""
    if "OPENSSL_ENGINES" in os.environ:
        return  # the owner of the machine has said where engines are, and libcrypto has looked there
    folder = "engines-1.1" if library.OpenSSL_version_num() >> 28 == 1 else "engines-3"
    multiarch = sysconfig.get_config_var("MULTIARCH")
    roots = [f"/usr/lib/{multiarch}"] if multiarch else []
    roots += ["/usr/lib64", "/usr/lib", "/usr/local/lib", "/usr/local/lib64", "/opt/homebrew/lib"]
    for root in roots:
        for name in ("gost.so", "gost.dylib", "libgost.so"):
            file = Path(root, folder, name)
            if file.is_file():
                yield file


def _load_engine(library: LibCrypto) -> int:
    """Find the engine by its name, else by its file; 0 when there is none."""
    library.OPENSSL_init_crypto(_INIT_ENGINE_DYNAMIC, None)
    pointer: int | None = library.ENGINE_by_id(b"gost")
    if pointer:
        return pointer
    for file in _engine_files(library):
        pointer = library.ENGINE_by_id(b"dynamic")
        if not pointer:
            break
        commands = ((b"SO_PATH", str(file).encode()), (b"ID", b"gost"), (b"LOAD", None))
        if all(library.ENGINE_ctrl_cmd_string(pointer, name, value, 0) for name, value in commands):
            return pointer
        library.ENGINE_free(pointer)
    return 0


def _start_engine(library: LibCrypto) -> Engine | None:
    """Start the engine in this library and let its key formats be found; None when it cannot be."""
    try:
        pointer = _load_engine(library) if library.has_engines else 0
        if not pointer:
            return None
        started = library.ENGINE_init(pointer)
        library.ENGINE_free(pointer)
        if not started or not library.ENGINE_register_pkey_asn1_meths(pointer):
            return None
        # The engine registers its ciphers by itself; TLS would then offer GOST suites where the
        # Python of a distribution takes OpenSSL's default list. What opens keys finds them by name.
        library.ENGINE_unregister_ciphers(pointer)
        return Engine(library, pointer)
    finally:
        library.ERR_clear_error()


@functools.cache
def load_libcrypto() -> LibCrypto:
    """Return the process's libcrypto, with the GOST engine if it is there; `ProviderUnavailable`."""
    try:
        return load_engine().library
    except ProviderUnavailable:
        for handle in _handles():
            return LibCrypto(handle)
        raise


@functools.cache
def load_engine() -> Engine:
    """Return the process's GOST engine; `ProviderUnavailable` when there is none."""
    found = False
    for handle in _handles():
        found = True
        engine = _start_engine(LibCrypto(handle))
        if engine is not None:
            if hasattr(os, "register_at_fork"):
                gate = engine.gate
                os.register_at_fork(
                    before=gate.acquire, after_in_parent=gate.release, after_in_child=gate.release
                )
            return engine
    if not found:
        raise ProviderUnavailable(Text(ru="нет библиотеки libcrypto", en="there is no libcrypto"), cure=_CURE)
    raise ProviderUnavailable(
        Text(ru="в OpenSSL нет модуля gost (gost-engine)", en="OpenSSL has no gost engine (gost-engine)"),
        cure=_CURE,
    )
