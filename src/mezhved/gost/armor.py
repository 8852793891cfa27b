"""Taking PEM, bare base64 and DER alike; writing PEM (RFC 7468)."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.gost.errors import GostError

_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 #]{1,40})-----([^-]*)-----END \1-----")
_BLANKS: Final = bytes.maketrans(b"", b""), b" \t\r\n"
_PADDING: Final = 64
# `certutil -encode` of Windows puts this label on whatever the file holds.
_ANYTHING: Final = frozenset(("CERTIFICATE",))
# Windows PowerShell writes what it redirects into a file so.
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@contextmanager
def reading_as(family: type[GostError]) -> Iterator[None]:
    """Turn the reader's errors into the family that the caller promises."""
    try:
        yield
    except der.Asn1Error as error:
        raise family(error.what, where=error.where) from None


def decode_base64(octets: bytes) -> bytes | None:
    """Decode base64 with blanks anywhere; None when it is not base64."""
    table, blanks = _BLANKS
    try:
        return base64.b64decode(octets.translate(table, blanks), validate=True)
    except binascii.Error:
        return None


def narrowed(data: bytes) -> bytes:
    """Return what may be PEM or base64 in UTF-16 as octets of ASCII; anything else as it is."""
    return data.decode("utf-16", "replace").encode("ascii", "replace") if data[:2] in _WIDE else data


def pem_blocks(data: bytes, labels: frozenset[str]) -> list[bytes]:
    """Return the contents of the PEM blocks with these labels, in the file's order.

    A block that is not base64 comes empty.
    """
    return [
        decode_base64(match[2]) or b""
        for match in _BLOCK.finditer(narrowed(data))
        if match[1].decode() in labels
    ]


def to_der(data: bytes, labels: frozenset[str], *, certutil: bool = False) -> bytes:
    """Find the DER in what may be DER, PEM or bare base64, without blanks or zeros after it.

    With `certutil`, what is named a certificate is taken where no block has the right label.
    Raise `der.Asn1Error` when it is none of them.
    """
    if data[:1] == b"\x30":
        # "0" begins no base64 of a SEQUENCE: that starts with "M".
        return _trimmed(data)
    blocks = pem_blocks(data, labels) or (pem_blocks(data, _ANYTHING) if certutil else [])
    if blocks:
        return blocks[0]
    octets = decode_base64(narrowed(data).removeprefix(b"\xef\xbb\xbf"))
    if not octets:
        wanted = ", ".join(sorted(labels))
        raise der.Asn1Error(
            Text(
                ru=f"это не DER, не base64 и не PEM с блоком {wanted}",
                en=f"this is neither DER, nor base64, nor PEM with a block {wanted}",
            ),
            "",
        )
    return octets


def _trimmed(data: bytes) -> bytes:
    return data[: der_end(data)]


def der_end(data: der.Octets) -> int:
    """Return where DER ends, before the line end or zeros that editors and mailers append to files."""
    try:
        end = der.Node(data, 0, len(data)).after
    except der.Asn1Error:
        return len(data)
    padded = len(data) - end <= _PADDING and not data[end:].strip(b"\r\n\t \0")
    return end if padded else len(data)


def to_pem(octets: bytes, label: str) -> str:
    """Write PEM with lines of 64 characters."""
    text = base64.b64encode(octets).decode()
    lines = "".join(f"{text[at : at + 64]}\n" for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}-----END {label}-----\n"
