"""Reading what an official's machine made: a ds:Signature, or a value with a certificate; so of files."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.officials import FileCms, FileValue, SignatureElement, SignatureValue, Signed
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.core.files.uploadedfile import UploadedFile

_LARGEST: Final = 512 * 1024
_MOST_FILES: Final = 1000
_FILE: Final = re.compile(r"(?:cms|value)-([0-9]{1,6})")


def signed_of(said: Mapping[str, str], files: Mapping[str, UploadedFile[Any]]) -> Signed:
    """Return what a posted form gives back; raise `InvalidMessage` for what is no signature at all."""
    octets = _octets("signature", said, files)
    if not octets:
        raise InvalidMessage(
            Text(ru="вставьте подпись или приложите её файл", en="put the signature in, or attach its file"),
            where="signature",
        )
    certificate = _octets("certificate", said, files)
    content: SignatureElement | SignatureValue
    if octets.lstrip()[:1] == b"<":
        content = SignatureElement(octets.strip())
    else:
        if not certificate:
            raise InvalidMessage(
                Text(
                    ru="к значению подписи нужен сертификат",
                    en="the value of a signature needs its certificate",
                ),
                where="certificate",
            )
        content = SignatureValue(_decoded(octets, "signature"), certificate)
    return Signed(content, _files(said, files, certificate))


def _files(
    said: Mapping[str, str], files: Mapping[str, UploadedFile[Any]], certificate: bytes
) -> dict[int, FileCms | FileValue]:
    """Return the signatures of files: a whole CMS, or a value over the attributes that were offered."""
    found: dict[int, FileCms | FileValue] = {}
    for number in _numbers([*said, *files]):
        octets = _octets(f"cms-{number}", said, files)
        value = _octets(f"value-{number}", said, files)
        if octets:
            found[number] = FileCms(octets)
        elif value:
            where = f"files: {number}"
            attributes = _decoded(_octets(f"attributes-{number}", said, files), where)
            found[number] = FileValue(attributes, _decoded(value, where), certificate)
    return found


def _numbers(names: Iterable[str]) -> list[int]:
    found = [_FILE.fullmatch(each) for each in names]
    return sorted({int(each[1]) for each in found if each is not None})[:_MOST_FILES]


def _octets(name: str, said: Mapping[str, str], files: Mapping[str, UploadedFile[Any]]) -> bytes:
    file = files.get(f"{name}-file") or files.get(name)
    octets = said.get(name, "").encode()
    if file is not None:
        octets = file.read(_LARGEST + 1)
    if len(octets) > _LARGEST:
        raise InvalidMessage(
            Text(ru="это слишком велико для подписи", en="too large for a signature"), where=name
        )
    return octets.strip() if file is None else octets


def _decoded(octets: bytes, where: str) -> bytes:
    """Return a value of a signature: base64, or the octets themselves of a file."""
    try:
        return base64.b64decode(b"".join(octets.split()), validate=True)
    except (binascii.Error, ValueError):
        if octets.isascii():
            raise InvalidMessage(Text(ru="это не base64", en="this is no base64"), where=where) from None
        return octets
