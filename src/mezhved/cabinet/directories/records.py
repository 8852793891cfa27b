"""Records of an XML document of any layout: the element that comes most often with values inside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEEPEST: Final = 60
_LONGEST_TEXT: Final = 10_000
_REFERENCE: Final = "attribute-ref"
"""By which a value of an ESNSI export names its column, whose title stands elsewhere."""


class UnreadableRecords(MezhvedError):  # noqa: N818 - named by what it is
    """The document is no XML, declares entities, goes beyond the bounds or holds no records."""


def read_records(
    octets: bytes, most_rows: int, most_columns: int
) -> tuple[Mapping[str, str], list[dict[str, str]]]:
    """Return titles of columns by their keys, and the records: cells by those keys.

    A record's cells are its attributes and the texts inside it. Raises `UnreadableRecords`.
    """
    counting = _Counting()
    _walk(octets, counting.opened, counting.closed)
    tag = counting.record()
    if tag is None:
        raise _refused("в XML нет записей со значениями", "the XML has no records with values")
    records = _Records(tag, most_rows)
    _walk(octets, records.opened, records.closed)
    if not 0 < len(records.columns) <= most_columns:
        raise _refused(
            f"столбцов в XML: {len(records.columns)}, допустимо до {most_columns}",
            f"the XML has {len(records.columns)} columns, up to {most_columns} are allowed",
        )
    return {each: counting.titles.get(each, each) for each in records.columns}, records.rows


def _refused(ru: str, en: str) -> UnreadableRecords:
    return UnreadableRecords(Text(ru=ru, en=en))


class _Counting:
    """Counts the elements that have values, and learns the titles of columns that stand apart."""

    def __init__(self) -> None:
        self.filled: Counter[str] = Counter()
        self.titles: dict[str, str] = {}
        self._titled: dict[str, str] = {}
        self._referred: set[str] = set()
        self._has: list[bool] = []

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        """Meet the start of an element."""
        key = attributes.get("uid") or attributes.get("id")
        if key and attributes.get("name"):
            self.titles[key] = attributes["name"]
            self._titled[key] = tag
        if _REFERENCE in attributes:
            self._referred.add(attributes[_REFERENCE])
        self._has.append(len(attributes) > 1)

    def closed(self, tag: str, text: str, attributes: dict[str, str]) -> None:
        """Meet its end."""
        has = self._has.pop()
        referring = _REFERENCE in attributes
        if has and not referring:
            self.filled[tag] += 1
        if self._has and (text or referring):
            self._has[-1] = True

    def record(self) -> str | None:
        """Return the element that comes most often with values, descriptions of columns left out."""
        for each in self._referred & self._titled.keys():
            self.filled[self._titled[each]] -= 1
        found = self.filled.most_common(1)
        return found[0][0] if found and found[0][1] > 0 else None


class _Records:
    """Gathers the cells of each record."""

    def __init__(self, tag: str, most: int) -> None:
        self.columns: dict[str, None] = {}
        self.rows: list[dict[str, str]] = []
        self._tag = tag
        self._most = most
        self._row: dict[str, str] | None = None
        self._inside: list[tuple[str, bool]] = []

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        """Meet the start of an element."""
        if self._row is not None:
            self._inside.append((attributes.get(_REFERENCE) or tag, _REFERENCE in attributes))
        elif tag == self._tag:
            self._row = {}
            for each, value in attributes.items():
                self._keep(each, value)

    def closed(self, tag: str, text: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as the other
        """Meet its end."""
        if self._row is None:
            return
        if self._inside:
            own, _ = self._inside[-1]
            # ESNSI wraps a value by its kind: the column is what the wrapping refers to.
            column = next((key for key, refers in reversed(self._inside) if refers), own)
            self._inside.pop()
            if text:
                self._keep(column, text)
            return
        if self._row:
            self.rows.append(self._row)
            if len(self.rows) > self._most:
                raise _refused(f"записей больше {self._most}", f"more than {self._most} records")
        self._row = None

    def _keep(self, column: str, value: str) -> None:
        if self._row is not None:
            self.columns.setdefault(column)
            self._row.setdefault(column, value)


def _walk(
    octets: bytes,
    opened: Callable[[str, dict[str, str]], None],
    closed: Callable[[str, str, dict[str, str]], None],
) -> None:
    """Go over a document; names without their prefixes."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    path: list[tuple[str, list[str], dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(path) >= _DEEPEST:
            raise _refused("XML вложен слишком глубоко", "the XML is nested too deep")
        if path:
            path[-1][1].clear()
        plain = {
            _local(each): value
            for each, value in attributes.items()
            if not each.startswith(("xmlns", "xsi:"))
        }
        path.append((_local(tag), [], plain))
        opened(path[-1][0], plain)

    def end(tag: str) -> None:  # noqa: ARG001 - expat calls so
        name, texts, attributes = path.pop()
        closed(name, "".join(texts).strip(), attributes)

    def text(piece: str) -> None:
        if path and len(path[-1][1]) < _LONGEST_TEXT:
            path[-1][1].append(piece[:_LONGEST_TEXT])

    def doctype(*_: object) -> None:
        raise _refused("в XML есть DTD", "the XML has a DTD")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(octets, True)  # noqa: FBT003 - takes no name
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _refused(f"XML не читается: {error}", f"the XML does not read: {error}") from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]
