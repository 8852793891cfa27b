"""Schemas of a package that hold together, compiled by both validators on first use."""

from __future__ import annotations

import re
import threading
import warnings
from typing import TYPE_CHECKING, Any, Final

from xmlschema import XMLSchema10, XMLSchema11, XMLSchemaException
from xmlschema.exceptions import XMLSchemaWarning
from xmlschema.loaders import SchemaLoader

from mezhved.infotypes.compilation import (
    START,
    Reached,
    compile_reached,
    namespace_documents,
    reach,
    set_documents,
)
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.packages.model import Problem, QName
from mezhved.infotypes.weight import weigh
from mezhved.infotypes.wellknown import DSIG, XML_NAMESPACE, XS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml import etree

    from mezhved.infotypes.packages.model import RootKind
    from mezhved.infotypes.schemafiles import SchemaFile, SchemaFiles

XmlSchema = XMLSchema10 | XMLSchema11

# In Russian the words are parts of others: «ВОтветНа», «Ответственный».
_REQUEST: Final = re.compile(
    r"(?i:request|query|zapros|application$|^req|req$|^in$|^input)|(?:Запрос|Заявление)(?![а-яё])|^запрос"
)
_RESPONSE: Final = re.compile(
    r"(?i:response|answer|otvet|result$|resp$|^out$|^output)|(?:^|[a-zа-яё0-9_])Ответ(?![а-яё]|На)|^ответ$"
)
_XSD_1_1: Final = re.compile(
    rb"<(?:[\w.-]+:)?(?:assert|assertion|alternative|openContent|defaultOpenContent|override)[\s>]"
    rb"|\s(?:defaultAttributes(?:Apply)?|xpathDefaultNamespace|inheritable)\s*=|minVersion\s*=\s*.1\.1"
)


_UNRESOLVED: Final = re.compile(r"(?:unknown|missing) ")


class SchemaBundle:
    """Schemas that are compiled together. Thread-safe; nothing outside the package is ever read.

    `files` are in order of discovery from the entry files, the files that no other refers to.
    """

    def __init__(self, files: SchemaFiles, entries: Iterable[SchemaFile]) -> None:
        self.entries: tuple[SchemaFile, ...] = tuple(entries)
        self._all = files
        self._noted: list[Problem] = []
        self.reached: Reached = reach(files, self.entries, self._missing)
        self._lock = threading.RLock()
        self._by_libxml2: etree.XMLSchema | None = None
        self._by_xmlschema: XmlSchema | None = None
        self.elements: frozenset[QName] = frozenset(
            QName(each.namespace or "", name) for each in self._own_files() for name in each.elements
        )
        self.roots: tuple[QName, ...] = tuple(self._find_roots())

    def __repr__(self) -> str:
        return f"<SchemaBundle {self.name}>"

    @property
    def name(self) -> str:
        """Return the paths of the entry files."""
        return ", ".join(each.path for each in self.entries)

    @property
    def files(self) -> Mapping[str, SchemaFile]:
        """Return the schemas by path, written anew in UTF-8."""
        return {path: each for path, each in self.reached.files.items() if path not in self.reached.dropped}

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Return the namespaces that the bundle's own files define, that of the first entry first."""
        return tuple(dict.fromkeys(each.namespace or "" for each in self.files.values()))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is amiss with references and encodings of the bundle's files."""
        mended = (Problem(each.path, text, "note") for each in self.files.values() for text in each.mended)
        absent = (
            Problem(source, _absent(namespace), "error") for namespace, source in self.reached.absent.items()
        )
        filled = (Problem(source, _filled(each), "note") for each, source in self.reached.filled.items())
        dropped = (Problem(each.path, _dropped(each)) for each in self.reached.dropped.values())
        return tuple(dict.fromkeys((*mended, *self._noted, *absent, *filled, *dropped)))

    @property
    def complete(self) -> bool:
        """Tell whether every reference has its file."""
        return not self.reached.absent and not self._noted

    def kind(self, root: QName) -> RootKind | None:
        """Return whether a root looks like a request or a response by its name, None for neither."""
        if _RESPONSE.search(root.local):
            return "response"
        return "request" if _REQUEST.search(root.local) else None

    def lxml_schema(self) -> etree.XMLSchema:
        """Return the schema compiled by libxml2. Raises `InvalidSchemaSet`.

        Its error log belongs to the object: hold `lock` while validating and reading it.
        """
        with self._lock:
            if self._by_libxml2 is None:
                self._by_libxml2 = compile_reached(self._all, self.reached, self.name)
            return self._by_libxml2

    @property
    def lock(self) -> threading.RLock:
        """Return the lock that guards the compiled schemas."""
        return self._lock

    def xmlschema(self) -> XmlSchema:
        """Return the schema built by xmlschema: `.maps.elements[root.clark]` is a root's declaration.

        A schema that breaks rules of XML Schema is built all the same, and `faults` tell which; one that
        refers to what is declared nowhere is not. Raises `InvalidSchemaSet`.
        """
        with self._lock:
            if self._by_xmlschema is None:
                weigh(self.files.values(), self.name)
                self._by_xmlschema = self._build()
            return self._by_xmlschema

    @property
    def faults(self) -> tuple[str, ...]:
        """Return which rules of XML Schema the schemas break. Raises `InvalidSchemaSet`."""
        return tuple(dict.fromkeys(map(_reason, self.xmlschema().maps.all_errors)))

    def _build(self) -> XmlSchema:
        documents = set_documents(self._all, self.reached)
        later = any(_XSD_1_1.search(each.octets) for each in self.files.values())
        kinds: list[type[XmlSchema]] = [XMLSchema11] if later else [XMLSchema10, XMLSchema11]
        ways = [("strict", kind) for kind in kinds] + [("lax", kind) for kind in kinds]
        loader = _loader(documents, namespace_documents(self.reached), proven=self.proven)
        failure: Exception | None = None
        for validation, kind in ways:
            try:
                with warnings.catch_warnings():
                    # said where a model is nested too deep to prove that it is a restriction of another
                    warnings.simplefilter("ignore", XMLSchemaWarning)
                    schema = kind(
                        documents[START].decode(),
                        validation=validation,
                        loader_class=loader,
                        use_fallback=False,
                    )
            except (XMLSchemaException, Warning, RecursionError, ValueError, KeyError, TypeError) as error:
                failure = failure or error
                continue
            if not any(_UNRESOLVED.match(_reason(each)) for each in schema.maps.all_errors):
                return schema
        raise InvalidSchemaSet(
            Text(
                ru=f"схема не собирается: {_reason(failure)}",
                en=f"the schema cannot be built: {_reason(failure)}",
            ),
            where=self.name,
        ) from failure

    @property
    def proven(self) -> bool:
        """Whether libxml2 has found the schemas to follow XML Schema."""
        try:
            self.lxml_schema()
        except InvalidSchemaSet:
            return False
        return True

    def _missing(self, error: InvalidSchemaSet) -> None:
        self._noted.append(Problem(error.where, error.what, "error"))

    def _own_files(self) -> list[SchemaFile]:
        """Return the files of the agency: signatures and the like are no messages."""
        foreign = (DSIG, XML_NAMESPACE, XS)
        return [each for each in self.files.values() if each.namespace not in foreign]

    def _find_roots(self) -> Iterable[QName]:
        """Give the elements that can be messages: of entry files, not abstract, part of no other element."""
        own = self._own_files()
        used = {name for each in own for name in each.contained}
        starts = {each.path for each in self.entries}
        entries = [each for each in own if each.path in starts] or own
        declared = [QName(each.namespace or "", name) for each in entries for name in each.concrete]
        free = [each for each in declared if each not in used]
        return dict.fromkeys(free or declared)


