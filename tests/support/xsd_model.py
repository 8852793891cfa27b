"""What a set of XSD documents accepts, in a form that two sets can be compared by.

Every global component becomes a value: references stay names (the components they name are compared by
themselves), facets and attributes are sorted, and particles that only wrap one other are folded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable

XS = "{http://www.w3.org/2001/XMLSchema}"
GROUPS = {XS + "sequence", XS + "choice", XS + "all"}
UNSUPPORTED = {
    "group",
    "attributeGroup",
    "substitutionGroup",
    "abstract",
    "fixed",
    "default",
    "final",
}


def model(documents: Iterable[bytes]) -> dict[tuple[str, str], Any]:
    """Give every global component by its kind and Clark name."""
    components: dict[tuple[str, str], Any] = {}
    for document in documents:
        schema = etree.fromstring(document)
        assert schema.get("attributeFormDefault", "unqualified") == "unqualified"
        target = schema.get("targetNamespace", "")
        for node in _children(schema):
            if node.tag == XS + "import":
                continue
            kind = etree.QName(node).localname
            key = "type" if kind.endswith("Type") else kind
            components[key, f"{{{target}}}{node.get('name')}"] = _component(node, target)
    return components


def _component(node: etree._Element, target: str) -> Any:
    kind = etree.QName(node).localname
    if kind == "element":
        return _declared_type(node, target)
    if kind == "simpleType":
        return _simple(node, target)
    if kind == "complexType":
        return _complex(node, target)
    raise AssertionError(f"unknown component {kind}")


def _declared_type(node: etree._Element, target: str) -> Any:
    unknown = UNSUPPORTED & set(node.attrib)
    assert not unknown, unknown
    named = node.get("type")
    if named is not None:
        return "named", _name(named, node)
    (anonymous,) = _children(node)
    return _component(anonymous, target)


def _simple(node: etree._Element, target: str) -> Any:
    (restriction,) = _children(node)
    assert restriction.tag == XS + "restriction"
    facets = sorted(
        (str(etree.QName(facet).localname), facet.get("value", "")) for facet in _children(restriction)
    )
    return "simple", _name(restriction.get("base", ""), restriction), tuple(facets)


def _complex(node: etree._Element, target: str) -> Any:
    assert not set(node.attrib) - {"name"}, node.attrib
    children = _children(node)
    base: Any = None
    if children and children[0].tag in {XS + "complexContent", XS + "simpleContent"}:
        content = str(etree.QName(children[0]).localname)
        (extension,) = _children(children[0])
        assert extension.tag == XS + "extension"
        base = content, _name(extension.get("base", ""), extension)
        children = _children(extension)
    particles = [child for child in children if child.tag in GROUPS]
    attributes = [child for child in children if child.tag == XS + "attribute"]
    assert len(particles) + len(attributes) == len(children)
    content_model = _particle(particles[0], target) if particles else None
    return "complex", base, content_model, tuple(sorted(_attribute(one) for one in attributes))


def _attribute(node: etree._Element) -> tuple[str, ...]:
    return node.get("name", ""), _name(node.get("type", ""), node), node.get("use", "optional")


def _particle(node: etree._Element, target: str) -> Any:
    occurs = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
    if node.tag == XS + "any":
        return "any", node.get("namespace", "##any"), node.get("processContents", "strict"), occurs
    if node.tag == XS + "element":
        reference = node.get("ref")
        if reference is not None:
            return "reference", _name(reference, node), occurs
        name = f"{{{_namespace(node, target)}}}{node.get('name')}"
        return "element", name, _declared_type(node, target), node.get("nillable", "false"), occurs
    assert node.tag in GROUPS, node.tag
    kind = str(etree.QName(node).localname)
    inner = [_particle(child, target) for child in _children(node)]
    if len(inner) == 1 and ("1", "1") in {occurs, inner[0][-1]}:
        # A group of one particle is that particle, as often as the group.
        only = inner[0]
        return *only[:-1], only[-1] if occurs == ("1", "1") else occurs
    flat: list[Any] = []
    for particle in inner:
        same = particle[0] == kind and particle[-1] == ("1", "1")
        flat.extend(particle[1] if same else [particle])
    return kind, tuple(sorted(flat, key=repr) if kind == "choice" else flat), occurs


def _namespace(node: etree._Element, target: str) -> str:
    """Give the namespace of an element that is declared inside a type."""
    default = node.getroottree().getroot().get("elementFormDefault", "unqualified")
    return target if node.get("form", default) == "qualified" else ""


def _children(node: etree._Element) -> list[etree._Element]:
    return [child for child in node.iterchildren("*") if child.tag != XS + "annotation"]


def _name(qname: str, node: etree._Element) -> str:
    prefix, _, local = qname.rpartition(":")
    return f"{{{node.nsmap[prefix or None]}}}{local}"
