"""What a call of the adapter's address says beside its body."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.adapter.faults import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.adapter.faults import ValidationFault

_LOOPBACK: Final = ("127.", "::1", "::ffff:127.")
_PORT: Final = re.compile(r":\d+\Z")
_PASSED_ON: Final = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_ORIGIN",
    "HTTP_SEC_FETCH_SITE",
)
"""What proxies and browsers say, and the adapter's clients do not."""

_ENCODINGS: Final = frozenset({"utf-16", "utf-16le", "utf-16be", "windows-1251", "cp1251", "koi8-r"})
_CHARSET: Final = re.compile(r""";\s*charset\s*=\s*["']?([\w.:-]{1,40})""", re.ASCII | re.IGNORECASE)
_DECLARED: Final = re.compile(rb"""<\?xml\s[^>]{0,80}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
DECLARATION: Final = re.compile(r"\A\N{ZERO WIDTH NO-BREAK SPACE}?<\?xml\s[^>]*\?>")
"""What it says of an encoding means nothing within a text."""

Environ = dict[str, Any]


def media_type(environ: Environ) -> str:
    """Return the Content-Type without its parameters."""
    return str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()


def is_local(environ: Environ, hosts: tuple[str, ...]) -> bool:
    """Tell whether a program of this machine calls: no proxy, no page of another site in a browser here."""
    if not str(environ.get("REMOTE_ADDR", "")).startswith(_LOOPBACK):
        return False
    if any(environ.get(name) for name in _PASSED_ON):
        return False
    host = _PORT.sub("", str(environ.get("HTTP_HOST", "")).lower())
    return not host or host in {each.lower() for each in hosts} or "*" in hosts


def token(header: str) -> str | None:
    """Return the token of Bearer, or of Basic: its password, or its name where there is no password."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return ""
    return password or name


def read(environ: Environ, limit: int) -> bytes:
    """Read a body that fits into memory; raise `ValidationFault` for a longer one."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length.isdigit() and int(length) > limit:
        raise _too_long(limit)
    stream = environ["wsgi.input"]
    octets: bytes = stream.read(int(length)) if length.isdigit() else stream.read(limit + 1)
    if len(octets) > limit:
        raise _too_long(limit)
    if length.isdigit() and len(octets) < int(length):
        raise invalid("тело оборвано", "the body broke off", "Content-Length")
    return octets


def demand_plain(environ: Environ) -> None:
    """Raise `ValidationFault` for a body that is compressed: nothing says how much is in it."""
    if environ.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in {"", "identity"}:
        raise invalid("сжатые тела не принимаются", "compressed bodies are not taken", "Content-Encoding")


def in_utf8(octets: bytes, content_type: str) -> tuple[bytes, str]:
    """Return an XML body and its Content-Type, in UTF-8 where it came in another usual encoding.

    The header's charset comes before what the document says of itself (RFC 7303). What cannot be is left as
    it is, for the parser to refuse.
    """
    named = _CHARSET.search(content_type)
    declared = _DECLARED.match(octets)
    if named is not None:
        encoding = named[1].lower()
    elif octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = declared[1].decode().lower() if declared is not None else ""
    if encoding not in _ENCODINGS:
        return octets, content_type
    try:
        text = octets.decode(encoding)
    except UnicodeDecodeError:
        return octets, content_type
    return DECLARATION.sub("", text).encode(), "text/xml; charset=utf-8"


def bounded(environ: Environ, limit: int) -> Callable[[int], bytes]:
    """Return a reader of the body that gives no more than `limit` octets."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length.isdigit() and int(length) > limit:
        raise _too_long(limit)
    stream = environ["wsgi.input"]
    left = int(length) if length.isdigit() else limit

    def read(size: int) -> bytes:
        nonlocal left
        piece: bytes = stream.read(min(size, left)) if left else b""
        left -= len(piece)
        return piece

    return read


def _too_long(limit: int) -> ValidationFault:
    return invalid(
        f"тело длиннее {limit} октетов", f"the body is longer than {limit} octets", "Content-Length"
    )
