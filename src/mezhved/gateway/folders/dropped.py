"""What a dropped file says: a ClientMessage of the adapter, plain data, or a ZIP of either with files."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from lxml import etree

from mezhved.gateway.adapter.faults import ValidationFault, invalid
from mezhved.gateway.adapter.model import AttachmentHeader, ClientMessage, Content, RequestPart, ResponsePart
from mezhved.gateway.adapter.reading import client_message
from mezhved.gateway.adapter.sending import named
from mezhved.gateway.adapter.shapes import CLIENT_MESSAGE
from mezhved.gateway.adapter.xml_form import read_element
from mezhved.gateway.files import clean_name
from mezhved.gateway.models import Direction, InformationType
from mezhved.smev3 import mtom
from mezhved.smev3.fragments import Source
from mezhved.smev3.xml import WIRE_LIMITS, XmlLimits, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.gateway.folders.disk import Entry
    from mezhved.gateway.models import InformationSystem

ENTRIES_LIMIT: Final = 1000
UNPACKED_LIMIT: Final = 2**30
LIST_LIMIT: Final = 2**20
_TAIL: Final = 2**16 + 22
"""Where an archive's last record lies: its comment has up to 65535 octets."""
XML_LIMITS: Final = XmlLimits(utf8_only=False)
_NOT_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message with the files that came along in an archive."""

    message: ClientMessage
    parts: mtom.Parts


def read_dropped(entry: Entry, file: BinaryIO, system: InformationSystem, spool: mtom.Spool) -> Dropped:
    """Read a dropped file; what comes without an id of its own gets one of its name, time and content.

    Raises `ValidationFault` and `MalformedXml`.
    """
    name = entry.path.name
    if name.lower().endswith(".zip"):
        return _archive(entry, file, system, spool)
    if entry.size > WIRE_LIMITS.octets:
        raise invalid(
            f"файл больше {WIRE_LIMITS.octets} октетов", f"longer than {WIRE_LIMITS.octets} octets", ""
        )
    octets = file.read(WIRE_LIMITS.octets + 1)
    return Dropped(_message(octets, system, name, _identifier(entry, octets)), mtom.NO_PARTS)


def _message(
    octets: bytes, system: InformationSystem, name: str, client_id: str, files: tuple[str, ...] = ()
) -> ClientMessage:
    root = parse(octets, XML_LIMITS)
    if root.getroottree().docinfo.encoding not in {None, "UTF-8", "utf-8"}:
        octets = etree.tostring(root, encoding="utf-8")
        root = parse(octets)
    source = Source(octets, root)
    if root.tag == CLIENT_MESSAGE.tag:
        message = client_message(read_element(root, source, CLIENT_MESSAGE))
        if message.system not in {system.mnemonic, f"{system.mnemonic}@{system.connection.name}"}:
            raise invalid(
                f"файл от имени системы {message.system[:64]}, а папка системы {system.mnemonic}",
                f"the file speaks for {message.system[:64]}, the folder is that of {system.mnemonic}",
                "itSystem",
            )
        return message
    content = Content(source.cut(root).octets, None, tuple(AttachmentHeader(each) for each in files))
    answered = _answered(system, name, str(root.tag))
    if answered is not None:
        return ClientMessage(system.mnemonic, ResponsePart(client_id, answered, content=content))
    return ClientMessage(system.mnemonic, RequestPart(client_id, content))


def _answered(system: InformationSystem, name: str, tag: str) -> str | None:
    """Return the request that plain data answer: its id is in the file's name, the root is an answer's."""
    for identifier in _UUID.findall(name):
        asked = named(system, identifier.lower())
        if asked is None or asked.direction != Direction.IN:
            continue
        kind = InformationType.objects.filter(exchanges=asked.exchange_id).first()
        if kind is not None and tag == f"{{{kind.namespace}}}{kind.response_root}":
            return str(asked.uid)
    return None


def _archive(entry: Entry, file: BinaryIO, system: InformationSystem, spool: mtom.Spool) -> Dropped:
    _demand_small_list(entry, file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(archive)
            found = _main(entry.path.name, members, archive)
            octets = b"".join(_pieces(archive, members[found], WIRE_LIMITS.octets))
            client_id = _identifier(entry, _digest(file))
            others = {
                name: spool.store(_pieces(archive, each, UNPACKED_LIMIT))
                for name, each in members.items()
                if name != found
            }
    except _DAMAGED as error:
        raise invalid(f"архив не читается: {error}", f"the archive does not read: {error}") from error
    message = _message(octets, system, entry.path.name, client_id, tuple(sorted(others)))
    return Dropped(message, mtom.Parts(b"", others))


def _demand_small_list(entry: Entry, file: BinaryIO) -> None:
    """Refuse an archive whose list of files would fill the memory: the list is read whole."""
    start = max(0, entry.size - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    listed = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else LIST_LIMIT + 1
    if entry.size > UNPACKED_LIMIT or listed > LIST_LIMIT:
        raise invalid("это не архив ZIP или он слишком велик", "this is no ZIP archive, or it is too large")
    file.seek(0)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the archive's files by name; names that lead elsewhere are refused."""
    found: dict[str, zipfile.ZipInfo] = {}
    for each in archive.infolist():
        if each.is_dir():
            continue
        name = _name(each)
        if name.startswith("/") or ".." in name.split("/") or "\0" in name or each.flag_bits & _ENCRYPTED:
            raise invalid(
                "в архиве недопустимый файл", "the archive has a file that may not be", clean_name(name)
            )
        if name in found:
            raise invalid("имя в архиве повторяется", "a name stands twice in the archive", clean_name(name))
        found[name] = each
    if len(found) > ENTRIES_LIMIT or sum(each.file_size for each in found.values()) > UNPACKED_LIMIT:
        raise invalid("архив больше допустимого", "the archive is larger than allowed")
    return found


