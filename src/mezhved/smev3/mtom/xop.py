"""xop:Include to base64 and back (XOP 1.0; how SMEV uses it: MR 3.3 section 5)."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

from mezhved.smev3.mtom.errors import MtomLimits, refuse
from mezhved.smev3.mtom.scanning import replace, scan
from mezhved.smev3.versions import XOP

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.mtom.reading import Parts
    from mezhved.smev3.mtom.scanning import Leaf
    from mezhved.smev3.mtom.writing import Source

_DEFAULT_LIMITS = MtomLimits()
_XOP_OCTETS = XOP.encode()
_INCLUDE_TAG = f"{{{XOP}}}Include"
_BLANKS = b" \t\r\n"


class Package:
    """Parts that an answer refers to: each gets the id `<seed>-<n>@<namespace>`.

    `seed` is a fresh UUID, `namespace` that of the `basic` types, as the real server names its parts.
    """

    def __init__(self, seed: str, namespace: str) -> None:
        self.seed = seed
        self._namespace = namespace
        self.parts: dict[str, Source] = {}

    def reference(self, part: Source) -> str:
        """Keep a part; return the `cid:` URL that names it."""
        head = f"{self.seed}-{len(self.parts) + 1}@"
        self.parts[head + self._namespace] = part
        return f"cid:{head}{quote(self._namespace, safe='')}"

    def include(self, part: Source) -> bytes:
        """Keep a part; return the xop:Include element that names it."""
        return f'<xop:Include xmlns:xop="{XOP}" href="{self.reference(part)}"/>'.encode()


def inline(parts: Parts, limits: MtomLimits = _DEFAULT_LIMITS) -> bytes:
    """Return the root part with xop:Include replaced by base64 without line breaks.

    To be done before any signature is checked: SMEV signs the base64 and sends the xop:Include. Only
    AttachmentContent/Content, which no signature covers, keeps its xop:Include (see `content_octets`).
    All other octets stay as they came. Raises `MalformedMultipart` for a part that is not there.
    """
    if _XOP_OCTETS not in parts.root:
        return parts.root
    changes: list[tuple[Leaf, bytes]] = []
    room = limits.inlined
    for leaf in scan(parts.root, limits):
        if leaf.href is None:
            continue
        part = parts.resolve(leaf.href)
        if part is None:
            refuse(f"нет части {leaf.href}", f"there is no part {leaf.href}", "xop:Include")
        if leaf.is_content:
            continue
        room -= len(part)
        if room < 0:
            refuse("части в подписанных данных слишком велики", "the parts in signed data are too large")
        changes.append((leaf, b64encode(bytes(part))))
    return replace(parts.root, changes) if changes else parts.root


def content_octets(element: etree._Element, parts: Parts) -> bytes:
    """Return the octets of a base64 element (AttachmentContent/Content), inline or in a part.

    Raises `MalformedMultipart` for bad base64 or a part that is not there.
    """
    include = next(element.iterchildren(_INCLUDE_TAG), None)
    if include is not None:
        part = parts.resolve(include.get("href") or "")
        if part is None:
            refuse("нет части, на которую указывает xop:Include", "xop:Include names no part", "Content")
        return bytes(part)
    text = (
        "".join(str(piece) for piece in element.itertext(with_tail=False)) if len(element) else element.text
    )
    decoded = _decoded((text or "").encode())
    if decoded is None:
        refuse("содержимое — не base64", "the content is not base64", "Content")
    return decoded


def extract(root: bytes, package: Package, limits: MtomLimits = _DEFAULT_LIMITS) -> bytes:
    """Return the document with the base64 of attachments and their PKCS#7 moved into the package.

    A SignaturePKCS7 is moved only where its text is what `inline` would restore: any other spelling
    (line breaks) is signed as it stands and has to travel as it stands.
    """
    if b"SignaturePKCS7" not in root and b"AttachmentContent" not in root:
        return root
    changes: list[tuple[Leaf, bytes]] = []
    for leaf in scan(root, limits):
        text = root[leaf.start : leaf.end]
        octets = _decoded(text) if leaf.href is None else None
        if octets is not None and (leaf.is_content or b64encode(octets) == text):
            changes.append((leaf, package.include(octets)))
    return replace(root, changes) if changes else root


def _decoded(text: bytes) -> bytes | None:
    try:
        return b64decode(text.translate(None, _BLANKS), validate=True)
    except (binascii.Error, ValueError):
        return None