def _reason(error: Exception | None) -> str:
    """Return what xmlschema says, without the piece of schema that it adds."""
    return str(getattr(error, "message", error)).strip().partition("\n")[0].rstrip(":.")


def _loader(
    documents: Mapping[str, bytes], groups: Mapping[str | None, str], *, proven: bool
) -> type[SchemaLoader]:
    """Return a loader that takes every document from the set.

    Three quarters of the time goes into validating the documents by the schema of schemas: what libxml2 has
    proven is not proven again.
    """

    class Loader(SchemaLoader):
        """Loads each document once for each namespace it serves."""

        def include_schema(
            self,
            target_schema: Any,
            location: str,
            base_url: str | None = None,  # noqa: ARG002 - the signature is xmlschema's
            build: bool = False,  # noqa: ARG002, FBT001, FBT002
            partial: bool = False,  # noqa: ARG002, FBT001, FBT002
        ) -> Any:
            schema = self._load(location, target_schema.target_namespace)
            if schema is None:
                return target_schema
            if target_schema is not schema:
                target_schema.includes[location] = schema
            return schema

        def import_namespace(self, schema: Any, namespace: str, location: str | None = None) -> None:
            name = groups.get(namespace or None)
            if name is not None and namespace != XML_NAMESPACE:
                imported = self._load(name, namespace)
                if imported is not None:
                    schema.imports.setdefault(location or name, imported)

        def _load(self, name: str, namespace: str) -> Any:
            loaded = self.__dict__.setdefault("loaded", {})
            if (name, namespace) not in loaded:
                # a document that leads back to itself must find itself already there
                loaded[name, namespace] = None
                schema = self.schema_class(
                    source=documents[name].decode(),
                    namespace=namespace,
                    validation="skip" if proven else self.maps.validation,
                    global_maps=self.maps,
                    build=False,
                )
                schema.validation = self.maps.validation
                loaded[name, namespace] = schema
            return loaded[name, namespace]

    return Loader


def _absent(namespace: str) -> Text:
    return Text(
        ru=f"в пакете нет схемы пространства имён {namespace}",
        en=f"the package has no schema of the namespace {namespace}",
    )


def _filled(namespace: str) -> Text:
    return Text(
        ru=f"схемы {namespace} в пакете нет, взята встроенная",
        en=f"the package has no schema of {namespace}, the built-in one serves",
    )


def _dropped(source: SchemaFile) -> Text:
    namespace = source.namespace or ""
    return Text(
        ru=f"другой файл уже объявляет то же самое в пространстве имён {namespace}; этот не взят",
        en=f"another file already declares the same in the namespace {namespace}; this one is left out",
    )
