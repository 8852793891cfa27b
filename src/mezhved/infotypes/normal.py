"""Schema documents written anew so that both validators read them alike.

xmlschema passes over namespaces declared on an inner element, which agencies' schemas do; expat sees the
names as they are written, so they are mended on the way through it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from mezhved.infotypes.patterns import tamed
from mezhved.infotypes.wellknown import XML_NAMESPACE, XS

_QNAMES: Final = frozenset(("type", "ref", "base", "itemType", "substitutionGroup", "refer", "memberTypes"))
_XPATHS: Final = frozenset(("xpath", "test"))
_PREFIX_IN_XPATH: Final = re.compile(r"[\w.\-]+:(?=[\w*])")
_FOREIGN: Final = frozenset(("appinfo", "documentation"))

Attributes = list[tuple[str, str]]


class NotXml(Exception):  # noqa: N818 - named by what it is
    """expat's refusal: its message, line and column."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class NormalSchema:
    """A schema in UTF-8, without a DOCTYPE, whose QNames read by the root's prefixes alone.

    `imported` are namespaces that it used without importing them; it imports them now. `tamed` are patterns
    that could keep a validator busy for ever, each replaced by one of the same meaning.
    """

    octets: bytes
    imported: tuple[str, ...]
    tamed: tuple[str, ...]


def normal_schema(text: str) -> NormalSchema:
    """Return a schema document written anew.

    Internal entities are expanded within expat's bound, external ones read as nothing. Raises `NotXml`.
    """
    return _SchemaWriter().run(text.lstrip("\ufeff \t\r\n"))


class _SchemaWriter:
    """Write a schema anew, its QNames by prefixes that mean the same at the root; lines stay where they were.

    What lies inside `appinfo` and `documentation` is left as it is; comments fall out.
    """

    def __init__(self) -> None:
        self._scopes: list[dict[str, str]] = [{"xml": XML_NAMESPACE}]
        self._foreign = 0
        self._added: dict[str, str] = {}
        self._used: dict[str, None] = {}
        self._imported: set[str] = set()
        self._tamed: dict[str, None] = {}
        self._out: list[str] = []
        self._lines = 1
        self._root: tuple[str, Attributes, str] = ("", [], "")
        self._parser = expat.ParserCreate(encoding="utf-8")

    def run(self, source: str) -> NormalSchema:
        """Return the document. Raises `NotXml`."""
        parser = self._parser
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(source, True)  # noqa: FBT003
        except expat.ExpatError as error:
            message = expat.errors.messages.get(error.code, str(error))
            raise NotXml(message, error.lineno, error.offset) from error
        name, attributes, space = self._root
        added = [(f"xmlns:{prefix}", uri) for uri, prefix in self._added.items()]
        own = dict(attributes).get("targetNamespace", "")
        missing = tuple(each for each in self._used if each not in {*self._imported, own, XS})
        lead = f"{name.rpartition(':')[0]}:" if ":" in name else ""
        imports = "".join(f"<{lead}import namespace={quoteattr(each)}/>" for each in missing)
        self._out[0] = _tag(name, attributes + added, space) + imports
        return NormalSchema("".join(self._out).encode(), missing, tuple(self._tamed))

    def _start(self, name: str, flat: list[str]) -> None:
        attributes = self._opened(name, list(zip(flat[::2], flat[1::2], strict=True)))
        space = "\n" * (self._parser.CurrentLineNumber - self._lines)
        self._lines += len(space)
        if not self._out:
            self._root = (name, attributes, space)
            self._out.append("")
        else:
            self._out.append(_tag(name, attributes, space))

    def _end(self, name: str) -> None:
        self._out.append(f"</{name}>")
        self._scopes.pop()
        self._foreign = max(0, self._foreign - 1)

    def _text(self, text: str) -> None:
        self._out.append(escape(text).replace("\r", "&#13;"))
        self._lines += text.count("\n")

    def _opened(self, name: str, attributes: Attributes) -> Attributes:
        scope = self._scopes[-1]
        own = {
            key[6:]: value.strip()
            for key, value in attributes
            if key[:5] == "xmlns" and key[5:6] in (":", "")
        }
        self._scopes.append({**scope, **own} if own else scope)
        local = "" if self._foreign else self._local(name)
        if self._foreign or local in _FOREIGN:
            self._foreign += 1
            return attributes
        if local is None or not attributes or local == "enumeration":
            return attributes
        if local == "import":
            self._imported.add(dict(attributes).get("namespace", "").strip())
        if local == "pattern":
            return [(key, self._pattern(value) if key == "value" else value) for key, value in attributes]
        return [(key, self._value(key, value)) for key, value in attributes]

    def _local(self, name: str) -> str | None:
        """Return the local name of an element of XML Schema, None for any other."""
        prefix, _, local = name.rpartition(":")
        return local if self._scopes[-1].get(prefix, "") == XS else None

    def _value(self, key: str, value: str) -> str:
        if key in _QNAMES:
            self._used.update((uri, None) for uri in map(self._meant, value.split()) if uri)
            return " ".join(self._qname(each) for each in value.split())
        if key in _XPATHS:
            return _PREFIX_IN_XPATH.sub(lambda found: self._qname(found[0]), value)
        if key in ("targetNamespace", "namespace") or key == "xmlns" or key[:6] == "xmlns:":
            return value.strip()
        return value

    def _pattern(self, value: str) -> str:
        tame = tamed(value)
        if tame != value:
            self._tamed[value] = None
        return tame

    def _meant(self, name: str) -> str:
        """Return the namespace of a QName, empty for none and for a prefix that is not declared."""
        return self._scopes[-1].get(name.rpartition(":")[0], "")

    def _qname(self, name: str) -> str:
        """Return the QName with a prefix that means the same at the root."""
        prefix, _, local = name.rpartition(":")
        uri = self._scopes[-1].get(prefix, "")
        if not uri or self._scopes[1].get(prefix, "") == uri:
            return name
        if uri not in self._added:
            taken = {key for scope in self._scopes for key in scope}
            number = len(self._added) + 1
            while f"q{number}" in taken or f"q{number}" in self._added.values():
                number += 1
            self._added[uri] = f"q{number}"
        return f"{self._added[uri]}:{local}"


def _tag(name: str, attributes: Attributes, space: str) -> str:
    if not attributes:
        return f"<{name}{space}>"
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes)
    return f"<{name}{space}{written}>"
