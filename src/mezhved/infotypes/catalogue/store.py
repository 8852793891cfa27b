"""A folder of information types: for each a folder of its name with `package.zip` and `about.json`."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.forms import form_model
from mezhved.infotypes.packages import PackageLimits, QName, load_package
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.packages import Package

_NAME: Final = re.compile(r"\w[\w.\-]{0,119}")
_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")
_PREFIXES: Final = re.compile(r"^(?:urn:/*|https?:/*)(?:x-artefacts-)?", re.IGNORECASE)
_PACKAGE: Final = "package.zip"
_ABOUT: Final = "about.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class CatalogueError(MezhvedError):
    """The catalogue has no such type, has it already, or cannot take it; `where` names it."""


@dataclass(frozen=True, slots=True)
class KnownType:
    """A type of the catalogue.

    `roots` are its messages as `{namespace}local`; `digest` is the SHA-256 of all files with their paths.
    `title` is what the schema calls the request; `version` is the last part of the namespace, empty where
    that is no version. `added` is UTC.
    """

    name: str
    title: str
    version: str
    roots: tuple[str, ...]
    digest: str
    added: datetime

    def to_json(self) -> dict[str, Any]:
        """Return the record as it is kept."""
        return {**dataclasses.asdict(self), "roots": list(self.roots), "added": self.added.isoformat()}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> KnownType:
        """Read a kept record. Raises `KeyError`, `TypeError` or `ValueError` for another thing."""
        return cls(
            name=str(record["name"]),
            title=str(record["title"]),
            version=str(record["version"]),
            roots=tuple(map(str, record["roots"])),
            digest=str(record["digest"]),
            added=datetime.fromisoformat(record["added"]),
        )


class Catalogue:
    """The types in one folder. Several processes may use it at once: a type appears and goes whole."""

    def __init__(self, folder: Path, limits: PackageLimits | None = None) -> None:
        self.folder = folder
        self._limits = limits or PackageLimits()

    def types(self) -> tuple[KnownType, ...]:
        """Return the types by name; a folder that holds no type is passed over."""
        if not self.folder.is_dir():
            return ()
        found = (_about(each) for each in sorted(self.folder.iterdir()) if _NAME.fullmatch(each.name))
        return tuple(each for each in found if each is not None)

    def get(self, name: str) -> KnownType:
        """Return one type. Raises `CatalogueError`."""
        known = _about(self.folder / name) if _NAME.fullmatch(name) else None
        if known is None:
            raise _unknown(name)
        return known

    def package(self, name: str) -> Package:
        """Load the package of a type. Raises `CatalogueError`, `UnreadablePackage`."""
        return load_package(self.folder / self.get(name).name / _PACKAGE, self._limits)

    def add(
        self, source: Path | bytes, *, now: datetime, name: str | None = None, replace: bool = False
    ) -> KnownType:
        """Take a package in: a folder, a ZIP, one XSD file. Without a name, the namespace gives it one.

        Raises `CatalogueError` for a package without schemas that work and for a name that is taken,
        `UnreadablePackage` for what is no package.
        """
        package = load_package(source, self._limits)
        _demand_use(package)
        chosen = name if name is not None else _named(package)
        if _NAME.fullmatch(chosen) is None:
            raise CatalogueError(
                Text(ru="имя не годится для папки", en="the name will not do for a folder"),
                where=chosen[:120],
                cure=Text(ru="буквы, цифры, точка, дефис", en="letters, digits, dots, hyphens"),
            )
        known = KnownType(
            name=chosen,
            title=_title(package),
            version=_version(package),
            roots=tuple(dict.fromkeys(root.clark for _, root in package.roots)),
            digest=_digest(package),
            added=now,
        )
        self._put(known, package, replace=replace)
        return known

    def remove(self, name: str) -> None:
        """Take a type out. Raises `CatalogueError`."""
        self.get(name)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".gone-") as gone:
            (self.folder / name).rename(Path(gone) / name)

    def _put(self, known: KnownType, package: Package, *, replace: bool) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / known.name
        fresh = Path(tempfile.mkdtemp(dir=self.folder, prefix=".new-"))
        try:
            _write(fresh / _PACKAGE, _packed(package))
            about = json.dumps(known.to_json(), ensure_ascii=False, indent=2) + "\n"
            _write(fresh / _ABOUT, about.encode())
            fresh.chmod(0o755)
            if replace and place.exists():
                self.remove(known.name)
            try:
                fresh.rename(place)
            except OSError as error:
                raise CatalogueError(
                    Text(ru="такой вид сведений уже есть", en="there is such a type already"),
                    where=known.name,
                    cure=Text(ru="замените его: --replace", en="replace it: --replace"),
                ) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _write(path: Path, octets: bytes) -> None:
    with path.open("wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())


def _about(folder: Path) -> KnownType | None:
    try:
        known = KnownType.from_json(json.loads((folder / _ABOUT).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return known if known.name == folder.name else None


def _unknown(name: str) -> CatalogueError:
    return CatalogueError(
        Text(ru="в каталоге нет такого вида сведений", en="the catalogue has no such information type"),
        where=name[:120],
        cure=Text(ru="mezhved type list покажет имена", en="mezhved type list shows the names"),
    )


def _demand_use(package: Package) -> None:
    """Refuse a package that has nothing to fill in or to check by."""
    refusals: list[InvalidSchemaSet] = []
    for bundle in package.bundles:
        try:
            bundle.xmlschema()
        except InvalidSchemaSet as error:
            refusals.append(error)
            continue
        if bundle.roots:
            return
    if refusals:
        raise refusals[0]
    raise CatalogueError(
        Text(
            ru="в пакете нет схем с корневыми элементами", en="the package has no schemas with root elements"
        )
    )


def _main(package: Package) -> QName:
    """Return the request, or the first root."""
    roots = [(bundle, root) for bundle, root in package.roots]
    requests = [root for bundle, root in roots if bundle.kind(root) == "request"]
    return requests[0] if requests else roots[0][1]


def _named(package: Package) -> str:
    """Return a name made of the namespace: `fns-vipul-tosmv-ru-311-14-4.0.6`."""
    main = _main(package)
    bare = _PREFIXES.sub("", main.namespace) or main.local
    return re.sub(r"[^\w.]+", "-", bare).strip("-.")[:120]


def _version(package: Package) -> str:
    last = _main(package).namespace.rstrip("/").rpartition("/")[2]
    return last if _VERSION.fullmatch(last) else ""


def _title(package: Package) -> str:
    main = _main(package)
    for bundle in package.bundles:
        if main in bundle.roots:
            try:
                return form_model(bundle.xmlschema(), main).root.label.ru
            except MezhvedError:
                break
    return main.local


def _digest(package: Package) -> str:
    whole = hashlib.sha256()
    for path, file in package.files.items():
        whole.update(hashlib.sha256(path.encode()).digest() + hashlib.sha256(file.octets).digest())
    return whole.hexdigest()


def _packed(package: Package) -> bytes:
    """Return the files as one ZIP, the same for the same files."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, file in package.files.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), file.octets, zipfile.ZIP_DEFLATED)
    return octets.getvalue()
