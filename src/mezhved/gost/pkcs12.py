"""Containers of a key with its certificates (PKCS#12, .p12, .pfx): RFC 7292, with GOST RFC 9548.

The structure is read here, bounded; the check of the whole and most of the ciphers are libcrypto's (`pbes2`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.armor import reading_as, to_der
from mezhved.gost.certificates import Certificate
from mezhved.gost.errors import GostError, MalformedKey
from mezhved.gost.pbes2 import check_iterations, check_whole, decrypt_sealed
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

PKCS12_LABELS: Final = frozenset(("PKCS12",))

_VERSION: Final = 3
_DATA: Final = "1.2.840.113549.1.7.1"
_ENCRYPTED: Final = "1.2.840.113549.1.7.6"
_KEY_BAG: Final = "1.2.840.113549.1.12.10.1.1"
_SHROUDED_BAG: Final = "1.2.840.113549.1.12.10.1.2"
_CERTIFICATE_BAG: Final = "1.2.840.113549.1.12.10.1.3"
_SAFE_BAG: Final = "1.2.840.113549.1.12.10.1.6"
_X509: Final = "1.2.840.113549.1.9.22.1"
_MAX_BAGS: Final = 64
_MAX_NESTED: Final = 4
_MAX_OCTETS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Container:
    """What was inside: private keys as PKCS#8, and certificates, each in its order."""

    keys: tuple[bytes, ...] = field(repr=False)
    certificates: tuple[Certificate, ...]


def is_container(octets: bytes) -> bool:
    """Tell whether DER octets begin as a container does, and not as a key."""
    try:
        fields = der.Node(octets, 0, len(octets)).expect(der.SEQUENCE).fields()
        return fields.take(der.INTEGER, "version").integer() == _VERSION
    except der.Asn1Error:
        return False


def read_container(data: bytes, password: bytes) -> Container:
    """Open a container in DER, PEM or bare base64; the password is UTF-8.

    Raises `MalformedKey`, `WrongPassword`, `UnsupportedAlgorithm` (GOST ciphers need gost-engine),
    `ProviderUnavailable` when there is no libcrypto.
    """
    if len(data) > _MAX_OCTETS:
        raise MalformedKey(
            Text(ru=f"{len(data)} байт — это не контейнер", en=f"{len(data)} octets are no container")
        )
    with reading_as(MalformedKey):
        octets = to_der(data, PKCS12_LABELS)
        fields = der.read(octets, "PFX").expect(der.SEQUENCE).fields()
        if fields.take(der.INTEGER, "version").integer() != _VERSION:
            raise der.Asn1Error(Text(ru="неизвестная версия", en="an unknown version"), "PFX, version")
        kind, content = _content_info(fields.take(der.SEQUENCE, "authSafe"))
        if kind != _DATA or content is None:
            raise der.Asn1Error(
                Text(
                    ru="контейнер закрыт открытым ключом, а не паролем",
                    en="the container is sealed by a public key, not by a password",
                ),
                "PFX, authSafe",
            )
        mac = fields.perhaps(der.SEQUENCE, "macData")
        fields.end()
        if mac is not None:
            _check_mac(mac)
            check_whole(octets, password)
        keys: list[bytes] = []
        certificates: list[Certificate] = []
        safe = der.read(content.expect(der.OCTET_STRING).string_octets(), "AuthenticatedSafe")
        for each in safe.expect(der.SEQUENCE).children("ContentInfo", limit=_MAX_BAGS):
            _open_bags(_contents(each, password), password, keys, certificates, _MAX_NESTED)
    return Container(tuple(keys), tuple(certificates))


def _check_mac(mac: der.Node) -> None:
    fields = mac.fields()
    fields.take(der.SEQUENCE, "mac")
    fields.take(der.OCTET_STRING, "macSalt")
    iterations = fields.perhaps(der.INTEGER, "iterations")
    fields.end()
    if iterations is not None:
        check_iterations(iterations)


def _content_info(node: der.Node) -> tuple[str, der.Node | None]:
    fields = node.expect(der.SEQUENCE).fields()
    kind = fields.take(der.OBJECT_IDENTIFIER, "contentType").oid()
    content = fields.perhaps(0xA0, "content")
    fields.end()
    return kind, None if content is None else content.inside()


def _contents(node: der.Node, password: bytes) -> bytes:
    """Return the SafeContents of one part, decrypted when it is encrypted."""
    kind, content = _content_info(node)
    if kind == _DATA and content is not None:
        return content.expect(der.OCTET_STRING).string_octets()
    if kind != _ENCRYPTED or content is None:
        raise node.broken(f"неизвестная часть {kind}", f"an unknown part {kind}")
    fields = content.expect(der.SEQUENCE).fields()
    fields.take(der.INTEGER, "version")
    inner = fields.take(der.SEQUENCE, "encryptedContentInfo").fields()
    inner.take(der.OBJECT_IDENTIFIER, "contentType")
    algorithm = inner.take(der.SEQUENCE, "contentEncryptionAlgorithm")
    sealed = inner.any("encryptedContent").string_octets()
    return decrypt_sealed(der.sequence(algorithm.raw, der.tlv(der.OCTET_STRING, sealed)), password)


def _open_bags(
    octets: bytes, password: bytes, keys: list[bytes], certificates: list[Certificate], nested: int
) -> None:
    for kind, value in _bags(octets):
        if kind == _KEY_BAG:
            keys.append(value.raw)
        elif kind == _SHROUDED_BAG:
            keys.append(decrypt_sealed(value.raw, password))
        elif kind == _CERTIFICATE_BAG:
            certificates += _certificate(value)
        elif kind == _SAFE_BAG and nested:
            _open_bags(value.raw, password, keys, certificates, nested - 1)


def _bags(octets: bytes) -> Iterator[tuple[str, der.Node]]:
    for bag in der.read(octets, "SafeContents").expect(der.SEQUENCE).children("SafeBag", limit=_MAX_BAGS):
        fields = bag.expect(der.SEQUENCE).fields()
        kind = fields.take(der.OBJECT_IDENTIFIER, "bagId").oid()
        yield kind, fields.take(0xA0, "bagValue").inside()


def _certificate(value: der.Node) -> list[Certificate]:
    """Read a certificate; another kind of certificate, or one that does not read, is left out."""
    fields = value.expect(der.SEQUENCE).fields()
    kind = fields.take(der.OBJECT_IDENTIFIER, "certId").oid()
    content = fields.take(0xA0, "certValue").inside()
    if kind != _X509:
        return []
    try:
        return [Certificate.parse(content.expect(der.OCTET_STRING).string_octets())]
    except GostError:
        return []
