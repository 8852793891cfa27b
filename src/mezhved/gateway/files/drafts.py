"""A file that goes along with a message to be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A file to go along; its content lies in memory or, above 64 KiB, in the gateway's folder already."""

    name: str
    mime_type: str
    size: int
    octets: bytes | None = None
    blob: str = ""
    digest: bytes = b""
    """GOST R 34.11-2012 (256 bits) of the content."""
    pkcs7: bytes | None = None
    carrier: str = ""
    """How it travels (`Carrier`); empty: by the size of all files of the message."""
    header: dict[str, Any] | None = None
    """What its header says beside: `uuid` in the file store, `namespace` and `archive` (1.3)."""
