"""Files of a message that came: fetched from SMEV's store and kept before it is acknowledged."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F

from mezhved.gateway.errors import GatewayError
from mezhved.gateway.files.keeping import SMALL, clean_name
from mezhved.gateway.files.references import said_of
from mezhved.gateway.models import AwaitedFiles, Carrier
from mezhved.gateway.outbox.settling import problem_of
from mezhved.gost import Digest, MalformedCms, hash_content
from mezhved.service.blobs import new_key
from mezhved.smev3.client import DamagedFile
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem
    from mezhved.smev3.client import FetchedFile, FileStore, Received, ReceivedAttachment, Smev3Client
    from mezhved.smev3.messages import FSAttachment, RefAttachmentHeader

DAMAGED_LIMIT = 3
"""How often a file that is not the one described is fetched again before the message is kept without it."""


class FilesAwaited(GatewayError):  # noqa: N818 - a state
    """A message's files cannot be fetched now: it is not acknowledged, SMEV hands it out again."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file of a received message, its content kept already where it is large."""

    name: str
    mime_type: str
    carrier: Carrier
    size: int
    octets: bytes | None
    blob: str
    digest: bytes
    pkcs7: bytes | None
    wire_name: str
    is_sound: bool | None
    """Whether nothing speaks against it: its signature, its hash; None where neither was there."""
    header: dict[str, Any] | None = None
    """What its header says beside, as `references.said_of` gives it."""


def files_inside(
    gateway: Gateway, client: Smev3Client, attachments: tuple[ReceivedAttachment, ...]
) -> list[ReceivedFile]:
    """Keep the files that came in the message itself."""
    return [_inside(gateway, client, each) for each in attachments]


def fetch_files(gateway: Gateway, system: InformationSystem, received: Received[Any]) -> list[ReceivedFile]:
    """Fetch and keep the files that lie in SMEV's store, in bounded memory.

    Raises `FilesAwaited` when they cannot be had now. A file that is not the one its signed header describes
    is fetched at three hand-outs; then the message is kept without its content, marked as not sound.
    """
    wanted = received.message.fs_attachments
    if not wanted:
        return []
    try:
        return _fetch_all(gateway, system, received)
    except (MezhvedError, OSError) as error:
        told = error if isinstance(error, MezhvedError) else _unkept(error)
        _note(gateway, system, received.message_id, told)
        gateway.log.warning(
            "files_awaited",
            system=system.mnemonic,
            message_id=received.message_id,
            reason=type(error).__name__,
        )
        raise FilesAwaited(told.what, where=received.message_id, cure=told.cure) from error


def _fetch_all(gateway: Gateway, system: InformationSystem, received: Received[Any]) -> list[ReceivedFile]:
    store = gateway.connections.file_store(system)
    if store is None:
        raise GatewayError(
            Text(ru="адрес файлового хранилища СМЭВ не задан", en="SMEV's file store has no address"),
            cure=Text(ru="задайте file_store_url адреса СМЭВ", en="set file_store_url of the connection"),
        )
    headers = {each.uuid.lower(): each for each in received.file_headers}
    damaged = AwaitedFiles.objects.filter(system=system, message_id=received.message_id).first()
    gives_up = damaged is not None and damaged.attempts >= DAMAGED_LIMIT - 1
    files: list[ReceivedFile] = []
    try:
        for access in received.message.fs_attachments:
            header = headers.get(access.uuid.lower())
            if header is None:
                raise _headless(access)  # noqa: TRY301 - what was fetched before goes with it
            try:
                files.append(_fetch(gateway, store, access, header, received))
            except DamagedFile:
                if not gives_up:
                    raise
                files.append(_without_content(access, header))
    except BaseException:
        drop(gateway, files)
        raise
    return files


def drop(gateway: Gateway, files: list[ReceivedFile]) -> None:
    """Delete the contents of files whose message was not kept after all."""
    for each in files:
        if each.blob:
            gateway.blobs.delete(each.blob)


