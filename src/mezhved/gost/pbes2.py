"""Keys under a password: PBES2 (RFC 8018 section 6.2, RFC 9337) by libcrypto, what it lacks by ourselves."""

from __future__ import annotations

import ctypes
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gost import cryptopro, der, pbe_rc2
from mezhved.gost.armor import reading_as
from mezhved.gost.errors import MalformedKey, UnsupportedAlgorithm, WrongPassword
from mezhved.gost.libcrypto import load_libcrypto
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost.libcrypto import LibCrypto

_PBES2: Final = "1.2.840.113549.1.5.13"
_PBKDF2: Final = "1.2.840.113549.1.5.12"
_SCRYPT: Final = "1.3.6.1.4.1.11591.4.11"
_HMAC_SHA256: Final = "1.2.840.113549.2.9"
_AES256_CBC: Final = "2.16.840.1.101.3.4.1.42"
_ITERATIONS: Final = 200_000
_MAX_ITERATIONS: Final = 10_000_000
_BLOCK: Final = 16
_SALT: Final = 16
_KEY: Final = 32


def encrypt(octets: bytes, password: bytes, randomness: Callable[[int], bytes]) -> bytes:
    """Write an EncryptedPrivateKeyInfo: PBKDF2 by HMAC-SHA-256, AES-256-CBC."""
    salt, vector = randomness(_SALT), randomness(_BLOCK)
    key = hashlib.pbkdf2_hmac("sha256", password, salt, _ITERATIONS, _KEY)
    derivation = der.sequence(
        der.oid(_PBKDF2),
        der.sequence(
            der.tlv(der.OCTET_STRING, salt),
            der.integer(_ITERATIONS),
            der.sequence(der.oid(_HMAC_SHA256), der.tlv(der.NULL, b"")),
        ),
    )
    cipher = der.sequence(der.oid(_AES256_CBC), der.tlv(der.OCTET_STRING, vector))
    return der.sequence(
        der.sequence(der.oid(_PBES2), der.sequence(derivation, cipher)),
        der.tlv(der.OCTET_STRING, _encrypt_aes(load_libcrypto(), key, vector, octets)),
    )


def decrypt(octets: bytes, password: bytes) -> bytes:
    """Open an EncryptedPrivateKeyInfo and return the PrivateKeyInfo.

    Raises `WrongPassword`, `MalformedKey`, `UnsupportedAlgorithm` when libcrypto cannot do the cipher or the
    derivation (those of GOST need gost-engine), `ProviderUnavailable` when there is no libcrypto.
    """
    with reading_as(MalformedKey):
        opened = decrypt_sealed(octets, password)
    try:
        der.read(opened, "PrivateKeyInfo").expect(der.SEQUENCE)
    except der.Asn1Error:
        raise _wrong_password() from None
    return opened


def decrypt_sealed(octets: bytes, password: bytes) -> bytes:
    """Decrypt what an algorithm identifier and an OCTET STRING hold, whatever it is.

    Raises as `decrypt` does, and `der.Asn1Error`. Ciphers without padding "decrypt" under any password.
    """
    scheme, algorithm, sealed = _check_scheme(octets)
    if scheme.name == cryptopro.SCHEME:
        return cryptopro.decrypt(scheme.salt, scheme.iterations, sealed, password)
    if scheme.name in pbe_rc2.KEY_OCTETS:
        return pbe_rc2.decrypt(scheme.name, scheme.salt, scheme.iterations, sealed, password)
    library = load_libcrypto()
    pointer = ctypes.c_char_p(algorithm)
    read = library.d2i_X509_ALGOR(None, ctypes.byref(pointer), len(algorithm))
    if not read:
        reasons = library.reasons()
        raise MalformedKey(Text(ru=reasons, en=reasons), where="AlgorithmIdentifier")
    library.ERR_clear_error()
    data, length = ctypes.c_void_p(), ctypes.c_int(0)
    places = ctypes.byref(data), ctypes.byref(length)
    done = library.PKCS12_pbe_crypt(read, password, len(password), sealed, len(sealed), *places, 0)
    reasons = library.reasons()
    library.X509_ALGOR_free(read)
    if not done:
        raise _refusal(reasons, scheme.name)
    try:
        return ctypes.string_at(data, length.value)
    finally:
        library.CRYPTO_free(data, None, 0)


def check_whole(octets: bytes, password: bytes) -> None:
    """Check the MAC of a PKCS#12 container; raise `WrongPassword`, `UnsupportedAlgorithm`, `MalformedKey`."""
    library = load_libcrypto()
    pointer = ctypes.c_char_p(octets)
    read = library.d2i_PKCS12(None, ctypes.byref(pointer), len(octets))
    if not read:
        reasons = library.reasons()
        raise MalformedKey(Text(ru=reasons, en=reasons), where="PFX")
    library.ERR_clear_error()
    right = library.PKCS12_verify_mac(read, password, len(password)) == 1
    reasons = library.reasons()
    library.PKCS12_free(read)
    if not right:
        raise _refusal(reasons, "MAC")


