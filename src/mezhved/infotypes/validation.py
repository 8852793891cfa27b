"""Validation of business data by the XSD set registered for an information type."""

from __future__ import annotations

import hashlib
import itertools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from mezhved.infotypes.compilation import compile_entry
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.schemafiles import SchemaFile, SchemaFiles
from mezhved.smev3.xml import parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ERRORS: Final = 100
"""A document that is wrong throughout is told so by its first errors."""


@dataclass(frozen=True, slots=True)
class ValidationError:
    """One thing wrong: line of the document (0 unknown), the validator's message, path of the element.

    The message may quote the data: it goes to the sender, never to a log.
    """

    line: int
    message: str
    path: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A compiled start file. libxml2's error log belongs to the schema, hence the lock."""

    schema: etree.XMLSchema
    lock: threading.Lock


class SchemaSet:
    """A set of XSD files: path (with `/`) -> octets. Compiled on first use and kept; thread-safe.

    Nothing outside the set is ever read: imports resolve inside it, by path and by namespace.
    Two sets with the same `digest` are the same.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Read the files. A file that does not read is an error only where it is needed."""
        normal = {path.replace("\\", "/").removeprefix("./"): octets for path, octets in files.items()}
        self.digest: bytes = set_digest(
            {path: hashlib.sha256(octets).digest() for path, octets in normal.items()}
        )
        self._files = SchemaFiles.read(normal)
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._files.same)

    @property
    def roots(self) -> frozenset[tuple[str, str]]:
        """Namespaces ("" for none) and names of the elements declared at the top of any file."""
        return frozenset(
            (each.namespace or "", name) for each in self._files.files.values() for name in each.elements
        )

    def compile(self, namespace: str | None = None, local_name: str | None = None) -> None:
        """Compile what validates this root, or, without arguments, every file nothing refers to.

        Raises `InvalidSchemaSet`; a root that is declared nowhere is one too.
        """
        if local_name is not None:
            if not self._declaring(namespace or "", local_name):
                raise InvalidSchemaSet(_undeclared(namespace or "", local_name))
            self._entry(namespace or "", local_name)
            return
        for error in self._files.broken.values():
            raise error
        for each in self._unreferenced():
            self._compiled(each)

    def validate(self, document: etree._Element | bytes) -> tuple[ValidationError, ...]:
        """Return what is wrong with a business element; empty when it is valid.

        Raises `InvalidSchemaSet` when the set itself is wrong, `MalformedXml` for octets that are
        not XML.
        """
        element = parse(document) if isinstance(document, bytes) else document
        name = etree.QName(element)
        entry = self._entry(name.namespace or "", name.localname)
        if entry is None:
            line: Any = element.sourceline
            message = str(_undeclared(name.namespace or "", name.localname))
            return (ValidationError(line=line or 0, message=message, path=f"/{name.localname}"),)
        with entry.lock:
            try:
                if entry.schema.validate(element):
                    return ()
            except etree.XMLSchemaValidateError:
                # libxml2 counts its steps and stops at ten million, whatever the document is
                return (_given_up(name.localname),)
            log: Any = entry.schema.error_log
            return tuple(
                ValidationError(line=each.line, message=each.message, path=each.path or "")
                for each in itertools.islice(log, MAX_ERRORS)
            )

    def _declaring(self, namespace: str, local_name: str) -> list[SchemaFile]:
        return [each for each in self._files.of_namespace(namespace or None) if local_name in each.elements]

    def _entry(self, namespace: str, local_name: str) -> _Entry | None:
        """Return the compiled entry for a root; of several declarations the first that compiles."""
        declaring = self._declaring(namespace, local_name)
        for position, each in enumerate(declaring):
            try:
                return self._compiled(each)
            except InvalidSchemaSet:
                if position == len(declaring) - 1:
                    raise
        return None

    def _compiled(self, entry: SchemaFile) -> _Entry:
        found = self._entries.get(entry.path)
        if found is not None:
            return found
        with self._lock:
            if entry.path not in self._entries:
                schema = compile_entry(self._files, entry)
                self._entries[entry.path] = _Entry(schema=schema, lock=threading.Lock())
            return self._entries[entry.path]

    def _unreferenced(self) -> list[SchemaFile]:
        """Return the files no other file refers to; all of them when they go in a circle."""
        referred: set[str] = set()
        for source in self._files.files.values():
            targets = [self._files.included(source, each) for each in source.includes]
            for each in source.imports:
                targets.extend(self._files.imported(source, each))
            referred.update(target.path for target in targets if target.path != source.path)
        free = [each for each in self._files.files.values() if each.path not in referred]
        return free or list(self._files.files.values())


def _given_up(local_name: str) -> ValidationError:
    text = Text(
        ru="Проверка документа заняла бы слишком много времени и прервана.",
        en="Checking the document would take too long and was given up.",
    )
    return ValidationError(line=0, message=str(text), path=f"/{local_name}")


def set_digest(files: Mapping[str, bytes]) -> bytes:
    """Return the digest of a set from its paths and the SHA-256 of each file."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(hashlib.sha256(path.encode()).digest() + files[path])
    return whole.digest()


def _undeclared(namespace: str, local_name: str) -> Text:
    name = f"{{{namespace}}}{local_name}"
    return Text(
        ru=f"Элемент {name} не объявлен ни в одной схеме набора.",
        en=f"No schema of the set declares the element {name}.",
    )
