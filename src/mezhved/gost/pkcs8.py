"""Private keys in files: PKCS#8 (RFC 5208, RFC 5958) in every form that GOST software writes.

The number stands inside as (RFC 9548 section 4, RFC 4491 section 2.3.2 and what implementations write):
an OCTET STRING, little endian; the same octets bare; an INTEGER; and masked, K·M₁⁻¹·…·Mₙ⁻¹ || M₁ || … || Mₙ,
each part little endian, bare or in an OCTET STRING, or in a SEQUENCE followed by the public key.
"""

from __future__ import annotations

import os
from enum import Enum
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.armor import narrowed, pem_blocks, reading_as, to_der, to_pem
from mezhved.gost.errors import MalformedKey, WrongPassword
from mezhved.gost.keys import PrivateKey, random_number, read_algorithm, write_algorithm
from mezhved.gost.pbes2 import decrypt, encrypt
from mezhved.gost.pkcs12 import is_container, read_container
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost.curves import Curve

_OPEN: Final = "PRIVATE KEY"
_ENCRYPTED: Final = "ENCRYPTED PRIVATE KEY"
_LABELS: Final = frozenset((_OPEN, _ENCRYPTED))
_MAX_OCTETS: Final = 65536
_MAX_VERSION: Final = 1


class PrivateKeyForm(Enum):
    """How the number stands inside PKCS#8."""

    OCTET_STRING = "octet-string"
    RAW = "raw"
    INTEGER = "integer"
    MASKED = "masked"


def load_private_key(data: bytes, password: bytes | None = None) -> PrivateKey:
    """Read a private key from PEM, DER or bare base64; also the one of a container (PKCS#12, .p12, .pfx).

    `password` is used when the key is encrypted. Raises `MalformedKey`, `UnsupportedAlgorithm` (another kind
    of key, curve or cipher), `WrongPassword` (also when the password is missing).
    """
    if len(data) > _MAX_OCTETS:
        raise MalformedKey(
            Text(ru=f"{len(data)} байт — это не файл ключа", en=f"{len(data)} octets are no key file")
        )
    if b"-----BEGIN " in narrowed(data) and not pem_blocks(data, _LABELS):
        raise MalformedKey(
            Text(ru=f"в файле PEM нет целого блока {_OPEN}", en=f"the PEM file has no whole block {_OPEN}")
        )
    with reading_as(MalformedKey):
        octets = to_der(data, _LABELS)
        if is_container(octets):
            return _of_container(octets, password)
        fields = der.read(octets, "PrivateKeyInfo").expect(der.SEQUENCE).fields()
        if fields.peek() != der.SEQUENCE:
            return _read_open(octets)
        if password is None:
            raise _no_password()
        plain = decrypt(octets, password)
    try:
        with reading_as(MalformedKey):
            return _read_open(plain)
    except MalformedKey as error:
        # Ciphers without padding "decrypt" under any password.
        raise WrongPassword(
            Text(ru="пароль не подходит к ключу", en="the password does not open the key")
        ) from error


def _of_container(octets: bytes, password: bytes | None) -> PrivateKey:
    if password is None:
        raise _no_password()
    keys = read_container(octets, password).keys
    if len(keys) != 1:
        raise MalformedKey(
            Text(
                ru=f"в контейнере закрытых ключей: {len(keys)}, а нужен один",
                en=f"the container has {len(keys)} private keys, one is needed",
            )
        )
    return _read_open(keys[0])


def _no_password() -> WrongPassword:
    return WrongPassword(
        Text(ru="ключ защищён паролем, а пароль не дан", en="the key is encrypted, no password was given")
    )


def dump_private_key(
    key: PrivateKey,
    *,
    password: bytes | None = None,
    pem: bool = True,
    form: PrivateKeyForm = PrivateKeyForm.OCTET_STRING,
    randomness: Callable[[int], bytes] = os.urandom,
) -> bytes:
    """Write a private key; with a password, encrypted (PBES2: PBKDF2 by HMAC-SHA-256, AES-256-CBC)."""
    octets = private_key_info(key, form, randomness)
    if password is not None:
        octets = encrypt(octets, password, randomness)
    return to_pem(octets, _OPEN if password is None else _ENCRYPTED).encode() if pem else octets


def private_key_info(
    key: PrivateKey,
    form: PrivateKeyForm = PrivateKeyForm.OCTET_STRING,
    randomness: Callable[[int], bytes] = os.urandom,
) -> bytes:
    """Write the PrivateKeyInfo in DER."""
    return der.sequence(
        der.integer(0),
        write_algorithm(key.algorithm, key.curve),
        der.tlv(der.OCTET_STRING, _write_number(key, form, randomness)),
    )


def _write_number(key: PrivateKey, form: PrivateKeyForm, randomness: Callable[[int], bytes]) -> bytes:
    curve = key.curve
    if form is PrivateKeyForm.INTEGER:
        octets = der.integer(key.value)
        if len(octets) % curve.size == 0:
            raise MalformedKey(
                Text(
                    ru="этот ключ в форме INTEGER неотличим от других форм, выберите OCTET STRING",
                    en="this key as an INTEGER looks like another form, choose OCTET STRING",
                )
            )
        return octets
    if form is PrivateKeyForm.MASKED:
        mask = random_number(curve.q, curve.size, randomness)
        masked = key.value * pow(mask, -1, curve.q) % curve.q
        return masked.to_bytes(curve.size, "little") + mask.to_bytes(curve.size, "little")
    octets = key.value.to_bytes(curve.size, "little")
    return der.tlv(der.OCTET_STRING, octets) if form is PrivateKeyForm.OCTET_STRING else octets


def _read_open(octets: bytes) -> PrivateKey:
    fields = der.read(octets, "PrivateKeyInfo").expect(der.SEQUENCE).fields()
    fields.take(der.INTEGER, "version").small(_MAX_VERSION)
    algorithm, curve = read_algorithm(fields.take(der.SEQUENCE, "privateKeyAlgorithm"))
    number = fields.take(der.OCTET_STRING, "privateKey").string_octets()
    # Attributes and the public key may follow (RFC 5958 section 2); nothing in them is needed.
    while fields.peek() is not None:
        fields.any("attributes")
    return PrivateKey(algorithm, curve, _read_number(number, curve))


def _read_number(octets: bytes, curve: Curve) -> int:
    size = curve.size
    if octets and len(octets) % size == 0:
        return _unmasked(octets, curve)
    node = der.read(octets, "privateKey")
    if node.tag == der.SEQUENCE:
        node = node.fields().take(der.OCTET_STRING, "maskedPrivateKey")
    if node.tag == der.INTEGER:
        # A number not below q is the same key as its remainder; some software does not reduce.
        return node.small(1 << 8 * size) % curve.q
    number = node.expect(der.OCTET_STRING).string_octets()
    if not number or len(number) % size:
        raise node.broken(f"число длиной {len(number)} байт", f"a number of {len(number)} octets")
    return _unmasked(number, curve)


def _unmasked(octets: bytes, curve: Curve) -> int:
    """Multiply the masked number by its masks; without masks it is the number itself."""
    value = 1
    for at in range(0, len(octets), curve.size):
        value = value * int.from_bytes(octets[at : at + curve.size], "little") % curve.q
    return value
