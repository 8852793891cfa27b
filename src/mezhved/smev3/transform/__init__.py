"""The octets that SMEV 3 signs: `urn://smev-gov-ru/xmldsig/transform` and exclusive C14N."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol

from mezhved.smev3 import native
from mezhved.smev3.transform import canonical, python
from mezhved.smev3.transform.errors import DEFAULT_LIMIT, TransformError

if TYPE_CHECKING:
    from lxml import etree


class Octets(Protocol):
    """A function from an element to octets; refuses to make more than `limit` of them."""

    def __call__(self, element: etree._Element, limit: int = DEFAULT_LIMIT) -> bytes:
        """Errors: `TransformError`."""
        ...


_compiled = native.load("mezhved.smev3.transform._compiled")

IMPLEMENTATION: Final[Literal["compiled", "python"]] = "compiled" if _compiled else "python"
"""Which of the two equal implementations runs."""

signed_octets: Octets = _compiled.signed_octets if _compiled else python.signed_octets
"""Return what SMEV 3 signs of an element; see `python.signed_octets`."""

canonical_octets: Octets = _compiled.canonical_octets if _compiled else canonical.canonical_octets
"""Return an element in exclusive C14N without comments; see `canonical.canonical_octets`."""

__all__ = ["IMPLEMENTATION", "Octets", "TransformError", "canonical_octets", "signed_octets"]
