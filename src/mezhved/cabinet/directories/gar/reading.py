"""The records of a file of the register: elements with attributes only, read a piece at a time."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Final
from xml.parsers import expat

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK: Final = 2**18
_LONGEST_RECORD: Final = 2**20
_RECORD_DEPTH: Final = 2


class UnreadableExport(MezhvedError):  # noqa: N818 - named by what it is
    """The file is no file of the register of addresses."""


def records(file: IO[bytes], where: str) -> Iterator[dict[str, str]]:
    """Give the attributes of each record. Raises `UnreadableExport` where the file is damaged."""
    found: list[dict[str, str]] = []
    depth = 0

    def start(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == _RECORD_DEPTH:
            found.append(attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_: object) -> None:
        raise UnreadableExport(Text(ru="в файле есть DTD", en="the file has a DTD"), where=where)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    unseen = 0
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk)
            unseen = 0 if found else unseen + len(chunk)
            if unseen > _LONGEST_RECORD:
                raise UnreadableExport(
                    Text(ru="в файле нет записей", en="the file has no records"), where=where
                )
            yield from found
            found.clear()
        parser.Parse(b"", True)  # noqa: FBT003 - takes no name
        yield from found
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableExport(
            Text(ru=f"файл повреждён: {error}", en=f"the file is damaged: {error}"), where=where
        ) from error
