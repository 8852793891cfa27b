"""YAML of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.registry.errors import BadDocument
from mezhved.service import documents

if TYPE_CHECKING:
    from mezhved.service.documents import Entry

FORMAT: Final = "mezhved-registry/1"

dump_document = documents.dump_document


def read_document(text: str) -> Entry:
    """Read a document of the registry. Raises `BadDocument`."""
    return documents.read_document(text, FORMAT, BadDocument)
