"""Schemas that stand inside descriptions of services: packages of SMEV 2 have their messages nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.packages.model import Problem
from mezhved.infotypes.wellknown import XS
from mezhved.smev3.xml import FILE_LIMITS, MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mezhved.infotypes.packages.model import PackageFile
    from mezhved.infotypes.schemafiles import SchemaFiles

WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_SCHEMA: Final = f"{{{XS}}}schema"
_REFERENCES: Final = frozenset(f"{{{XS}}}{each}" for each in ("import", "include", "redefine", "annotation"))


def inner_schemas(
    descriptions: Iterable[PackageFile], known: SchemaFiles, problems: list[Problem]
) -> dict[str, bytes]:
    """Return the schemas inside descriptions (`a.wsdl#2` is the second of its file), but no copies.

    Left out are those that declare nothing, and nothing that schemas of the package do not declare too.
    """
    found: dict[str, bytes] = {}
    for file in descriptions:
        try:
            schemas = list(_schemas(file))
        except MalformedXml as error:
            text = Text(
                ru=f"не читается как XML: {error.what.ru}", en=f"does not read as XML: {error.what.en}"
            )
            problems.append(Problem(file.path, text))
            continue
        for number, schema in enumerate(schemas, start=1):
            if not _declared(schema) <= _components(known, schema.get("targetNamespace") or None):
                found[f"{file.path}#{number}"] = etree.tostring(schema, encoding="utf-8", with_tail=False)
    return found


def _schemas(file: PackageFile) -> Iterator[etree._Element]:
    """Give the schemas under `types`. Raises `MalformedXml`."""
    try:
        root = parse(file.octets, FILE_LIMITS)
    except MalformedXml:
        text = read_text(file.octets)[0].lstrip("\ufeff \t\r\n")
        declaration = text.find("?>") + 2 if text.startswith("<?xml") else 0
        root = parse(text[declaration:].encode(), FILE_LIMITS)
    if root.tag == f"{{{WSDL}}}definitions":
        for types in root.iterchildren(f"{{{WSDL}}}types"):
            yield from types.iterchildren(_SCHEMA)


def _declared(schema: etree._Element) -> set[tuple[str, str]]:
    return {
        (etree.QName(each).localname, each.get("name", ""))
        for each in schema.iterchildren(f"{{{XS}}}*")
        if each.tag not in _REFERENCES
    }


def _components(known: SchemaFiles, namespace: str | None) -> set[tuple[str, str]]:
    return {each for file in known.of_namespace(namespace) for each in file.components}
