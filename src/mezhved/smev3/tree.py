"""Where an element lies in its tree and its octets, and how large a tree is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mezhved.smev3 import native, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml import etree

_compiled = native.load("mezhved.smev3._tree")

element_path: Callable[[etree._Element, etree._Element], list[int]] = (
    _compiled.element_path if _compiled else scan.element_path
)
"""See `scan.element_path`."""

locate: Callable[[bytes, Sequence[int]], tuple[int, int, int, int]] = (
    _compiled.locate if _compiled else scan.locate
)
"""Return the offsets of the start tag, of its name's end, of its own end, and of the element's end."""

exceeds: Callable[[etree._Element, bytes, int, int], Literal["depth", "attributes"] | None] = (
    _compiled.exceeds if _compiled else scan.exceeds
)
"""See `scan.exceeds`."""

glance: Callable[[bytes], tuple[int, bool]] = _compiled.glance if _compiled else scan.glance
"""See `scan.glance`."""

inherited: Callable[[etree._Element, bytes], list[tuple[bytes, bytes]]] = (
    _compiled.inherited if _compiled else scan.inherited
)
"""See `scan.inherited`."""
