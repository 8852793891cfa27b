"""What comes back from an official's machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SignatureElement:
    """A whole ds:Signature, made by a plug-in such as CryptoPro's: octets of one element."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class SignatureValue:
    """The value over the offered SignedInfo (s||r, each big endian) and the signer's certificate.

    The certificate is DER, PEM or base64.
    """

    value: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class FileCms:
    """A detached PKCS#7 (CMS) over a file: DER, PEM or base64."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class FileValue:
    """The value over the offered signed attributes of a file, those attributes, and the certificate."""

    attributes: bytes
    value: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """What an official signed; files by their numbers. The system signs those that the official did not."""

    content: SignatureElement | SignatureValue
    files: Mapping[int, FileCms | FileValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Whose signature it has to be; what is empty does not bind.

    `snils` is 11 digits; `thumbprint` is SHA-256 of the certificate, hexadecimal.
    """

    snils: str = ""
    thumbprint: str = ""
