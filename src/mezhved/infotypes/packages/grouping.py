"""Which schemas of a package hold together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mezhved.infotypes.compilation import parts_of, reach, referred
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.packages.bundles import SchemaBundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.compilation import Reached
    from mezhved.infotypes.schemafiles import SchemaFile, SchemaFiles


def bundles_of(files: SchemaFiles) -> tuple[SchemaBundle, ...]:
    """Return the bundles of a package, the one with the shallowest entry file first.

    Entry files of one namespace go into one bundle, for their types and elements may stand for one another,
    unless they contradict one another, lack a file, or do not compile together.
    """
    groups: list[_Group] = []
    lone: list[SchemaFile] = []
    for entry in _entries(files):
        reached = reach(files, [entry], lambda _: None)
        if not SchemaBundle(files, [entry]).complete:
            lone.append(entry)
        elif not any(group.takes(files, entry, reached) for group in groups):
            groups.append(_Group())
            groups[-1].takes(files, entry, reached)
    bundles = [bundle for group in groups for bundle in _compiled(files, group.entries)]
    return tuple(bundles) + tuple(SchemaBundle(files, [entry]) for entry in lone)


@dataclass(slots=True)
class _Group:
    """Entry files that do not contradict one another; what is declared in each namespace, and where."""

    entries: list[SchemaFile] = field(default_factory=list)
    declared: dict[tuple[str | None, str, str], str] = field(default_factory=dict)

    def takes(self, files: SchemaFiles, entry: SchemaFile, reached: Reached) -> bool:
        """Take an entry in, unless it leads to another declaration of what is declared."""
        if self.entries and (entry.namespace is None or entry.namespace != self.entries[0].namespace):
            return False
        new = {
            (namespace, *component): part.path
            for namespace, group in reached.groups.items()
            for member in group.values()
            for part in parts_of(files, member)
            for component in part.components
        }
        if any(self.declared.get(key, path) != path for key, path in new.items()):
            return False
        self.declared.update(new)
        self.entries.append(entry)
        return True


def _entries(files: SchemaFiles) -> list[SchemaFile]:
    """Return the files that no other refers to; of files that refer in a circle the first."""
    direct = {path: referred(files, each) for path, each in files.files.items()}
    reaches = {path: _closure(direct, path) for path in direct}
    leads: dict[str, list[str]] = {path: [] for path in reaches}
    for other, reached in reaches.items():
        for path in reached - {other}:
            leads[path].append(other)
    entries: list[SchemaFile] = []
    covered: set[str] = set()
    for path, each in files.files.items():
        if all(other in reaches[path] for other in leads[path]) and path not in covered:
            entries.append(each)
            covered |= reaches[path]
    return entries


def _closure(direct: Mapping[str, set[str]], start: str) -> set[str]:
    """Return a file and all that it leads to."""
    seen = {start}
    waiting = [start]
    while waiting:
        fresh = direct[waiting.pop()] - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _compiled(files: SchemaFiles, entries: list[SchemaFile]) -> list[SchemaBundle]:
    whole = SchemaBundle(files, entries)
    if len(entries) == 1:
        return [whole]
    try:
        whole.lxml_schema()
    except InvalidSchemaSet:
        return [SchemaBundle(files, [entry]) for entry in entries]
    return [whole]
