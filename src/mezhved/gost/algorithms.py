"""The GOST algorithms and their object identifiers (RFC 9215 section 2-4, RFC 4491 section 2)."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from mezhved.gost.errors import UnsupportedAlgorithm
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


class Digest(Enum):
    """A hash function: `oid`, `size` of its value in octets, `title` for people."""

    STREEBOG256 = ("1.2.643.7.1.1.2.2", 32, "GOST R 34.11-2012 (256)")
    STREEBOG512 = ("1.2.643.7.1.1.2.3", 64, "GOST R 34.11-2012 (512)")
    GOST94 = ("1.2.643.2.2.9", 32, "GOST R 34.11-94")

    __hash__ = object.__hash__  # in C; tables of every call are keyed by it

    def __init__(self, oid: str, size: int, title: str) -> None:
        self.oid = oid
        self.size = size
        self.title = title


class KeyAlgorithm(Enum):
    """A signature algorithm.

    `oid` is the key's, `signature_oid` that of the signature with its digest; `size` is the length of
    one coordinate, of the private key and of half a signature, in octets.
    """

    GOST2012_256 = (
        "1.2.643.7.1.1.1.1",
        "1.2.643.7.1.1.3.2",
        Digest.STREEBOG256,
        32,
        "GOST R 34.10-2012 (256)",
    )
    GOST2012_512 = (
        "1.2.643.7.1.1.1.2",
        "1.2.643.7.1.1.3.3",
        Digest.STREEBOG512,
        64,
        "GOST R 34.10-2012 (512)",
    )
    GOST2001 = ("1.2.643.2.2.19", "1.2.643.2.2.3", Digest.GOST94, 32, "GOST R 34.10-2001")

    __hash__ = object.__hash__  # in C; tables of every call are keyed by it

    def __init__(self, oid: str, signature_oid: str, digest: Digest, size: int, title: str) -> None:
        self.oid = oid
        self.signature_oid = signature_oid
        self.digest = digest
        self.size = size
        self.title = title


_KEYS: Mapping[str, KeyAlgorithm] = MappingProxyType(
    {
        **{key.oid: key for key in KeyAlgorithm},
        # Keys that also serve key agreement may carry its identifier instead (RFC 9215, RFC 4491).
        "1.2.643.7.1.1.6.1": KeyAlgorithm.GOST2012_256,
        "1.2.643.7.1.1.6.2": KeyAlgorithm.GOST2012_512,
        "1.2.643.2.2.98": KeyAlgorithm.GOST2001,
    }
)


def key_algorithm_by_oid(oid: str, *, where: str = "") -> KeyAlgorithm:
    """Find the algorithm of a key by the key's identifier; `UnsupportedAlgorithm` when it is none of ours."""
    algorithm = _KEYS.get(oid)
    if algorithm is None:
        raise UnsupportedAlgorithm(
            Text(
                ru=f"ключ не ГОСТ Р 34.10 (алгоритм {oid})",
                en=f"not a GOST R 34.10 key (algorithm {oid})",
            ),
            where=where,
        )
    return algorithm
