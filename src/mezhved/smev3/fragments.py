"""Cut elements out of a document as the very bytes that came: nothing signed is re-serialised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mezhved.smev3.tree import element_path, locate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_ATTRIBUTE_NAME = re.compile(rb"""\s([^\s=]+)\s*=\s*(?:"[^"]*+"|'[^']*+')""")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """One element that stands on its own, UTF-8, without an XML declaration."""

    octets: bytes


class Source:
    """The octets of a document beside its tree."""

    def __init__(self, octets: bytes, root: etree._Element) -> None:
        """Take the octets and the root element that `mezhved.smev3.xml.parse` gave for them.

        Errors: `ValueError` when `root` is not the root of its document.
        """
        if root.getparent() is not None:
            raise ValueError("a source needs the root element of the document")
        self._octets = octets
        self._root = root

    def cut(self, element: etree._Element) -> Fragment:
        """Return the element's bytes, with the declarations that it inherits put into its start tag.

        Nothing else differs from the octets that came, so a signature over the element holds.
        Errors: `ValueError` when the element is not of this tree, or the tree was changed.
        """
        start, name_end, tag_end, end = self._locate(element)
        octets = self._octets
        inherited = b"".join(_inherited(element, octets[name_end:tag_end]))
        if not inherited:
            return Fragment(octets[start:end])
        return Fragment(octets[start:name_end] + inherited + octets[name_end:end])

    def span(self, element: etree._Element) -> tuple[int, int]:
        """Return where the element's first octet is and where the octet after its last one is.

        Errors: as `cut`.
        """
        start, _, _, end = self._locate(element)
        return start, end

    def _locate(self, element: etree._Element) -> tuple[int, int, int, int]:
        place = locate(self._octets, element_path(self._root, element))
        name = self._octets[place[0] + 1 : place[1]].rpartition(b":")[2].decode()
        tag: Any = element.tag
        if name != tag.rpartition("}")[2]:
            raise ValueError("the tree was changed after it was parsed")
        return place


def _inherited(element: etree._Element, start_tag: bytes) -> Iterator[bytes]:
    """Yield the declarations in scope that the start tag itself does not make."""
    own = set(_ATTRIBUTE_NAME.findall(start_tag))
    scope: dict[str | None, str] = dict(element.nsmap)
    for prefix in sorted(scope, key=lambda prefix: prefix or ""):
        name = f"xmlns:{prefix}" if prefix else "xmlns"
        uri = scope[prefix]
        if uri and name.encode() not in own:
            yield f' {name}="{uri.translate(_ESCAPES)}"'.encode()
