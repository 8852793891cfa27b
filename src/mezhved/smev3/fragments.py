"""Cut elements out of a document as the very bytes that came: nothing signed is re-serialised."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from mezhved.smev3.tree import element_path, inherited, locate
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from lxml import etree

_ESCAPES = (
    (b"&", b"&amp;"),
    (b"<", b"&lt;"),
    (b'"', b"&quot;"),
    (b"\t", b"&#9;"),
    (b"\n", b"&#10;"),
    (b"\r", b"&#13;"),
)


class Fragment:
    """One element that stands on its own, UTF-8, without an XML declaration; a value, equal by its octets."""

    __slots__ = ("_element", "_octets", "_source")

    _element: etree._Element
    _octets: bytes | None
    _source: Source

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    @classmethod
    def of(cls, source: Source, element: etree._Element) -> Self:
        """Return what `source.cut(element)` returns, cut when it is first asked for.

        Most of what a reader of messages meets is never asked for. The tree must stay as it was parsed.
        """
        fragment = cls.__new__(cls)
        fragment._octets, fragment._source, fragment._element = None, source, element  # noqa: SLF001
        return fragment

    @property
    def octets(self) -> bytes:
        """Return the element's bytes; raises what `Source.cut` raises."""
        octets = self._octets
        if octets is None:
            octets = self._octets = self._source.cut(self._element).octets
        return octets

    @property
    def name(self) -> tuple[str, str]:
        """Return the element's namespace (empty for none) and local name."""
        element = getattr(self, "_element", None)
        if element is None:
            element = parse(self.octets)
        namespace, _, name = str(element.tag).rpartition("}")
        return namespace.removeprefix("{"), name

    def __eq__(self, other: object) -> bool:
        return self.octets == other.octets if isinstance(other, Fragment) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.octets)

    def __reduce__(self) -> tuple[type[Self], tuple[bytes]]:
        return type(self), (self.octets,)

    def __repr__(self) -> str:
        return f"Fragment(octets={self.octets!r})"


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
        missing = inherited(element, octets[name_end:tag_end])
        if not missing:
            return Fragment(octets[start:end])
        declarations = b"".join(_declaration(prefix, uri) for prefix, uri in missing)
        return Fragment(octets[start:name_end] + declarations + octets[name_end:end])

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


@lru_cache(maxsize=256)
def _declaration(prefix: bytes, uri: bytes) -> bytes:
    for sign, escape in _ESCAPES:
        uri = uri.replace(sign, escape)
    return b' xmlns:%b="%b"' % (prefix, uri) if prefix else b' xmlns="%b"' % uri
