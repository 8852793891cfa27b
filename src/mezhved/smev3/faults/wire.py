"""Faults to and from the wire."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from mezhved.smev3.faults.kinds import FaultKind, Form
from mezhved.smev3.faults.model import Fault, FaultChild
from mezhved.smev3.versions import PREFIX, XSI, Version

if TYPE_CHECKING:
    from lxml import etree

_FAULTS = PREFIX + "types/faults/"
_KINDS: dict[str, FaultKind] = {kind.value: kind for kind in FaultKind}
_OF_NUMBER = {kind.number: kind for kind in FaultKind if kind.number}
_NUMBER = re.compile(r"\s*SMEV-([0-9]{1,4})(?![0-9])")
_MODULE = re.compile(r"([A-Z]+:\d+)\s*$")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fault_body(fault: Fault, version: Version, code: str) -> bytes:
    """Return the soap:Fault element as the real server writes it.

    The prefix `soap` is the envelope's: wrap the result by `soap.envelope`. `code` is the whole code, e.g.
    `fed0:PRODUCTION_AREA:FED0_CORE1 : TR:SYNC:UNQ:2` (schemas 1.1 and 1.2 allow 50 characters). A kind the
    version does not know (PersonalAccessDenied before 1.3) is written as AccessDenied.
    """
    kind = _kind_in(fault, version)
    xsi = f' xmlns:xsi="{XSI}"' if kind.form(version) is Form.VOID else ""
    kind_type = ' xsi:type="SmevFault"' if xsi else ""
    return (
        f"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{_text(fault.text)}</faultstring><detail>"
        f'<ns3:{kind.value}{xsi} xmlns:ns3="{version.faults}" xmlns:ns2="{version.types}"'
        f' xmlns="{version.basic}"{kind_type}>'
        f"{_children(fault, code)}</ns3:{kind.value}></detail></soap:Fault>"
    ).encode()


def read_fault(element: etree._Element) -> Fault:
    """Read a soap:Fault (any SOAP 1.1 prefix) or a types:SmevFault; nothing in it is required.

    SMEV's fault is recognised by the detail element's name alone, of any version, also when it is empty,
    as gateways send it.
    """
    if _local(element) == "SmevFault":
        return _read_detail(element, _type_kind(element), text="", soap_code="")
    text = soap_code = ""
    detail = None
    for child in element.iterchildren("*"):
        name = _local(child)
        if name == "faultstring":
            text = _all_text(child)
        elif name == "faultcode":
            soap_code = _all_text(child).strip()
        elif name == "detail":
            detail = next((entry for entry in child.iterchildren("*") if _detail_kind(entry)), None)
    if detail is None:
        return Fault(None, _number(text), text, soap_code=soap_code)
    return _read_detail(detail, _detail_kind(detail), text=text, soap_code=soap_code)


def status_fault(code: str | None, description: str | None, fault_type: str | None) -> Fault:
    """Return the fault of an AsyncProcessingStatus: of its Code, Description and its type's local name."""
    number = _number(description or "")
    module = _MODULE.search(code or "")
    return Fault(
        kind=_KINDS.get(fault_type or "") or _OF_NUMBER.get(number or 0),
        number=number,
        text=description or "",
        description=description or "",
        module=module[1] if module else "",
        code=code or "",
    )


def _read_detail(detail: etree._Element, kind: FaultKind | None, *, text: str, soap_code: str) -> Fault:
    code = description = ""
    children: list[FaultChild] = []
    for child in detail.iterchildren("*"):
        name, told = _local(child), _all_text(child)
        if name == "Code":
            code = told.strip()
        elif name == "Description":
            description = told
        else:
            attributes = tuple((str(key), str(value)) for key, value in child.attrib.items())
            children.append(FaultChild(name, told, attributes))
    module = _MODULE.search(code)
    number = _number(description)
    if number is None and kind is not None:
        number = kind.number
    if kind is None and number is not None:
        kind = _OF_NUMBER.get(number)  # an asynchronous fault without a type of its own
    return Fault(
        kind=kind,
        number=number,
        text=text or description,
        description=description,
        module=module[1] if module else "",
        children=tuple(children),
        code=code,
        version=Version.of_namespace(_namespace(detail)),
        soap_code=soap_code,
    )


def _detail_kind(element: etree._Element) -> FaultKind | None:
    return _KINDS.get(_local(element)) if _namespace(element).startswith(_FAULTS) else None


def _type_kind(element: etree._Element) -> FaultKind | None:
    """Return the kind that xsi:type names; its prefix must stand for a faults namespace."""
    prefix, _, name = (element.get(f"{{{XSI}}}type") or "").strip().rpartition(":")
    uri = element.nsmap.get(prefix or None) or ""
    return _KINDS.get(name) if uri.startswith(_FAULTS) else None


def _kind_in(fault: Fault, version: Version) -> FaultKind:
    kind = fault.kind or FaultKind.SMEV_FAILURE
    if kind is FaultKind.PERSONAL_ACCESS_DENIED and version is not Version.V1_3:
        return FaultKind.ACCESS_DENIED
    return kind


def _children(fault: Fault, code: str) -> str:
    own = "".join(
        f"<ns3:{child.name}{_attributes(child)}>{_text(child.text)}</ns3:{child.name}>"
        for child in fault.children
    )
    return f"<Code>{_text(code)}</Code><Description>{_text(fault.description)}</Description>{own}"


def _attributes(child: FaultChild) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in child.attributes)


def _text(value: str) -> str:
    """Escape text; characters that XML cannot carry become U+FFFD."""
    return escape(_FORBIDDEN.sub("\ufffd", value), quote=False)


def _number(description: str) -> int | None:
    found = _NUMBER.match(description)
    return int(found[1]) if found else None


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _namespace(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[0][1:]


def _all_text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())
