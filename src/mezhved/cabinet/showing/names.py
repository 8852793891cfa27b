"""Names that files are saved by, and the headers that they are handed out with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from mezhved.gateway.files import clean_name

if TYPE_CHECKING:
    from django.http import HttpResponseBase

GUARD: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
_MIME: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
_ACTIVE: Final = re.compile(r"html|svg|javascript|ecmascript|shockwave|x-sh")
_ANY: Final = "application/octet-stream"
_FORBIDDEN: Final = re.compile(r'[<>:"|?*;\x00-\x1f\x7f]')
_HEADS: Final = (
    (b"%PDF", ".pdf"),
    (b"PK\x03\x04", ".zip"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"<?xml", ".xml"),
    (b"\xef\xbb\xbf<?xml", ".xml"),
)


def safe_name(name: str) -> str:
    """Return what a file may be saved by anywhere: no path, no signs that deceive or that systems forbid."""
    return clean_name(_FORBIDDEN.sub("_", name)).lstrip(".~- ") or "file"


def suffix_of(octets: bytes) -> str:
    """Return the ending of a file's name by its first octets."""
    return next((suffix for head, suffix in _HEADS if octets.startswith(head)), ".bin")


def handed_out(octets: bytes, name: str, mime: str) -> HttpResponse:
    """Return octets to be saved, never to be opened inside the site."""
    response = HttpResponse(octets, content_type=_quiet(mime))
    _guard(response, name)
    return response


def handed_out_file(file: BinaryIO, size: int, name: str, mime: str) -> FileResponse:
    """Return a file that is read while it is sent."""
    response = FileResponse(file, content_type=_quiet(mime))
    response.headers["Content-Length"] = str(size)
    _guard(response, name)
    return response


def _guard(response: HttpResponseBase, name: str) -> None:
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=safe_name(name)) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = GUARD
    response.headers["Cache-Control"] = "no-store"


def _quiet(mime: str) -> str:
    """Return the type unless a browser would run what is of it."""
    plain = mime.partition(";")[0].strip().lower()
    return plain if _MIME.fullmatch(plain) and not _ACTIVE.search(plain) else _ANY
