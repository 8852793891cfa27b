"""The octets that SMEV 3 signs: `urn://smev-gov-ru/xmldsig/transform` and exclusive C14N."""

from __future__ import annotations

from mezhved.smev3.transform.canonical import canonical_octets
from mezhved.smev3.transform.errors import TransformError
from mezhved.smev3.transform.python import signed_octets

IMPLEMENTATION = "python"

__all__ = ["IMPLEMENTATION", "TransformError", "canonical_octets", "signed_octets"]
