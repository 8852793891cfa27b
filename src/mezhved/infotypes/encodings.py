"""Octets of a text file of a package to text, whatever the file says of its own encoding."""

from __future__ import annotations

import codecs
import re
from typing import Final

from mezhved.texts import Text

_DECLARED: Final = re.compile(rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ONE_BYTE: Final = "cp1251"


def read_text(octets: bytes) -> tuple[str, Text | None]:
    """Return the text, and what was mended in reading it.

    A byte order mark decides, then what is declared, then what fits: agencies' files say UTF-8 and hold
    windows-1251, or the other way round. Octets that fit nothing are read as windows-1251 one by one.
    """
    for mark, encoding in _MARKS:
        if octets.startswith(mark):
            return octets[len(mark) :].decode(encoding, "replace"), None
    found = _DECLARED.match(octets[:512])
    declared = _known(found[1].decode()) if found else "utf-8"
    utf8 = _strictly(octets, "utf-8")
    if utf8 is not None and (declared == "utf-8" or not octets.isascii()):
        return utf8, None if declared == "utf-8" else _mended(declared, "UTF-8")
    text = None if declared == "utf-8" else _strictly(octets, declared)
    if text is not None:
        return text, None
    return _piecewise(octets), _mended(declared, "windows-1251")


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _strictly(octets: bytes, encoding: str) -> str | None:
    try:
        return octets.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _piecewise(octets: bytes) -> str:
    """Read each stretch that is no UTF-8 as windows-1251, as a file glued of two is."""
    parts: list[str] = []
    for line in octets.splitlines(keepends=True):
        whole = _strictly(line, "utf-8")
        parts.append(line.decode(_ONE_BYTE, "replace") if whole is None else whole)
    return "".join(parts)


def _mended(declared: str, real: str) -> Text:
    return Text(
        ru=f"кодировка объявлена {declared.upper()}, а на деле {real}: прочитано как {real}",
        en=f"the encoding is declared as {declared.upper()} and is {real}: read as {real}",
    )
