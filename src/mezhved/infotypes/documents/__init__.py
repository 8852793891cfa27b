"""XML documents read safely whatever their namespaces are: a tree, canonical XML, writing.

libxml2 refuses namespace names that are no URI (`http://пф.рф/...`), which real documents have; nothing here
goes through it.
"""

from __future__ import annotations

from mezhved.infotypes.documents.canonical import canonical, fragment
from mezhved.infotypes.documents.model import (
    XML,
    XSI,
    Attribute,
    Comment,
    Document,
    Element,
    Instruction,
    QName,
)
from mezhved.infotypes.documents.reading import DOCUMENT_LIMITS, read_document
from mezhved.infotypes.documents.same import infoset, outline
from mezhved.infotypes.documents.writing import write_document

__all__ = [
    "DOCUMENT_LIMITS",
    "XML",
    "XSI",
    "Attribute",
    "Comment",
    "Document",
    "Element",
    "Instruction",
    "QName",
    "canonical",
    "fragment",
    "infoset",
    "outline",
    "read_document",
    "write_document",
]
