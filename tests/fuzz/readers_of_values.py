"""Business documents, JSON and form fields: read or refused, and what was read is written back the same."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from mezhved.infotypes.documents import canonical, infoset, read_document, write_document
from mezhved.infotypes.values import (
    InvalidValue,
    build_xml,
    from_form_fields,
    read_value,
    to_form_fields,
    to_json,
    to_xml,
)
from mezhved.smev3.xml import MalformedXml, parse
from tests.support.form_schemas import everything

if TYPE_CHECKING:
    from mezhved.infotypes.documents import Document
    from mezhved.infotypes.forms import FormModel


@cache
def model() -> FormModel:
    """The form with every construct."""
    return everything()


def document(data: bytes) -> None:
    """Canonical XML is that of libxml2 where it can read the document; what is written says the same."""
    try:
        read = read_document(data)
    except MalformedXml:
        return
    again = read_document(write_document(read.root))
    assert infoset(again.root, plain=str) == infoset(read.root, plain=str)
    theirs = _parsed(data)
    if theirs is None or not _comparable(read):
        return
    for exclusive in (True, False):
        expected = etree.tostring(theirs, method="c14n", exclusive=exclusive, with_comments=True)
        assert canonical(read, exclusive=exclusive, comments=True) == expected


def _parsed(data: bytes) -> Any:
    try:
        return parse(data).getroottree()
    except MalformedXml:
        return None


def _comparable(read: Document) -> bool:
    """Tell whether libxml2 canonicalises a document rightly: namespace names are short URIs without `&`."""
    names = {uri for element in read.root.iter() for _, uri in element.declared}
    return all(each[:4] == "urn:" and each[4:].isalnum() and each.isascii() for each in names)


def value(data: bytes) -> None:
    """A document goes to JSON and back; JSON of any kind is made XML or refused with its problems."""
    _document_to_json(data)
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return
    octets, found = build_xml(given, model())
    read_document(octets)
    assert all(each.path == "" or each.path.startswith("/") for each in found.found)
    if isinstance(given, dict):
        _fields(given)


def _document_to_json(data: bytes) -> None:
    try:
        reading = read_value(data, model())
    except MalformedXml:
        return
    if reading.problems:
        return
    octets, found = build_xml(json.loads(json.dumps(reading.value)), model())
    if found.found:
        return
    again = to_json(octets, model())
    assert build_xml(again, model())[0] == octets
    if "@v" in reading.value:  # what is fixed was filled in where it was missing
        assert again == reading.value


def _fields(given: dict[str, Any]) -> None:
    fields = to_form_fields(given)
    assert all(isinstance(each, str) for each in fields.values())
    try:
        to_xml(from_form_fields(fields, model()), model())
    except InvalidValue:
        return
