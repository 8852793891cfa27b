"""A package from a folder or ZIP."""

from __future__ import annotations

import posixpath
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
from mezhved.infotypes.packages.wsdl import inner_schemas
from mezhved.infotypes.schemafiles import SchemaFiles
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SCHEMA: Final = (".xsd",)
_MESSAGE: Final = (".xml",)
_DESCRIPTION: Final = (".wsdl",)
_BEFORE_ROOT: Final = rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*+"
_SCHEMA_ROOT: Final = re.compile(_BEFORE_ROOT + rb"<(?:[\w.-]+:)?schema\s[^>]*2001/XMLSchema", re.DOTALL)
_DESCRIPTION_ROOT: Final = re.compile(
    _BEFORE_ROOT + rb"<(?:[\w.-]+:)?definitions\s[^>]*schemas\.xmlsoap\.org/wsdl/", re.DOTALL
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
    problems = list(reading.problems)
    schemas = _schemas(files, problems)
    bundles = bundles_of(schemas) or (SchemaBundle(schemas, []),)
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


def _schemas(files: Mapping[str, PackageFile], problems: list[Problem]) -> SchemaFiles:
    """Return the files that are schemas, and the schemas that stand inside descriptions of services."""
    own = {path: each.octets for path, each in files.items() if _is(each, _SCHEMA, _SCHEMA_ROOT)}
    read = SchemaFiles.read(own)
    descriptions = [each for each in files.values() if _is(each, _DESCRIPTION, _DESCRIPTION_ROOT)]
    inner = inner_schemas(descriptions, read, problems)
    return SchemaFiles.read({**own, **inner}) if inner else read


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


def _is(file: PackageFile, suffixes: tuple[str, ...], root: re.Pattern[bytes]) -> bool:
    """Tell by the name; what was saved as .xml, or without a suffix, by its first element."""
    suffix = posixpath.splitext(file.path)[1].lower()
    return suffix in suffixes or (suffix in (*_MESSAGE, "") and root.match(file.octets) is not None)


def _samples(
    files: Mapping[str, PackageFile], bundles: tuple[SchemaBundle, ...], problems: list[Problem]
) -> tuple[Sample, ...]:
    elements = frozenset(name for bundle in bundles for name in bundle.elements)
    messages = [each for each in files.values() if each.path.lower().endswith(_MESSAGE)]
    return tuple(sample for each in messages for sample in samples_of(each, elements, problems))
