"""A package from a folder or ZIP."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.packages.archives import PackageLimits, Reading, read_folder, read_zip
from mezhved.infotypes.packages.bundles import SchemaBundle
from mezhved.infotypes.packages.errors import UnreadablePackage
from mezhved.infotypes.packages.grouping import bundles_of
from mezhved.infotypes.packages.model import Package, PackageFile, Problem, Sample
from mezhved.infotypes.packages.samples import samples_of
from mezhved.infotypes.packages.scenarios import scenarios_of
from mezhved.infotypes.schemafiles import SchemaFiles
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SCHEMA: Final = (".xsd",)
_MESSAGE: Final = (".xml",)
_SCHEMA_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*+<(?:[\w.-]+:)?schema\s[^>]*2001/XMLSchema", re.DOTALL
)
_MANUAL: Final = (".docx", ".doc", ".pdf", ".odt", ".rtf", ".txt", ".html", ".htm", ".md")


def load_package(source: Path | bytes, limits: PackageLimits | None = None) -> Package:
    """Load a package: a folder, a ZIP file, one XSD file, or the octets of a ZIP.

    Whatever can be lived with is told in `Package.problems`. Raises `UnreadablePackage` for what is no
    package at all, `UnsafePackage` for a ZIP built to do harm.
    """
    bounds = limits or PackageLimits()
    reading = _read(source, bounds)
    files = {path: PackageFile(path, octets) for path, octets in sorted(reading.files.items())}
    schemas = SchemaFiles.read({path: each.octets for path, each in files.items() if _is_schema(each)})
    bundles = bundles_of(schemas) or (SchemaBundle(schemas, []),)
    problems = list(reading.problems)
    problems.extend(Problem(path, error.what, "error") for path, error in schemas.broken.items())
    problems.extend(each for bundle in bundles for each in bundle.problems)
    if not schemas.files:
        problems.append(Problem("", Text(ru="в пакете нет схем XSD", en="the package has no XSD"), "error"))
    scenarios, stylesheets = scenarios_of(files.values())
    return Package(
        files=MappingProxyType(files),
        bundles=bundles,
        samples=_samples(files, bundles, problems),
        scenarios=scenarios,
        stylesheets=stylesheets,
        manuals=tuple(each for each in files.values() if each.path.lower().endswith(_MANUAL)),
        problems=tuple(dict.fromkeys(problems)),
    )


def _read(source: Path | bytes, limits: PackageLimits) -> Reading:
    if isinstance(source, bytes):
        return read_zip(source, limits)
    if source.is_dir():
        return read_folder(source, limits)
    try:
        if source.stat().st_size > limits.octets:
            raise UnreadablePackage(
                Text(ru="файл слишком велик", en="the file is too large"), where=str(source)
            )
        octets = source.read_bytes()
    except OSError as error:
        raise UnreadablePackage(
            Text(ru="пакет не читается", en="the package cannot be read"), where=str(source)
        ) from error
    if source.suffix.lower() == ".xsd":
        return Reading(limits, files={source.name: octets})
    return read_zip(octets, limits)


def _is_schema(file: PackageFile) -> bool:
    """Tell by the name; a schema saved as .xml by its first element."""
    path = file.path.lower()
    return path.endswith(_SCHEMA) or (path.endswith(_MESSAGE) and _SCHEMA_ROOT.match(file.octets) is not None)


def _samples(
    files: Mapping[str, PackageFile], bundles: tuple[SchemaBundle, ...], problems: list[Problem]
) -> tuple[Sample, ...]:
    elements = frozenset(name for bundle in bundles for name in bundle.elements)
    messages = [each for each in files.values() if each.path.lower().endswith(_MESSAGE)]
    return tuple(sample for each in messages for sample in samples_of(each, elements, problems))
