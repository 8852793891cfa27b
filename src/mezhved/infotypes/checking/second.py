"""Complaints of xmlschema, the second validator."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, Final

from xmlschema import XMLSchemaException

from mezhved.infotypes.checking.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

    from mezhved.infotypes.packages.bundles import SchemaBundle

_FACETS: Final[Mapping[str, str]] = {
    "XsdPatternFacets": "pattern",
    "XsdEnumerationFacets": "enumeration",
    "XsdLengthFacet": "length",
    "XsdMinLengthFacet": "length",
    "XsdMaxLengthFacet": "length",
    "XsdMinInclusiveFacet": "range",
    "XsdMinExclusiveFacet": "range",
    "XsdMaxInclusiveFacet": "range",
    "XsdMaxExclusiveFacet": "range",
    "XsdTotalDigitsFacet": "digits",
    "XsdFractionDigitsFacet": "digits",
    "XsdKey": "key",
    "XsdUnique": "key",
    "XsdKeyref": "key",
    "Xsd11Key": "key",
    "Xsd11Unique": "key",
    "Xsd11Keyref": "key",
    "XsdAssert": "assertion",
    "XsdAssertionFacet": "assertion",
}
_ATTRIBUTE: Final = re.compile(r"^attribute ([^\s=]+)=")
_QUOTED: Final = re.compile(r"'([^']*)'")


def second_issues(bundle: SchemaBundle, root: etree._Element, most: int) -> list[Issue] | None:
    """Return the first complaints of xmlschema, None when it cannot judge."""
    try:
        schema = bundle.xmlschema()
        with bundle.lock:
            found = list(itertools.islice(schema.iter_errors(root), most))
    except (XMLSchemaException, RecursionError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return [_issue(root, each) for each in found]


def _issue(root: etree._Element, error: Any) -> Issue:
    node = error.elem if error.elem is not None else root
    reason = str(error.reason or "")
    kind = type(error.validator).__name__
    if type(error).__name__ == "XMLSchemaChildrenValidationError":
        return _of_children(node, error, reason)
    named = _ATTRIBUTE.match(reason)
    attribute = _expanded(node, named[1]) if named else None
    if kind in _FACETS:
        return Issue(_FACETS[kind], node, attribute, (), reason)
    if kind == "XsdAttributeGroup":
        quoted = _QUOTED.search(reason)
        rule = "required" if "missing" in reason else "unexpected"
        return Issue(rule, node, _expanded(node, quoted[1]) if quoted else None, (), reason)
    return Issue(_other(reason, kind), node, attribute, (), reason)


def _other(reason: str, kind: str) -> str:
    for words, rule in (
        ("character data", "text"),
        ("abstract", "abstract"),
        ("nil", "nil"),
        ("fixed", "fixed"),
        ("is not an element of the schema", "root"),
        ("xsi:type", "type"),
    ):
        if words in reason:
            return rule
    return "structure" if kind in ("XsdGroup", "XsdElement") else "value"


def _of_children(node: etree._Element, error: Any, reason: str) -> Issue:
    names = tuple(each.name for each in (error.expected or ()) if getattr(each, "name", None))
    child = error.invalid_child
    if child is not None and "incomplete" not in reason:
        return Issue("unexpected", child, None, names, reason)
    return Issue("required", node, None, names, reason)


def _expanded(node: etree._Element, written: str) -> str:
    """Return the name of an attribute as `{namespace}local`."""
    prefix, _, local = written.rpartition(":")
    namespace = node.nsmap.get(prefix) if prefix else None
    return f"{{{namespace}}}{local}" if namespace and not written.startswith("{") else written
