"""Files of messages: in the row while small, else in the gateway's folder; up and down by SMEV's store."""

from __future__ import annotations

from mezhved.gateway.files.drafts import FileDraft
from mezhved.gateway.files.keeping import SMALL, clean_name, keep_upload, mime_type_of, open_file, wipe
from mezhved.gateway.files.references import header_of, parts_of, reference_of, said_of

__all__ = [
    "SMALL",
    "FileDraft",
    "clean_name",
    "header_of",
    "keep_upload",
    "mime_type_of",
    "open_file",
    "parts_of",
    "reference_of",
    "said_of",
    "wipe",
]
