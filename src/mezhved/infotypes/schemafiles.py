"""The files of one XSD set: what each declares, and which file a reference means.

References of real sets name folders in another case, use backslashes, absolute addresses or
nothing at all, and several files may share a namespace. A reference is therefore resolved inside
the set only: by its path, then by the namespace, then by the file's bare name.
"""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from lxml import etree

from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.wellknown import XS
from mezhved.smev3.xml import XmlLimits, parse
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


IMPORT: Final = f"{{{XS}}}import"
INCLUDES: Final = (f"{{{XS}}}include", f"{{{XS}}}redefine")
FILE_LIMITS: Final = XmlLimits(octets=32 * 2**20, utf8_only=False)
"""Schemas come from people: other encodings are met, and the DOCTYPE of xmldsig-core-schema.xsd."""
_INTERNAL: Any = "internal"  # lxml's stubs know booleans only


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One readable file: its namespace and the elements it declares at the top."""

    path: str
    octets: bytes
    namespace: str | None
    elements: frozenset[str]

    def root(self) -> etree._Element:
        """Parse the file anew; the caller may change the tree."""
        return _parse(self.octets)


@dataclass(frozen=True, slots=True)
class SchemaFiles:
    """The files of a set. `broken` holds why a file does not read; copies of a file count as one."""

    files: Mapping[str, SchemaFile]
    broken: Mapping[str, InvalidSchemaSet]
    same: Mapping[str, str]

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> SchemaFiles:
        """Read every file; a file that does not read is an error only where it is needed."""
        read: dict[str, SchemaFile] = {}
        broken: dict[str, InvalidSchemaSet] = {}
        same: dict[str, str] = {}
        seen: dict[bytes, str] = {}
        for path in sorted(files, key=lambda each: (each.count("/"), each)):
            octets = files[path]
            first = seen.setdefault(hashlib.sha256(octets).digest(), path)
            same[path] = first
            if first != path:
                continue
            try:
                read[path] = _read(path, octets)
            except InvalidSchemaSet as error:
                broken[path] = error
        return cls(files=read, broken=broken, same=same)

    def get(self, path: str) -> SchemaFile:
        """Return a file of the set. Raises `InvalidSchemaSet` when it does not read."""
        first = self.same[path]
        if first in self.broken:
            raise self.broken[first]
        return self.files[first]

    def of_namespace(self, namespace: str | None) -> list[SchemaFile]:
        """Return the readable files with this target namespace, shallow ones first."""
        return [each for each in self.files.values() if each.namespace == namespace]

    def imported(self, source: SchemaFile, reference: etree._Element) -> list[SchemaFile]:
        """Return the files an `xs:import` means: the one it points at, else all of its namespace."""
        namespace = reference.get("namespace")
        for path in self._by_location(source.path, reference.get("schemaLocation", "")):
            if self.same[path] in self.broken:
                raise self.broken[self.same[path]]
            if self.get(path).namespace == namespace:
                return [self.get(path)]
        return self.of_namespace(namespace)

    def included(self, source: SchemaFile, reference: etree._Element) -> SchemaFile:
        """Return the file an `xs:include` or `xs:redefine` means. Raises `InvalidSchemaSet`."""
        location = reference.get("schemaLocation", "")
        for path in self._by_location(source.path, location):
            found = self.get(path)
            if found.namespace in (source.namespace, None):
                return found
        raise InvalidSchemaSet(
            Text(ru=f"в наборе нет файла {location}", en=f"the set has no file {location}"),
            where=source.path,
            cure=Text(ru="добавьте этот файл в набор", en="add that file to the set"),
        )

    def _by_location(self, base: str, location: str) -> Iterator[str]:
        """Give the paths a location may mean, likeliest first."""
        wanted = unquote(location.strip()).replace("\\", "/")
        if not wanted:
            return
        path = posixpath.normpath(posixpath.join(posixpath.dirname(base), wanted)).lstrip("/")
        name = posixpath.basename(wanted)
        yield from (each for each in (path,) if each in self.same)
        yield from _matching(self.same, path, whole=True)
        yield from _matching(self.same, name, whole=False)


def references(root: etree._Element, tags: Iterable[str]) -> list[etree._Element]:
    """Return the imports or includes of a schema document."""
    return list(root.iterchildren(*tags))


def _matching(paths: Iterable[str], wanted: str, *, whole: bool) -> Iterator[str]:
    folded = wanted.casefold()
    for each in paths:
        if (each if whole else posixpath.basename(each)).casefold() == folded:
            yield each


def _parse(octets: bytes) -> etree._Element:
    """Parse; with a DOCTYPE, internal entities are read and nothing outside the octets is."""
    if b"<!DOCTYPE" not in octets or len(octets) > FILE_LIMITS.octets:
        return parse(octets, FILE_LIMITS)
    parser = etree.XMLParser(
        resolve_entities=_INTERNAL, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    return etree.fromstring(octets, parser)


def _read(path: str, octets: bytes) -> SchemaFile:
    try:
        root = _parse(octets)
    except MezhvedError as error:
        where = f"{path}: {error.where}" if error.where else path
        raise InvalidSchemaSet(error.what, where=where, cure=error.cure) from error
    except etree.XMLSyntaxError as error:
        what = Text(ru=f"XML составлен неверно: {error.msg}", en=f"XML is not well formed: {error.msg}")
        raise InvalidSchemaSet(what, where=path) from error
    if root.tag != f"{{{XS}}}schema":
        raise InvalidSchemaSet(
            Text(ru="это не схема XSD", en="this is no XSD schema"),
            where=path,
            cure=Text(ru="уберите файл из набора", en="leave the file out of the set"),
        )
    elements = frozenset(str(each.get("name", "")) for each in root.iterchildren(f"{{{XS}}}element"))
    return SchemaFile(
        path=path, octets=octets, namespace=root.get("targetNamespace") or None, elements=elements
    )
