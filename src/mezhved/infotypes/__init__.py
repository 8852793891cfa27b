"""Information types: sets of XSD files and validation by them."""

from __future__ import annotations

from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.validation import SchemaSet, ValidationError, set_digest

__all__ = ["InvalidSchemaSet", "SchemaSet", "ValidationError", "set_digest"]
