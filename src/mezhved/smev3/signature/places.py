"""Which element each signature signs, by its place in the schema and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mezhved.smev3.signature.model import Place
from mezhved.smev3.versions import SOAP11, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_SOAP = frozenset({f"{{{SOAP11}}}Envelope", f"{{{SOAP11}}}Body"})
_REGISTRIES = tuple(f"{{{version.directive}}}Registry" for version in Version)
_PRIMARY = "MessagePrimaryContent"


class _Rule(NamedTuple):
    """In such a parent the holder named by the place signs the child of one of the names."""

    place: Place
    targets: tuple[str, ...]


_CALLER = {
    "SendRequestRequest": "SenderProvidedRequestData",
    "SendResponseRequest": "SenderProvidedResponseData",
    "GetRequestRequest": "MessageTypeSelector",
    "GetResponseRequest": "MessageTypeSelector",
    "GetStatusRequest": "Timestamp",
    "GetIncomingQueueStatisticsRequest": "Timestamp",
    "AckRequest": "AckTargetMessage",
    "CancelRequestRequest": "MessageReference",  # this one and the next: the first schema of 1.1
    "GetInteractionStatusRequest": "MessageReference",
}
_RULES: dict[str, _Rule] = {
    **{parent: _Rule(Place.CALLER, (target,)) for parent, target in _CALLER.items()},
    "SendRequestResponse": _Rule(Place.SMEV, ("MessageMetadata",)),
    "SendResponseResponse": _Rule(Place.SMEV, ("MessageMetadata",)),
    "CancelRequestResponse": _Rule(Place.SMEV, ("MessageMetadata",)),
    "RequestMessage": _Rule(Place.SMEV, ("Request", "Cancel")),
    "ResponseMessage": _Rule(Place.SMEV, ("Response",)),
    "SmevAsyncProcessingMessage": _Rule(Place.SMEV, ("AsyncProcessingStatusData",)),
    "SmevAsyncProcessingFailureMessage": _Rule(Place.SMEV, ("AsyncProcessingFailure",)),
    "Cancel": _Rule(Place.SENDER, ("MessageReference",)),
    "Request": _Rule(Place.SENDER, ("SenderProvidedRequestData",)),
    "Response": _Rule(Place.SENDER, ("SenderProvidedResponseData",)),
    "SenderProvidedRequestData": _Rule(Place.PERSONAL, (_PRIMARY,)),
    "SenderProvidedResponseData": _Rule(Place.PERSONAL, (_PRIMARY,)),
    "Routing": _Rule(Place.ROUTING, ("RoutingInformation",)),
    "RegistryRecord": _Rule(Place.RECORD, ("Record",)),
    "Record": _Rule(Place.PERSONAL, ("RecordContent",)),
}
_CONTAINERS = frozenset(
    {*_RULES, "GetRequestResponse", "GetResponseResponse", "GetStatusResponse", "Registry", _PRIMARY}
)
_KNOWN = {
    f"{{{namespace}}}{name}": name
    for version in Version
    for namespace in version.namespaces
    for name in {*_CONTAINERS, *Place, *(target for rule in _RULES.values() for target in rule.targets)}
}
"""The local names that play a part here, by the names of elements in SMEV's namespaces of any version."""


class Position(NamedTuple):
    """A place where a signature stands or may stand: its parent, its holder and what it must sign."""

    place: Place
    parent: etree._Element
    holder: etree._Element | None
    target: etree._Element | None


def positions(root: etree._Element) -> Iterator[Position]:
    """Yield, in document order of their parents, every place of the schema below the root.

    The root is a SOAP envelope, an operation, any structure inside one, or business data with a
    directive registry. A place without a holder is yielded once, with `holder` None.
    """
    if root.tag in _SOAP:
        for child in root.iterchildren("*"):
            if root.tag.endswith("Body") or child.tag in _SOAP:
                yield from positions(child)
    elif _is_container(root):
        yield from _inside(root)
    elif Version.of_namespace(str(root.tag)[1:].rpartition("}")[0]) is None:
        yield from _registries(root)


def find_signatures(
    root: etree._Element,
) -> list[tuple[Place, etree._Element, etree._Element | None]]:
    """Return every signature that stands in its place: the place, its holder, the element it must sign."""
    return [
        (position.place, position.holder, position.target)
        for position in positions(root)
        if position.holder is not None
    ]


def is_known(element: etree._Element) -> bool:
    """Tell whether `positions` can begin at the element itself."""
    return element.tag in _SOAP or _is_container(element)


def _inside(parent: etree._Element) -> Iterator[Position]:
    name = _name(parent) or ""
    if name == _PRIMARY:
        for business in parent.iterchildren("*"):
            yield from _registries(business)
        return
    children = [(_KNOWN.get(child.tag), child) for child in parent.iterchildren("*")]
    rule = _RULES.get(name)
    if rule is not None:
        target = _target(children, rule)
        holders = [child for named, child in children if named == rule.place]
        if not holders:
            yield Position(rule.place, parent, None, target)
        for holder in holders:
            yield Position(rule.place, parent, holder, target)
    for named, child in children:
        if named in _CONTAINERS:
            yield from _inside(child)


def _target(children: list[tuple[str | None, etree._Element]], rule: _Rule) -> etree._Element | None:
    """Return the one child to be signed; two of them are as good as none."""
    found = [child for named, child in children if named in rule.targets]
    if len(found) != 1:
        return None
    if rule.targets != (_PRIMARY,):
        return found[0]
    business = list(found[0].iterchildren("*"))
    return business[0] if len(business) == 1 else None


def _registries(business: etree._Element) -> Iterator[Position]:
    for registry in business.iter(*_REGISTRIES):
        yield from _records(registry)


def _records(registry: etree._Element) -> Iterator[Position]:
    for child in registry.iterchildren("*"):
        if _name(child) == "RegistryRecord":
            yield from _inside(child)


def _is_container(element: etree._Element) -> bool:
    return _name(element) in _CONTAINERS


def _name(element: etree._Element) -> str | None:
    """Return the local name of an element of SMEV's envelope, of any version; None for what plays no part."""
    return _KNOWN.get(str(element.tag))
