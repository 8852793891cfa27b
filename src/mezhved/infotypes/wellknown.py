"""Schemas of our own writing for namespaces that sets import and then leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.infotypes.supplementary import SUPPLEMENTARY
from mezhved.smev3.schemas import document
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from collections.abc import Mapping

XS: Final = "http://www.w3.org/2001/XMLSchema"
XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"
DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"

_XML_ATTRIBUTES: Final = f"""<xs:schema xmlns:xs="{XS}" targetNamespace="{XML_NAMESPACE}">
<xs:attribute name="lang"><xs:simpleType><xs:union memberTypes="xs:language"><xs:simpleType>
<xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction>
</xs:simpleType></xs:union></xs:simpleType></xs:attribute>
<xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName">
<xs:enumeration value="default"/><xs:enumeration value="preserve"/>
</xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="base" type="xs:anyURI"/>
<xs:attribute name="id" type="xs:ID"/>
<xs:attributeGroup name="specialAttrs"><xs:attribute ref="xml:base"/><xs:attribute ref="xml:lang"/>
<xs:attribute ref="xml:space"/><xs:attribute ref="xml:id"/></xs:attributeGroup>
</xs:schema>"""


def _any(namespace: str = "##any", most: str = "unbounded") -> str:
    return f'<xs:any namespace="{namespace}" processContents="lax" minOccurs="0" maxOccurs="{most}"/>'


def _element(name: str, body: str, *, mixed: bool = False) -> str:
    """Return an element with its named type, as the recommendation names both."""
    opening = ' mixed="true"' if mixed else ""
    return (
        f'<xs:element name="{name}" type="d:{name}Type"/>'
        f'<xs:complexType name="{name}Type"{opening}>{body}</xs:complexType>'
    )


def _sequence(*parts: str) -> str:
    return f"<xs:sequence>{''.join(parts)}</xs:sequence>"


def _ref(name: str, occurs: str = "") -> str:
    return f'<xs:element ref="d:{name}" {occurs}/>'


_ID: Final = '<xs:attribute name="Id" type="xs:ID"/>'
_METHOD: Final = '<xs:attribute name="Algorithm" type="xs:anyURI" use="required"/>'
_TYPE: Final = '<xs:attribute name="Type" type="xs:anyURI"/>'
_OPTIONAL: Final = 'minOccurs="0"'
_SEVERAL: Final = 'minOccurs="0" maxOccurs="unbounded"'

_SIGNATURES: Final = "".join(
    (
        f'<xs:schema xmlns:xs="{XS}" xmlns:d="{DSIG}" targetNamespace="{DSIG}"',
        ' elementFormDefault="qualified">',
        '<xs:simpleType name="CryptoBinary"><xs:restriction base="xs:base64Binary"/></xs:simpleType>',
        '<xs:simpleType name="DigestValueType"><xs:restriction base="xs:base64Binary"/></xs:simpleType>',
        '<xs:element name="DigestValue" type="d:DigestValueType"/>',
        _element(
            "Signature",
            _sequence(
                _ref("SignedInfo"),
                _ref("SignatureValue"),
                _ref("KeyInfo", _OPTIONAL),
                _ref("Object", _SEVERAL),
            )
            + _ID,
        ),
        _element(
            "SignedInfo",
            _sequence(
                _ref("CanonicalizationMethod"),
                _ref("SignatureMethod"),
                _ref("Reference", 'maxOccurs="unbounded"'),
            )
            + _ID,
        ),
        _element(
            "SignatureValue",
            f'<xs:simpleContent><xs:extension base="xs:base64Binary">{_ID}</xs:extension></xs:simpleContent>',
        ),
        _element("CanonicalizationMethod", _sequence(_any()) + _METHOD, mixed=True),
        _element("SignatureMethod", _sequence(_any()) + _METHOD, mixed=True),
        _element("DigestMethod", _sequence(_any()) + _METHOD, mixed=True),
        _element(
            "Reference",
            _sequence(_ref("Transforms", _OPTIONAL), _ref("DigestMethod"), _ref("DigestValue"))
            + _ID
            + '<xs:attribute name="URI" type="xs:anyURI"/>'
            + _TYPE,
        ),
        _element("Transforms", _sequence(_ref("Transform", 'maxOccurs="unbounded"'))),
        _element("Transform", _sequence(_any()) + _METHOD, mixed=True),
        _element("KeyInfo", _sequence(_any()) + _ID, mixed=True),
        _element("X509Data", _sequence(_any())),
        _element(
            "Object",
            _sequence(_any())
            + _ID
            + '<xs:attribute name="MimeType" type="xs:string"/>'
            + '<xs:attribute name="Encoding" type="xs:anyURI"/>',
            mixed=True,
        ),
        "</xs:schema>",
    )
)

_XOP: Final = "http://www.w3.org/2004/08/xop/include"
_INCLUSION: Final = (
    f'<xs:schema xmlns:xs="{XS}" xmlns:x="{_XOP}" targetNamespace="{_XOP}" elementFormDefault="qualified">'
    '<xs:element name="Include" type="x:Include"/><xs:complexType name="Include"><xs:sequence>'
    f"{_any('##other')}</xs:sequence>"
    '<xs:attribute name="href" type="xs:anyURI" use="required"/>'
    '<xs:anyAttribute namespace="##other" processContents="lax"/></xs:complexType></xs:schema>'
)

WELL_KNOWN: Final[Mapping[str, bytes]] = {
    XML_NAMESPACE: _XML_ATTRIBUTES.encode(),
    DSIG: _SIGNATURES.encode(),
    _XOP: _INCLUSION.encode(),
    **{each.basic: document(each, f"smev-message-exchange-basic-{each.value}.xsd") for each in Version},
    Version.V1_3.directive: document(Version.V1_3, "smev-message-exchange-directive-1.3.xsd"),
    **SUPPLEMENTARY,
}
"""The attributes of the prefix `xml` (XML 1.0 sections 2.10 and 2.12, XML Base, xml:id); the structure of
XML Signature (W3C, second edition, section 4), its contents of keys and algorithms left open; XOP's Include;
the basic types of the message exchange and the registry of its directive types; the supplementary types of
SMEV."""