@dataclass(frozen=True, slots=True)
class _Scheme:
    """By what something was sealed: the identifiers; of a scheme of PKCS#12 what it takes, too."""

    name: str
    salt: bytes = b""
    iterations: int = 0


def _check_scheme(octets: bytes) -> tuple[_Scheme, bytes, bytes]:
    """Return the scheme, the algorithm's octets, and what it sealed.

    Refuses a number of iterations that would never end.
    """
    fields = der.read(octets, "EncryptedPrivateKeyInfo").expect(der.SEQUENCE).fields()
    identifier = fields.take(der.SEQUENCE, "encryptionAlgorithm")
    sealed = fields.take(der.OCTET_STRING, "encryptedData").string_octets()
    fields.end()
    return _scheme(identifier.fields()), identifier.raw, sealed


def _scheme(algorithm: der.Fields) -> _Scheme:
    scheme = algorithm.take(der.OBJECT_IDENTIFIER, "encryptionAlgorithm").oid()
    parameters = algorithm.any("parameters").expect(der.SEQUENCE).fields()
    if scheme != _PBES2:
        salt = parameters.any("salt").string_octets()
        return _Scheme(scheme, salt, check_iterations(parameters.take(der.INTEGER, "iterationCount")))
    derivation = parameters.take(der.SEQUENCE, "keyDerivationFunc").fields()
    names = [derivation.take(der.OBJECT_IDENTIFIER, "keyDerivationFunc").oid()]
    if names[0] == _PBKDF2:
        numbers = derivation.take(der.SEQUENCE, "PBKDF2-params").fields()
        numbers.take(der.OCTET_STRING, "salt")
        check_iterations(numbers.take(der.INTEGER, "iterationCount"))
        numbers.perhaps(der.INTEGER, "keyLength")
        prf = numbers.perhaps(der.SEQUENCE, "prf")
        if prf is not None:
            names.append(prf.fields().take(der.OBJECT_IDENTIFIER, "prf").oid())
    elif names[0] != _SCRYPT:
        raise UnsupportedAlgorithm(
            Text(ru=f"неизвестный вывод ключа {names[0]}", en=f"unknown key derivation {names[0]}"),
            where="keyDerivationFunc",
        )
    cipher = parameters.take(der.SEQUENCE, "encryptionScheme").fields()
    names.append(cipher.take(der.OBJECT_IDENTIFIER, "encryptionScheme").oid())
    return _Scheme(", ".join(names))


def check_iterations(node: der.Node) -> int:
    """Return a number of iterations; refuse one that would never end."""
    number = node.integer()
    if not 0 < number <= _MAX_ITERATIONS:
        raise node.broken("число итераций вне пределов", "the number of iterations is out of bounds")
    return number


def _refusal(reasons: str, scheme: str) -> UnsupportedAlgorithm | WrongPassword:
    """Tell a cipher that libcrypto does not know from a password that does not fit."""
    if "unsupported" in reasons or "unknown" in reasons:
        return UnsupportedAlgorithm(
            Text(
                ru=f"libcrypto не умеет защиту ключа {scheme} ({reasons})",
                en=f"libcrypto cannot open the key's encryption {scheme} ({reasons})",
            ),
            cure=Text(
                ru="шифрам ГОСТ нужен gost-engine; или перешифруйте: openssl pkcs8 -topk8 -v2 aes-256-cbc",
                en="GOST ciphers need gost-engine; or re-encrypt: openssl pkcs8 -topk8 -v2 aes-256-cbc",
            ),
        )
    return _wrong_password()


def _wrong_password() -> WrongPassword:
    return WrongPassword(Text(ru="пароль не подходит к ключу", en="the password does not open the key"))


def _encrypt_aes(library: LibCrypto, key: bytes, vector: bytes, octets: bytes) -> bytes:
    context = library.EVP_CIPHER_CTX_new()
    buffer = ctypes.create_string_buffer(len(octets) + _BLOCK)
    head, tail = ctypes.c_int(0), ctypes.c_int(0)
    try:
        cipher = library.EVP_aes_256_cbc()
        done = (
            library.EVP_EncryptInit_ex(context, cipher, None, key, vector) == 1
            and library.EVP_EncryptUpdate(context, buffer, ctypes.byref(head), octets, len(octets)) == 1
            and library.EVP_EncryptFinal_ex(
                context, ctypes.addressof(buffer) + head.value, ctypes.byref(tail)
            )
            == 1
        )
    finally:
        library.EVP_CIPHER_CTX_free(context)
    if not done:
        reasons = library.reasons()
        raise UnsupportedAlgorithm(Text(ru=f"отказ libcrypto: {reasons}", en=f"libcrypto failed: {reasons}"))
    return buffer.raw[: head.value + tail.value]
