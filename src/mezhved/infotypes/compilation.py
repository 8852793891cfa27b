"""Compiling one file of a set with everything it reaches, and with nothing from outside the set.

libxml2 follows the first import of a namespace and passes over the others. Every import is therefore
rewritten to one document per namespace that includes all the files meant by any import of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.schemafiles import (
    IMPORT,
    INCLUDES,
    SchemaFile,
    SchemaFiles,
    references,
)
from mezhved.infotypes.wellknown import WELL_KNOWN, XS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEME: Final = "mezhved-set:"
NOTHING: Final = b"<nothing/>"


@dataclass(slots=True)
class _Reached:
    """What an entry file leads to: files in order of discovery, and the files of each namespace."""

    files: dict[str, SchemaFile] = field(default_factory=dict)
    groups: dict[str | None, dict[str, SchemaFile]] = field(default_factory=dict)


def compile_entry(files: SchemaFiles, entry: SchemaFile) -> etree.XMLSchema:
    """Compile a file as the start of validation. Raises `InvalidSchemaSet`.

    Where all the files of a namespace contradict one another, the first one meant by an import is
    taken alone, as other validators do.
    """
    reached = _reach(files, entry)
    try:
        return _compile(files, entry, reached)
    except InvalidSchemaSet:
        if all(len(group) == 1 for group in reached.groups.values()):
            raise
    for namespace, group in reached.groups.items():
        first = entry if namespace == entry.namespace else next(iter(group.values()))
        reached.groups[namespace] = {first.path: first}
    return _compile(files, entry, reached)


def _reach(files: SchemaFiles, entry: SchemaFile) -> _Reached:
    reached = _Reached()
    reached.groups[entry.namespace] = {entry.path: entry}
    waiting = [entry]
    while waiting:
        source = waiting.pop(0)
        if source.path in reached.files:
            continue
        reached.files[source.path] = source
        root = source.root()
        waiting.extend(files.included(source, each) for each in references(root, INCLUDES))
        for each in references(root, [IMPORT]):
            found = files.imported(source, each)
            if found:
                group = reached.groups.setdefault(each.get("namespace"), {})
                group.update((target.path, target) for target in found)
                waiting.extend(found)
    return reached


def _compile(files: SchemaFiles, entry: SchemaFile, reached: _Reached) -> etree.XMLSchema:
    names = {path: f"{SCHEME}f{number}.xsd" for number, path in enumerate(reached.files)}
    groups = {namespace: f"{SCHEME}n{number}.xsd" for number, namespace in enumerate(reached.groups)}
    documents = {names[path]: _rewritten(files, each, names, groups) for path, each in reached.files.items()}
    for namespace, group in reached.groups.items():
        documents[groups[namespace]] = _gathered(namespace, [names[path] for path in group])
    documents.update({_well_known(namespace): octets for namespace, octets in WELL_KNOWN.items()})
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(_SetResolver(documents))
    start = groups[entry.namespace]
    try:
        return etree.XMLSchema(etree.fromstring(documents[start], parser, base_url=start))
    except etree.XMLSchemaParseError as error:
        raise _does_not_compile(error, {name: path for path, name in names.items()}, entry) from error


class _SetResolver(etree.Resolver):
    """Answers every request for a document from the set; nothing else is ever loaded."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        super().__init__()
        self._documents = documents

    def resolve(  # type: ignore[override]  # the stubs forget `context`
        self,
        system_url: str,
        public_id: str,  # noqa: ARG002
        context: object,
    ) -> Any:
        """Return the document; a "not mine" (None) or "empty" would send libxml2 to the disk."""
        octets = self._documents.get(system_url, NOTHING)
        return self.resolve_string(octets, context, base_url=system_url)


def _rewritten(
    files: SchemaFiles, source: SchemaFile, names: Mapping[str, str], groups: Mapping[str | None, str]
) -> bytes:
    """Return the document with its references pointed into the set."""
    root = source.root()
    for each in references(root, INCLUDES):
        each.set("schemaLocation", names[files.included(source, each).path])
    for each in references(root, [IMPORT]):
        namespace = each.get("namespace")
        target = groups.get(namespace)
        if target is None and namespace is not None and namespace in WELL_KNOWN:
            target = _well_known(namespace)
        if target is not None:
            each.set("schemaLocation", target)
        else:
            each.attrib.pop("schemaLocation", "")
    return etree.tostring(root, encoding="utf-8")


def _well_known(namespace: str) -> str:
    return f"{SCHEME}w{list(WELL_KNOWN).index(namespace)}.xsd"


def _gathered(namespace: str | None, locations: Iterable[str]) -> bytes:
    """Return a document of one namespace that includes the given ones."""
    target = f" targetNamespace={quoteattr(namespace)}" if namespace else ""
    includes = "".join(f'<xs:include schemaLocation="{each}"/>' for each in locations)
    return f'<xs:schema xmlns:xs="{XS}"{target}>{includes}</xs:schema>'.encode()


def _does_not_compile(
    error: etree.XMLSchemaParseError, paths: Mapping[str, str], entry: SchemaFile
) -> InvalidSchemaSet:
    where, message = entry.path, str(error)
    for each in error.error_log:
        if each.level_name != "WARNING" and each.type != etree.ErrorTypes.WAR_NS_URI:
            where, message = f"{paths.get(each.filename, entry.path)}:{each.line}", each.message
            break
    message = re.sub(rf"{SCHEME}f\d+\.xsd", lambda found: paths.get(found[0], found[0]), message)
    return InvalidSchemaSet(
        Text(ru=f"схема не компилируется: {message}", en=f"the schema does not compile: {message}"),
        where=where,
    )
