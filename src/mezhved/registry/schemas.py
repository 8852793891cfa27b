"""XSD sets from folders and archives, and putting them into the registry."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mezhved.infotypes import SchemaSet
from mezhved.registry.changes import Outcome, remove, write
from mezhved.registry.errors import RegistryError
from mezhved.registry.models import SchemaFile
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mezhved.registry.models import TypeVersion

MAX_FILES: Final = 2000
MAX_OCTETS: Final = 64 * 2**20
"""Far above any registered set (the largest seen: about 60 files, 3 MB)."""
SUFFIX: Final = ".xsd"


def read_schemas(path: Path) -> dict[str, bytes]:
    """Read a folder (all its `.xsd` files), a `.zip` or one `.xsd`. Raises `RegistryError`."""
    try:
        if path.is_dir():
            found = {
                each.relative_to(path).as_posix(): each.read_bytes()
                for each in sorted(path.rglob("*"))
                if each.suffix.lower() == SUFFIX and each.is_file()
            }
        elif path.suffix.lower() == ".zip":
            found = unzip_schemas(path.read_bytes(), path.name)
        else:
            found = {path.name: path.read_bytes()}
    except OSError as error:
        raise RegistryError(
            Text(ru=f"схемы не читаются: {error}", en=f"the schemas do not read: {error}"), where=str(path)
        ) from error
    if not found:
        raise RegistryError(Text(ru="здесь нет файлов .xsd", en="there are no .xsd files"), where=str(path))
    return found


def unzip_schemas(octets: bytes, name: str) -> dict[str, bytes]:
    """Read the `.xsd` files of an archive («Схема.zip»), bounded in number and size."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            members = [each for each in archive.infolist() if each.filename.lower().endswith(SUFFIX)]
            if len(members) > MAX_FILES or sum(each.file_size for each in members) > MAX_OCTETS:
                raise RegistryError(
                    Text(ru="архив схем слишком велик", en="the archive of schemas is too big"), where=name
                )
            return {_member_name(each): archive.read(each) for each in members}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise RegistryError(
            Text(ru=f"архив не читается: {error}", en=f"the archive does not read: {error}"), where=name
        ) from error


def replace_schemas(version: TypeVersion, files: Mapping[str, bytes]) -> list[tuple[Outcome, SchemaFile]]:
    """Make these the version's schemas; tell what became of each file.

    The set must compile for the version's roots. Raises `RegistryError`, `InvalidSchemaSet`; nothing
    is written then.
    """
    stored = {row.path: row for row in SchemaFile.objects.filter(version=version)}
    if files and {path: bytes(row.content) for path, row in stored.items()} != dict(files):
        check_schemas(version, files)
    outcomes = []
    with transaction.atomic():
        for path, row in stored.items():
            if path not in files:
                outcomes.append((Outcome.REMOVED, row))
                remove(row)
        for path, content in files.items():
            row = stored.get(path) or SchemaFile(version=version, path=path)
            outcomes.append((write(row, {"content": content}, version.key), row))
    return outcomes


def check_schemas(version: TypeVersion, files: Mapping[str, bytes]) -> None:
    """Check that a set declares and compiles the version's roots. Raises `InvalidSchemaSet`."""
    schemas = SchemaSet(files)
    for namespace, root in version.roots:
        schemas.compile(namespace, root)


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's path; names without the UTF-8 flag are cp866, as Windows archivers write."""
    name = member.filename
    if not member.flag_bits & 0x800:
        name = name.encode("cp437").decode("cp866")
    return name.replace("\\", "/").lstrip("/")
