"""Content types and header blocks of MIME (RFC 2045 section 5.1, RFC 5322 section 2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mezhved.smev3.mtom.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.smev3.mtom.errors import MtomLimits

_CONTENT_TYPE_OCTETS = 4096
_USUAL_OCTETS = 250
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))\s*')
_LINE = re.compile(r"\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")


@dataclass(frozen=True, slots=True)
class ContentType:
    """A media type in lower case and its parameters (names in lower case, values as they came)."""

    media_type: str
    parameters: Mapping[str, str]

    @property
    def charset(self) -> str:
        """Return the charset in lower case; UTF-8 where none is named."""
        return self.parameters.get("charset", "utf-8").strip("'\"").lower()

    @property
    def is_utf8(self) -> bool:
        """Tell whether the text is UTF-8 or its subset (MR 3.3 section 3.1 allows nothing else)."""
        return self.charset in {"utf-8", "utf8", "us-ascii", "ascii"}


def parse_content_type(value: str) -> ContentType:
    """Read a Content-Type; parameters may be quoted or not, the first of a name counts.

    Stray text between parameters is passed over, as servers do.
    """
    if len(value) < _USUAL_OCTETS:
        return _usual(value)
    return _parsed(value[:_CONTENT_TYPE_OCTETS])


def _parsed(value: str) -> ContentType:
    media_type, _, _ = value.partition(";")
    parameters: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(value):
        parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted else plain)
    return ContentType(media_type.strip().lower(), MappingProxyType(parameters))


_usual = lru_cache(maxsize=64)(_parsed)  # the same from call to call, or asked for several times in one


def parse_headers(block: bytes, limits: MtomLimits) -> dict[str, str]:
    """Read a header block: names in lower case, folded lines joined, the first of a name counts.

    Raises `MalformedMultipart` for too many headers or a line without a colon.
    """
    text = _FOLD.sub(" ", block.decode("utf-8", "replace"))
    lines = [line for line in _LINE.split(text) if line.strip()]
    if len(lines) > limits.headers:
        refuse("слишком много заголовков у части", "a part has too many headers")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            refuse(
                f"заголовок части без двоеточия: {line[:60]!r}",
                f"a part's header has no colon: {line[:60]!r}",
            )
        headers.setdefault(name.strip().lower(), value.strip())
    return headers
