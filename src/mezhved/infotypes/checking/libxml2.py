"""Complaints of libxml2."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from mezhved.infotypes.checking.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.infotypes.packages.bundles import SchemaBundle

_RULES: Final[Mapping[str, str]] = {
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "value",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_2": "value",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_3": "value",
    "SCHEMAV_CVC_LENGTH_VALID": "length",
    "SCHEMAV_CVC_MINLENGTH_VALID": "length",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "length",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "range",
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": "range",
    "SCHEMAV_CVC_MINEXCLUSIVE_VALID": "range",
    "SCHEMAV_CVC_MAXEXCLUSIVE_VALID": "range",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "digits",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": "digits",
    "SCHEMAV_CVC_PATTERN_VALID": "pattern",
    "SCHEMAV_CVC_ENUMERATION_VALID": "enumeration",
    "SCHEMAV_CVC_AU": "fixed",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_1": "fixed",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "unexpected",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "unexpected",
    "SCHEMAV_CVC_TYPE_3_1_1": "unexpected",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "required",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "text",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": "structure",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "text",
    "SCHEMAV_CVC_TYPE_3_1_2": "structure",
    "SCHEMAV_CVC_ELT_1": "root",
    "SCHEMAV_CVC_ELT_2": "abstract",
    "SCHEMAV_CVC_TYPE_2": "abstract",
    "SCHEMAV_CVC_ELT_3_1": "nil",
    "SCHEMAV_CVC_ELT_3_2_1": "nil",
    "SCHEMAV_CVC_ELT_3_2_2": "nil",
    "SCHEMAV_CVC_ELT_4_1": "type",
    "SCHEMAV_CVC_ELT_4_2": "type",
    "SCHEMAV_CVC_ELT_4_3": "type",
    "SCHEMAV_CVC_ELT_5_2_2_2_1": "fixed",
    "SCHEMAV_CVC_ELT_5_2_2_2_2": "fixed",
    "SCHEMAV_CVC_IDC": "key",
    "SCHEMAV_DOCUMENT_ELEMENT_MISSING": "root",
}
_VALUE_RULES: Final = frozenset(("value", "length", "range", "digits", "pattern", "enumeration"))
_ATTRIBUTE: Final = re.compile(r"^Element '[^']*', attribute '([^']*)':")
_REQUIRED: Final = re.compile(r"The attribute '([^']*)' is required")
_NAME: Final = re.compile(r"\{[^}]*\}[^\s,(){}*#]+|[^\s,(){}*#]+")
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\( (.*?) \)", re.DOTALL)
_STEP: Final = re.compile(r"^(\*|[^\[]+)(?:\[(\d+)\])?$")


def issues_of(bundle: SchemaBundle, root: etree._Element, most: int) -> tuple[bool, list[Issue]]:
    """Return the verdict of libxml2 and its first complaints. Raises `InvalidSchemaSet`.

    Where it gives a document up, as it does a value that takes millions of steps, that is a complaint.
    """
    schema = bundle.lxml_schema()
    with bundle.lock:
        try:
            valid = schema.validate(root)
        except etree.XMLSchemaValidateError:
            return False, [Issue("given-up", root)]
        if valid:
            return True, []
        log: Any = schema.error_log
        issues = [_issue(root, each) for each in itertools.islice(log, most)]
    return False, list(_once(issues))


def _issue(root: etree._Element, entry: Any) -> Issue:
    node = _located(root, entry.path)
    message = str(entry.message)
    named = _ATTRIBUTE.match(message)
    attribute = named[1] if named else None
    kind = str(entry.type_name)
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        listed = _EXPECTED.search(message)
        names = tuple(_NAME.findall(listed[1])) if listed else ()
        rule = "required" if "Missing child" in message else "unexpected"
        return Issue(rule, node, None, names, message)
    rule = _RULES.get(kind, "structure")
    required = _REQUIRED.search(message)
    if rule == "required" and required:
        attribute = required[1]
    return Issue(rule, node, attribute, (), message)


def _once(issues: Iterable[Issue]) -> Iterable[Issue]:
    """Give one complaint about each value: libxml2 tells every facet, and then the type."""
    told: set[tuple[etree._Element, str | None]] = set()
    for each in issues:
        place = (each.node, each.attribute)
        if each.rule in _VALUE_RULES:
            if place in told:
                continue
            told.add(place)
        yield each


def _located(root: etree._Element, path: str | None) -> etree._Element:
    """Return the element of a path of libxml2, which counts namesakes by prefix; as near as can be told."""
    node = root
    for step in (path or "").strip("/").split("/")[1:]:
        found = _STEP.match(step)
        if found is None:
            return node
        children = [each for each in node if isinstance(each.tag, str)]
        if found[1] != "*":
            children = [each for each in children if _written(each) == found[1]]
        position = int(found[2] or 1) - 1
        if position >= len(children):
            return node
        node = children[position]
    return node


def _written(element: etree._Element) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local
