"""Signing inside a document: the signature goes to its place, every other octet stays."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from mezhved.smev3.fragments import Source
from mezhved.smev3.signature.model import Place, UnsignableElement
from mezhved.smev3.signature.places import positions
from mezhved.smev3.signature.signing import sign
from mezhved.smev3.versions import DS
from mezhved.smev3.xml import WIRE_LIMITS, XmlLimits, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from mezhved.gost import Provider, Signer
    from mezhved.smev3.signature.places import Position

_SIGNATURE = f"{{{DS}}}Signature"
_TAG = re.compile(rb"""<(?P<name>[^\s/>]++)(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_IDS = {
    Place.CALLER: "SIGNED_BY_CALLER",
    Place.SENDER: "SIGNED_BY_CONSUMER",
    Place.SMEV: "SIGNED_BY_SMEV",
    Place.PERSONAL: "PERSONAL_SIGNATURE",
    Place.ROUTING: "ROUTING_INFORMATION",
    Place.RECORD: "RECORD",
}


class _Edit(NamedTuple):
    """Octets that take the place of those from start to end."""

    start: int
    end: int
    octets: bytes


def sign_document(
    octets: bytes,
    signer: Signer,
    provider: Provider,
    place: Place | None = None,
    *,
    replace: bool = False,
    limits: XmlLimits = WIRE_LIMITS,
) -> bytes:
    """Return the document with a signature put in its place; bytes outside the insertion stay.

    Without `place` it is the operation's own: the caller's in a request, SMEV's in an answer. All
    positions of the place are signed (each record of a registry). An element without an Id gets one.
    `replace` puts a new signature where one stands. Raises `UnsignableElement`, `xml.MalformedXml`,
    `transform.TransformError`, `gost.GostError`.
    """
    root = parse(octets, limits)
    place = place or _own_place(root)
    octets = _with_ids(octets, root, place, replace=replace)
    root = parse(octets, limits)
    for in_record in (True, False):  # a signature in a record lies inside what the outer one signs
        source = Source(octets, root)
        found = [position for position in _of(root, place) if _is_record(position.parent) is in_record]
        edits = []
        for position in found:
            target = _to_sign(position, replace=replace)
            edits.append(_signature_edit(source, octets, position, sign(target, signer, provider)))
        if edits:
            octets = _edited(octets, edits)
            root = parse(octets, limits)
    return octets


def _with_ids(octets: bytes, root: etree._Element, place: Place, *, replace: bool) -> bytes:
    targets = [_to_sign(position, replace=replace) for position in _of(root, place)]
    names = _fresh_ids(root, place)
    source = Source(octets, root)
    unnamed = [target for target in targets if not target.get("Id")]
    return _edited(octets, [_id_edit(source, octets, target, next(names)) for target in unnamed])


def _is_record(parent: etree._Element) -> bool:
    return str(parent.tag).endswith("}Record")


def _of(root: etree._Element, place: Place) -> list[Position]:
    found = [position for position in positions(root) if position.place is place]
    if found:
        return found
    raise UnsignableElement(
        Text(ru=f"в документе нет места для {place}", en=f"the document has no place for {place}"),
        cure=Text(
            ru="дайте конверт SOAP или элемент операции СМЭВ 3",
            en="give a SOAP envelope or the element of an SMEV 3 operation",
        ),
    )


def _edited(octets: bytes, edits: Iterable[_Edit]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        pieces += (octets[at : edit.start], edit.octets)
        at = edit.end
    return b"".join((*pieces, octets[at:]))


def _own_place(root: etree._Element) -> Place:
    first = next(iter(positions(root)), None)
    return first.place if first else Place.CALLER


def _to_sign(position: Position, *, replace: bool) -> etree._Element:
    if position.target is None:
        raise UnsignableElement(
            Text(
                ru=f"нет элемента, который подписывает {position.place}",
                en=f"the element that {position.place} signs is missing",
            )
        )
    if not replace and position.holder is not None and len(position.holder):
        raise UnsignableElement(
            Text(
                ru=f"{position.place} уже содержит подпись", en=f"{position.place} holds a signature already"
            ),
            cure=Text(ru="замените её: --replace", en="replace it: --replace"),
        )
    return position.target


def _fresh_ids(root: etree._Element, place: Place) -> Iterator[str]:
    taken = {element.get("Id") for element in root.iter("*")}
    first = _IDS[place]
    names = (first if number == 1 else f"{first}_{number}" for number in count(1))
    return (name for name in names if name not in taken)


def _id_edit(source: Source, octets: bytes, element: etree._Element, identifier: str) -> _Edit:
    at = _start_tag(source, octets, element).end("name")
    return _Edit(at, at, f' Id="{identifier}"'.encode())


def _signature_edit(source: Source, octets: bytes, position: Position, signature: bytes) -> _Edit:
    holder = position.holder
    if holder is None:
        prefix = f"{position.parent.prefix}:" if position.parent.prefix else ""
        name = (prefix + position.place).encode()
        at = source.span(_before(position))[1]
        return _Edit(at, at, b"<%b>%b</%b>" % (name, signature, name))
    old = next(holder.iterchildren(_SIGNATURE), None)
    if old is not None:
        return _Edit(*source.span(old), signature)
    tag = _start_tag(source, octets, holder)
    if not tag[0].endswith(b"/>"):
        return _Edit(tag.end(), tag.end(), signature)
    return _Edit(tag.end() - 2, tag.end(), b">%b</%b>" % (signature, tag["name"]))


def _start_tag(source: Source, octets: bytes, element: etree._Element) -> re.Match[bytes]:
    """Return the element's start tag, its qualified name as the group `name`."""
    found = _TAG.match(octets, source.span(element)[0])
    if found is None:  # a span begins at a start tag
        raise ValueError("no start tag at the element's place")
    return found


def _before(position: Position) -> etree._Element:
    """Return the sibling after which the schema puts the holder."""
    children = list(position.parent.iterchildren("*"))
    names = [str(child.tag).rpartition("}")[2] for child in children]
    if "MessagePrimaryContent" in names:
        return children[names.index("MessagePrimaryContent")]
    last = children[-1]
    return children[-2] if names[-1] == "Routing" and len(children) > 1 else last
