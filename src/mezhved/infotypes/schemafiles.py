"""The files of one XSD set: what each declares, and which file a reference means.

References of real sets name folders in another case, use backslashes, absolute addresses or
nothing at all, and several files may share a namespace. A reference is therefore resolved inside
the set only: by its path, then by the namespace, then by the file's bare name.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lxml import etree

from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.normal import NotXml, normal_schema
from mezhved.infotypes.weight import models_of
from mezhved.infotypes.wellknown import XS
from mezhved.smev3.xml import XmlLimits, parse
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mezhved.infotypes.weight import Model


IMPORT: Final = f"{{{XS}}}import"
INCLUDES: Final = (f"{{{XS}}}include", f"{{{XS}}}redefine", f"{{{XS}}}override")
_BESIDE_THE_PATH: Final = re.compile(r"[?#].*", re.DOTALL)
FILE_LIMITS: Final = XmlLimits(octets=32 * 2**20, utf8_only=False)
"""Bounds of one file, as it came and written anew."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An import, include or redefine: the element's name in XML Schema and its two attributes."""

    kind: str
    namespace: str | None
    location: str


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One readable file, written anew in UTF-8: its namespace and what it declares at the top.

    `components` are kinds (local names of XML Schema) with names; `concrete` are the elements that are not
    abstract, in order; `contained` are namespaces ("" for none) and names of elements that others contain by
    reference. `mended` says what was mended in the file; `models` are the content models that may grow heavy.
    """

    path: str
    octets: bytes
    namespace: str | None
    elements: frozenset[str]
    components: frozenset[tuple[str, str]] = frozenset()
    concrete: tuple[str, ...] = ()
    contained: frozenset[tuple[str, str]] = frozenset()
    references: tuple[Reference, ...] = ()
    mended: tuple[Text, ...] = ()
    models: tuple[Model, ...] = ()

    @property
    def imports(self) -> list[Reference]:
        """Return the references to other namespaces."""
        return [each for each in self.references if each.kind == "import"]

    @property
    def includes(self) -> list[Reference]:
        """Return the references to parts of the same namespace."""
        return [each for each in self.references if each.kind != "import"]

    def root(self) -> etree._Element:
        """Parse the file anew; the caller may change the tree."""
        return parse(self.octets, FILE_LIMITS)


@dataclass(frozen=True, slots=True)
class SchemaFiles:
    """The files of a set. `broken` holds why a file does not read; copies of a file count as one."""

    files: Mapping[str, SchemaFile]
    broken: Mapping[str, InvalidSchemaSet]
    same: Mapping[str, str]
    _folded: Mapping[str, list[str]] = field(repr=False)
    """The paths by whole path and by bare name, both in small letters; a path begins with a slash."""
    _of_namespace: Mapping[str | None, list[SchemaFile]] = field(repr=False)
    _met: dict[tuple[str, Reference], list[SchemaFile]] = field(default_factory=dict, repr=False)

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
        folded: dict[str, list[str]] = {}
        for path in same:
            folded.setdefault(f"/{path}".casefold(), []).append(path)
            folded.setdefault(posixpath.basename(path).casefold(), []).append(path)
        namespaces: dict[str | None, list[SchemaFile]] = {}
        for each in read.values():
            namespaces.setdefault(each.namespace, []).append(each)
        return cls(files=read, broken=broken, same=same, _folded=folded, _of_namespace=namespaces)

    def get(self, path: str) -> SchemaFile:
        """Return a file of the set. Raises `InvalidSchemaSet` when it does not read."""
        first = self.same[path]
        if first in self.broken:
            raise self.broken[first]
        return self.files[first]

    def of_namespace(self, namespace: str | None) -> list[SchemaFile]:
        """Return the readable files with this target namespace, shallow ones first."""
        return list(self._of_namespace.get(namespace, ()))

    def imported(self, source: SchemaFile, reference: Reference) -> list[SchemaFile]:
        """Return the files an `xs:import` means: the one it points at, else all of its namespace."""
        key = (source.path, reference)
        if key not in self._met:
            self._met[key] = self._find_imported(source, reference)
        return self._met[key]

    def _find_imported(self, source: SchemaFile, reference: Reference) -> list[SchemaFile]:
        namespace = reference.namespace
        for path in self._by_location(source.path, reference.location):
            if self.same[path] in self.broken:
                raise self.broken[self.same[path]]
            if self.get(path).namespace == namespace:
                return [self.get(path)]
        return _nearest(self.of_namespace(namespace), source.path)

    def included(self, source: SchemaFile, reference: Reference) -> SchemaFile:
        """Return the file an `xs:include` or `xs:redefine` means. Raises `InvalidSchemaSet`."""
        location = reference.location
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
        written = location.strip().replace("\\", "/")
        for each in dict.fromkeys((written, _BESIDE_THE_PATH.sub("", written))):
            if each:
                yield from self._by_path(base, unquote(each))

    def _by_path(self, base: str, wanted: str) -> Iterator[str]:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(base), wanted)).lstrip("/")
        name = posixpath.basename(wanted)
        yield from (each for each in (path,) if each in self.same)
        yield from self._folded.get(f"/{path}".casefold(), ())
        yield from sorted(self._folded.get(name.casefold(), ()), key=lambda each: _distance(each, base))


def reference(element: etree._Element) -> Reference:
    """Return what an import, include or redefine refers to."""
    return Reference(
        kind=etree.QName(element).localname,
        namespace=element.get("namespace"),
        location=element.get("schemaLocation", ""),
    )


def _nearest(files: list[SchemaFile], base: str) -> list[SchemaFile]:
    return sorted(files, key=lambda each: _distance(each.path, base))


def _distance(path: str, base: str) -> int:
    """Return the number of folders between two files: of several versions the one beside is meant."""
    here, there = posixpath.dirname(base).split("/"), posixpath.dirname(path).split("/")
    common = len(posixpath.commonprefix([here, there]))
    return len(here) + len(there) - 2 * common


def _read(path: str, octets: bytes) -> SchemaFile:
    if len(octets) > FILE_LIMITS.octets:
        raise InvalidSchemaSet(
            Text(ru="файл схемы слишком велик", en="the schema's file is too large"), where=path
        )
    text, mended = read_text(octets)
    try:
        normal = normal_schema(text)
        root = parse(normal.octets, FILE_LIMITS)
    except NotXml as error:
        what = Text(
            ru=f"XML составлен неверно: {error.message}", en=f"XML is not well formed: {error.message}"
        )
        place = Text(
            ru=f"строка {error.line}, знак {error.column}", en=f"line {error.line}, column {error.column}"
        )
        raise InvalidSchemaSet(what, where=f"{path}: {place}") from error
    except MezhvedError as error:
        where = f"{path}: {error.where}" if error.where else path
        raise InvalidSchemaSet(error.what, where=where, cure=error.cure) from error
    if root.tag != f"{{{XS}}}schema":
        raise InvalidSchemaSet(
            Text(ru="это не схема XSD", en="this is no XSD schema"),
            where=path,
            cure=Text(ru="уберите файл из набора", en="leave the file out of the set"),
        )
    components = frozenset(
        (etree.QName(each).localname, each.get("name", "")) for each in root.iterchildren(f"{{{XS}}}*")
    )
    return SchemaFile(
        path=path,
        octets=normal.octets,
        namespace=root.get("targetNamespace") or None,
        elements=frozenset(name for kind, name in components if kind == "element"),
        components=frozenset(each for each in components if each[1]),
        concrete=tuple(_concrete(root)),
        contained=frozenset(_contained(root)),
        references=tuple(reference(each) for each in root.iterchildren(IMPORT, *INCLUDES)),
        mended=(
            *([mended] if mended else []),
            *map(_imported, normal.imported),
            *map(_tamed, normal.tamed),
        ),
        models=models_of(root),
    )


def _concrete(root: etree._Element) -> Iterator[str]:
    for each in root.iterchildren(f"{{{XS}}}element"):
        if each.get("name") and each.get("abstract", "false").strip() not in ("true", "1"):
            yield str(each.get("name"))


def _contained(root: etree._Element) -> Iterator[tuple[str, str]]:
    own = root.get("targetNamespace") or ""
    for each in root.iter(f"{{{XS}}}element"):
        written = each.get("ref")
        if written:
            prefix, _, local = written.rpartition(":")
            yield str(each.nsmap.get(prefix or None) or own), local


def _tamed(pattern: str) -> Text:
    return Text(
        ru=f"шаблон {pattern[:100]} мог бы занять проверку надолго, заменён равносильным",
        en=f"the pattern {pattern[:100]} could keep a check busy for ever; an equal one takes its place",
    )


def _imported(namespace: str) -> Text:
    return Text(
        ru=f"схема пользуется пространством имён {namespace} и не импортирует его: импорт добавлен",
        en=f"the schema uses the namespace {namespace} and does not import it: the import is added",
    )
