"""Writing elements as octets: prefixes and order of the real server, no whitespace between elements.

The prefixes are those the real server uses: the default namespace is `basic`, `ns2` is `types`, `ns3` is
`faults`; `ns4` and `ns5` are ours for `routing` and `directive` of 1.3, declared where they
are used.
"""

from __future__ import annotations

import base64
import re
from enum import Enum
from typing import TYPE_CHECKING

from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.smev3.fragments import Fragment


class Profile(Enum):
    """How closely to follow the published schema.

    `STRICT` writes what the XSD of the version accepts: required elements that are not known are filled
    with neutral values, texts are cut to the schema's length, statuses are mapped to the version's own.
    `REAL` writes what is given and nothing else, as the real server does.
    """

    STRICT = "strict"
    REAL = "real"


DECLARATIONS = {
    version: f' xmlns="{version.basic}" xmlns:ns2="{version.types}" xmlns:ns3="{version.faults}"'
    for version in Version
}
"""What the start tag of a self-contained element declares."""

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL_ATTRIBUTE = re.compile('[&<"\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class WireElement:
    """An element of the wire: written by itself or inside another."""

    __slots__ = ()

    def to_xml(self, version: Version, profile: Profile = Profile.STRICT) -> bytes:
        """Return the element by itself, with all declarations it needs, in UTF-8."""
        return self.write(version, profile, DECLARATIONS[version])

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the element; its start tag carries the `declarations` and nothing else does."""
        raise NotImplementedError


def id_attribute(identifier: str | None) -> str:
    """Return the attribute Id with a blank before it; nothing for `None`."""
    return "" if identifier is None else f' Id="{escape_attribute(identifier)}"'


def escape(text: str) -> str:
    """Return the text ready to stand between tags; `ValueError` for characters that XML has no place for."""
    if _SPECIAL.search(text) is None:
        return text
    _demand_legal(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def escape_attribute(text: str) -> str:
    """Return the text ready to stand between the double quotes of an attribute."""
    if _SPECIAL_ATTRIBUTE.search(text) is None:
        return text
    _demand_legal(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def element(name: str, text: str) -> str:
    """Return an element that holds a text."""
    return f"<{name}>{escape(text)}</{name}>"


def optional(name: str, text: str | None) -> str:
    """Return an element that holds a text; nothing for `None`."""
    return "" if text is None else f"<{name}>{escape(text)}</{name}>"


def base64_element(name: str, octets: bytes) -> str:
    """Return an element that holds octets in base64 on one line."""
    return f"<{name}>{base64.b64encode(octets).decode('ascii')}</{name}>"


def holder(name: str, signature: Fragment | None) -> bytes:
    """Return the element that holds a signature (`ns2:SMEVSignature`...); nothing for `None`."""
    if signature is None:
        return b""
    return b"<%b>%b</%b>" % (name.encode(), signature.octets, name.encode())


def find_illegal(text: str) -> re.Match[str] | None:
    """Return the first character that XML has no place for (XML 1.0 section 2.2), if there is one."""
    return _ILLEGAL.search(text)


def _demand_legal(text: str) -> None:
    found = find_illegal(text)
    if found is not None:
        raise ValueError(f"U+{ord(found.group()):04X} cannot be written in XML")
