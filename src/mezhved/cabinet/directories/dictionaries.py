"""Dictionaries: kept from tables, searched as one types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from mezhved.cabinet.directories.folding import begins, folded, key_of, words
from mezhved.cabinet.models import Directory, DirectoryEntry
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from mezhved.cabinet.directories.tables import Table

BATCH: Final = 2000
LONGEST_CODE: Final = 200
_LONGEST_SEARCHED: Final = 300
_CODES: Final = ("код", "code", "цифровойкод", "буквенныйкод", "коднапо", "id", "идентификатор", "значение")
_NAMES: Final = (
    "наименование",
    "название",
    "полноенаименование",
    "name",
    "краткоенаименование",
    "title",
    "текст",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a dictionary: its code, what it is called, and all cells by the names of their columns."""

    code: str
    name: str
    columns: Mapping[str, str]

    def as_json(self) -> str:
        """Return the cells as JSON, for a page's script."""
        return json.dumps(dict(self.columns), ensure_ascii=False)

    def column(self, name: str) -> str:
        """Return the cell of a column as a schema names it; the code or the name where there is none such.

        A column of an unknown name is the name where it tells of a name, else the code.
        """
        key = key_of(name)
        found = next((value for each, value in self.columns.items() if key_of(each) == key), None)
        if found is not None:
            return found
        return self.name if "наимен" in key or "назван" in key or "name" in key else self.code


def known(dictionary: str) -> bool:
    """Tell whether the dictionary was ever loaded."""
    return Directory.objects.filter(key=key_of(dictionary), generation__gt=0).exists()


def entry(dictionary: str, code: str) -> Entry | None:
    """Return the entry of a code, or None."""
    directory = _directory(dictionary)
    if directory is None:
        return None
    found = _entries(directory).filter(folded_code=folded(code)[:LONGEST_CODE], code=code).first()
    return _entry(directory, found) if found is not None else None


def find(dictionary: str, text: str, limit: int = 20) -> list[Entry]:
    """Return the entries that a text means, the likeliest first; of an empty text the first ones.

    First what has this code or begins with it, then names that begin with the text, then names that have all
    its words somewhere. Of an unknown dictionary nothing.
    """
    directory = _directory(dictionary)
    if directory is None:
        return []
    return [_entry(directory, each) for each in islice(_found(directory, folded(text)), limit)]


def _found(directory: Directory, text: str) -> Iterator[DirectoryEntry]:
    entries = _entries(directory)
    if not text:
        yield from entries.order_by("pk")[:100]
        return
    seen: set[int] = set()
    by_code = entries.filter(begins("folded_code", text[:LONGEST_CODE])).order_by("folded_code", "pk")
    by_name = entries.filter(begins("folded_name", text[:_LONGEST_SEARCHED])).order_by("folded_name", "pk")
    anywhere = Q()
    for word in words(text) or [text]:
        anywhere &= Q(folded_name__contains=word) | Q(folded_code__contains=word)
    for found in (by_code, by_name, entries.filter(anywhere).order_by("pk")):
        for each in found[:100]:
            if each.pk not in seen:
                seen.add(each.pk)
                yield each


def _directory(name: str) -> Directory | None:
    return Directory.objects.filter(key=key_of(name), generation__gt=0).first()


def _entries(directory: Directory) -> QuerySet[DirectoryEntry]:
    return DirectoryEntry.objects.filter(directory=directory, generation=directory.generation)


def _entry(directory: Directory, row: DirectoryEntry) -> Entry:
    return Entry(row.code, row.name, dict(zip(directory.columns, row.values, strict=False)))


def load(
    name: str, table: Table, now: datetime, *, source: str = "", code_column: str = "", name_column: str = ""
) -> Directory:
    """Keep a table as a dictionary; the entries of an earlier load are replaced at once, or not at all.

    Columns that are not named are recognised by their titles, else the first two are taken. Raises
    `MezhvedError` for a table without rows or columns of these names.
    """
    key = key_of(name)
    if not key:
        raise MezhvedError(Text(ru="у справочника нет имени", en="the dictionary has no name"))
    code_at = _column(table.columns, code_column, _CODES, 0)
    name_at = _column(table.columns, name_column, _NAMES, min(1, len(table.columns) - 1))
    directory, _ = Directory.objects.get_or_create(key=key, defaults={"name": name[:300], "loaded_at": now})
    # A load that was broken off may have left entries of the next generation.
    generation = directory.generation + 1
    DirectoryEntry.objects.filter(directory=directory).exclude(generation=directory.generation).delete()
    size = 0
    rows = iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        made = [
            DirectoryEntry(
                directory=directory,
                generation=generation,
                code=row[code_at][:LONGEST_CODE],
                name=row[name_at],
                folded_code=folded(row[code_at])[:LONGEST_CODE],
                folded_name=folded(row[name_at])[:_LONGEST_SEARCHED],
                values=row,
            )
            for row in batch
            if row[code_at] or row[name_at]
        ]
        DirectoryEntry.objects.bulk_create(made)
        size += len(made)
    if not size:
        raise MezhvedError(Text(ru="в файле нет ни одной строки справочника", en="the file has no rows"))
    with transaction.atomic():
        Directory.objects.filter(pk=directory.pk).update(
            name=name[:300],
            columns=list(table.columns),
            code_column=table.columns[code_at],
            name_column=table.columns[name_at],
            generation=generation,
            size=size,
            loaded_at=now,
            source=source[:300],
        )
        DirectoryEntry.objects.filter(directory=directory).exclude(generation=generation).delete()
    directory.refresh_from_db()
    return directory


def _column(columns: tuple[str, ...], asked: str, usual: tuple[str, ...], otherwise: int) -> int:
    keys = [key_of(each) for each in columns]
    if asked:
        if key_of(asked) in keys:
            return keys.index(key_of(asked))
        raise MezhvedError(
            Text(ru=f"в файле нет столбца «{asked}»", en=f"the file has no column {asked!r}"),
            cure=Text(ru="есть: " + ", ".join(columns), en="there are: " + ", ".join(columns)),
        )
    for each in usual:
        if each in keys:
            return keys.index(each)
    starting = next((at for at, key in enumerate(keys) for each in usual if key.startswith(each)), None)
    return otherwise if starting is None else starting
