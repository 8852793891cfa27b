"""A ds:Signature that came by itself, not inside a message: put where it can be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.xml import XmlLimits, parse

if TYPE_CHECKING:
    from lxml import etree

MAX_OCTETS: Final = 256 * 1024
"""Many times a signature with the certificates of a whole chain."""
_LIMITS: Final = XmlLimits(octets=MAX_OCTETS)


def held(octets: bytes) -> tuple[etree._Element, Fragment]:
    """Return an element that holds the signature, to be given to `verify`, and the signature's own octets.

    An XML declaration and what surrounds the root go; raises `MalformedXml`.
    """
    root = parse(octets, _LIMITS)
    fragment = Source(octets, root).cut(root)
    return parse(b"<PersonalSignature>%b</PersonalSignature>" % fragment.octets, _LIMITS), fragment