def _name(member: zipfile.ZipInfo) -> str:
    """Return a name; archives made in Russian Windows hold it in code page 866 and say nothing of it."""
    name = member.filename.replace("\\", "/")
    if member.flag_bits & _NOT_UTF8_NAME:
        return name
    with suppress(UnicodeError):
        return name.encode("cp437").decode("cp866")
    return name


def _main(archive_name: str, members: dict[str, zipfile.ZipInfo], archive: zipfile.ZipFile) -> str:
    """Return the message's name: the ClientMessage, else what is named as the archive, else the only XML."""
    documents = [name for name in members if name.lower().endswith(".xml") and "/" not in name]
    for name in documents:
        head = next(_pieces(archive, members[name], UNPACKED_LIMIT), b"")
        if CLIENT_MESSAGE.name.encode() in head and CLIENT_MESSAGE.namespace.encode() in head:
            return name
    wanted = archive_name.rpartition(".")[0].lower()
    for name in documents:
        if name.lower().rpartition(".")[0] == wanted:
            return name
    if len(documents) != 1:
        raise ValidationFault(
            "INVALID_MESSAGE",
            Text(ru="в архиве не одно сообщение XML", en="the archive has not one XML message"),
            cure=Text(
                ru="назовите файл сообщения так же, как архив, или вложите ClientMessage",
                en="name the message's file as the archive, or put a ClientMessage in",
            ),
        )
    return documents[0]


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """Unpack a file in pieces, no more of it than it says and is allowed."""
    left = min(limit, member.file_size)
    with archive.open(member) as source:
        while piece := source.read(mtom.PIECE):
            left -= len(piece)
            if left < 0:
                raise invalid(
                    "файл в архиве больше допустимого",
                    "a file of the archive is too long",
                    member.filename[:100],
                )
            yield piece


def _identifier(entry: Entry, content: bytes) -> str:
    """Return the id of a file that has none: it stays the same for the file, and is new for a new one."""
    name = entry.path.name.encode("utf-8", "surrogateescape")
    said = b"\0".join((name, str(entry.modified_ns).encode(), content))
    return f"file-{hashlib.sha256(said).hexdigest()[:40]}"


def _digest(file: BinaryIO) -> bytes:
    file.seek(0)
    hashed = hashlib.sha256()
    while piece := file.read(mtom.PIECE):
        hashed.update(piece)
    return hashed.digest()
