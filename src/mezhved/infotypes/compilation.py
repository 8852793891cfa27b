"""Compiling one file of a set with everything it reaches, and with nothing from outside the set.

libxml2 follows the first import of a namespace and passes over the others. Every import is therefore
rewritten to one document per namespace that includes all the files meant by any import of it.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.schemafiles import (
    FILE_LIMITS,
    IMPORT,
    INCLUDES,
    Reference,
    SchemaFile,
    SchemaFiles,
    reference,
)
from mezhved.infotypes.weight import MOST_OPTIONAL, weigh
from mezhved.infotypes.wellknown import WELL_KNOWN, XS
from mezhved.smev3.xml import parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

SCHEME: Final = "mezhved-set:"
START: Final = f"{SCHEME}start.xsd"
NOTHING: Final = b"<nothing/>"


@dataclass(slots=True)
class Reached:
    """What entry files lead to.

    `files` are in order of discovery, `groups` the files that serve each namespace, `dropped` those left out
    because they declare anew what another file of their namespace declares. `absent` are namespaces that are
    imported and that no file has, `filled` those of them with a schema of our own.
    """

    files: dict[str, SchemaFile] = field(default_factory=dict)
    groups: dict[str | None, dict[str, SchemaFile]] = field(default_factory=dict)
    dropped: dict[str, SchemaFile] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)


def compile_entry(files: SchemaFiles, entry: SchemaFile) -> etree.XMLSchema:
    """Compile a file as the start of validation. Raises `InvalidSchemaSet`.

    Of files of one namespace that contradict one another the one met first is taken, as other validators do.
    """
    return compile_reached(files, reach(files, [entry]), entry.path)


def reach(
    files: SchemaFiles,
    entries: Iterable[SchemaFile],
    missing: Callable[[InvalidSchemaSet], None] | None = None,
) -> Reached:
    """Find all that the entries refer to.

    A reference to a file that is not there or does not read raises `InvalidSchemaSet`, or is told to
    `missing` and passed over.
    """
    reached = Reached()
    waiting: deque[SchemaFile] = deque()
    for entry in entries:
        _group(files, reached, entry.namespace, [entry])
        waiting.append(entry)
    while waiting:
        source = waiting.popleft()
        if source.path in reached.files:
            continue
        reached.files[source.path] = source
        waiting.extend(_included(files, source, missing))
        for each in source.imports:
            found = _imported(files, source, each, missing)
            namespace = each.namespace
            if found:
                _group(files, reached, namespace, found)
                passed = (reached.dropped, reached.files)
                waiting.extend(target for target in found if not any(target.path in each for each in passed))
            elif namespace is not None and namespace != source.namespace and namespace not in reached.groups:
                (reached.filled if namespace in WELL_KNOWN else reached.absent)[namespace] = source.path
    return reached


def _included(
    files: SchemaFiles,
    source: SchemaFile,
    missing: Callable[[InvalidSchemaSet], None] | None,
) -> Iterator[SchemaFile]:
    for each in source.includes:
        try:
            yield files.included(source, each)
        except InvalidSchemaSet as error:
            if missing is None:
                raise
            missing(error)


def _imported(
    files: SchemaFiles,
    source: SchemaFile,
    wanted: Reference,
    missing: Callable[[InvalidSchemaSet], None] | None,
) -> list[SchemaFile]:
    try:
        return files.imported(source, wanted)
    except InvalidSchemaSet as error:
        if missing is None:
            raise
        missing(error)
        return []


def _group(files: SchemaFiles, reached: Reached, namespace: str | None, found: Iterable[SchemaFile]) -> None:
    """Add files to those of a namespace, but none that declares anew what the others declare."""
    group = reached.groups.setdefault(namespace, {})
    for each in found:
        if each.path in group or each.path in reached.dropped:
            continue
        parts = parts_of(files, each)
        others = [part for taken in group.values() for part in parts_of(files, taken)]
        known = {part.path for part in others}
        if each.path in known:
            continue
        declared = {component for part in others for component in part.components}
        if any(part.components & declared for part in parts if part.path not in known):
            reached.dropped[each.path] = each
        else:
            group[each.path] = each


def referred(files: SchemaFiles, source: SchemaFile) -> set[str]:
    """Return the paths of the files that a file refers to; what is not there is passed over."""
    included = {each.path for each in _included(files, source, lambda _: None)}
    imported = (_imported(files, source, each, lambda _: None) for each in source.imports)
    return included | {each.path for found in imported for each in found}


def parts_of(files: SchemaFiles, source: SchemaFile) -> list[SchemaFile]:
    """Return a file and all that it includes, each once."""
    found: dict[str, SchemaFile] = {}
    waiting = [source]
    while waiting:
        each = waiting.pop()
        if each.path not in found:
            found[each.path] = each
            waiting.extend(_included(files, each, lambda _: None))
    return list(found.values())


def compile_reached(files: SchemaFiles, reached: Reached, where: str) -> etree.XMLSchema:
    """Compile by libxml2. Raises `InvalidSchemaSet`; `where` is told when no file of the set is to blame."""
    weigh(reached.files.values(), where, MOST_OPTIONAL)
    names = _names(reached)
    documents = set_documents(files, reached)
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(_SetResolver(documents))
    try:
        return etree.XMLSchema(etree.fromstring(documents[START], parser, base_url=START))
    except etree.XMLSchemaParseError as error:
        raise _does_not_compile(error, {name: path for path, name in names.items()}, where) from error


def _names(reached: Reached) -> dict[str, str]:
    return {path: f"{SCHEME}f{number}.xsd" for number, path in enumerate(reached.files)}


def namespace_documents(reached: Reached) -> dict[str | None, str]:
    """Return the name of the document that gathers each namespace, well-known ones included."""
    gathered = {namespace: f"{SCHEME}n{number}.xsd" for number, namespace in enumerate(reached.groups)}
    return {**{namespace: _well_known(namespace) for namespace in WELL_KNOWN}, **gathered}


def set_documents(files: SchemaFiles, reached: Reached) -> dict[str, bytes]:
    """Return every document by its name in the set; that named `START` leads to all of them."""
    names, groups = _names(reached), namespace_documents(reached)
    documents = {names[path]: _rewritten(files, each, names, groups) for path, each in reached.files.items()}
    for namespace, group in reached.groups.items():
        documents[groups[namespace]] = _gathered(namespace, [names[path] for path in group])
    documents.update({_well_known(name): _pointed(octets, groups) for name, octets in WELL_KNOWN.items()})
    documents[START] = _start(reached, groups)
    return documents


def _start(reached: Reached, groups: Mapping[str | None, str]) -> bytes:
    imports = "".join(
        f"<xs:import namespace={quoteattr(namespace)} schemaLocation={quoteattr(groups[namespace])}/>"
        for namespace in reached.groups
        if namespace
    )
    own = f'<xs:include schemaLocation="{groups[None]}"/>' if None in reached.groups else ""
    return f'<xs:schema xmlns:xs="{XS}">{own}{imports}</xs:schema>'.encode()


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
    """Return the document with its references pointed into the set, and without those to nothing."""
    root = source.root()
    for each in root.iterchildren(*INCLUDES):
        try:
            each.set("schemaLocation", names[files.included(source, reference(each)).path])
        except InvalidSchemaSet:
            root.remove(each)
    for each in root.iterchildren(IMPORT):
        target = groups.get(each.get("namespace"))
        if target is not None:
            each.set("schemaLocation", target)
        else:
            each.attrib.pop("schemaLocation", "")
    return etree.tostring(root, encoding="utf-8")


def _pointed(octets: bytes, groups: Mapping[str | None, str]) -> bytes:
    """Return a schema of our own with its imports pointed into the set."""
    if b":import " not in octets:
        return octets
    root = parse(octets, FILE_LIMITS)
    for each in root.iterchildren(IMPORT):
        each.set("schemaLocation", groups[each.get("namespace")])
    return etree.tostring(root, encoding="utf-8")


def _well_known(namespace: str) -> str:
    return f"{SCHEME}w{list(WELL_KNOWN).index(namespace)}.xsd"


def _gathered(namespace: str | None, locations: Iterable[str]) -> bytes:
    """Return a document of one namespace that includes the given ones."""
    target = f" targetNamespace={quoteattr(namespace)}" if namespace else ""
    includes = "".join(f'<xs:include schemaLocation="{each}"/>' for each in locations)
    return f'<xs:schema xmlns:xs="{XS}"{target}>{includes}</xs:schema>'.encode()


def _does_not_compile(
    error: etree.XMLSchemaParseError, paths: Mapping[str, str], start: str
) -> InvalidSchemaSet:
    where, message = start, str(error)
    for each in error.error_log:
        if each.level_name != "WARNING" and each.type != etree.ErrorTypes.WAR_NS_URI:
            where, message = f"{paths.get(each.filename, start)}:{each.line}", each.message
            break
    message = re.sub(rf"{SCHEME}f\d+\.xsd", lambda found: paths.get(found[0], found[0]), message)
    return InvalidSchemaSet(
        Text(ru=f"схема не компилируется: {message}", en=f"the schema does not compile: {message}"),
        where=where,
    )
