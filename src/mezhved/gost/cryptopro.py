"""Keys as CryptoPro CSP exports them: PKCS#12 with a scheme of its own, 1.2.840.113549.1.12.1.80.

No RFC describes the scheme; it is what CryptoPro CSP 3.6-5.0 writes and other readers of its files do. The
password and GOST R 34.11-94 give a key; under it lies, by GOST 28147-89 with feedback, a blob of CryptoAPI
(16 octets of head) whose key is wrapped (RFC 4357 section 6.3) under another key. That one is diversified
by the blob's UKM: for keys of 2001 as RFC 4357 section 6.5 has it, for later ones by KDF_GOSTR3411_2012_256
(RFC 7836 section 4.5).
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.algorithms import Digest, KeyAlgorithm
from mezhved.gost.errors import MalformedKey, UnsupportedAlgorithm, WrongPassword
from mezhved.gost.keys import read_parameters, write_algorithm
from mezhved.gost.provider import load_provider
from mezhved.gost.pure import gost28147
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gost.curves import Curve
    from mezhved.gost.provider import Provider

SCHEME: Final = "1.2.840.113549.1.12.1.80"

_HEAD_OCTETS: Final = 16
_MAX_ITERATIONS: Final = 0xFFFF  # the counter in the derivation has two octets; CryptoPro writes 2000
_LABEL: Final = bytes.fromhex("26bdb878")
_TABLES: Final = gost28147.CRYPTOPRO_A
_WORDS: Final = struct.Struct("<8I")
_MASK32: Final = (1 << 32) - 1
_HMAC_BLOCK: Final = 64


@dataclass(frozen=True, slots=True)
class _Blob:
    """A wrapped key: whose kind and curve, and how to unwrap it."""

    algorithm: KeyAlgorithm
    curve: Curve
    ukm: bytes
    sealed: bytes
    mark: bytes


def decrypt(salt: bytes, iterations: int, sealed: bytes, password: bytes) -> bytes:
    """Open what the scheme sealed (password in UTF-8); return the PrivateKeyInfo.

    Raises `WrongPassword`, `MalformedKey`, `UnsupportedAlgorithm` for a key that is none of GOST R 34.10.
    """
    if len(salt) < gost28147.BLOCK or iterations > _MAX_ITERATIONS:
        raise MalformedKey(
            Text(
                ru=f"соль в {len(salt)} байт и {iterations} итераций: КриптоПро так не пишет",
                en=f"a salt of {len(salt)} octets and {iterations} iterations: CryptoPro writes no such",
            )
        )
    provider = load_provider()
    key = _password_key(provider, password, salt, iterations)
    blob = _read_blob(gost28147.decrypt_feedback(_TABLES, key, salt[: gost28147.BLOCK], sealed))
    return der.sequence(
        der.integer(0),
        write_algorithm(blob.algorithm, blob.curve),
        der.tlv(der.OCTET_STRING, _unwrapped(provider, key, blob)),
    )


def _password_key(provider: Provider, password: bytes, salt: bytes, iterations: int) -> bytes:
    try:
        key = password.decode().encode("utf-16-le")
    except UnicodeDecodeError:
        raise _wrong_password() from None
    for count in range(1, iterations + 1):
        key = provider.digest(Digest.GOST94, key + salt + count.to_bytes(2))
    return key


def _read_blob(octets: bytes) -> _Blob:
    """Read what came out of the cipher, which has no check of its own: garbage is a wrong password."""
    try:
        fields = der.read(octets, "key blob").expect(der.SEQUENCE).fields()
        fields.take(der.INTEGER, "version")
        oid = fields.take(der.SEQUENCE, "algorithm").fields().take(der.OBJECT_IDENTIFIER, "algorithm").oid()
        blob = fields.take(der.OCTET_STRING, "key").body[_HEAD_OCTETS:]
        transport = der.read(blob, "key").expect(der.SEQUENCE).fields()
        key = transport.take(der.SEQUENCE, "encryptedKey").fields()
        ukm = key.take(der.OCTET_STRING, "ukm").body
        sealed, mark = _wrapped(key.take(der.SEQUENCE, "wrappedKey"))
        # [0] holds flags and, under another [0], the algorithm: what the key agrees by, then its curve.
        inner = key.take(0xA0, "parameters").fields()
        inner.take(der.BIT_STRING, "flags")
        agreement = inner.take(0xA0, "algorithm").fields()
        agreement.take(der.OBJECT_IDENTIFIER, "algorithm")
        parameters = agreement.take(der.SEQUENCE, "parameters")
    except der.Asn1Error:
        raise _wrong_password() from None
    algorithm = next((each for each in KeyAlgorithm if each.oid == oid), None)
    if algorithm is None:
        raise UnsupportedAlgorithm(
            Text(ru=f"в контейнере ключ не ГОСТ: {oid}", en=f"the container's key is not a GOST one: {oid}")
        )
    return _Blob(algorithm, read_parameters(parameters), ukm, sealed, mark)


def _wrapped(node: der.Node) -> tuple[bytes, bytes]:
    fields = node.fields()
    return fields.take(der.OCTET_STRING, "encrypted").body, fields.take(der.OCTET_STRING, "mac").body


def _unwrapped(provider: Provider, key: bytes, blob: _Blob) -> bytes:
    if len(blob.ukm) != gost28147.BLOCK or len(blob.sealed) != blob.curve.size:
        raise _wrong_password()
    early = blob.algorithm is KeyAlgorithm.GOST2001
    wrapping = _diversified(key, blob.ukm) if early else _derived(provider, key, blob.ukm)
    plain = gost28147.decrypt_blocks(_TABLES, wrapping, blob.sealed)
    if not hmac.compare_digest(gost28147.imitation(_TABLES, wrapping, blob.ukm, plain), blob.mark):
        raise _wrong_password()
    return plain


def _diversified(key: bytes, ukm: bytes) -> bytes:
    """Diversify a key (RFC 4357 section 6.5)."""
    for octet in ukm:
        words = _WORDS.unpack(key)
        chosen = sum(word for place, word in enumerate(words) if octet >> place & 1)
        others = sum(words) - chosen
        vector = struct.pack("<2I", chosen & _MASK32, others & _MASK32)
        key = gost28147.encrypt_feedback(_TABLES, key, vector, key)
    return key


def _derived(provider: Provider, key: bytes, seed: bytes) -> bytes:
    """Derive 256 bits by HMAC of Streebog (KDF_GOSTR3411_2012_256: RFC 7836 section 4.5)."""
    padded = key.ljust(_HMAC_BLOCK, b"\0")
    message = b"\1" + _LABEL + b"\0" + seed + b"\1\0"
    inner = provider.digest(Digest.STREEBOG256, bytes(octet ^ 0x36 for octet in padded) + message)
    return provider.digest(Digest.STREEBOG256, bytes(octet ^ 0x5C for octet in padded) + inner)


def _wrong_password() -> WrongPassword:
    return WrongPassword(Text(ru="пароль не подходит к ключу", en="the password does not open the key"))
