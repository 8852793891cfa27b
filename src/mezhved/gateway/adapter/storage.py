"""Files of the adapter's messages: in a folder that the gateway shares with the participant's systems.

The official adapter's messages carry paths only. A system has a folder of its own there, `<mnemonic>/out`
for what it sends and `<mnemonic>/in` for what came; `out` at the root is common. No path leads outside.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from mezhved.gateway.adapter.describing import file_id
from mezhved.gateway.adapter.faults import SystemFault, invalid
from mezhved.gateway.files import clean_name, keep_upload, open_file
from mezhved.gateway.models import Carrier
from mezhved.smev3 import mtom
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.adapter.model import AttachmentHeader
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Attachment, InformationSystem
    from mezhved.gateway.outbox import FileDraft

MESSAGE_OCTETS: Final = 2**30
"""Most octets of the files of one message, those of SMEV's file store (MR 3.3 section 5)."""
_CARRIERS: Final = {"MTOM": Carrier.MESSAGE.value, "REFERENCE": Carrier.STORE.value}


def storage_root(settings: GatewaySettings) -> Path:
    """Return the shared folder."""
    given = settings.attachment_folder
    return Path(given) if given else settings.folder / "base-storage"


def places(settings: GatewaySettings, system: InformationSystem, *, own_only: bool) -> tuple[Path, ...]:
    """Return the folders that a system's paths may lead into; a caller with a token has its own only."""
    root = storage_root(settings)
    own = root / clean_name(system.mnemonic)
    return (own / "out", own) if own_only else (own / "out", own, root / "out", root)


def take_file(
    gateway: Gateway,
    system: InformationSystem,
    header: AttachmentHeader,
    folders: Iterable[Path],
    parts: mtom.Parts = mtom.NO_PARTS,
) -> FileDraft:
    """Keep a file that a message names: a part of the call by this Content-ID, else a file of the folders.

    The way that the client chose for it is kept where there is one: without a file store it goes by its size.
    Raises `ValidationFault` where there is none, or it lies elsewhere.
    """
    name = PurePosixPath(header.path.replace("\\", "/")).name
    kind = mimetypes.guess_type(name)[0] or ""
    carrier = _CARRIERS.get(header.method or "", "")
    if carrier == Carrier.STORE and not system.connection.file_store_url:
        carrier = ""
    part = parts.parts.get(header.path)
    source = mtom.opened(part) if part is not None else _opened(header.path, folders)
    with source:
        kept = keep_upload(gateway, source, name, kind, pkcs7=header.pkcs7, carrier=carrier)
    return replace(kept, header=_header(header))


def _header(header: AttachmentHeader) -> dict[str, Any] | None:
    """Return what SMEV's header of the file has to say: the passport is the namespace of its content."""
    said = {
        "uuid": header.id,
        "namespace": header.passport_id,
        "archive": [[each.name, each.passport_id] for each in header.archive],
    }
    return {name: value for name, value in said.items() if value} or None


def hand_out(gateway: Gateway, system: InformationSystem, files: Iterable[Attachment]) -> None:
    """Put the files of a message that came where the system takes them: `<mnemonic>/in/<Id>/<name>`.

    What is there already stays; a file appears whole. Raises `SystemFault` where it cannot be written.
    """
    root = storage_root(gateway.settings) / clean_name(system.mnemonic) / "in"
    for each in files:
        target = root / file_id(each) / clean_name(each.name)
        if target.exists() or (each.octets is None and not each.blob):
            continue
        try:
            write_whole(gateway, each, target)
        except OSError as error:
            raise SystemFault(
                "STORAGE",
                Text(
                    ru=f"папка файлов не пишется: {error.strerror}",
                    en=f"the folder of files cannot be written: {error.strerror}",
                ),
            ) from error


def write_whole(gateway: Gateway, attachment: Attachment, target: Path) -> None:
    """Write a file's content under its name at once: beside it first, flushed, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{gateway.owner[:16]}.part")
    try:
        with open_file(gateway, attachment) as source, beside.open("wb") as file:
            shutil.copyfileobj(source, file, mtom.PIECE)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _opened(path: str, folders: Iterable[Path]) -> BinaryIO:
    said = path.replace("\\", "/")
    if "\0" in said:
        raise _absent(path)
    for folder in folders:
        inside = folder.resolve()
        try:
            found = (inside / said).resolve(strict=True)
        except (OSError, RuntimeError):
            continue
        if inside in found.parents:
            return _regular(found, path)
    raise _absent(path)


def _regular(found: Path, path: str) -> BinaryIO:
    """Open a plain file: nothing that a name may be turned into since it was looked at."""
    try:
        descriptor = os.open(found, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _absent(path) from error
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        raise _absent(path)
    if about.st_size > MESSAGE_OCTETS:
        os.close(descriptor)
        raise invalid("файл больше 1 ГиБ", "the file is larger than 1 GiB", path)
    return os.fdopen(descriptor, "rb")


def _absent(path: str) -> Exception:
    return invalid(
        "файла нет в общей папке",
        "the shared folder has no such file",
        path[:200],
        Text(
            ru="положите его в out своей папки и укажите путь от неё",
            en="put it into out of your folder and name its path from there",
        ),
    )
