"""Shutting the process in that reads what others sent: no file, no network, a limit of memory and time.

Two locks, one behind the other. No more file descriptors: neither a file nor a socket can be opened, on any
Unix. Landlock, where the kernel has it (Linux 5.13 and later): no path can be opened, no port connected to,
and nobody, not even root, can lift that again, as root could lift the first.
"""

from __future__ import annotations

import ctypes
import encodings
import importlib
import pkgutil
import resource
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

_CREATE_RULESET: Final = 444
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights over files a version of Landlock knows; each later one knows the last many."""
_NETWORK_SINCE: Final = 4
_SCOPES_SINCE: Final = 6
_PORTS: Final = 0b11
_SCOPES: Final = 0b11
_LEFT_OUT: Final = ("__main__", "testing", "cli", "extras")


def load_all(packages: Iterable[ModuleType] = ()) -> None:
    """Load every table of an encoding and every module of the packages: later no file can be opened."""
    for package in (encodings, *packages):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part in _LEFT_OUT for part in found.name.split(".")):
                # of another system (mbcs), or in need of what is not installed: then nothing here uses it
                with suppress(Exception):
                    importlib.import_module(found.name)


def confine(megabytes: int, cpu_seconds: int) -> bool:
    """Leave the process what it has open, for good; tell whether the kernel itself shut it in (Landlock)."""
    nothing = (0, 0)
    memory = megabytes * 2**20
    shut = _landlock()
    resource.setrlimit(resource.RLIMIT_CORE, nothing)
    resource.setrlimit(resource.RLIMIT_FSIZE, nothing)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_NOFILE, nothing)
    return shut


def _landlock() -> bool:
    """Forbid this thread and all that it begins every right that the kernel can forbid."""
    if not sys.platform.startswith("linux"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    call = library.syscall
    call.restype = ctypes.c_long
    version = call(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    if version < 1:
        return False
    files = (1 << _FILE_RIGHTS[min(version, max(_FILE_RIGHTS))]) - 1
    ports = _PORTS if version >= _NETWORK_SINCE else 0
    scopes = _SCOPES if version >= _SCOPES_SINCE else 0
    # older kernels take a shorter description, and a longer one when its rest is zero
    rights = struct.pack("=QQQ", files, ports, scopes)
    rules = call(ctypes.c_long(_CREATE_RULESET), rights, ctypes.c_size_t(len(rights)), ctypes.c_uint32(0))
    if rules < 0 or library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    shut: bool = call(ctypes.c_long(_RESTRICT_SELF), ctypes.c_int(rules), ctypes.c_uint32(0)) == 0
    return shut
