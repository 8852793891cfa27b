"""SOAP 1.1 as SMEV 3 speaks it: envelopes, faults, content types; the body's child is the operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.smev3 import mtom
from mezhved.smev3.versions import SOAP11, Version
from mezhved.smev3.xml import WIRE_LIMITS, XmlLimits, parse
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from typing import NoReturn

    from lxml import etree

CONTENT_TYPE = "text/xml;charset=UTF-8"
"""Of answers that are not multipart, as the real server writes it."""

_USUAL = frozenset({CONTENT_TYPE, "text/xml; charset=utf-8", "text/xml"})
_SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
_ENVELOPE = f"{{{SOAP11}}}Envelope"
_HEADER = f"{{{SOAP11}}}Header"
_BODY = f"{{{SOAP11}}}Body"
_FAULT = f"{{{SOAP11}}}Fault"
_BEFORE = f'<soap:Envelope xmlns:soap="{SOAP11}"><soap:Body>'.encode()
_AFTER = b"</soap:Body></soap:Envelope>"
_MULTIPART = "multipart/related"
_PACKED = "multipart/"
_DEFAULT_MTOM_LIMITS = mtom.MtomLimits()


class MalformedEnvelope(MezhvedError):  # noqa: N818
    """The octets are no SOAP 1.1 envelope that can be dispatched: which rule they break."""


class MisplacedParts(MalformedEnvelope):
    """A SOAP 1.1 envelope whose parts stand in the wrong places: it has no one signed operation."""


class UnsupportedContentType(MalformedEnvelope):
    """The Content-Type names another charset than UTF-8, or a multipart that is not multipart/related."""


@dataclass(frozen=True, slots=True)
class SoapMessage:
    """A message as read: `octets` are the envelope's, with xop:Include of signed parts made base64.

    `root` is their tree, `body` the one child of Body, `parts` all that came, the envelope among it.
    """

    octets: bytes
    root: etree._Element
    body: etree._Element
    parts: mtom.Parts


def envelope(body: bytes) -> bytes:
    """Wrap a body's child, or a soap:Fault, into an envelope: prefix `soap`, no XML declaration."""
    return b"".join((_BEFORE, body, _AFTER))


def parse_envelope(root: etree._Element) -> etree._Element:
    """Return the one element in Body.

    The Header may be absent and may hold anything: mustUnderstand is not obeyed, as the real server
    does not. Raises `MalformedEnvelope`.
    """
    if root.tag != _ENVELOPE:
        _refuse_root(root)
    bodies = []
    for child in root.iterchildren("*"):
        if child.tag == _BODY:
            bodies.append(child)
        elif child.tag == _HEADER and bodies:
            _misplaced("Header стоит после Body", "the Header follows the Body")
    if not bodies:
        _refuse("в конверте нет Body", "the envelope has no Body")
    if len(bodies) > 1:
        _misplaced(f"в конверте {len(bodies)} Body", f"the envelope has {len(bodies)} Body elements")
    children = list(bodies[0].iterchildren("*"))
    if not children:
        _refuse("Body пусто", "the Body is empty")
    if len(children) > 1:
        _misplaced(
            f"в Body не один элемент, а {len(children)}", f"the Body has {len(children)} elements, not one"
        )
    return children[0]


def is_fault(element: etree._Element) -> bool:
    """Tell whether the body's child is a SOAP fault (read it with `faults.read_fault`)."""
    return bool(element.tag == _FAULT)


def operation(element: etree._Element) -> tuple[Version, str] | None:
    """Return the version and the local name of an operation's element, e.g. (1.2, SendRequestRequest).

    `None` where the element is of no `types` namespace.
    """
    namespace, _, name = str(element.tag).rpartition("}")
    version = Version.of_namespace(namespace[1:])
    if version is None or namespace[1:] != version.types:
        return None
    return version, name


def read(
    content_type: str | None,
    octets: bytes,
    *,
    xml_limits: XmlLimits = WIRE_LIMITS,
    mtom_limits: mtom.MtomLimits = _DEFAULT_MTOM_LIMITS,
) -> SoapMessage:
    """Read an HTTP body; SOAPAction plays no part.

    What is not multipart is read as XML whatever its media type: programs send XML under any name, and
    `curl -d @file` as a form. Raises `UnsupportedContentType`, `MalformedEnvelope`,
    `mtom.MalformedMultipart`, `xml.MalformedXml`.
    """
    packed = is_multipart(content_type)
    parts = mtom.read(content_type or "", octets, mtom_limits) if packed else mtom.Parts(octets, {})
    return read_parts(parts, xml_limits=xml_limits, mtom_limits=mtom_limits)


def read_parts(
    parts: mtom.Parts,
    *,
    xml_limits: XmlLimits = WIRE_LIMITS,
    mtom_limits: mtom.MtomLimits = _DEFAULT_MTOM_LIMITS,
) -> SoapMessage:
    """Read a message whose parts were taken apart already. Raises as `read`."""
    octets = mtom.inline(parts, mtom_limits)
    root = parse(octets, xml_limits)
    return SoapMessage(octets, root, parse_envelope(root), parts)


def is_multipart(content_type: str | None) -> bool:
    """Tell whether a body is multipart/related; what is not is XML. Raises `UnsupportedContentType`."""
    if content_type in _USUAL:
        return False
    kind = mtom.parse_content_type(content_type or "")
    if kind.media_type == _MULTIPART:
        return True
    if kind.media_type.startswith(_PACKED):
        raise UnsupportedContentType(
            Text(
                ru=f"Content-Type {kind.media_type} не принимается",
                en=f"Content-Type {kind.media_type} is not accepted",
            ),
            cure=Text(ru="text/xml или multipart/related", en="text/xml or multipart/related"),
        )
    if not kind.is_utf8:
        raise UnsupportedContentType(
            Text(
                ru=f"кодировка {kind.charset}: СМЭВ принимает только UTF-8",
                en=f"charset {kind.charset}: SMEV takes UTF-8 only",
            )
        )
    return False


def _refuse_root(root: etree._Element) -> NoReturn:
    if root.tag == f"{{{_SOAP12}}}Envelope":
        _refuse("конверт SOAP 1.2, а нужен SOAP 1.1", "the envelope is SOAP 1.2, SOAP 1.1 is needed")
    _refuse(f"корень — не конверт SOAP 1.1: {root.tag}", f"the root is no SOAP 1.1 envelope: {root.tag}")


def _misplaced(ru: str, en: str) -> NoReturn:
    raise MisplacedParts(Text(ru=ru, en=en), where="SOAP")


def _refuse(ru: str, en: str) -> NoReturn:
    raise MalformedEnvelope(Text(ru=ru, en=en), where="SOAP")