def _fetch(
    gateway: Gateway,
    store: FileStore,
    access: FSAttachment,
    header: RefAttachmentHeader,
    received: Received[Any],
) -> ReceivedFile:
    signature = received.sender_signature
    certificate = None if signature is None else signature.certificate
    folder = gateway.settings.folder / "arriving"
    folder.mkdir(parents=True, exist_ok=True)
    key = new_key()
    place = folder / key
    try:
        fetched = store.download(access, header, place, gateway.provider, certificate)
        digest = _digest(gateway, fetched)
        octets = None
        if fetched.octets <= SMALL:
            octets, key = place.read_bytes(), ""
        else:
            gateway.blobs.adopt(key, place)
    finally:
        place.unlink(missing_ok=True)
    return ReceivedFile(
        name=clean_name(header.file_name or fetched.name),
        mime_type=header.mime_type[:255],
        carrier=Carrier.STORE,
        size=fetched.octets,
        octets=octets,
        blob=key,
        digest=digest,
        pkcs7=header.pkcs7,
        wire_name=access.uuid[:255],
        is_sound=None if header.pkcs7 is None else fetched.sound,
        header=said_of(header),
    )


def _digest(gateway: Gateway, fetched: FetchedFile) -> bytes:
    known = fetched.digests.get(Digest.STREEBOG256)
    if known is not None:
        return known
    return _hash(gateway, fetched.path)


def _hash(gateway: Gateway, path: Path) -> bytes:
    with path.open("rb") as file:
        return hash_content(file, {Digest.STREEBOG256}, gateway.provider)[Digest.STREEBOG256]


def _without_content(access: FSAttachment, header: RefAttachmentHeader) -> ReceivedFile:
    return ReceivedFile(
        name=clean_name(header.file_name or access.file_name),
        mime_type=header.mime_type[:255],
        carrier=Carrier.STORE,
        size=0,
        octets=None,
        blob="",
        digest=b"",
        pkcs7=header.pkcs7,
        wire_name=access.uuid[:255],
        is_sound=False,
        header=said_of(header),
    )


def _inside(gateway: Gateway, client: Smev3Client, attachment: ReceivedAttachment) -> ReceivedFile:
    octets, blob = attachment.octets, ""
    if len(octets) > SMALL:
        blob = new_key()
        gateway.blobs.put(blob, io.BytesIO(octets))
    return ReceivedFile(
        name=clean_name(attachment.content_id),
        mime_type=attachment.mime_type[:255],
        carrier=Carrier.MESSAGE,
        size=len(octets),
        octets=None if blob else octets,
        blob=blob,
        digest=gateway.digest(octets),
        pkcs7=attachment.pkcs7,
        wire_name=attachment.content_id[:255],
        is_sound=_is_sound(client, attachment),
        header=said_of(attachment),
    )


def _is_sound(client: Smev3Client, attachment: ReceivedAttachment) -> bool | None:
    try:
        verdict = client.check_attachment(attachment)
    except MalformedCms:
        return False
    return None if verdict is None else bool(verdict.valid)


def _note(gateway: Gateway, system: InformationSystem, message_id: str, error: MezhvedError) -> None:
    """Keep for people why the message is not here yet; only damaged files are counted."""
    row, _ = AwaitedFiles.objects.get_or_create(
        system=system, message_id=message_id, defaults={"first_at": gateway.clock()}
    )
    more = int(isinstance(error, DamagedFile))
    AwaitedFiles.objects.filter(pk=row.pk).update(problem=problem_of(error), attempts=F("attempts") + more)


def _headless(access: FSAttachment) -> GatewayError:
    return GatewayError(Text(ru="у файла нет заголовка", en="a file has no header"), where=access.uuid)


def _unkept(error: OSError) -> MezhvedError:
    reason = error.strerror or type(error).__name__
    return GatewayError(Text(ru=f"файл не сохранить: {reason}", en=f"the file cannot be kept: {reason}"))
