"""Containers of keys in the form in which CryptoPro CSP exports them, for keys that are invented here."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from mezhved.gost import Certificate, Digest, KeyAlgorithm, PrivateKey, der, load_provider
from mezhved.gost.cryptopro import SCHEME
from mezhved.gost.pure import gost28147

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA: Final = "1.2.840.113549.1.7.1"
_BAG: Final = "1.2.840.113549.1.12.10.1."
_A: Final = gost28147.CRYPTOPRO_A
# By what a key agrees, beside what it signs by; and the name that CryptoAPI has for that.
_AGREEMENTS: Final = {
    KeyAlgorithm.GOST2001: ("1.2.643.2.2.98", "24aa"),
    KeyAlgorithm.GOST2012_256: ("1.2.643.7.1.1.6.1", "46aa"),
    KeyAlgorithm.GOST2012_512: ("1.2.643.7.1.1.6.2", "42aa"),
}


def exported(
    key: PrivateKey,
    certificates: Sequence[Certificate],
    password: str,
    *,
    salt: bytes = bytes(range(16)),
    ukm: bytes = b"\1\2\3\4\5\6\7\xa8",
    iterations: int = 20,
) -> bytes:
    """Write a PFX: the key sealed by CryptoPro's scheme, the certificates open, no MAC."""
    secret = password_key(password, salt, iterations)
    number = key.value.to_bytes(key.curve.size, "little")
    wrapping = wrapping_key(key.algorithm, secret, ukm)
    wrapped = der.sequence(
        der.tlv(der.OCTET_STRING, substituted(wrapping, number)),
        der.tlv(der.OCTET_STRING, gost28147.imitation(_A, wrapping, ukm, number)),
    )
    agreement, name = _AGREEMENTS[key.algorithm]
    curve = der.sequence(der.oid(key.curve.oid), der.oid(key.algorithm.digest.oid))
    parameters = der.tlv(0xA0, der.tlv(der.BIT_STRING, b"\5\xa0") + der.tlv(0xA0, der.oid(agreement) + curve))
    transport = der.sequence(
        der.sequence(der.tlv(der.OCTET_STRING, ukm), wrapped, parameters),
        der.tlv(der.OCTET_STRING, b"\0\1\2\3"),
    )
    head = bytes.fromhex(f"07200000{name}0000") + b"MAG1" + struct.pack("<I", 8 * len(number))
    blob = der.sequence(
        der.integer(0),
        der.sequence(der.oid(key.algorithm.oid), der.tlv(der.NULL, b"")),
        der.tlv(der.OCTET_STRING, head + transport),
    )
    sealed = gost28147.encrypt_feedback(_A, secret, salt[:8], blob)
    scheme = der.sequence(
        der.oid(SCHEME), der.sequence(der.tlv(der.OCTET_STRING, salt), der.integer(iterations))
    )
    bags = [("2", der.sequence(scheme, der.tlv(der.OCTET_STRING, sealed)))]
    x509 = der.oid("1.2.840.113549.1.9.22.1")
    bags += [
        ("3", der.sequence(x509, der.tlv(0xA0, der.tlv(der.OCTET_STRING, each.der)))) for each in certificates
    ]
    contents = [
        der.sequence(der.sequence(der.oid(_BAG + kind), der.tlv(0xA0, value))) for kind, value in bags
    ]
    safe = der.sequence(*map(_data, contents))
    return der.sequence(der.integer(3), _data(safe))


def password_key(password: str, salt: bytes, iterations: int) -> bytes:
    provider = load_provider()
    key = password.encode("utf-16-le")
    for count in range(1, iterations + 1):
        key = provider.digest(Digest.GOST94, key + salt + struct.pack(">H", count))
    return key


def wrapping_key(algorithm: KeyAlgorithm, secret: bytes, ukm: bytes) -> bytes:
    """RFC 4357 section 6.5 for the old keys, RFC 7836 section 4.5 for the others."""
    if algorithm is KeyAlgorithm.GOST2001:
        for octet in ukm:
            words = struct.unpack("<8I", secret)
            sums = [0, 0]
            for place in range(8):
                sums[0 if octet & 1 << place else 1] += words[place]
            vector = struct.pack("<2I", *(each % 2**32 for each in sums))
            secret = gost28147.encrypt_feedback(_A, secret, vector, secret)
        return secret
    provider = load_provider()
    block = secret + bytes(32)
    inner = bytes(each ^ 0x36 for each in block) + bytes.fromhex("0126bdb87800") + ukm + b"\1\0"
    outer = bytes(each ^ 0x5C for each in block)
    return provider.digest(Digest.STREEBOG256, outer + provider.digest(Digest.STREEBOG256, inner))


def substituted(key: bytes, octets: bytes) -> bytes:
    """Encrypt block by block."""
    return b"".join(
        gost28147.encrypt(_A, key, int.from_bytes(octets[at : at + 8], "little")).to_bytes(8, "little")
        for at in range(0, len(octets), 8)
    )


def _data(octets: bytes) -> bytes:
    return der.sequence(der.oid(DATA), der.tlv(0xA0, der.tlv(der.OCTET_STRING, octets)))
